"""Verbs on the checklist of a ticket: add, tick, move and delete what is to be done for it."""

from django.db import transaction
from django.db.models import Max

from ahlan.core.clock import now
from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.staff.models import Agent
from ahlan.tickets.actions.work import locked
from ahlan.tickets.models import Item, Ticket

MOST = 50  # items of one ticket
LONGEST = 200


class TooManyItems(Exception):
    """The checklist is full."""


@transaction.atomic
def add_item(ticket: Ticket, text: str, *, actor: str) -> Item:
    """Put something at the end of the list. Raises ValueError for nothing, TooManyItems."""
    text = " ".join(clean(text).split())[:LONGEST]
    if not text:
        raise ValueError("nothing to do")
    held = locked(ticket)
    if held.items.count() >= MOST:
        raise TooManyItems
    last = held.items.aggregate(last=Max("place"))["last"] or 0
    made = Item.objects.create(ticket=held, text=text, place=last + 1)
    _tell("ticket.item_added", made, held, actor)
    return made


@transaction.atomic
def tick_item(item: Item, done: bool, *, agent: Agent) -> None:
    """Say that it is done, or is not; nothing when it was said already."""
    held = locked(item.ticket)
    found = Item.objects.filter(pk=item.pk, done_at__isnull=done)
    if found.update(done_at=now() if done else None, done_by=agent if done else None):
        _tell("ticket.item_done" if done else "ticket.item_undone", item, held, agent.actor)


@transaction.atomic
def move_item(item: Item, steps: int, *, actor: str) -> None:
    """Earlier (-1) or later (1) in the list; at an end nothing happens."""
    held = locked(item.ticket)
    ordered = list(held.items.all())
    here = [one.pk for one in ordered].index(item.pk)
    there = min(max(here + steps, 0), len(ordered) - 1)
    if there == here:
        return
    ordered.insert(there, ordered.pop(here))
    for n, one in enumerate(ordered):
        one.place = n
    Item.objects.bulk_update(ordered, ["place"])
    _tell("ticket.items_moved", item, held, actor)


@transaction.atomic
def delete_item(item: Item, *, actor: str) -> None:
    """Take it off the list."""
    held = locked(item.ticket)
    gone, _kinds = Item.objects.filter(pk=item.pk).delete()
    if gone:
        _tell("ticket.item_deleted", item, held, actor)


def _tell(kind: str, item: Item, ticket: Ticket, actor: str) -> None:
    record(kind, ticket, actor=actor, audience=ticket.audience, item=item.pk)
