"""What may be asked of a ticket. A room adds its own with `facet(...)`; lists, rules and the rest then know it.

The same language may be asked of other things: a room makes a `Subject` of its own and adds facets `of` it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q
from django.utils.functional import Promise
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED
from ahlan.core.numerals import full_day, hours, language_name, listed_or
from ahlan.customers.models import Address, Organisation
from ahlan.events.models import Event
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Escalation, Message, Priority, State, Tag, Ticket

Words = str | Promise
Values = Sequence[str]
Options = Callable[[], Sequence[tuple[str, Words]]]
ME = "me"
CHOOSING = ("options", "option")
MOST_OPTIONS = 500
LONGEST = 200  # characters of a text that is looked for


@dataclass(frozen=True)
class Test:
    """One way to ask: how it reads, what it takes ("options", one "option", "text", "number", "hours", "day" or nothing), what it asks."""

    key: str
    name: Words
    takes: str
    ask: Callable[[str, Values, Agent | None], Q]
    by_clock: bool = False

    def words(self, facet: "Facet", values: Values) -> str:
        told = facet.told(self, values)
        return f"{facet.name} {self.name} {told}" if told else f"{facet.name}: {self.name}"


@dataclass(frozen=True)
class Facet:
    """A property of tickets. `path` is where the database keeps it."""

    key: str
    name: Words
    path: str
    tests: tuple[Test, ...]
    options: Options | None = None

    def test_named(self, key: str) -> Test | None:
        return next((one for one in self.tests if one.key == key), None)

    def ask(self, test: Test, values: Values, agent: Agent | None, path: str = "") -> Q:
        """At `path`, its own without one. Raises ValueError for values it cannot be asked with."""
        if test.takes and not values:
            raise ValueError("a value is needed")
        return test.ask(path or self.path, values, agent)

    def changes_by_itself(self, test: Test, values: Values) -> bool:
        return test.by_clock or ME in values

    def told(self, test: Test, values: Values) -> str:
        """The values as a person reads them."""
        if test.takes in CHOOSING and self.options:
            names = dict(self.options())
            shown = [str(names.get(one, "?")) for one in values]
        elif test.takes == "hours":
            shown = [hours(_number(values[0]))]
        elif test.takes == "day":
            shown = [full_day(date.fromisoformat(values[0]))]
        elif test.takes:
            shown = [f"“{one}”" for one in values]
        else:
            return ""
        return listed_or(shown)


def _number(value: str) -> int:
    if not 0 < int(value) <= 100_000:
        raise ValueError("out of reach")
    return int(value)


def _any_of(path: str, values: Values, agent: Agent | None) -> Q:
    found = Q((f"{path}__in", [one for one in values if one != ME]))
    if ME in values:
        found |= Q((path, agent.pk if agent else 0))
    return found


def _none_of(path: str, values: Values, agent: Agent | None) -> Q:
    """True of what is empty too."""
    return ~_any_of(path, values, agent)


def _contains(path: str, values: Values, agent: Agent | None) -> Q:
    """In any case of letter: both databases know that of a regular expression in every script."""
    return Q((f"{path}__iregex", escaped(values[0])))


def escaped(words: str) -> str:
    if not words.strip() or len(words) > LONGEST:
        raise ValueError("nothing to look for, or too much")
    return re.escape(words.strip()).replace("\\ ", " ")


def _hours_ago(values: Values) -> datetime:
    return now() - timedelta(hours=_number(values[0]))


def _start_of(value: str) -> datetime:
    """The day's first moment, where the reader is."""
    return make_aware(datetime.combine(date.fromisoformat(value), time()))


