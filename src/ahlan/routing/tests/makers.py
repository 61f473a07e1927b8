"""A plan, people who are there, and tickets that come in."""

from typing import Any

from tests.makers import make_customer, make_inbox, make_ticket

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.events.log import record
from ahlan.events.models import Event
from ahlan.routing.actions.plans import save_plan, set_capacity
from ahlan.routing.actions.queue import move_queue
from ahlan.routing.models import Plan
from ahlan.staff.actions.presence import be_heard, choose_presence
from ahlan.staff.models import Agent, Presence
from ahlan.tickets.models import Ticket

__all__ = [
    "arrive",
    "assigned",
    "go",
    "make_inbox",
    "make_plan",
    "move_queue",
    "reasons",
    "set_capacity",
    "there",
]


def make_plan(**over: Any) -> Plan:
    """Gives every ticket to whoever has the most room."""
    return save_plan(
        **{"name": "Everybody", "conditions": {"all": []}, "way": "load", "actor": "system", **over}
    )


def there(*agents: Agent) -> None:
    """They are available from now on, and their browser stays open."""
    for agent in agents:
        be_heard(agent)
        choose_presence(agent, "available")


def go(agent: Agent, kind: str = "offline") -> None:
    choose_presence(agent, kind)


def arrive(inbox: Inbox, **over: Any) -> Ticket:
    """A ticket comes in as by mail: with its event."""
    ticket = make_ticket(inbox=inbox, customer=make_customer(), opened_at=now(), **over)
    record("ticket.opened", ticket, actor="system", audience=ticket.audience, inbox=inbox.pk, quiet=False)
    return ticket


def assigned(*tickets: Ticket) -> list[str | None]:
    """The names of those who have them."""
    found = dict(
        Ticket.objects.filter(pk__in=[one.pk for one in tickets]).values_list("pk", "assignee__name")
    )
    return [found[one.pk] for one in tickets]


def reasons(ticket: Ticket) -> list[dict[str, Any]]:
    """The facts of each assignment."""
    events = Event.objects.filter(kind="ticket.assigned", subject_id=ticket.pk, subject_kind="ticket")
    return [one.facts for one in events.order_by("id")]


def still_there() -> None:
    """Time has gone by, and every browser has kept speaking."""
    Presence.objects.update(seen_at=now(), active_at=now())
