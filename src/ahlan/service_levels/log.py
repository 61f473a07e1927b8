"""The event log as the clocks understand it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ahlan.calendars.calendar import Calendar
from ahlan.events.models import Event
from ahlan.service_levels.clocks import CLOSED, OPEN, Happening, Terms, What

KINDS = (
    "message.received", "message.queued", "message.unsent", "message.read_after_all", "note.written",
    "ticket.assigned", "ticket.transferred", "ticket.state_changed", "ticket.closed", "ticket.reopened",
    "ticket.priority_changed", "ticket.tagged", "ticket.status_changed", "ticket.type_changed", "ticket.fields_changed", "ticket.marked_spam", "ticket.deleted", "ticket.restored",
    "ticket.merged", "ticket.unmerged", "ticket.split_off", "ticket.segments_changed",
)  # fmt: skip
GOING = ("ticket.marked_spam", "ticket.deleted", "ticket.merged")
COMING = ("ticket.restored", "ticket.unmerged")


def what_of(event: Event) -> What:
    """What it means to the clocks. Words of machines and words to others than the customer mean nothing to them."""
    by = event.actor.partition(":")[0]
    facts = event.facts
    if event.kind == "message.received" and not facts.get("automatic"):
        return What.ASKED
    if event.kind == "ticket.split_off" and facts["asks"]:
        return What.ASKED
    aside = facts.get("forward") or facts.get("again") or facts.get("automatic")
    if event.kind == "message.queued" and by == "agent" and not aside:
        return What.ANSWERED
    if event.kind == "message.unsent":
        return What.UNSENT
    return What.CAME_BACK if event.kind == "ticket.reopened" and by == "customer" else What.OTHER


@dataclass
class Seen:
    """A ticket as far as its log tells."""

    state: str = OPEN
    gone: bool = False
    team: int | None = None
    priority: int = 2

    def hear(self, event: Event) -> None:
        facts = event.facts
        if event.kind == "ticket.opened" and facts.get("quiet"):
            self.state = CLOSED
        elif event.kind in ("ticket.closed", "ticket.reopened", "ticket.state_changed"):
            self.state = facts.get("state", CLOSED)
        elif event.kind in (*GOING, *COMING):
            self.gone = event.kind in GOING
        elif event.kind == "ticket.transferred":
            self.team = facts["team"]
        elif event.kind == "ticket.priority_changed":
            self.priority = facts["priority"]


def told(
    events: Iterable[Event],
    calendar_of: Callable[[Seen], Calendar],
    terms_of: Callable[[Seen], Terms | None],
) -> Iterator[Happening]:
    """What happened to one ticket by its events in order, with the hours and terms of each moment."""
    seen = Seen()
    for event in events:
        seen.hear(event)
        if event.kind in KINDS:
            message = event.facts.get("message") or 0
            calendar, terms = calendar_of(seen), terms_of(seen)
            yield Happening(event.at, what_of(event), seen.state, calendar, terms, message, seen.gone)
