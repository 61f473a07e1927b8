"""What a form asks beside the words: rooms above say so, read what is answered, and find it again in what came in.

What they read is kept with the words, in the same row, under the name of who asked (`Inbound.more`).
"""

from typing import Any, Protocol

from django.http import HttpRequest, QueryDict
from django.utils.safestring import SafeString, mark_safe

from ahlan.channels.webform.models import Webform


class Asks(Protocol):
    name: str

    def draw(
        self, request: HttpRequest, webform: Webform, given: QueryDict | None, refused: dict[str, str]
    ) -> str:
        """The boxes as HTML, filled with what was given; `refused`: what is wrong with each, by its key."""

    def read(self, webform: Webform, given: QueryDict) -> tuple[Any, dict[str, str]]:
        """What is to be kept (of JSON), and what is wrong with it, by the keys of the boxes."""


_askers: dict[str, Asks] = {}


def asks(asker: Asks) -> Asks:
    """Let a room ask something in every form."""
    _askers[asker.name] = asker
    return asker


def asked(request: HttpRequest, webform: Webform, refused: dict[str, str]) -> SafeString:
    """All their boxes."""
    given = request.POST if request.method == "POST" else None
    drawn = [one.draw(request, webform, given, refused) for one in _askers.values()]
    return mark_safe("\n".join(drawn))  # noqa: S308 -- drawn by templates


def answered(request: HttpRequest, webform: Webform) -> tuple[dict[str, Any], dict[str, str]]:
    """What is answered, by who asked; and all that is wrong with it."""
    kept: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for one in _askers.values():
        found, refused = one.read(webform, request.POST)
        wrong |= refused
        if found:
            kept[one.name] = found
    return kept, wrong
