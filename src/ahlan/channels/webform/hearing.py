"""Who wants to know that a visitor has sent a form: rooms above, which put fields of their own into it by the panel `webform.offers`."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest

from ahlan.channels.webform.models import Webform

log = structlog.get_logger(__name__)

Hear = Callable[[HttpRequest, Webform], None]
_hearers: dict[str, Hear] = {}


def hears(hear: Hear) -> Hear:
    """Call `hear(request, webform)` once what was sent is kept."""
    _hearers[f"{hear.__module__}.{hear.__qualname__}"] = hear
    return hear


def tell(request: HttpRequest, webform: Webform) -> None:
    """Tell everybody who wants to know. One who fails is logged; the visitor is thanked."""
    for name, hear in _hearers.items():
        try:
            hear(request, webform)
        except Exception:
            log.exception("a hearer of forms failed", hearer=name)
