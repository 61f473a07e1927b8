"""Reading promises: which policy holds for a ticket, what falls due next, how the deadlines of tickets stand."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, Min, Q

from ahlan.calendars.calendar import Calendar
from ahlan.calendars.queries import ALWAYS, calendar_for, calendar_of, hours_of
from ahlan.events.definitions import Definitions
from ahlan.service_levels.clocks import Clock, Kind, State, Terms
from ahlan.service_levels.models import Deadline, Policy
from ahlan.tickets.conditions import matching
from ahlan.tickets.due import tells_due
from ahlan.tickets.models import Ticket

MOST_POLICIES = 50
LATEST = 3  # rows: the first response, the resolution, the last turn
SAME = (
    "turn", "started_at", "since", "counted", "counted_plain", "waiting", "due_at", "notice_at", "met_at",
    "warned_at", "breached_at", "answer",
)  # fmt: skip


SETTING = "service levels"
policies_of_house = Definitions(
    SETTING, read=lambda: {one.pk: one for one in Policy.objects.all()[:MOST_POLICIES]}, of=[Policy]
)
# Deadlines come only while there are policies, so what was found after the last one went stays so.
was_promised = Definitions(SETTING, read=lambda: Deadline.objects.exists(), of=[])


def terms_of(ticket: Ticket) -> Terms | None:
    """What the first policy that fits the ticket promises it now; None without one. Two queries at most."""
    policies = policies_of_house()
    held = matching(ticket, {pk: one.conditions for pk, one in policies.items()}) if policies else set()
    chosen = next((one for pk, one in policies.items() if pk in held), None)
    return chosen.terms(ticket.priority) if chosen else None


def hours_of_ticket(ticket: Ticket) -> tuple[int | None, Calendar]:
    """The hours a ticket is counted by, its team's or the house's: their id (None: round the clock) and value."""
    hours = hours_of(ticket.team.hours_id if ticket.team else None)
    return (hours.pk, calendar_of(hours)) if hours else (None, ALWAYS)


def clock_of(row: Deadline, hours: int | None, calendar: Calendar) -> Clock:
    """The row as a value. `hours` and `calendar` are the ticket's of now; the row's own are read where it counts by others."""
    own = row.since and row.hours != hours
    return Clock(
        kind=Kind(row.kind),
        calendar=calendar_for(row.hours) if own else calendar,
        policy=row.policy_id,
        target=row.target,
        state=State(row.state),
        **{name: getattr(row, name) for name in SAME},
    )


def next_notice() -> datetime | None:
    """When a deadline has to be looked at next: one step along an index, however many wait."""
    waiting = Deadline.objects.filter(notice_at__isnull=False).order_by("notice_at")
    return waiting.values_list("notice_at", flat=True).first()


def promises_of(ticket: Ticket) -> list[Deadline]:
    """The promises of one ticket that were made, of each kind the latest. One query, kept on the value for all that read it."""
    if not hasattr(ticket, "promises"):
        if not ticket.holds(Deadline):
            return []
        once = ExpressionWrapper(Q(turn=0), output_field=BooleanField())
        rows = Deadline.objects.filter(ticket=ticket).exclude(state=State.NA).select_related("policy")
        latest = {row.kind: row for row in reversed(rows.order_by(once.desc(), "-turn")[:LATEST])}
        ticket.promises = [latest[kind.value] for kind in Kind if kind.value in latest]  # type: ignore[attr-defined]
    found: list[Deadline] = ticket.promises  # type: ignore[attr-defined]
    return found


def next_of(rows: Iterable[Deadline]) -> Deadline | None:
    """What is overdue, else what falls due first, of those somebody waits for; a paused promise presses nobody."""
    pressing = [
        row for row in rows if row.waiting and row.due_at and row.state in (State.BREACHED, State.RUNNING)
    ]
    return min(pressing, key=lambda row: row.due_at or row.started_at, default=None)


@tells_due
def due_times(tickets: Sequence[int]) -> dict[int, datetime]:
    """The deadline somebody waits for that is missed or falls due first, of each ticket that has one. One query."""
    waiting = Deadline.objects.filter(
        ticket__in=tickets, waiting=True, state__in=[State.RUNNING, State.BREACHED]
    )
    return dict(waiting.values_list("ticket").annotate(first=Min("due_at")).filter(first__isnull=False))


def deadlines_of(tickets: Iterable[int]) -> dict[int, list[Deadline]]:
    """The deadlines that somebody waits for, by ticket. One query."""
    found: dict[int, list[Deadline]] = {}
    for row in Deadline.objects.filter(ticket__in=list(tickets), waiting=True).exclude(state=State.NA):
        found.setdefault(row.ticket_id, []).append(row)
    return found
