"""What was promised to a customer, as clocks: how much of it is used up and by when it is due. No database, no Django.

A clock counts in pieces: from `since` on now, and `counted` (open time) and `counted_plain` (all time) before that. Due is
where what is left of the target runs out after `since`, so a pause takes exactly its own length out, by the hours of the desk.

`step` takes the clocks of a ticket from one thing that happened to the next; `replay` takes them from nothing through all.
The ten rules they follow stand in the README.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from ahlan.calendars.calendar import Calendar, NoOpenHours

NOTHING = timedelta()
CLOSED, OPEN, ON_HOLD = (
    "closed",
    "open",
    "on_hold",
)  # states of a ticket that matter here; in others nobody waits for us


class Unit(StrEnum):
    BUSINESS_MINUTES = "business_minutes"
    WORKING_DAYS = "working_days"
    MINUTES = "minutes"  # of the clock on the wall, day and night


class Kind(StrEnum):
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


class State(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    NA = "na"


class What(StrEnum):
    """What a happening means to the clocks."""

    ASKED = "asked"  # a person's word from outside
    ANSWERED = "answered"  # a person's public word to the customer
    UNSENT = "unsent"  # an answer taken back before it left
    CAME_BACK = "came_back"  # a closed ticket opened by the customer's word, which follows
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Target:
    """A promise: so many minutes of open time, working days, or minutes of the clock on the wall."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("a target is at least one")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a policy promises a ticket of some priority. A kind without a target is not promised."""

    policy: int
    targets: Mapping[Kind, Target]
    hold_counts: bool = True


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a ticket, with its state, terms and hours right after."""

    at: datetime
    what: What
    state: str
    calendar: Calendar
    terms: Terms | None = None
    message: int = 0
    gone: bool = False


@dataclass
class Clock:
    """One promise and how it stands. `turn` is the message that began it, 0 where a ticket has one such clock.

    `notice_at` is when something has to be noticed next: 80 % of the target, then the deadline. `met_at` is when it
    was done, in time or late. `answer` is the message that did it. `waiting`: somebody still waits for it.
    """

    kind: Kind
    started_at: datetime
    calendar: Calendar
    turn: int = 0
    policy: int | None = None
    target: Target | None = None
    since: datetime | None = None
    counted: timedelta = NOTHING
    counted_plain: timedelta = NOTHING
    state: State = State.NA
    waiting: bool = True
    due_at: datetime | None = None
    notice_at: datetime | None = None
    met_at: datetime | None = None
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    answer: int = 0
    is_response: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.is_response = self.kind != Kind.RESOLUTION


def replay(happenings: Iterable[Happening]) -> list[Clock]:
    """The clocks of a ticket after all that happened to it, in order of time."""
    clocks: list[Clock] = []
    for one in happenings:
        clocks = step(clocks, one)
    return clocks


def step(clocks: list[Clock], now: Happening) -> list[Clock]:
    """The clocks after one more thing happened. Those given are changed."""
    for clock in clocks:
        notice(clock, now.at)
    clocks = _turns(clocks, now)
    for clock in clocks:
        _count(clock, now)
        _read(clock, now)
        _judge(clock, now)
        notice(clock, now.at)
    return clocks


def notice(clock: Clock, at: datetime) -> None:
    """See what has fallen due by now. A breach is dated by the deadline, a warning by the mark, whenever they are seen."""
    if clock.state != State.RUNNING or clock.notice_at is None:
        return
    if clock.warned_at is None and clock.notice_at <= at:
        clock.warned_at, clock.notice_at = clock.notice_at, clock.due_at
    if clock.due_at is not None and clock.due_at < at:
        clock.state, clock.breached_at, clock.notice_at = State.BREACHED, clock.due_at, None


def left(clock: Clock, at: datetime) -> timedelta | None:
    """What is left of the target, in its own unit of time; negative when overdrawn.

    None without a target, or where the desk is not open long enough to have one.
    """
    length = _length(clock)
    if clock.target is None or length is None:
        return None
    if clock.target.unit == Unit.MINUTES:
        used = clock.counted_plain + (at - clock.since if clock.since else NOTHING)
    else:
        used = clock.counted + (clock.calendar.measure(clock.since, at) if clock.since else NOTHING)
    return length - used


def _turns(clocks: list[Clock], now: Happening) -> list[Clock]:
    """Begin the clocks of a question, end those of an answer."""
    unanswered = [one for one in clocks if one.is_response and one.met_at is None]
    if now.what == What.CAME_BACK:  # what nobody waited for any more; his word begins anew
        clocks = [one for one in clocks if not one.is_response or one.met_at or one.breached_at]
    elif now.what == What.ASKED and not unanswered:
        first = all(one.kind != Kind.FIRST_RESPONSE for one in clocks)
        kind, turn = (Kind.FIRST_RESPONSE, 0) if first else (Kind.NEXT_RESPONSE, now.message)
        clocks = [*clocks, Clock(kind, now.at, now.calendar, turn)]
    elif now.what == What.ANSWERED:
        for clock in unanswered:
            clock.met_at, clock.answer = now.at, now.message
    elif now.what == What.UNSENT:
        clocks = _taken_back(clocks, now.message)
    if now.state != CLOSED and all(one.is_response for one in clocks):
        clocks = [*clocks, Clock(Kind.RESOLUTION, now.at, now.calendar)]
    return clocks


def _taken_back(clocks: list[Clock], message: int) -> list[Clock]:
    """An answer that never was: its question waits on, and what was asked since belongs to it."""
    if all(one.answer != message for one in clocks):
        return clocks
    clocks = [one for one in clocks if not one.is_response or one.met_at]
    for clock in clocks:
        if clock.answer == message:
            clock.met_at, clock.answer = None, 0
    return clocks


def _count(clock: Clock, now: Happening) -> None:
    """Close the piece that ends here and begin the next. Response clocks never pause; they only change hours."""
    if not clock.is_response:
        clock.met_at = (clock.met_at or now.at) if now.state == CLOSED else None
    elif clock.met_at is not None:
        return
    counts = clock.is_response or now.state in _counting(now.terms)
    if clock.since and (not counts or clock.calendar != now.calendar):
        clock.counted += clock.calendar.measure(clock.since, now.at)
        clock.counted_plain += now.at - clock.since
        clock.since = None
    if counts:
        clock.calendar, clock.since = now.calendar, clock.since or now.at


def _counting(terms: Terms | None) -> tuple[str, ...]:
    """The states in which the customer waits for a resolution."""
    return (OPEN, ON_HOLD) if terms is None or terms.hold_counts else (OPEN,)


def _read(clock: Clock, now: Happening) -> None:
    """Take the target from the terms of the hour, unless the clock is done or has breached."""
    if clock.met_at is None and clock.breached_at is None:
        clock.policy = now.terms.policy if now.terms else None
        clock.target = now.terms.targets.get(clock.kind) if now.terms else None


def _judge(clock: Clock, now: Happening) -> None:
    """Say how the clock stands, and when it is due if it runs."""
    nobody_waits = now.gone or (clock.is_response and now.state == CLOSED)
    clock.waiting = clock.met_at is None and not nobody_waits
    if clock.target is None or now.gone:
        clock.state = State.NA
    elif clock.breached_at:
        clock.state = State.BREACHED
    elif clock.met_at:
        clock.state = State.MET
    elif nobody_waits:
        clock.state = State.NA
    else:
        clock.state = State.RUNNING if clock.since else State.PAUSED
    _foresee(clock, now.at)


def _foresee(clock: Clock, at: datetime) -> None:
    clock.notice_at = None
    if clock.met_at is None and clock.breached_at is None:
        clock.due_at = None
    if clock.state != State.RUNNING:
        return
    warn_at, clock.due_at = _moment(clock, warning=True), _moment(clock)
    if warn_at and warn_at > at:  # a longer promise than the one that was warned of
        clock.warned_at = None
    clock.notice_at = clock.due_at if clock.warned_at else warn_at


def _moment(clock: Clock, *, warning: bool = False) -> datetime | None:
    """When the target, or 80 % of it, is used up; None when the desk is not open long enough for that.

    What was overdrawn before the present piece is due at its beginning.
    """
    since, target, length = clock.since, clock.target, _length(clock)
    if since is None or target is None or length is None:
        return None
    share = length * 4 // 5 if warning else length
    if target.unit == Unit.MINUTES:
        return since + max(share - clock.counted_plain, NOTHING)
    try:
        if target.unit == Unit.WORKING_DAYS and not warning and not clock.counted:
            return clock.calendar.add_days(since, target.amount)
        return clock.calendar.add(since, max(share - clock.counted, NOTHING))
    except NoOpenHours:
        return None


def _length(clock: Clock) -> timedelta | None:
    """The target as time: working days are the open time from the start to the day they end on."""
    if clock.target is None:
        return None
    if clock.target.unit != Unit.WORKING_DAYS:
        return timedelta(minutes=clock.target.amount)
    try:
        end = clock.calendar.add_days(clock.started_at, clock.target.amount)
    except NoOpenHours:
        return None
    return clock.calendar.measure(clock.started_at, end)
