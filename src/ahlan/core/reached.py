"""Where the house is reached, and how often somebody may knock."""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def house_address() -> str:
    """As links in mail name it, without a slash behind: what is set, else this machine.

    Never what a request says of itself: a stranger can write any host into one, and the link would lead to him.
    """
    return settings.SITE_URL or f"http://localhost:{settings.PORT}"


def address_for(request: HttpRequest) -> str:
    """As pages name it to the one who asks, without a slash behind: what is set, else what he reached us by."""
    return settings.SITE_URL or request.build_absolute_uri("/").rstrip("/")


def count(key: str, seconds: int) -> int:
    """One more of it; returns how many there have been since the first, for so many seconds. Without Redis each process counts for itself."""
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ended between the two
        return 1


def too_often(key: str, most: int, seconds: int) -> bool:
    """Whether this one is more than may be."""
    return count(key, seconds) > most