_IS = pgettext_lazy("condition", "is")
_IS_NOT = pgettext_lazy("condition", "is not")
ANY_OF = Test("any_of", _IS, "options", _any_of)
NONE_OF = Test("none_of", _IS_NOT, "options", _none_of)
EMPTY = Test(
    "empty", pgettext_lazy("condition", "is empty"), "", lambda path, v, a: Q((f"{path}__isnull", True))
)
FILLED = Test(
    "filled", pgettext_lazy("condition", "is filled"), "", lambda path, v, a: Q((f"{path}__isnull", False))
)
AT_LEAST = Test(
    "at_least", pgettext_lazy("condition", "is at least"), "option",
    lambda path, v, a: Q((f"{path}__gte", int(v[0]))),
)  # fmt: skip
CONTAINS = Test("contains", pgettext_lazy("condition", "contains"), "text", _contains)
LACKS = Test(
    "lacks", pgettext_lazy("condition", "does not contain"), "text",
    lambda path, v, a: ~_contains(path, v, a),
)  # fmt: skip
YES = Test("yes", _("yes"), "", lambda path, v, a: Q((path, True)))
NO = Test("no", _("no"), "", lambda path, v, a: ~Q((path, True)))
WITHIN = Test(
    "within", pgettext_lazy("condition", "was within the last"), "hours",
    lambda path, v, a: Q((f"{path}__gte", _hours_ago(v))), by_clock=True,
)  # fmt: skip
LONGER_AGO = Test(
    "longer_ago", pgettext_lazy("condition", "was longer ago than"), "hours",
    lambda path, v, a: Q((f"{path}__lt", _hours_ago(v))), by_clock=True,
)  # fmt: skip
BEFORE = Test(
    "before",
    pgettext_lazy("condition", "was before"),
    "day",
    lambda path, v, a: Q((f"{path}__lt", _start_of(v[0]))),
)
SINCE = Test(
    "since",
    pgettext_lazy("condition", "was on or after"),
    "day",
    lambda path, v, a: Q((f"{path}__gte", _start_of(v[0]))),
)
CHOSEN = (ANY_OF, NONE_OF)
OPTIONAL = (ANY_OF, NONE_OF, EMPTY, FILLED)
TEXT = (CONTAINS, LACKS)
MOMENT = (WITHIN, LONGER_AGO, BEFORE, SINCE)
OPTIONAL_MOMENT = (*MOMENT, EMPTY, FILLED)
SWITCH = (YES, NO)


def _tagged(values: Values) -> Exists:
    through = Ticket.tags.through.objects
    return Exists(through.filter(ticket=OuterRef("pk"), tag__in=[int(one) for one in values]))


TAGS = (
    Test("any_of", pgettext_lazy("condition on tags", "include"), "options", lambda p, v, a: Q(_tagged(v))),
    Test("none_of", pgettext_lazy("condition on tags", "do not include"), "options", lambda p, v, a: ~Q(_tagged(v))),
    Test(
        "empty", pgettext_lazy("condition on tags", "are none"), "",
        lambda p, v, a: ~Q(Exists(Ticket.tags.through.objects.filter(ticket=OuterRef("pk")))),
    ),
)  # fmt: skip


def _escalations(kinds: Values = ()) -> Exists:
    """Whether it was ever escalated, in one of these ways: asked of the log, which keeps it for ever."""
    asked = Q(*[Q(facts__escalation=one) for one in kinds], _connector=Q.OR)
    found = Event.objects.filter(subject_kind="ticket", subject_id=OuterRef("pk"), kind="ticket.escalated")
    return Exists(found.filter(asked))


ESCALATED = (
    Test(ANY_OF.key, ANY_OF.name, "options", lambda p, v, a: Q(_escalations(v))),
    Test(NONE_OF.key, NONE_OF.name, "options", lambda p, v, a: ~Q(_escalations(v))),
    Test("filled", _("yes"), "", lambda p, v, a: Q(_escalations())),
    Test("empty", _("no"), "", lambda p, v, a: ~Q(_escalations())),
)


def _written(rows: Callable[[str], Any]) -> tuple[Test, Test]:
    """Whether one of many texts contains the words."""
    return (
        Test("contains", CONTAINS.name, "text", lambda p, v, a: Q(Exists(rows(escaped(v[0]))))),
        Test("lacks", LACKS.name, "text", lambda p, v, a: ~Q(Exists(rows(escaped(v[0]))))),
    )


SAID = _written(lambda words: Message.objects.filter(ticket=OuterRef("pk"), text__iregex=words))
ADDRESSES = _written(lambda words: Address.objects.filter(customer=OuterRef("customer"), value__iregex=words))


