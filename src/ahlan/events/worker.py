"""A worker: threads that claim small batches of jobs and do them, and one that keeps their leases alive.

The end of one job and the start of the next are one transaction, so a job costs one commit, and a job that
kills its worker has still been counted.
"""

import logging
import os
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction

from ahlan.core.clock import now
from ahlan.events import leases, wake
from ahlan.events.errors import LostLease
from ahlan.events.execute import call, is_atomic, tell_finished
from ahlan.events.models import Job, Worker

log = logging.getLogger(__name__)

AWAY = (OperationalError, InterfaceError)
BATCH_SECONDS = 0.2
LARGEST_BATCH = 50
LONGEST_PREFETCH = 1.0
LONGEST_SLEEP = 5.0


def run_worker(
    *,
    queues: Collection[str] | None = None,
    threads: int = 1,
    stop: threading.Event,
    idle: float = 0.1,
    lease: timedelta = leases.LEASE,
) -> None:
    """Do jobs until `stop` is set; returns when the running ones are finished and the rest given back.

    `queues` None is all of them. `idle` is how many seconds pass between two cheap looks for work that
    another process has written; this process's own work wakes it at once.
    """
    crew = Crew(queues=queues, threads=threads, stop=stop, idle=idle, lease=lease)
    crew.run()


