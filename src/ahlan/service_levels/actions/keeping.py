"""Verbs that keep the deadlines: as something happens to a ticket, and as they fall due."""

from collections.abc import Callable

from django.db import transaction

from ahlan.calendars.calendar import Calendar
from ahlan.calendars.queries import ALWAYS, calendar_for
from ahlan.core.clock import now
from ahlan.events.log import record
from ahlan.events.models import Event
from ahlan.service_levels import clocks
from ahlan.service_levels.clocks import Clock, Happening, What, replay, step
from ahlan.service_levels.log import COMING, GOING, Seen, told, what_of
from ahlan.service_levels.models import Deadline
from ahlan.service_levels.queries import (
    SAME,
    clock_of,
    hours_of_ticket,
    policies_of_house,
    terms_of,
    was_promised,
)
from ahlan.staff.models import Team
from ahlan.tickets.actions.views import relist
from ahlan.tickets.models import Removal, Ticket

BATCH = 200  # tickets noticed in one transaction
BEGINNINGS = ("message.received", "ticket.split_off")  # what the log of a ticket begins with
COLUMNS = [field.attname for field in Deadline._meta.concrete_fields]


def keep(event: Event) -> None:
    """Take the deadlines of a ticket over what has just happened to it. Part of the verb that did it.

    A ticket that has none yet, because no policy fitted, gets them from its log: from the same starts as if there
    had always been one, but nothing that is over is judged by it.
    """
    if not policies_of_house() and not was_promised():
        return
    found = Ticket.objects.select_for_update(of=("self",)).select_related("team")
    ticket = found.filter(pk=event.subject_id).first()
    rows = _rows(event)
    terms = terms_of(ticket) if ticket else None
    if ticket is None or not (rows or terms):
        return
    hours, calendar = hours_of_ticket(ticket)
    held = [clock_of(row, hours, calendar) for row in rows] if rows else replay(_before(ticket, event))
    message = event.facts.get("message") or 0
    gone = ticket.removal != Removal.NONE
    happening = Happening(event.at, what_of(event), ticket.state, calendar, terms, message, gone)
    _save(ticket, rows, step(held, happening), hours)


def _rows(event: Event) -> list[Deadline]:
    """The rows it may touch: all where a ticket goes or comes back, else not the turns that are over."""
    rows = Deadline.objects.filter(ticket=event.subject_id)
    if event.kind in (*GOING, *COMING):
        return list(rows)
    some = rows.filter(turn=0) | rows.filter(met_at=None)
    if event.kind == "message.unsent":
        some |= rows.filter(answer=event.facts.get("message") or 0)
    return list(some)


def notice_due() -> int:
    """See what has fallen due, to be warned of or breached; returns how many. Safe to repeat, and by two at once."""
    total = 0
    while found := _notice_some():
        total += found
    return total


@transaction.atomic
def _notice_some() -> int:
    """A batch, the earliest first. A ticket somebody is just changing is left to him, or to the next look."""
    at = now()
    due = Deadline.objects.filter(notice_at__lte=at).order_by("notice_at")
    ids = list(due.values_list("ticket", flat=True)[:BATCH])
    locked = Ticket.objects.select_for_update(skip_locked=True).filter(pk__in=ids).order_by("pk")
    tickets = {one.pk: one for one in locked}
    rows = list(due.filter(ticket__in=tickets))
    seen = 0
    for row in rows:
        clock = clock_of(row, row.hours, ALWAYS)
        clocks.notice(clock, at)
        seen += _save_one(tickets[row.ticket_id], row, clock, row.hours)
    for pk in {row.ticket_id for row in rows if row.is_overdue}:
        relist(pk)
    return seen


@transaction.atomic
def judge_anew(ticket: Ticket) -> None:
    """Work the deadlines out from the log, as if the policies of now had always held: for imported and sample history."""
    terms = terms_of(ticket)
    events = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")
    hours, _calendar = hours_of_ticket(ticket)
    held = replay(told(events, _calendars(), lambda seen: terms)) if terms else []
    for clock in held:
        clocks.notice(clock, now())
    Deadline.objects.filter(ticket=ticket).delete()
    Deadline.objects.bulk_create(_fill(Deadline(ticket=ticket), clock, hours) for clock in held)
    relist(ticket.pk)


def _before(ticket: Ticket, event: Event) -> list[Happening]:
    """What happened to a ticket before an event, when nothing was promised; one that has no log began with a question."""
    earlier = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk, pk__lt=event.pk)
    calendars = _calendars()
    found = list(told(earlier.order_by("id"), calendars, lambda seen: None))
    if not found and event.kind not in BEGINNINGS:
        found = [Happening(ticket.opened_at, What.ASKED, clocks.OPEN, calendars(Seen()))]
    return found


def _calendars() -> Callable[[Seen], Calendar]:
    """The hours of the team a ticket was with, each read once."""
    known: dict[int | None, Calendar] = {}

    def calendar(seen: Seen) -> Calendar:
        if seen.team not in known:
            hours = Team.objects.filter(pk=seen.team or 0).values_list("hours", flat=True).first()
            known[seen.team] = calendar_for(hours)
        return known[seen.team]

    return calendar


def _save(ticket: Ticket, rows: list[Deadline], held: list[Clock], hours: int | None) -> None:
    """Write what has changed, take away what is no more, and put the ticket into the lists it now belongs to."""
    known = {(row.kind, row.turn): row for row in rows}
    listed = {(row.policy_id, row.is_overdue) for row in rows}
    kept = []
    for clock in held:
        row = known.pop((clock.kind.value, clock.turn), None) or Deadline(ticket=ticket)
        _save_one(ticket, row, clock, hours)
        kept.append(row)
    if known:
        Deadline.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    if listed != {(row.policy_id, row.is_overdue) for row in kept}:
        relist(ticket.pk)


def _save_one(ticket: Ticket, row: Deadline, clock: Clock, hours: int | None) -> bool:
    """Write one row if it has changed, and say so if its deadline was missed or comes near."""
    before = {name: getattr(row, name) for name in COLUMNS}
    _fill(row, clock, hours)
    if row.pk and before == {name: getattr(row, name) for name in COLUMNS}:
        return False
    row.save()
    if row.breached_at and not before["breached_at"]:
        _tell("service_level.breached", ticket, row)
    elif row.warned_at and not before["warned_at"]:
        _tell("service_level.warned", ticket, row)
    return True


def _fill(row: Deadline, clock: Clock, hours: int | None) -> Deadline:
    row.kind, row.state, row.policy_id = clock.kind.value, clock.state.value, clock.policy
    row.amount = clock.target.amount if clock.target else None
    row.unit = clock.target.unit.value if clock.target else ""
    for name in SAME:
        setattr(row, name, getattr(clock, name))
    if clock.met_at is None:
        row.hours = hours
    return row


def _tell(kind: str, ticket: Ticket, row: Deadline) -> None:
    due_at = row.due_at.isoformat() if row.due_at else None
    record(
        kind, ticket, actor="system", audience=ticket.audience, deadline=row.kind, turn=row.turn,
        policy=row.policy_id, due_at=due_at,
    )  # fmt: skip
