"""What happens again and again (`@every`), or when something falls due (`@when_due`): enqueued once however many
processes there are."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction
from django.utils.functional import Promise

from ahlan.core.clock import now
from ahlan.events import jobs, leases
from ahlan.events.models import Schedule
from ahlan.events.subscribe import DEFAULT_QUEUE, MAX_ATTEMPTS, Handler, add_handler, path_of

log = logging.getLogger(__name__)

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday, so that `weeks` fall on one
STANDSTILL = timedelta(seconds=10)
TURN = timedelta(seconds=1)  # between two looks at the clock
Chore = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Timetable:
    """A grid of instants: every `interval`, `offset` after midnight UTC (of a Monday, for weeks)."""

    handler: Handler
    interval: timedelta
    offset: timedelta

    def next_after(self, at: datetime) -> datetime:
        first = EPOCH + self.offset
        return first + self.interval * ((at - first) // self.interval + 1)


timetables: dict[str, Timetable] = {}


def every(
    *,
    weeks: float = 0,
    days: float = 0,
    hours: float = 0,
    minutes: float = 0,
    seconds: float = 0,
    offset: timedelta = timedelta(),
    queue: str = DEFAULT_QUEUE,
    priority: int = 0,
    atomic: bool = False,
    max_attempts: int = MAX_ATTEMPTS,
    title: str | Promise = "",
) -> Callable[[Chore], Chore]:
    """Run the function as a job at each tick of the clock: `@every(days=1, offset=timedelta(hours=3))`.

    A tick missed while nothing ran is made up for, once. A tick that falls due while the job of the one
    before is unfinished is joined with it. Times are UTC.
    """
    interval = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if interval <= timedelta():
        raise ValueError("every what?")

    def declare(function: Chore) -> Chore:
        handler = Handler(
            path=path_of(function),
            call=function,
            takes="nothing",
            queue=queue,
            priority=priority,
            atomic=atomic,
            max_attempts=max_attempts,
            title=title,
        )
        add_handler(handler)
        timetables[handler.path] = Timetable(handler=handler, interval=interval, offset=offset)
        return function

    return declare


@dataclass(frozen=True, slots=True)
class Alarm:
    """Work for the moment that `next_at` tells."""

    handler: Handler
    next_at: Callable[[], datetime | None]


alarms: dict[str, Alarm] = {}


def when_due(
    next_at: Callable[[], datetime | None],
    *,
    queue: str = DEFAULT_QUEUE,
    priority: int = 0,
    title: str | Promise = "",
) -> Callable[[Chore], Chore]:
    """Run the function as a job at the moment `next_at` tells; None is no moment.

    It is asked about once a second in each process that runs timers and should cost one walk along an index. A
    job is written only when the moment comes before the next look, so what waits for long costs nothing.
    """

    def declare(function: Chore) -> Chore:
        path = path_of(function)
        handler = Handler(
            path=path, call=function, takes="nothing", queue=queue, priority=priority, title=title
        )
        add_handler(handler)
        alarms[path] = Alarm(handler, next_at)
        return function

    return declare


def run_timers(*, stop: threading.Event, pause: float = TURN.total_seconds()) -> None:
    """Enqueue what is due and take back dead workers' jobs until `stop` is set. Several may run at once."""
    clock = Clockwork()
    try:
        while not stop.wait(pause):
            clock.turn()
    finally:
        connection.close()


class Clockwork:
    """One turn a second; waits out a database that is away and a machine that was asleep."""

    def __init__(self) -> None:
        self.settled = False
        self.away = False
        self.last = now()
        self.reap_from = self.last

    def turn(self) -> None:
        self.notice_standstill()
        try:
            close_old_connections()
            if not self.settled:
                settle_schedules()
                self.settled = True
            tick()
            if now() >= self.reap_from:
                leases.reap()
            ring()
            self.away = False
        except (OperationalError, InterfaceError) as error:
            if not self.away:
                log.error("the database is away, timers wait: %s", type(error).__name__)
            self.away = True
            connection.close()
        except Exception:
            log.exception("a turn of the timers failed; the next one comes")

    def notice_standstill(self) -> None:
        """After a sleep or a long lock every lease looks expired: workers first get time to renew theirs."""
        at = now()
        if abs(at - self.last) > STANDSTILL:
            self.reap_from = at + leases.LEASE / 2
        self.last = at


def settle_schedules() -> None:
    """A row for each declared timetable; one whose interval was shortened comes sooner."""
    at = now()
    rows = [Schedule(name=name, next_at=table.next_after(at)) for name, table in timetables.items()]
    Schedule.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        Schedule.objects.filter(name=row.name, next_at__gt=row.next_at).update(next_at=row.next_at)


def tick() -> int:
    """Enqueue each timetable that is due, once among all processes; returns how many."""
    at = now()
    due = Schedule.objects.filter(next_at__lte=at, name__in=timetables)
    return sum(_move_on(row, at) for row in due)


@transaction.atomic
def _move_on(row: Schedule, at: datetime) -> bool:
    """Whoever moves the row on from the time it was seen at writes the job, in the same transaction."""
    table = timetables[row.name]
    seen = Schedule.objects.filter(pk=row.pk, next_at=row.next_at)
    if not seen.update(next_at=table.next_after(at), last_at=at):
        return False
    _enqueue(table.handler, "every", at)
    return True


def ring() -> int:
    """Enqueue the work of each alarm that goes off before the next turn, unless it waits already; returns how many.

    An alarm that fails is logged and leaves the others.
    """
    soon, rung = now() + TURN, 0
    for alarm in alarms.values():
        try:
            at = alarm.next_at()
            rung += at is not None and at <= soon and _enqueue(alarm.handler, "due", at)
        except Exception:
            log.exception("an alarm failed: %s", alarm.handler.path)
    return rung


def _enqueue(handler: Handler, why: str, at: datetime) -> bool:
    job = jobs.enqueue(
        handler.path,
        queue=handler.queue,
        priority=handler.priority,
        run_at=max(at, now()),
        max_attempts=handler.max_attempts,
        unique_key=f"{why}:{handler.path}"[:120],
    )
    return job is not None
