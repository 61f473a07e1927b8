"""Reading the queue: which plan holds, when it has to be looked at, how much waits."""

from collections.abc import Mapping
from datetime import datetime

from ahlan.core.clock import now
from ahlan.events.definitions import Definitions
from ahlan.events.models import Event
from ahlan.routing.models import Nudge, Plan, Waiting
from ahlan.tickets.conditions import matching
from ahlan.tickets.models import Ticket

MOST_PLANS = 50
has_plans = Definitions("plans", read=Plan.objects.exists, of=[Plan])


def plans() -> dict[int, Plan]:
    """All of them by key, in their order. One query."""
    return {one.pk: one for one in Plan.objects.select_related("team", "overflow_team")[:MOST_PLANS]}


def plan_for(ticket: Ticket, known: Mapping[int, Plan]) -> Plan | None:
    """The first plan that fits a ticket now. One query."""
    held = matching(ticket, {pk: one.conditions for pk, one in known.items()}) if known else set()
    return next((one for pk, one in known.items() if pk in held), None)


def team_for(ticket: Ticket, plan: Plan) -> int | None:
    """The team whose people are asked: the plan's, unless somebody else than a plan has given the ticket to a team.

    One query where the two differ.
    """
    if not plan.team_id or ticket.team_id in (None, plan.team_id):
        return plan.team_id or ticket.team_id
    moved = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk, kind="ticket.transferred")
    last = moved.order_by("-id").first()
    return plan.team_id if last and last.facts.get("plan") else ticket.team_id


def next_move() -> datetime | None:
    """When the queue has to be looked at next: a step along each of three indexes, however many wait."""
    if Waiting.objects.filter(lane__isnull=True).exists():
        return now()
    nudge = Nudge.objects.order_by("at").values_list("at", flat=True).first()
    widen = Waiting.objects.filter(widen_at__isnull=False).order_by("widen_at")
    return min(filter(None, [nudge, widen.values_list("widen_at", flat=True).first()]), default=None)
