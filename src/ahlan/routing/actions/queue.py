"""Verbs on the queue: keep it as things happen to tickets, find each its lane, ask more people, give what waits."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from django.db import transaction
from django.db.models import Exists, OuterRef

from ahlan.core.clock import now
from ahlan.events.log import record
from ahlan.events.models import Event
from ahlan.routing.crew import Crew, Member, Need, need_of
from ahlan.routing.models import NEVER, Given, Lane, Nudge, Plan, Turnstile, Waiting
from ahlan.routing.queries import has_plans, plan_for, plans, team_for
from ahlan.staff.models import Agent, Availability, Presence
from ahlan.tickets.actions.work import assign_ticket, transfer_ticket
from ahlan.tickets.aside import aside
from ahlan.tickets.due import due_of
from ahlan.tickets.models import Removal, Sight, State, Ticket

PLACED = 100  # tickets that find their lane in one transaction
GIVEN = 20  # tickets given out in one; each holds its row and its agent's until the end
NUDGES = 1_000
FREES = {"ticket.assigned", "ticket.state_changed", "ticket.closed", "ticket.marked_spam", "ticket.deleted"}
GATHERED = 500


def waits(ticket: Ticket) -> bool:
    is_open = ticket.state == State.OPEN and ticket.removal == Removal.NONE and ticket.assignee_id is None
    return is_open and not aside([ticket.pk])


def keep(event: Event) -> None:
    """What has happened to a ticket, as far as the queue goes. Part of the verb that did it; our own acts see to themselves."""
    if event.facts.get("plan") or not has_plans():
        return
    ticket = Ticket.objects.filter(pk=event.subject_id).first()
    if ticket is None:
        return
    if event.actor.startswith("agent:"):
        Given.objects.filter(ticket=ticket).delete()
    if waits(ticket):
        taken_from = event.facts.get("before") if event.kind == "ticket.assigned" else None
        queue_up([ticket], spared=taken_from or 0)
    else:
        Waiting.objects.filter(ticket=ticket).delete()
        if event.kind in FREES and (ticket.assignee_id or event.facts.get("before")):
            nudge()  # somebody may have more room than before


def queue_up(tickets: Iterable[Ticket], *, spared: int = 0) -> None:
    """Let tickets wait, or be looked at anew where they wait already: their place in the queue is their first one."""
    rows = [
        Waiting(ticket=one, urgency=-one.priority, opened_at=one.opened_at, spared=spared) for one in tickets
    ]
    changed = ["lane", "urgency", "widen_at", *(["spared"] if spared else [])]
    Waiting.objects.bulk_create(rows, update_conflicts=True, unique_fields=["ticket"], update_fields=changed)


def nudge(at: datetime | None = None) -> None:
    """Let the queue be looked at, now or at a moment to come."""
    Nudge.objects.create(at=at or now())


def gather() -> None:
    """Let every open ticket without an assignee be looked at: plans have changed. Safe to repeat, and beside verbs."""
    after = 0
    while True:
        with transaction.atomic():
            _pass_alone()
            found = Ticket.objects.filter(state=State.OPEN, removal=Removal.NONE, assignee=None, pk__gt=after)
            tickets = list(
                found.order_by("pk")[:GATHERED]
            )  # one somebody takes meanwhile is let go when it is looked at
            queue_up(tickets)
        if len(tickets) < GATHERED:
            return
        after = tickets[-1].pk


def _pass_alone() -> None:
    """Hold the turnstile until the transaction ends: whatever touches many tickets of the queue comes one after another."""
    Turnstile.objects.get_or_create(pk=1)
    Turnstile.objects.select_for_update().get(pk=1)


def move_queue() -> int:
    """Find what came a lane, ask more people where it is time, give out what somebody can take; returns how many.

    Safe to repeat, and by two at once. Killed at any line, what was to be done still stands in the tables.
    """
    if Waiting.objects.filter(widen_at__lte=now()).exists():
        while widen_some():
            pass
    if Waiting.objects.filter(lane__isnull=True).exists():
        while place_some():
            pass
    seen = list(Nudge.objects.filter(at__lte=now()).order_by("at").values_list("pk", flat=True)[:NUDGES])
    total = found = give_some()
    while found == GIVEN:
        total += (found := give_some())
    Nudge.objects.filter(pk__in=seen).delete()
    return total


@transaction.atomic
def place_some() -> int:
    """Find the plan of some that came, hand them to its team, and put them in their lane. A ticket somebody is just
    changing is left to the next look."""
    _pass_alone()
    fresh = Waiting.objects.filter(lane__isnull=True).order_by("id").values_list("ticket", flat=True)
    tickets = _held(fresh[:PLACED])
    known = plans()
    chosen: dict[int, Plan] = {}
    for ticket in tickets:
        plan = plan_for(ticket, known) if waits(ticket) else None
        if plan:
            chosen[ticket.pk] = plan
            if plan.team and team_for(ticket, plan) != ticket.team_id:
                transfer_ticket(ticket, plan.team, actor="system", because={"plan": plan.pk})
    _put(tickets, chosen)
    return len(tickets)


def _held(ids: Iterable[int]) -> list[Ticket]:
    held = Ticket.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=list(ids))
    return list(held.order_by("pk"))


def _put(tickets: list[Ticket], chosen: Mapping[int, Plan]) -> None:
    queued = [one for one in tickets if one.pk in chosen and not chosen[one.pk].hands_over]
    rest = {one.pk for one in tickets} - {one.pk for one in queued}
    Waiting.objects.filter(ticket__in=rest).delete()
    due = due_of([one.pk for one in queued])
    rows = {one.ticket_id: one for one in Waiting.objects.filter(ticket__in=queued)}
    lanes: dict[str, Lane] = {}
    for ticket in (one for one in queued if one.pk in rows):
        row, plan = rows[ticket.pk], chosen[ticket.pk]
        overflows = row.since + timedelta(minutes=plan.overflow_minutes) if plan.overflow_minutes else None
        wide = overflows is not None and overflows <= now()
        row.lane = _lane(ticket, plan, wide, row.spared, lanes)
        row.due_at, row.widen_at = due.get(ticket.pk, NEVER), None if wide else overflows
        if not row.told:
            row.told = True
            record("ticket.queued", ticket, actor="system", audience=ticket.audience, plan=plan.pk)
    Waiting.objects.bulk_update(rows.values(), ["lane", "due_at", "widen_at", "told"])
    if rows:
        nudge()  # a worker that dies now leaves word that there is something to give


def _lane(ticket: Ticket, plan: Plan, wide: bool, spared: int, known: dict[str, Lane]) -> Lane:
    team = ticket.team_id
    language = ticket.language if plan.language_level else ""
    key = f"{plan.pk}:{team or 0}:{ticket.inbox_id}:{language}:{'wide' if wide else ''}:{spared or ''}"
    if key not in known:
        asked = {
            "plan": plan, "team_id": team, "inbox_id": ticket.inbox_id, "language": language, "wide": wide,
            "spared": spared,
        }  # fmt: skip
        known[key], _made = Lane.objects.get_or_create(key=key, defaults=asked)
    return known[key]


@transaction.atomic
def widen_some() -> int:
    """Ask the overflow team as well for what has waited long enough."""
    _pass_alone()
    due = Waiting.objects.filter(widen_at__lte=now()).order_by("widen_at").values_list("ticket", flat=True)
    tickets = {one.pk: one for one in _held(due[:PLACED])}
    rows = list(Waiting.objects.filter(ticket__in=tickets).select_related("lane__plan"))
    for row in rows:
        ticket = tickets[row.ticket_id]
        plan = row.lane.plan if row.lane else None
        row.widen_at = None
        if plan and plan.overflow_team_id:
            row.lane = _lane(ticket, plan, True, row.spared, {})
            record(
                "ticket.overflowed", ticket, actor="system", audience=ticket.audience, plan=plan.pk,
                overflow=plan.overflow_team_id, minutes=plan.overflow_minutes,
            )  # fmt: skip
    Waiting.objects.bulk_update(rows, ["lane", "widen_at"])
    if rows:
        nudge()
    return len(rows)


def busy_lanes() -> list[Lane]:
    """The lanes in which something waits."""
    waiting = Waiting.objects.filter(lane=OuterRef("pk"))
    return list(Lane.objects.filter(Exists(waiting)).select_related("plan", "inbox"))


@transaction.atomic
def give_some() -> int:
    """Give out up to `GIVEN` tickets, the most pressing first; returns how many: fewer means there is no more to give now.

    A lane nobody can take is passed over.
    """
    _pass_alone()
    lanes = busy_lanes()
    if not lanes:
        return 0
    crew = Crew.available()
    plans_now: dict[int, Plan] = {}
    needs: dict[int, Need] = {}
    heads: list[tuple[tuple[datetime, int, datetime, int], int]] = []
    for lane in lanes:
        lane.plan = plans_now.setdefault(lane.plan_id, lane.plan)  # one turn for all lanes of a plan
        need = need_of(lane)
        if crew.ranked(need):
            needs[lane.pk] = need
            heads += _head(lane.pk)
    openings = [at for need in map(need_of, lanes) if (at := crew.next_opening(need))]
    heapify(heads)
    given = 0
    while heads and given < GIVEN:
        place, lane_id = heappop(heads)
        taker = _taker(crew, needs[lane_id])
        if taker is None:
            continue
        given += _give(place[-1], taker, needs[lane_id])
        for head in _head(lane_id):
            heappush(heads, head)
    if openings and given < GIVEN:
        _look_again(min(openings))
    return given


def _look_again(opening: datetime) -> None:
    """Where somebody is there whose hours have not begun, the queue is looked at when they do."""
    if not Nudge.objects.filter(at=opening).exists():
        nudge(opening)


def _head(lane: int) -> list[tuple[tuple[datetime, int, datetime, int], int]]:
    first = Waiting.objects.filter(lane=lane).order_by("due_at", "urgency", "opened_at", "ticket").first()
    return [(first.place, lane)] if first else []


def _taker(crew: Crew, need: Need) -> Member | None:
    """Who gets it. He is held until the end, so that he cannot go between being chosen and being given it."""
    for member in crew.ranked(need):
        here = Presence.objects.select_for_update().filter(agent=member.agent.pk, kind=Availability.AVAILABLE)
        if here.first():
            return member
        crew.members.remove(member)
    return None


def _give(ticket_id: int, taker: Member, need: Need) -> bool:
    """Assign it, unless somebody was quicker. Either way it waits no longer."""
    ticket = Ticket.objects.select_for_update().filter(pk=ticket_id).first()
    Waiting.objects.filter(ticket=ticket_id).delete()
    if ticket is None or not waits(ticket):
        return False
    plan = need.plan
    taker.load[need.channel] += 1
    assign_ticket(ticket, taker.agent, actor="system", because=because(taker, need))
    plan.last_agent = taker.agent.pk
    Plan.objects.filter(pk=plan.pk).update(last_agent=plan.last_agent)
    if plan.returns:
        Given.objects.update_or_create(
            ticket=ticket, defaults={"agent": taker.agent, "plan": plan, "at": now()}
        )
    return True


def because(taker: Member, need: Need) -> dict[str, object]:
    """Why he, as facts: the plan, what he was needed for, and how much he carries with it."""
    return {
        "plan": need.plan.pk,
        "language": need.language if need.language_level else "",
        "skills": sorted(need.skills),
        "load": taker.load[need.channel],
        "most": taker.most_of(need.channel),
    }


@transaction.atomic
def take_back(agent: Agent) -> int:
    """Let what somebody who has gone was given and has not even looked at wait again; returns how many."""
    _pass_alone()
    there = Presence.objects.filter(agent=agent).exclude(kind=Availability.OFFLINE).exists()
    given = {} if there else {one.ticket_id: one for one in Given.objects.filter(agent=agent)}
    seen = dict(Sight.objects.filter(agent=agent, ticket__in=given).values_list("ticket", "seen_at"))
    fresh = [pk for pk, one in given.items() if pk not in seen or seen[pk] < one.at]
    back = []
    for ticket in Ticket.objects.select_for_update().filter(pk__in=fresh, assignee=agent).order_by("pk"):
        if ticket.state == State.OPEN and ticket.removal == Removal.NONE:
            because = {"plan": given[ticket.pk].plan_id, "returned": True}
            back.append(assign_ticket(ticket, None, actor="system", because=because))
    Given.objects.filter(ticket__in=fresh).delete()
    queue_up(back)
    return len(back)
