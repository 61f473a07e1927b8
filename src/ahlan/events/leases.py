"""Claiming jobs and finishing them. Every step is one statement that only counts while the lease is ours.

States are written into the SQL as they are, so that both databases use the partial indexes.
"""

import logging
import random
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import prefetch_related_objects

from ahlan.core.clock import now
from ahlan.events.errors import GiveUp, LostLease, TryAgain, WorkerDied, class_path, describe
from ahlan.events.log import record
from ahlan.events.models import Job

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=4)
REAP_AT_ONCE = 200

# Hops from one (queue, priority) to the next along the index: the cost grows with lanes, not with jobs.
LANES = """
WITH RECURSIVE head(id) AS (
    SELECT id FROM (
        SELECT id FROM events_job WHERE state = 'ready' ORDER BY queue, priority, run_at, id LIMIT 1
    ) AS first_head
    UNION ALL
    SELECT (
        SELECT later.id FROM events_job AS later
        WHERE later.state = 'ready' AND (later.queue, later.priority) > (job.queue, job.priority)
        ORDER BY later.queue, later.priority, later.run_at, later.id LIMIT 1
    ) FROM head JOIN events_job AS job ON job.id = head.id
)
SELECT job.queue, job.priority, job.run_at FROM head JOIN events_job AS job ON job.id = head.id
"""
CLAIM = """
WITH picked AS MATERIALIZED (
    SELECT id FROM events_job
    WHERE state = 'ready' AND queue = %s AND priority = %s AND run_at <= %s
    ORDER BY queue, priority, run_at, id LIMIT %s {skip_locked}
)
UPDATE events_job SET state = 'running', token = %s, worker = %s, lease_until = %s, started_at = NULL
WHERE id IN (SELECT id FROM picked) AND state = 'ready'
RETURNING *
"""
START = """
UPDATE events_job SET started_at = %s, attempts = attempts + 1
WHERE id = %s AND token = %s AND state = 'running' AND started_at IS NULL
"""
FINISH = """
UPDATE events_job SET state = 'done', finished_at = %s, lease_until = NULL, token = '',
    error_class = '', last_error = '', result = NULL
WHERE id = %s AND token = %s AND state = 'running'
"""


@dataclass(frozen=True, slots=True)
class Lane:
    """The ready jobs of one queue and priority; `run_at` is that of the first."""

    queue: str
    priority: int
    run_at: datetime


def lanes(queues: Collection[str] | None = None) -> list[Lane]:
    """What is waiting, most urgent first. A cheap look, however many jobs there are."""
    with connection.cursor() as cursor:
        cursor.execute(LANES)
        found = [Lane(queue, priority, _read_time(run_at)) for queue, priority, run_at in cursor.fetchall()]
    wanted = [lane for lane in found if queues is None or lane.queue in queues]
    return sorted(wanted, key=lambda lane: (-lane.priority, lane.run_at))


def claim(waiting: Iterable[Lane], *, limit: int, worker: str, lease: timedelta = LEASE) -> list[Job]:
    """Take up to `limit` due jobs; the first is started. Disjoint from what any other worker takes."""
    at = now()
    token = secrets.token_hex(16)
    taken: list[Job] = []
    with transaction.atomic():
        for lane in waiting:
            if lane.run_at <= at and len(taken) < limit:
                taken += _claim_lane(lane, at, limit - len(taken), token, worker, at + lease)
        if taken:
            start(taken[0])
    prefetch_related_objects(taken, "event")
    return taken


def start(job: Job) -> bool:
    """Count the attempt before the work begins. False: it was cancelled or is no longer ours."""
    if not _execute(START, [_time(now()), job.pk, job.token]):
        return False
    job.attempts += 1
    return True


def finish(job: Job, result: Any = None) -> None:
    """Mark it done. Raises LostLease when it is no longer ours."""
    if not _execute(FINISH, [_time(now()), job.pk, job.token]):
        raise LostLease(str(job))
    if result is not None:
        Job.objects.filter(pk=job.pk).update(result=result)
    job.state, job.result = Job.State.DONE, result


