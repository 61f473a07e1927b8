"""The command palette (Ctrl-K): pages, and what the rooms find for some words.

    @finds(order=20)
    def customers(request: HttpRequest, words: str) -> Iterable[Hit]: ...

What can be done on the page one looks at is added by the browser, which knows its keys.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

import structlog
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ahlan.core import navigation

log = structlog.get_logger(__name__)

MOST = 6  # hits of one kind
LONGEST = 100  # characters asked for


@dataclass(frozen=True, slots=True)
class Hit:
    """One place to go to. `icon` is a Lucide name, `hint` what tells it from its like."""

    title: str | Promise
    url: str
    icon: str
    hint: str | Promise = ""


Find = Callable[[HttpRequest, str], Iterable[Hit]]
_finders: dict[str, tuple[int, str | Promise, Find]] = {}


def finds(title: str | Promise, *, order: int) -> Callable[[Find], Find]:
    """Add to what the palette finds, under a heading. `find(request, words)` yields only what this person may see."""

    def register(find: Find) -> Find:
        _finders[f"{find.__module__}.{find.__qualname__}"] = order, title, find
        return find

    return register


def found(request: HttpRequest, words: str) -> list[tuple[str | Promise, list[Hit]]]:
    """Headings with their hits, the most likely first. A finder that fails is logged and finds nothing."""
    words = words.strip()[:LONGEST]
    asked = sorted(_finders.items(), key=lambda one: (one[1][0], one[0]))
    groups = [(title, _ask(name, find, request, words)) for name, (_order, title, find) in asked]
    return [(title, hits) for title, hits in groups if hits]


def _ask(name: str, find: Find, request: HttpRequest, words: str) -> list[Hit]:
    try:
        return list(islice(find(request, words), MOST))
    except Exception:
        log.exception("the palette's finder failed", finder=name)
        return []


def fits(words: str, *texts: object) -> bool:
    """Whether each of the words occurs in one of the texts."""
    whole = " ".join(str(text) for text in texts).casefold()
    return all(word in whole for word in words.casefold().split())


@finds(_("Pages"), order=50)
def pages(request: HttpRequest, words: str) -> Iterable[Hit]:
    """What stands in the rail and, where something is asked for, in the settings."""
    for entry in navigation.entries(request, navigation.RAIL):
        if fits(words, entry.title):
            yield Hit(entry.title, entry.url, entry.icon)
    for entry in navigation.entries(request, navigation.SETTINGS) if words else ():
        if fits(words, entry.title, _("Settings")):
            yield Hit(entry.title, entry.url, entry.icon, _("Settings"))