class Crew:
    """The threads of one worker process, what they hold and what they have claimed ahead."""

    def __init__(
        self,
        *,
        queues: Collection[str] | None,
        threads: int,
        stop: threading.Event,
        idle: float,
        lease: timedelta,
    ) -> None:
        self.name = f"{socket.gethostname()[:36]}-{os.getpid()}-{secrets.token_hex(3)}"
        self.queues = sorted(queues) if queues is not None else None
        self.threads = threads
        self.stop = stop
        self.idle = idle
        self.lease = lease
        self.wake = threading.Event()
        self.claiming = threading.Lock()
        self.ahead: deque[Job] = deque()
        self.ahead_since = 0.0
        self.running: dict[int, Job] = {}
        self.seconds_per_job = 0.02
        self.database_away = False

    def run(self) -> None:
        wake.work.add(self.wake)
        finished = threading.Event()
        keeper = threading.Thread(target=self.keep_leases, args=[finished], name="leases", daemon=True)
        crew = [
            threading.Thread(target=self.work, name=f"jobs-{n}", daemon=True) for n in range(self.threads)
        ]
        try:
            for thread in [keeper, *crew]:
                thread.start()
            for thread in crew:
                thread.join()
        finally:
            finished.set()
            keeper.join()
            wake.work.remove(self.wake)

    # One thread

    def work(self) -> None:
        job: Job | None = None
        try:
            while job is not None or not self.stop.is_set():
                job = self.step(job)
        finally:
            connection.close()

    def step(self, job: Job | None) -> Job | None:
        """Do the job, or wait for one; returns the next to do, already started."""
        me = threading.get_ident()
        try:
            following = self.do(job) if job is not None else self.take()
        except AWAY as error:
            following = None  # what was started or claimed unseen comes back when its lease runs out
            self.wait_for_database(error)
        except Exception:
            following = None
            log.exception("a worker thread stumbled and goes on")
            self.stop.wait(1)
        if following is None:
            self.running.pop(me, None)
        else:
            self.running[me] = following
        return following

    def take(self) -> Job | None:
        """The next job, started; waits for one. None when it is time to stop."""
        with self.claiming:
            while not self.stop.is_set():
                close_old_connections()
                self.wake.clear()
                written = _data_version()
                job = self.next_ahead() or self.claim(waiting := leases.lanes(self.queues))
                self.note_database()
                if job is not None:
                    return job
                self.sleep(written, min((lane.run_at for lane in waiting), default=None))
        return None

    def claim(self, waiting: list[leases.Lane]) -> Job | None:
        limit = max(1, min(LARGEST_BATCH, int(BATCH_SECONDS / self.seconds_per_job)))
        taken = leases.claim(waiting, limit=limit, worker=self.name, lease=self.lease)
        self.ahead_since = time.monotonic()
        self.ahead.extend(taken[1:])
        return taken[0] if taken else None

    def next_ahead(self) -> Job | None:
        """A job claimed before, started now; those cancelled meanwhile are passed over."""
        while job := self.pop_ahead():
            if leases.start(job):
                return job
        return None

    def pop_ahead(self) -> Job | None:
        if self.stop.is_set():
            return None
        try:
            return self.ahead.popleft()
        except IndexError:
            return None

    def sleep(self, written: int | None, due: datetime | None) -> None:
        """Until woken, until the database was written to, or until something is due; seconds at most."""
        until = time.monotonic() + LONGEST_SLEEP
        while not self.stop.is_set() and not self.wake.wait(self.idle):
            if written is None or written != _data_version() or time.monotonic() > until:
                return
            if due is not None and due <= now():
                return

    def do(self, job: Job) -> Job | None:
        """Do a started job; returns the next one, already started."""
        begun = time.monotonic()
        try:
            following = self.do_atomically(job) if is_atomic(job) else self.do_outside(job)
        except LostLease:
            log.warning("%s took longer than its lease; another worker has it", job)
            following = self.next_ahead()
        except Exception as error:  # noqa: BLE001 -- whatever a job raises is kept with the job
            log.warning("%s failed in attempt %s: %s", job, job.attempts, type(error).__name__)
            following = self.turn_over(partial(_fail, job, error))
        self.seconds_per_job += (time.monotonic() - begun - self.seconds_per_job) / 4
        tell_finished(job)
        return following

    def do_atomically(self, job: Job) -> Job | None:
        following = None
        try:
            with transaction.atomic():
                call(job)
                leases.finish(job)
                following = self.pop_ahead()
                return following if following and leases.start(following) else None
        except BaseException:
            if following is not None:
                self.ahead.appendleft(following)
            raise

    def do_outside(self, job: Job) -> Job | None:
        result = call(job)
        return self.turn_over(partial(leases.finish, job, result))

    def turn_over(self, end: Callable[[], None]) -> Job | None:
        """End one job and start the next in one transaction; returns the next if it could be started.

        Waits for a database that is away: the work is done and must be written. Gives in when told to stop.
        """
        following = self.pop_ahead()
        while True:
            try:
                with transaction.atomic():
                    end()
                    return following if following and leases.start(following) else None
            except AWAY as error:
                if self.stop.is_set():
                    raise
                self.wait_for_database(error)
            except LostLease:
                if following is not None:
                    self.ahead.appendleft(following)
                raise

    def wait_for_database(self, error: BaseException) -> None:
        if not self.database_away:
            self.database_away = True
            log.error("the database is away, waiting: %s", type(error).__name__)
        connection.close()
        self.stop.wait(0.5)

    def note_database(self) -> None:
        if self.database_away:
            self.database_away = False
            log.info("the database is back")

    # The thread that keeps the leases

    def keep_leases(self, finished: threading.Event) -> None:
        renew_at = 0.0
        while not finished.wait(min(1.0, self.lease.total_seconds() / 8)):
            try:
                if self.ahead and time.monotonic() - self.ahead_since > LONGEST_PREFETCH:
                    self.return_ahead()
                if time.monotonic() >= renew_at:
                    self.renew()
                    renew_at = time.monotonic() + self.lease.total_seconds() / 4
            except AWAY as error:
                self.wait_for_database(error)
            except Exception:
                log.exception("keeping the leases stumbled and goes on")
        try:
            self.return_ahead()
            Worker.objects.filter(name=self.name).delete()
        except AWAY:
            log.warning("the database is away at the end; leases run out by themselves")
        finally:
            connection.close()

    def return_ahead(self) -> None:
        """What waits here behind slow jobs may be done sooner elsewhere."""
        back = []
        with suppress(IndexError):
            while True:
                back.append(self.ahead.popleft())
        if back:
            leases.give_back(back)

    def renew(self) -> None:
        close_old_connections()
        if held := [*self.ahead.copy(), *self.running.copy().values()]:
            leases.hold(held, lease=self.lease)
        state = {"seen_at": now(), "queues": self.queues or [], "threads": self.threads}
        Worker.objects.update_or_create(name=self.name, defaults=state)


def _fail(job: Job, error: BaseException) -> None:
    try:
        leases.fail(job, error)
    except LostLease:
        log.warning("%s failed after its lease had run out; another worker has it", job)


def _data_version() -> int | None:
    """SQLite: changes when another connection has written. None where there is no such thing."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])