def fail(job: Job, error: BaseException) -> None:
    """Let it be tried again after a pause, or call it dead. Raises LostLease when it is no longer ours."""
    permanent = isinstance(error, GiveUp) or job.attempts >= job.max_attempts
    pause = error.after if isinstance(error, TryAgain) else pause_after(job.attempts)
    outcome: dict[str, Any] = {"error_class": class_path(error), "last_error": describe(error)}
    outcome |= {"token": "", "lease_until": None}
    if permanent:
        outcome |= {"state": Job.State.DEAD, "finished_at": now()}
    else:
        outcome |= {"state": Job.State.READY, "run_at": now() + pause}
    held = Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING)
    with transaction.atomic():
        if not held.update(**outcome):
            raise LostLease(str(job))
        if permanent:
            _tell_death(job, error)
    for name, value in outcome.items():
        setattr(job, name, value)


def give_back(jobs: Collection[Job]) -> None:
    """Jobs claimed but not started: ready at once for anybody, with no attempt counted."""
    held = Job.objects.filter(pk__in=[job.pk for job in jobs], token__in={job.token for job in jobs})
    not_started = held.filter(state=Job.State.RUNNING, started_at=None)
    not_started.update(state=Job.State.READY, token="", lease_until=None)


def hold(jobs: Collection[Job], *, lease: timedelta = LEASE) -> None:
    """Prolong the leases that are still ours."""
    held = Job.objects.filter(pk__in=[job.pk for job in jobs], token__in={job.token for job in jobs})
    held.filter(state=Job.State.RUNNING).update(lease_until=now() + lease)


def reap() -> int:
    """Give the jobs of dead workers to others; returns how many. One that keeps killing workers dies."""
    with transaction.atomic():
        expired = Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=now()).order_by("lease_until")
        if connection.features.has_select_for_update_skip_locked:
            expired = expired.select_for_update(skip_locked=True)
        found = list(expired[:REAP_AT_ONCE])
        give_back([job for job in found if job.started_at is None])
        for job in found:
            if job.started_at is not None:
                fail(job, WorkerDied(f"the worker {job.worker} stopped during attempt {job.attempts}"))
    return len(found)


def pause_after(attempts: int) -> timedelta:
    """Growing pauses, spread so that what failed together does not come back together."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 4.0 ** min(max(attempts, 1) - 1, 10))
    return pause * random.uniform(0.75, 1.25)  # noqa: S311 -- not a secret


def _claim_lane(
    lane: Lane, at: datetime, limit: int, token: str, worker: str, lease_until: datetime
) -> list[Job]:
    skip_locked = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    picked = [lane.queue, lane.priority, _time(at), limit]
    taken = Job.objects.raw(
        CLAIM.format(skip_locked=skip_locked), [*picked, token, worker, _time(lease_until)]
    )
    return sorted(taken, key=lambda job: (job.run_at, job.pk))


def _tell_death(job: Job, error: BaseException) -> None:
    """So that the desk can say so where it is seen. The death of a listener to deaths is not told again."""
    event = job.event
    if event is not None and event.kind == "job.died":
        return
    facts = {"name": job.name, "error": class_path(error), "attempts": job.attempts}
    if event is not None:
        facts |= {"event": event.pk, "event_kind": event.kind, "about": event.subject}
    try:
        with transaction.atomic():
            record("job.died", job, actor="system", audience="jobs", **facts)
    except Exception:  # a listener's fault must not keep the job from being dead
        log.exception("the death of %s could not be told", job)


def _execute(sql: str, params: list[Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return bool(cursor.rowcount > 0)


def _time(at: datetime) -> Any:
    """A time as the database driver wants it in raw SQL."""
    return connection.ops.adapt_datetimefield_value(at)


def _read_time(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)  # SQLite keeps UTC without saying so
