"""Verbs on many tickets at once: start, go on, stop.

A ticket and the note that it is done are one transaction: killed at any line, the work goes on where it was and nothing
is done twice. A job works for a moment only and leaves the rest to the next, so that other work comes between.
"""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Min, QuerySet

from ahlan.core.clock import now
from ahlan.events.definitions import Definitions
from ahlan.events.jobs import enqueue
from ahlan.events.log import record
from ahlan.rules import acts as register
from ahlan.rules.actions.running import RELATED, do_all
from ahlan.rules.acts import By
from ahlan.rules.models import Bulk, BulkTicket
from ahlan.staff.models import Agent
from ahlan.tickets.actions.work import locked
from ahlan.tickets.lists import view_named
from ahlan.tickets.models import Ticket
from ahlan.tickets.policies import tickets_of

MOST_CHOSEN = 1_000
MOST = 20_000  # tickets of one list
GATHERED = 1_000  # in one transaction
AT_ONCE = 5  # tickets in one transaction
TURN = 2.0  # seconds a job works
GO_ON = "ahlan.rules.subscribers.go_on"
GOING_ON = (Bulk.State.GATHERING, Bulk.State.RUNNING)


def _who() -> frozenset[int]:
    return frozenset(Bulk.objects.filter(state__in=GOING_ON).values_list("agent", flat=True))


busy = Definitions("bulks", read=_who, of=[Bulk])  # whose work is going on


@transaction.atomic
def start_bulk(
    *, agent: Agent, acts: Iterable[Mapping[str, Any]], numbers: Iterable[int] = (), view: str = ""
) -> Bulk:
    """Do acts, as this agent, to chosen tickets or to all that a list holds now (the newest `MOST` of them).

    Raises BadAct; ValueError for no act or no ticket, and for more than `MOST_CHOSEN` chosen ones.
    """
    checked, chosen = register.check(acts, "macro"), set(numbers)
    if not checked or not (chosen or view) or len(chosen) > MOST_CHOSEN:
        raise ValueError("something is done to some tickets")
    bulk = Bulk.objects.create(
        agent=agent, acts=checked, view=view, state=Bulk.State.GATHERING if view else Bulk.State.RUNNING
    )
    if not view:
        bulk.total = _add(bulk, tickets_of(agent).filter(pk__in=chosen))
        bulk.save()
    record("bulk.started", bulk, actor=agent.actor, tickets=bulk.total)
    _go_on_later(bulk)
    return bulk


def _add(bulk: Bulk, tickets: QuerySet[Ticket]) -> int:
    ids = list(tickets.order_by("-pk").values_list("pk", flat=True)[:GATHERED])
    BulkTicket.objects.bulk_create((BulkTicket(bulk=bulk, ticket_id=pk) for pk in ids), ignore_conflicts=True)
    return len(ids)


def _go_on_later(bulk: Bulk) -> None:
    """By a key that moves with the work, so that a job that is run again does not double it."""
    enqueue(GO_ON, args=[bulk.pk], unique_key=f"bulk:{bulk.pk}:{bulk.total}:{bulk.done}")


def go_on(bulk_id: int) -> None:
    """Work for a moment. Safe to repeat, and by two at once."""
    until = time.monotonic() + TURN
    while time.monotonic() < until:
        if not (_gather_some(bulk_id) or _do_some(bulk_id)):
            return
    bulk = Bulk.objects.filter(pk=bulk_id, state__in=GOING_ON).first()
    if bulk is not None:
        _go_on_later(bulk)


@transaction.atomic
def _gather_some(bulk_id: int) -> bool:
    """Set down the next tickets of the list, the newest first; whether there was anything to do."""
    bulk = _held(bulk_id, Bulk.State.GATHERING)
    if bulk is None:
        return False
    view = view_named(bulk.agent, bulk.view)
    found = tickets_of(bulk.agent).filter(view.match(bulk.agent)) if view else Ticket.objects.none()
    last = bulk.tickets.aggregate(last=Min("ticket"))["last"]
    count = _add(bulk, found if last is None else found.filter(pk__lt=last))
    bulk.total += count
    if count < GATHERED or bulk.total >= MOST:
        bulk.state = Bulk.State.RUNNING
    bulk.save()
    return True


@transaction.atomic
def _do_some(bulk_id: int) -> bool:
    """Do the next tickets; whether there was anything to do."""
    bulk = _held(bulk_id, Bulk.State.RUNNING)
    if bulk is None:
        return False
    waiting = list(bulk.tickets.filter(waits=True).order_by("id")[:AT_ONCE])
    for one in waiting:
        one.failed = _do(bulk, one.ticket_id)
        one.waits, one.is_failed = False, bool(one.failed)
    BulkTicket.objects.bulk_update(waiting, ["failed", "is_failed", "waits"])
    failed = sum(one.is_failed for one in waiting)
    Bulk.objects.filter(pk=bulk.pk).update(done=F("done") + len(waiting), failed=F("failed") + failed)
    if not waiting:
        _end(bulk, Bulk.State.DONE, "bulk.finished", bulk.agent.actor)
    return bool(waiting)


def _held(bulk_id: int, state: str) -> Bulk | None:
    found = Bulk.objects.select_for_update(of=("self",)).select_related("agent__role")
    return found.filter(pk=bulk_id, state=state).first()


def _do(bulk: Bulk, ticket_id: int) -> list[list[str]]:
    """Do the acts to one ticket, if the agent may still see it; returns what could not be done."""
    if not tickets_of(bulk.agent).filter(pk=ticket_id).exists():
        return [[one["act"], "forbidden"] for one in bulk.acts]
    held = locked(Ticket(pk=ticket_id))
    if held.pk != ticket_id:  # merged meanwhile: the other ticket was not meant
        return [[one["act"], "merged"] for one in bulk.acts]
    ticket = Ticket.objects.select_related(*RELATED).get(pk=held.pk)
    return do_all(bulk.acts, ticket, By(bulk.agent.actor, bulk.agent))


@transaction.atomic
def stop_bulk(bulk: Bulk) -> None:
    """Leave the rest undone. What is done stays done."""
    held = Bulk.objects.select_for_update().filter(pk=bulk.pk, state__in=GOING_ON).first()
    if held is not None:
        _end(held, Bulk.State.STOPPED, "bulk.stopped", bulk.agent.actor)


def _end(bulk: Bulk, state: str, kind: str, actor: str) -> None:
    bulk.state, bulk.ended_at = state, now()
    bulk.save(update_fields=["state", "ended_at"])
    record(kind, bulk, actor=actor)
