"""Verbs that count the time people work on tickets: seconds in front of one, a timer, minutes told by hand.

A page tells the whole of its own seconds again and again; they go into the log when it has fallen silent, so the log has one event for each
stretch of work and not for each beat.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from ahlan.core.clock import now
from ahlan.events.log import record
from ahlan.kpis.actions.keeping import course_of
from ahlan.kpis.models import Sitting
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket

SILENT = timedelta(seconds=90)  # a page in front speaks each half minute
SLACK = 45  # seconds a page may be ahead of what we have heard of it
LONGEST = 12 * 3600  # seconds of one stretch; a timer left running over night says nothing
KEPT = timedelta(days=1)
AT_ONCE = 500


class TooLong(ValueError):
    """More, or less, than one can have worked on it."""


@transaction.atomic
def hear_work(agent: Agent, ticket: Ticket, *, key: str, seconds: int) -> None:
    """A page of his had the ticket in front for so long, all in all. A word that comes late or twice changes nothing, no page can tell of more
    time than has gone by, and while his timer runs that alone counts."""
    if Sitting.objects.filter(agent=agent.pk, is_timer=True).exists():
        return
    at = now()
    sitting, made = Sitting.objects.get_or_create(
        agent=agent.pk, key=key, defaults={"ticket": ticket.pk, "began_at": at, "heard_at": at}
    )
    most = min(LONGEST, int((at - sitting.began_at).total_seconds()) + SLACK)
    told = min(max(seconds, 0), most)
    if sitting.ticket == ticket.pk and (told > sitting.seconds or made):
        Sitting.objects.filter(pk=sitting.pk, seconds__lte=told).update(seconds=told, heard_at=at)


@transaction.atomic
def start_timer(agent: Agent, ticket: Ticket) -> Sitting:
    """Count from now on until he stops it. One that runs elsewhere is stopped first."""
    stop_timer(agent)
    at = now()
    begun = {"ticket": ticket.pk, "key": secrets.token_hex(16), "began_at": at, "heard_at": at}
    return Sitting.objects.get_or_create(agent=agent.pk, is_timer=True, defaults=begun)[0]


@transaction.atomic
def stop_timer(agent: Agent) -> int:
    """Returns the seconds that were counted; 0 where none ran."""
    running = Sitting.objects.select_for_update().filter(agent=agent.pk, is_timer=True).first()
    if running is None:
        return 0
    seconds = min(LONGEST, int((now() - running.began_at).total_seconds()))
    running.delete()
    _count(running.ticket, agent.pk, seconds, now(), by="timer")
    return seconds


@transaction.atomic
def add_minutes(agent: Agent, ticket: Ticket, minutes: int) -> None:
    """What nothing has counted, such as a talk in the corridor. Raises TooLong."""
    if not 1 <= minutes * 60 <= LONGEST:
        raise TooLong("not within a working day")
    _count(ticket.pk, agent.pk, minutes * 60, now(), by="hand")


def count_silent() -> int:
    """Put into the log what pages told that have fallen silent, and forget what is long counted; returns of how many."""
    silent = Sitting.objects.filter(is_timer=False, heard_at__lt=now() - SILENT)
    found = list(
        silent.filter(seconds__gt=F("counted")).order_by("heard_at").values_list("pk", flat=True)[:AT_ONCE]
    )
    for pk in found:
        _count_sitting(pk)
    silent.filter(heard_at__lt=now() - KEPT, seconds=F("counted")).delete()
    return len(found)


@transaction.atomic
def _count_sitting(pk: int) -> None:
    sitting = Sitting.objects.select_for_update().filter(pk=pk, seconds__gt=F("counted")).first()
    if sitting is None:
        return
    _count(sitting.ticket, sitting.agent, sitting.seconds - sitting.counted, sitting.heard_at, by="page")
    Sitting.objects.filter(pk=pk).update(counted=sitting.seconds)


def _count(number: int, agent: int | None, seconds: int, ended: datetime, *, by: str) -> None:
    """In the ticket it has been merged into, where it has; nowhere where it is gone."""
    ticket = Ticket.objects.select_related("merged_into").filter(pk=number).first()
    if ticket is None or not seconds:
        return
    ticket = ticket.merged_into or ticket
    actor = f"agent:{agent}" if agent else "system"
    record(
        "handling.counted", ticket, actor=actor, audience=ticket.audience if by != "page" else "",
        agent=agent, seconds=seconds, by=by, ended_at=ended.isoformat(),
    )  # fmt: skip


def carry_work(source: int, target: int, *, back: bool) -> None:
    """What was worked on a ticket goes along when it is merged into another, and comes back with it. Nobody's time is counted twice."""
    if seconds := course_of(source).worked:
        _count(target, None, -seconds if back else seconds, now(), by="merge")
