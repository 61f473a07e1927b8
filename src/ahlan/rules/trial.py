"""What a rule would have done to the latest tickets, without doing anything.

The log tells what happened, and what a ticket's state, priority, team and assignee were then; the rest of it
(words, tags, customer) is taken as it is now. The page says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, CharField, F, Field, SmallIntegerField, Value, When

from ahlan.core.clock import now
from ahlan.events.models import Event
from ahlan.rules.acts import act_named
from ahlan.rules.models import Rule
from ahlan.rules.triggers import told_by, trigger_named
from ahlan.tickets.conditions import query
from ahlan.tickets.models import Priority, Removal, State, Ticket

MOST = 100  # tickets looked at
MOST_EVENTS = 5_000
THEN: dict[str, tuple[str, Field[Any, Any]]] = {  # by facet: the annotation that tells it as it was
    "state": ("then_state", CharField()),
    "priority": ("then_priority", SmallIntegerField()),
    "team": ("then_team", BigIntegerField()),
    "assignee": ("then_assignee", BigIntegerField()),
}


@dataclass
class Past:
    """A ticket as its log tells it, up to the last time a rule would have been called."""

    state: str = State.OPEN
    priority: int = Priority.NORMAL
    team: int | None = None
    assignee: int | None = None
    called_at: datetime | None = None
    known: dict[str, Any] = field(default_factory=dict)

    def hear(self, event: Event) -> None:
        facts = event.facts
        if event.kind == "ticket.opened" and facts.get("quiet"):
            self.state = State.CLOSED
        elif event.kind in ("ticket.closed", "ticket.reopened", "ticket.state_changed"):
            self.state = facts.get("state", State.CLOSED)
        elif event.kind == "ticket.priority_changed":
            self.priority = facts["priority"]
        elif event.kind == "ticket.transferred":
            self.team, self.assignee = facts["team"], None
        elif event.kind == "ticket.assigned":
            self.assignee = facts["agent"]

    def call(self, at: datetime) -> None:
        self.called_at = at
        self.known = {key: getattr(self, key) for key in THEN}


@dataclass(frozen=True)
class Line:
    """One ticket the rule would have acted on: when (or when it will), and the acts that would change something."""

    ticket: Ticket
    at: datetime
    ahead: bool = False


def lines_of(rule: Rule) -> list[Line]:
    """The latest tickets the rule would have acted on, the newest first. A handful of queries."""
    latest = Ticket.objects.filter(removal=Removal.NONE).select_related("customer", "team").order_by("-pk")
    ids = [one.pk for one in latest[:MOST]]
    return _by_time(rule, ids) if rule.since else _by_event(rule, ids)


def _by_time(rule: Rule, ids: Sequence[int]) -> list[Line]:
    found = Ticket.objects.filter(query(rule.conditions), pk__in=ids).select_related("customer", "team")
    over = [(ticket, rule.over_at(ticket)) for ticket in found.order_by("-pk")]
    return [Line(ticket, at, ahead=at > now()) for ticket, at in over if at is not None]


def _by_event(rule: Rule, ids: Sequence[int]) -> list[Line]:
    called = {pk: past for pk, past in _pasts(rule, ids).items() if past.called_at is not None}
    if not called:
        return []
    found = Ticket.objects.filter(pk__in=called).select_related("customer", "team").order_by("-pk")
    found = found.annotate(**{name: _then(key, called) for key, (name, _kind) in THEN.items()})
    fitting = found.filter(query(rule.conditions, paths={key: name for key, (name, _kind) in THEN.items()}))
    return [Line(ticket, called[ticket.pk].called_at or now()) for ticket in fitting]


def _then(key: str, called: dict[int, Past]) -> Case:
    """A property as it was on each ticket."""
    kind = THEN[key][1]
    by_value: dict[Any, list[int]] = {}
    for pk, past in called.items():
        by_value.setdefault(past.known[key], []).append(pk)
    whens = [When(pk__in=keys, then=Value(value, output_field=kind)) for value, keys in by_value.items()]
    return Case(*whens, default=F("state" if key == "state" else key), output_field=kind)


def _pasts(rule: Rule, ids: Sequence[int]) -> dict[int, Past]:
    """Each ticket as it was when it last called the rule."""
    wanted = {key for key in rule.triggers if trigger_named(key)}
    pasts = {pk: Past() for pk in ids}
    events = Event.objects.filter(subject_kind="ticket", subject_id__in=ids).order_by("-id")[:MOST_EVENTS]
    for event in reversed(list(events)):
        past = pasts[event.subject_id]
        past.hear(event)
        if told_by(event) & wanted:
            past.call(event.at)
    return pasts


def changes(rule: Rule, ticket: Ticket) -> Iterable[str]:
    """The rule's acts in words, without those that would change nothing on the ticket as it is."""
    for given in rule.acts:
        act = act_named(given["act"])
        if act is not None and not act.is_so(ticket, given["value"]):
            yield act.words(given["value"])
