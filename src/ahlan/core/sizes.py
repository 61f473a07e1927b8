"""How much somebody may send at once: told before a byte of it is read, so that no disk fills with what is refused."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
HEARD_OUT = (
    1024 * 1024 * 1024
)  # bytes; up to here the rest is thrown away unread, so that browsers show our answer
WORDS = 1024 * 1024  # bytes; what a form may say beside its files


def at_most(largest: int | None) -> Callable[[View], View]:
    """Let a view take that many bytes instead of settings.LARGEST_BODY; None: it looks itself, by `too_much`."""

    def mark(view: View) -> View:
        view.largest_body = largest  # type: ignore[attr-defined]
        return view

    return mark


def too_much(
    request: HttpRequest, largest: int, template: str = "413.html", **more: Any
) -> HttpResponse | None:
    """The refusal of a body that is larger, or of unstated size (which Django would not read); else None."""
    unstated = request.META.get("HTTP_TRANSFER_ENCODING", "") != ""
    if not unstated and _stated(request) <= largest:
        return None
    context = {**more, "largest": largest, "unstated": unstated}
    refusal = render(request, template, context, status=411 if unstated else 413)
    if unstated or _stated(request) > HEARD_OUT:
        refusal["Connection"] = "close"
    return refusal


def _stated(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


class Scales:
    """The middleware; it stands before the one for CSRF, which reads what was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_: Any) -> HttpResponse | None:
        largest = getattr(view, "largest_body", settings.LARGEST_BODY)
        return None if largest is None else too_much(request, largest)