@dataclass(frozen=True, eq=False)
class Subject:
    """A kind of thing that is asked, and what may be asked of it. `sources`: facets that are data, by what their keys begin with."""

    key: str
    model: type[Model]
    facets: dict[str, Facet] = field(default_factory=dict)
    sources: dict[str, Callable[[], Sequence[Facet]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        SUBJECTS[self.key] = self


SUBJECTS: dict[str, Subject] = {}
TICKETS = Subject("ticket", Ticket)
_looked: ContextVar[dict[tuple[str, str], Facet] | None] = ContextVar("looked", default=None)


def facet(
    key: str,
    name: Words,
    path: str,
    tests: tuple[Test, ...],
    options: Options | None = None,
    *,
    of: Subject = TICKETS,
) -> Facet:
    """Let a subject be asked for one more property. Made once more, the key takes the new one's place."""
    made = of.facets[key] = Facet(key, name, path, tests, options)
    return made


def facets_from(prefix: str, source: Callable[[], Sequence[Facet]], *, of: Subject = TICKETS) -> None:
    """Facets that are data, asked anew each time; their keys begin with the prefix."""
    of.sources[prefix] = source


def facets(of: Subject = TICKETS) -> list[Facet]:
    return [*of.facets.values(), *(one for source in of.sources.values() for one in source())]


def facet_named(key: str, of: Subject = TICKETS) -> Facet | None:
    if key in of.facets:
        return of.facets[key]
    looked = _looked.get()
    found = {} if looked is None else looked
    if (of.key, key) not in found:
        sources = (source for prefix, source in of.sources.items() if key.startswith(prefix))
        found.update(((of.key, one.key), one) for source in sources for one in source())
    return found.get((of.key, key))


@contextmanager
def one_look() -> Iterator[None]:
    """Within it facets that are data are read once, not for each condition that asks for one."""
    token = _looked.set({})
    try:
        yield
    finally:
        _looked.reset(token)


def _all(model: Any) -> Options:
    return lambda: [(str(one.pk), str(one)) for one in model.objects.all()[:MOST_OPTIONS]]


def agents() -> Sequence[tuple[str, Words]]:
    return [
        (ME, _("me")),
        *((str(one.pk), str(one)) for one in Agent.objects.active()[:MOST_OPTIONS]),
    ]


def _languages() -> Sequence[tuple[str, Words]]:
    return [(code, language_name(code)) for code in INSTALLED]


def _priorities() -> Sequence[tuple[str, Words]]:
    return [(str(value), label) for value, label in Priority.choices]


facet("state", _("State"), "state", CHOSEN, lambda: State.choices)
facet("priority", _("Priority"), "priority", (*CHOSEN, AT_LEAST), _priorities)
facet("assignee", _("Assignee"), "assignee", OPTIONAL, agents)
facet("team", _("Team"), "team", OPTIONAL, _all(Team))
facet("inbox", _("Inbox"), "inbox", CHOSEN, _all(Inbox))
facet("tags", _("Tags"), "tags", TAGS, _all(Tag))
facet("language", _("Language"), "language", CHOSEN, _languages)
facet("subject", _("Subject"), "subject", TEXT)
facet("words", _("What was said"), "messages__text", SAID)
facet("address", _("Customer’s address"), "customer__addresses__value", ADDRESSES)
facet("organisation", _("Organisation"), "customer__organisation", OPTIONAL, _all(Organisation))
facet("internal", _("From an own division"), "internal", SWITCH)
facet("customer_last", _("The customer spoke last"), "last_from_customer", SWITCH)
facet("snoozed", _("Snoozed"), "snoozed", SWITCH)
facet("escalated", _("Escalated"), "", ESCALATED, lambda: Escalation.choices)
facet("opened", _("Opening"), "opened_at", MOMENT)
facet("last_word", _("The last word"), "last_message_at", MOMENT)
facet("answered", _("The first answer"), "first_answered_at", OPTIONAL_MOMENT)
facet("closed", _("Closing"), "closed_at", OPTIONAL_MOMENT)
