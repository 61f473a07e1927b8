"""Verbs on saved views: save, delete, and keep what they list as tickets move."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from ahlan.core.text import clean
from ahlan.events.definitions import Definitions
from ahlan.events.jobs import enqueue
from ahlan.events.log import record
from ahlan.staff.models import Agent, Team
from ahlan.tickets.conditions import check, is_lasting, matching, query
from ahlan.tickets.models import Listed, Order, Removal, SavedView, Tally, Ticket
from ahlan.tickets.sorting import check_order, key_of, sorting_rows
from ahlan.tickets.tallies import Place, listed_place, tally

BATCH = 1_000  # tickets gathered in one transaction
MOST_VIEWS = 300  # lasting ones in a house; each ticket that moves is asked about all of them
GATHER = "ahlan.tickets.subscribers.gather_view"

lasting_views = Definitions(
    "lasting views",
    read=lambda: {one.pk: one for one in SavedView.objects.filter(lasting=True)[:MOST_VIEWS]},
    of=[SavedView],
)


class TooManyViews(Exception):
    """The house has as many saved views as it can keep up to date."""


@transaction.atomic
def save_view(
    view: SavedView | None = None,
    *,
    name: str,
    conditions: dict[str, Any],
    order: str = Order.NEWEST_WORD,
    shows: Iterable[str] = (),
    owner: Agent | None = None,
    team: Team | None = None,
    actor: str,
) -> SavedView:
    """Make a view or change one. With neither owner nor team it is everybody's.

    Its tickets are gathered by a job; until that is done the view says so. Raises BadCondition, TooManyViews.
    """
    conditions = check(conditions)
    view = view or SavedView()
    again = view.pk is None or (view.conditions, view.order) != (conditions, order)
    view.name, view.conditions, view.order, view.shows = (
        clean(name)[:80],
        conditions,
        check_order(order),
        list(shows),
    )
    view.owner, view.team = owner, team
    view.lasting = is_lasting(conditions)
    if view.lasting and SavedView.objects.filter(lasting=True).exclude(pk=view.pk).count() >= MOST_VIEWS:
        raise TooManyViews
    view.save()
    if again:
        gather_anew(view)
    record("view.saved", view, actor=actor, audience="everyone")
    return view


@transaction.atomic
def delete_view(view: SavedView, *, actor: str) -> None:
    """Take a view away; its tickets stay where they are."""
    record("view.deleted", view, actor=actor, audience="everyone")
    empty(view)
    view.delete()


def gather_anew(view: SavedView) -> None:
    """Forget what a view lists, and find it again by a job."""
    empty(view)
    view.gathered = not view.lasting
    view.save(update_fields=["gathered"])
    if view.lasting:
        enqueue(GATHER, args=[view.pk], unique_key=f"gather:{view.pk}")


def empty(view: SavedView) -> None:
    """Forget what a view lists."""
    Listed.objects.filter(view=view).delete()
    Tally.objects.filter(view_id=view.pk).delete()


def gather(view: SavedView) -> None:
    """Find the tickets of a view, a batch in each transaction, the newest first. Safe to repeat, and beside verbs."""
    before: int | None = None
    while True:
        with transaction.atomic():
            found = Ticket.objects.filter(query(view.conditions), removal=Removal.NONE)
            if before is not None:
                found = found.filter(pk__lt=before)
            held = list(found.select_for_update(of=("self",)).order_by("-pk")[:BATCH])
            _list(view, held)
            if len(held) < BATCH:
                SavedView.objects.filter(pk=view.pk, conditions=view.conditions).update(gathered=True)
                record("view.gathered", view, actor="system", audience="everyone")
                return
        before = held[-1].pk


def _list(view: SavedView, tickets: list[Ticket]) -> None:
    known = set(Listed.objects.filter(view=view, ticket__in=tickets).values_list("ticket_id", flat=True))
    fresh = [one for one in tickets if one.pk not in known]
    rows = sorting_rows(fresh, [view.order])
    made = Listed.objects.bulk_create(
        Listed(
            view=view, ticket=one, inbox_id=one.inbox_id, internal=one.internal,
            key=key_of(one, view.order, rows.get(one.pk, {})),
        )
        for one in fresh
    )  # fmt: skip
    tally((None, listed_place(one)) for one in made)


def relist(ticket_id: int) -> None:
    """Put a ticket into the saved views it now belongs to, and out of the others. Part of the verb that moved it."""
    views = lasting_views()
    ticket = Ticket.objects.select_for_update().filter(pk=ticket_id).first() if views else None
    if ticket is None:
        return
    held = set() if ticket.removal else matching(ticket, {pk: view.conditions for pk, view in views.items()})
    now_in = {one.view_id: one for one in Listed.objects.filter(ticket=ticket)}
    gone = [one for pk, one in now_in.items() if pk not in held]
    if gone:
        Listed.objects.filter(pk__in=[one.pk for one in gone]).delete()
    rows = sorting_rows([ticket], {views[pk].order for pk in held}).get(ticket.pk, {})
    keys = {pk: key_of(ticket, views[pk].order, rows) for pk in held}
    moves: list[tuple[Place | None, Place | None]] = [(listed_place(one), None) for one in gone]
    moved = []
    for one in (one for pk, one in now_in.items() if pk in held):
        if (one.key, one.internal) != (keys[one.view_id], ticket.internal):
            before = listed_place(one)
            one.key, one.internal = keys[one.view_id], ticket.internal
            moved.append(one)
            moves.append((before, listed_place(one)))
    Listed.objects.bulk_update(moved, ["key", "internal"])
    come = Listed.objects.bulk_create(
        Listed(view_id=pk, ticket=ticket, inbox_id=ticket.inbox_id, internal=ticket.internal, key=keys[pk])
        for pk in held - now_in.keys()
    )
    tally([*moves, *((None, listed_place(one)) for one in come)])
