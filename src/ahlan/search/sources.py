"""What can be found. A room adds its texts by one value, and nothing here knows the room:

class Articles(Source):
    kind, title, icon, order = "article", _("Articles"), "book-open", 40
    ...

add(Articles())        # in the room's apps.ready
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.functional import Promise

Facets = tuple[str, ...]  # keys, one of which a text must hold
EVERYTHING: None = None
NOTHING: Facets = ()


class BadFilter(ValueError):
    """A filter whose value cannot be read; its text says so to a person."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text to be found. `group_id`: the thing it is shown as (itself without).

    `language`: the one it is written in, where that is known; else it is found out, and `otherwise` (the customer's)
    decides in doubt. `facets`: where it belongs, as {"inbox": [3]}; what changes often is no facet but a filter.
    """

    object_id: int
    body: str
    at: datetime
    title: str = ""
    group_id: int | None = None
    language: str = ""
    otherwise: str = ""
    facets: Mapping[str, Iterable[object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """How a hit is shown. `text`: what an excerpt with the words found is cut from."""

    title: str
    url: str
    icon: str
    text: str = ""
    hint: str | Promise = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A text that fits: its object and the thing it is shown as."""

    object_id: int
    group_id: int


class Source:
    """One kind of thing that can be found.

    `grams`: also by pieces of its words; dear in space, for things of which there are thousands, not millions.
    `fades`: days after which a text counts three quarters of what a new one does; 0: age does not matter.
    `scope`: what a program's token needs to find it.
    """

    kind: ClassVar[str]
    title: ClassVar[str | Promise]
    icon: ClassVar[str]
    order: ClassVar[int]
    grams: ClassVar[bool] = False
    fades: ClassVar[int] = 0
    scope: ClassVar[str] = "tickets:read"

    def texts(self, after: int, limit: int) -> Sequence[Text]:
        """Its texts with a greater `object_id` than `after`, in that order; what must not be found is left out."""
        raise NotImplementedError

    def open_to(self, person: Any) -> Facets | None:
        """What this person may find: EVERYTHING, NOTHING, or facets one of which a text must hold."""
        raise NotImplementedError

    def filters(self, person: Any) -> Mapping[str, "Filter"]:
        """What can be asked by name (`tag:`). Beside these every source knows `before:`, `after:` and `type:`."""
        return {}

    def shown(self, person: Any, matches: Sequence[Match]) -> Mapping[int, Shown]:
        """The things with these `group_id`s, by `object_id`, of those this person may see now. In a fixed number of queries."""
        raise NotImplementedError


class Filter:
    """Something asked by name, over facets (in the index) or over things as they are now (a queryset of group ids)."""

    def __init__(self, name: str | Promise, ask: Any, choices: Any = None) -> None:
        self.name, self._ask, self._choices = name, ask, choices

    def ask(self, value: str) -> Facets | QuerySet[Any, Any]:
        """Raises BadFilter."""
        found: Facets | QuerySet[Any, Any] = self._ask(value)
        return found

    def choices(self) -> Sequence[tuple[str, str]]:
        """A few values to offer, with their names."""
        return list(self._choices()) if self._choices else []


_sources: dict[str, Source] = {}


def add(source: Source) -> None:
    """Let it be found; adding the same kind again replaces it."""
    _sources[source.kind] = source


def sources(kinds: Iterable[str] | None = None) -> list[Source]:
    """Those of these kinds (all without), in the order in which they are shown."""
    wanted = None if kinds is None else set(kinds)
    found = [one for one in _sources.values() if wanted is None or one.kind in wanted]
    return sorted(found, key=lambda one: (one.order, one.kind))


def source_of(kind: str) -> Source | None:
    return _sources.get(kind)


def facet(name: str, value: object) -> str:
    """The key of a facet: letters, digits and "_" only."""
    return f"@{name}_{value}".lower()


def facet_keys(facets: Mapping[str, Iterable[object]]) -> list[str]:
    return [facet(name, value) for name, values in facets.items() for value in values]
