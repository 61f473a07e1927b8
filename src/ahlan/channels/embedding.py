"""What stands inside other people's web sites: which of them may show it, and in which colour."""

from collections.abc import Iterable

from django.forms import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from ahlan.core.colour import HEX, ink_on

SCHEMES = ("https://", "http://")
BRAND = "#0f5c5c"  # where nothing else is chosen


def sites_in(text: str) -> list[str]:
    """The sites named in `text`, one a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def clean_sites(text: str) -> str:
    """The same as they are kept. Raises ValidationError for a line that is no bare address of a site."""
    lines = [line.rstrip("/") for line in sites_in(text)]
    for line in lines:
        scheme = next((one for one in SCHEMES if line.startswith(one)), "")
        host = line.removeprefix(scheme)
        if not scheme or not host or any(sign in host for sign in " ;,'\"*/"):
            raise ValidationError(_("“%(line)s” is not the address of a web site."), params={"line": line})
    return "\n".join(line.casefold() for line in lines)


def framed(response: HttpResponse, sites: Iterable[str]) -> HttpResponse:
    """Let these sites show it in a frame, and no other."""
    response._csp_replace = {"frame-ancestors": ["'self'", *sites]}  # type: ignore[attr-defined]
    return response


def brand_sheet(colour: str) -> HttpResponse:
    """The colour as a style sheet, because a page itself holds no style."""
    colour = colour if HEX.fullmatch(colour) else BRAND
    return HttpResponse(
        f":root {{ --brand: {colour}; --brand-ink: {ink_on(colour)}; }}\n", content_type="text/css"
    )
