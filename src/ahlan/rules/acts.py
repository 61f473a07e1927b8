"""What a rule or a macro may do. A room adds its own with `act(...)`; forms, words and runs then know it.

An act is kept as {"act": "assign", "value": ["7"]}: its key and what it was given.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ahlan.core.numerals import listed
from ahlan.core.text import clean, excerpt
from ahlan.rules.variables import unknown_in
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket

Words = str | Promise
Values = Sequence[str]
Given = dict[str, Any]
Options = Callable[[], Sequence[tuple[str, Words]]]
CHOOSING = ("option", "options")
MOST_ACTS = 20
LONGEST = 20_000  # characters of a text
LONGEST_LINE = 200


@dataclass(frozen=True)
class By:
    """Who does it: a rule (no agent), or an agent by a macro."""

    actor: str
    agent: Agent | None = None


class CannotDo(Exception):
    """The act is not possible here. `reason` is one of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadAct(ValueError):
    """An act that cannot be kept; its text says why, to a person."""


REASONS: dict[str, Words] = {
    "gone": gettext_lazy("what it names is no more"),
    "hidden": gettext_lazy("who is named does not see this inbox"),
    "automatic": gettext_lazy("a machine wrote last, and machines are not answered"),
    "bounced": gettext_lazy("the customer’s address does not work"),
    "often": gettext_lazy("the customer has got enough automatic mail for a day"),
    "removed": gettext_lazy("the ticket is in the bin or marked as spam"),
    "merged": gettext_lazy("the ticket was merged with another"),
    "nobody": gettext_lazy("there is nobody to write to"),
    "forbidden": gettext_lazy("you may not do this"),
    "fields": gettext_lazy("fields that are required are empty"),
    "value": gettext_lazy("the field cannot hold this"),
    "error": gettext_lazy("something went wrong"),
}


def takes_all(values: Values) -> str:
    return ""


def never_so(ticket: Ticket, values: Values) -> bool:
    return False


@dataclass(frozen=True)
class Act:
    """One thing that can be done to a ticket.

    `takes`: one "option", "options", a "line" of names, a line of "words", a "number", a "day", a "text", or nothing (""). `do` raises CannotDo. `is_so` tells
    whether it would change nothing, `refuses` what is wrong with what it is given. `permission`: what a person needs who does it by a macro. `offered`: where.
    """

    key: str
    name: Words
    takes: str
    do: Callable[[Ticket, Values, By], object]
    permission: str
    options: Options | None = None
    is_so: Callable[[Ticket, Values], bool] = never_so
    refuses: Callable[[Values], str] = takes_all
    offered: frozenset[str] = field(default=frozenset({"rule", "macro"}))

    def words(self, values: Values) -> str:
        """The act in the reader's words: “Set the priority: High”."""
        told = self._told(values)
        return f"{self.name}: {told}" if told else str(self.name)

    def _told(self, values: Values) -> str:
        if self.takes in CHOOSING and self.options:
            names = dict(self.options())
            return listed([str(names.get(one, "?")) for one in values])
        return f"“{excerpt(values[0], 80)}”" if self.takes and values else ""


_acts: dict[str, Act] = {}
_sources: dict[str, Callable[[], Sequence[Act]]] = {}  # by what their keys begin with


def act(key: str, name: Words, takes: str, do: Callable[[Ticket, Values, By], object], **more: Any) -> Act:
    """Let rules and macros do one more thing. Made once more, the key takes the new one's place."""
    made = _acts[key] = Act(key, name, takes, do, **more)
    return made


def acts_from(prefix: str, source: Callable[[], Sequence[Act]]) -> None:
    """Acts that are data, asked anew each time; their keys begin with the prefix."""
    _sources[prefix] = source


def acts(place: str) -> list[Act]:
    """Those offered in a "rule" or a "macro"."""
    found = [*_acts.values(), *(one for source in _sources.values() for one in source())]
    return [one for one in found if place in one.offered]


def act_named(key: str) -> Act | None:
    if key in _acts:
        return _acts[key]
    found = (source() for prefix, source in _sources.items() if key.startswith(prefix))
    return next((one for several in found for one in several if one.key == key), None)


def check(given: Iterable[Mapping[str, Any]], place: str) -> list[Given]:
    """The same acts without what does not belong there. Raises BadAct."""
    checked = [check_one(one, place) for one in given]
    if len(checked) > MOST_ACTS:
        raise BadAct(_("At most %(n)d actions fit together.") % {"n": MOST_ACTS})
    return checked


def check_one(given: Mapping[str, Any], place: str) -> Given:
    found = act_named(str(given.get("act", "")))
    if found is None or place not in found.offered:
        raise BadAct(_("There is no such action any more."))
    values = [clean(str(one)) for one in given.get("value", ())] if found.takes else []
    if found.takes and not "".join(values).strip():
        raise BadAct(_("“%(name)s” needs to know what.") % {"name": found.name})
    if found.takes in CHOOSING:
        known = {value for value, _name in found.options()} if found.options else set()
        if not set(values) <= known:
            raise BadAct(_("What “%(name)s” names is no more.") % {"name": found.name})
    else:
        values = [one[: LONGEST if found.takes == "text" else LONGEST_LINE] for one in values[:1]]
    wrong = unknown_in(values[0]) if found.takes == "text" else ""
    if told := found.refuses(values):
        raise BadAct(told)
    if wrong:
        raise BadAct(_("There is no variable “%(name)s”.") % {"name": wrong})
    return {"act": found.key, "value": values[:1] if found.takes == "option" else values}


def words(given: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each act in the reader's words."""
    return [words_of(one) for one in given]


def words_of(given: Mapping[str, Any]) -> str:
    found = act_named(given["act"])
    return found.words(given["value"]) if found else _("There is no such action any more.")
