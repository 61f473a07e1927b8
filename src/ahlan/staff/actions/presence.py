"""Verbs on presence: choose a state, be heard of, go, notice who has gone quiet; and the house's own states."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from ahlan.core.clock import now
from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.staff.models import Agent, Attendance, Availability, Presence, PresenceSpan, PresenceState

GONE = timedelta(seconds=150)  # without a word from any browser; a tab in the background speaks once a minute
MOST_STATES = 30
MOST_IDLE = 24 * 60  # minutes
AT_ONCE = 200


class TooManyStates(Exception):
    """The house has as many own states as a menu can show."""


class Standing(NamedTuple):
    """What holds at a moment, since when, and when that may change by itself."""

    kind: str
    idle: bool
    since: datetime
    look_at: datetime | None


def idle_after() -> timedelta | None:
    """After how long without a move somebody counts as away; None is never."""
    row = Attendance.objects.first()
    minutes = row.idle_minutes if row else Attendance._meta.get_field("idle_minutes").default
    return timedelta(minutes=minutes) if minutes else None


def standing(row: Presence, at: datetime, idle: timedelta | None) -> Standing:
    """What follows from what he chose, when he last moved and when a browser of his was last heard of."""
    gone = row.seen_at + GONE if row.seen_at else None
    if gone is None or gone <= at:
        return Standing(Availability.OFFLINE, False, gone or at, None)
    if row.chosen != Availability.AVAILABLE or idle is None:
        return Standing(row.chosen, False, at, gone)
    quiet = (row.active_at or at) + idle
    if quiet <= at:
        return Standing(Availability.AWAY, True, quiet, gone)
    return Standing(row.chosen, False, at, min(gone, quiet))


@transaction.atomic
def choose_presence(agent: Agent, kind: str, state: PresenceState | None = None) -> Presence:
    """Say whether one is there. A state of the house brings its own kind. Raises ValueError for another word."""
    row = _held(agent)
    row.chosen, row.state = (Availability(state.kind), state) if state else (Availability(kind), None)
    row.seen_at = row.active_at = now()
    return _settle(row, actor=agent.actor)


@transaction.atomic
def be_heard(agent: Agent, *, idle: timedelta = timedelta()) -> Presence:
    """A browser of his is there; `idle`: how long ago he last moved in it. Who was away by idleness or gone is back."""
    row, at = _held(agent), now()
    moved = at - max(idle, timedelta())
    row.seen_at, row.active_at = at, max(row.active_at or moved, moved)
    return _settle(row, actor=agent.actor)


@transaction.atomic
def leave(agent: Agent) -> Presence:
    """He has signed out, or works here no longer. Another browser of his that is still open brings him back."""
    row = _held(agent)
    row.seen_at = None
    return _settle(row, actor=agent.actor)


def notice_presence() -> int:
    """See who has become idle or has gone; returns for how many something changed. Safe to repeat, and by two at once."""
    total = 0
    while found := _notice_some():
        total += found
    return total


@transaction.atomic
def _notice_some() -> int:
    due = Presence.objects.select_related("agent").filter(look_at__lte=now()).order_by("look_at")
    rows = list(due.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
    for row in rows:
        _settle(row, actor="system")
    return len(rows)


def _held(agent: Agent) -> Presence:
    Presence.objects.get_or_create(agent=agent)
    return Presence.objects.select_for_update(of=("self",)).select_related("agent", "state").get(agent=agent)


def _settle(row: Presence, *, actor: str) -> Presence:
    """Keep the row, and where what holds has changed, begin a new span and say so."""
    at = now()
    found = standing(row, at, idle_after())
    before = PresenceSpan.objects.filter(agent=row.agent_id, ended_at=None).first()
    row.kind, row.idle, row.look_at = found.kind, found.idle, found.look_at
    holds = row.state_id if row.state_id and row.kind == row.chosen and not row.idle else None
    if before is None or (before.kind, before.state_id, before.idle) != (row.kind, holds, row.idle):
        row.since = max(found.since, before.began_at) if before else found.since
        _begin_span(row, before, holds, actor)
    row.save()
    return row


def _begin_span(row: Presence, before: PresenceSpan | None, state: int | None, actor: str) -> None:
    if before:
        before.ended_at = row.since
        before.save(update_fields=["ended_at"])
    PresenceSpan.objects.create(
        agent=row.agent, kind=row.kind, state_id=state, idle=row.idle, began_at=row.since
    )
    record(
        "agent.presence_changed", row.agent, actor=actor, audience="everyone", presence=row.kind, state=state,
        idle=row.idle, before=before.kind if before else None, at=row.since.isoformat(),
    )  # fmt: skip


@transaction.atomic
def set_idle_minutes(minutes: int, *, actor: str) -> None:
    """After how many minutes without a move somebody is away; 0 is never. Raises ValueError beyond a day."""
    if not 0 <= minutes <= MOST_IDLE:
        raise ValueError("beyond a day")
    row, _made = Attendance.objects.update_or_create(pk=1, defaults={"idle_minutes": minutes})
    Presence.objects.filter(seen_at__isnull=False).update(
        look_at=now()
    )  # each is judged by it within a second
    record("presence.idle_set", row, actor=actor, minutes=minutes)


@transaction.atomic
def save_state(state: PresenceState | None = None, *, name: str, kind: str, actor: str) -> PresenceState:
    """Make or change a state of the house. Raises TooManyStates, and ValueError for a kind nobody knows.

    Whoever is in it now keeps the kind he has until he chooses again.
    """
    if state is None and PresenceState.objects.filter(is_active=True).count() >= MOST_STATES:
        raise TooManyStates
    made = state or PresenceState()
    made.name, made.kind = clean(name).strip()[:40], Availability(kind)
    made.save()
    record("presence.state_saved", made, actor=actor, audience="everyone")
    return made


@transaction.atomic
def retire_state(state: PresenceState, *, actor: str) -> None:
    """Nobody chooses it any more; the time spent in it stays known by its name."""
    PresenceState.objects.filter(pk=state.pk).update(is_active=False)
    record("presence.state_retired", state, actor=actor, audience="everyone")
