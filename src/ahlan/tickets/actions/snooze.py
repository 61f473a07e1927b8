"""Verbs that put a ticket out of the working lists for a while, and bring it back."""

from datetime import datetime

from django.db import transaction

from ahlan.core.clock import now
from ahlan.tickets.actions.work import locked, move
from ahlan.tickets.models import State, Ticket
from ahlan.tickets.moments import is_ahead

BATCH = 200  # tickets woken in one transaction


@transaction.atomic
def snooze_ticket(ticket: Ticket, until: datetime, *, actor: str) -> Ticket:
    """Out of the working lists until then, or until the customer's next word. What was promised keeps running.

    Raises ValueError for a moment that is past or beyond a year, and for a closed ticket.
    """
    if not is_ahead(until) or locked(ticket).state == State.CLOSED:
        raise ValueError("nothing to put off")
    facts: dict[str, object] = {"until": until.isoformat()}
    return move(ticket, "ticket.snoozed", actor=actor, facts=facts, snoozed=True, wakes_at=until)


@transaction.atomic
def wake_ticket(ticket: Ticket, *, actor: str) -> Ticket:
    """Back into the working lists; nothing when it is awake."""
    if not locked(ticket).snoozed:
        return ticket
    return move(ticket, "ticket.woken", actor=actor, facts={}, snoozed=False, wakes_at=None)


def wake_due() -> int:
    """Wake the tickets whose moment has come; returns how many. Safe to repeat, and by two at once."""
    total = 0
    while found := _wake_some():
        total += found
    return total


@transaction.atomic
def _wake_some() -> int:
    """A batch, the earliest first. A ticket somebody is just changing is left to the next look.

    It keeps its moment, since when it asks to be looked at.
    """
    due = Ticket.objects.select_for_update(skip_locked=True).filter(snoozed=True, wakes_at__lte=now())
    found = list(due.order_by("wakes_at", "id")[:BATCH])
    for ticket in found:
        move(ticket, "ticket.woken", actor="system", facts={}, snoozed=False)
    return len(found)


def next_waking() -> datetime | None:
    """When the next ticket wakes: the head of an index."""
    asleep = Ticket.objects.filter(snoozed=True).order_by("wakes_at", "id")
    return asleep.values_list("wakes_at", flat=True).first()
