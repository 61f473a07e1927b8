"""`ahlan doctor`: whether all is well, and what to do where it is not."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Sum

from ahlan.channels.models import Mailbox, RawInbound
from ahlan.events.queries import health
from ahlan.staff.models import Agent
from ahlan.tickets.models import Delivery, Message, Tally, Ticket
from ahlan.tickets.tallies import recount

LITTLE_SPACE = 2 * 1024**3  # bytes


@dataclass(frozen=True, slots=True)
class Finding:
    well: bool
    text: str


def examine() -> list[Finding]:
    """Every finding, in order; those after a database that cannot be reached are left out."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return [
            Finding(False, f"The database cannot be reached ({type(error).__name__}): look at DATABASE_URL")
        ]
    checks: list[Callable[[], Finding]] = [
        _migrations,
        _space,
        _people,
        _workers,
        _jobs,
        _intake,
        _sending,
        _boxes,
        _tallies,
    ]
    found = []
    for check in checks:
        found.append(check())
        if not found[0].well:
            break
    return found


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return Finding(
        not waiting,
        f"{waiting} changes to the database wait: ahlan setup" if waiting else "Database up to date",
    )


def _space() -> Finding:
    free = shutil.disk_usage(settings.DATA).free
    return Finding(free > LITTLE_SPACE, f"{free / 1e9:.1f} GB free in {settings.DATA}")


def _people() -> Finding:
    chiefs = sum(
        1 for agent in Agent.objects.active().select_related("role")[:1000] if agent.may("staff.manage")
    )
    return Finding(
        chiefs > 0,
        f"{chiefs} people can manage people" if chiefs else "Nobody can: ahlan user create … --role admin",
    )


def _workers() -> Finding:
    silent = health()["worker_seen_seconds_ago"]
    if silent is None:
        return Finding(False, "No worker has ever run: ahlan run, or ahlan work")
    return Finding(
        silent < 30,
        f"A worker was last heard {silent:.0f} s ago" + ("" if silent < 30 else ": start ahlan work"),
    )


def _jobs() -> Finding:
    seen = health()
    return Finding(
        not seen["dead"], f"{seen['dead']} jobs have failed: see /work/" if seen["dead"] else "No failed jobs"
    )


def _intake() -> Finding:
    unread = RawInbound.objects.filter(state=RawInbound.State.NEW)[:1000].count()
    return Finding(unread < 1000, f"{unread}{'+' if unread == 1000 else ''} messages kept and not read yet")


def _sending() -> Finding:
    stuck = Message.objects.filter(delivery__in=[Delivery.UNSURE, Delivery.FAILED])[:1000].count()
    return Finding(
        not stuck,
        f"{stuck} messages were not sent or may not have been: they are marked on their tickets"
        if stuck
        else "All sent",
    )


def _boxes() -> Finding:
    ill = [box.inbox.name for box in Mailbox.objects.exclude(error="").select_related("inbox")[:100]]
    return Finding(
        not ill, f"Mailboxes with trouble: {', '.join(ill)}; see Health" if ill else "Mailboxes well"
    )


def _tallies() -> Finding:
    counted = Ticket.objects.count()
    kept = Tally.objects.filter(view_id=None).aggregate(total=Sum("n"))["total"] or 0
    if counted == kept:
        return Finding(True, f"{counted} tickets, counted right")
    recount()
    return Finding(True, f"Counts were off by {abs(counted - kept)} and have been put right")
