"""The middleware around the API: no cookie means anything here, and no answer is ever a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from ahlan.core.api.problems import DOCS, MEDIA_TYPE, Problem, response_to

ROOT = "/api/"
KEPT = ("Allow", "Retry-After", "WWW-Authenticate", "Connection")


class Net:
    """Stands before all others, so that what any of them refuses is a problem document too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(ROOT) or request.path.startswith(DOCS):
            return self.get_response(request)
        request.COOKIES = {}
        response = self.get_response(request)
        if response.status_code >= 400 and response.headers.get("Content-Type") != MEDIA_TYPE:
            response = _told(request, response)
        for name, value in getattr(request, "rate", {}).items():
            response[name] = value
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _told(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The same refusal as a problem document."""
    kept = {name: response.headers[name] for name in KEPT if name in response.headers}
    with translation.override(translation.get_language_from_request(request)):
        return response_to(request, Problem(response.status_code, headers=kept))
