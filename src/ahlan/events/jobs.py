"""Writing jobs and taking them back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, models, transaction

from ahlan.core.clock import now
from ahlan.core.rows import insert
from ahlan.events.history import is_history
from ahlan.events.models import Event, Job
from ahlan.events.subscribe import DEFAULT_QUEUE, MAX_ATTEMPTS, Handler, handlers_after
from ahlan.events.wake import work

# By hand: each reply that leaves at once takes its job back, and building the same statement anew takes longer than running it.
CANCEL = f"""UPDATE {Job._meta.db_table} SET state = %s, finished_at = %s, token = '', lease_until = NULL
             WHERE unique_key = %s AND finished_at IS NULL AND (state = %s OR (state = %s AND started_at IS NULL))"""  # noqa: S608 -- a table's name alone


def enqueue(
    name: str,
    *,
    args: list[Any] | None = None,
    kwargs: dict[str, Any] | None = None,
    queue: str = DEFAULT_QUEUE,
    priority: int = 0,
    run_at: datetime | None = None,
    unique_key: str = "",
    max_attempts: int = MAX_ATTEMPTS,
) -> Job | None:
    """Write a job for the function at path `name`, in the caller's transaction if there is one.

    With a `unique_key` that an unfinished job already has, or where the past is told, nothing is written and None comes back.
    """
    if is_history():
        return None
    at = now()
    job = Job(
        name=name,
        args=args or [],
        kwargs=kwargs or {},
        queue=queue,
        priority=priority,
        run_at=run_at or at,
        made_at=at,
        unique_key=unique_key or None,
        max_attempts=max_attempts,
    )
    if unique_key:
        return _insert_once(job)
    insert(job)
    work.ring_on_commit()
    return job


def enqueue_after(event: Event) -> None:
    """Write the jobs of those who want to hear of the event later: one insert for all, none without them."""
    wanting = handlers_after(event.kind)
    if not wanting:
        return
    jobs = [_job_for(handler, event) for handler in wanting]
    if len(jobs) == 1 and not jobs[0].unique_key:
        insert(jobs[0])
    else:
        Job.objects.bulk_create(jobs, ignore_conflicts=any(job.unique_key for job in jobs))
    work.ring_on_commit()


def cancel(unique_key: str) -> bool:
    """Take back a job that has not been started. False: too late, or there is none.

    Atomic against a worker's claim: either it is cancelled and never runs, or False.
    """
    if not unique_key:
        return False
    at = connection.ops.adapt_datetimefield_value(now())
    with connection.cursor() as cursor:
        cursor.execute(
            CANCEL,
            [Job.State.CANCELLED.value, at, unique_key, Job.State.READY.value, Job.State.RUNNING.value],
        )
        return bool(cursor.rowcount > 0)


def _job_for(handler: Handler, event: Event) -> Job:
    return Job(
        name=handler.path,
        event=event,
        queue=handler.queue,
        priority=handler.priority,
        run_at=handler.delay(event) if handler.delay else event.at,
        made_at=event.at,
        max_attempts=handler.max_attempts,
        unique_key=handler.unique_key(event) if handler.unique_key else None,
    )


def _insert_once(job: Job) -> Job | None:
    """Insert unless an unfinished job has the key, without spoiling the caller's transaction."""
    if _unfinished(job.unique_key or "").exists():
        return None
    try:
        with transaction.atomic():
            insert(job)
    except IntegrityError:  # another process was faster by a hair
        return None
    work.ring_on_commit()
    return job


def _unfinished(unique_key: str) -> models.QuerySet[Job]:
    return Job.objects.filter(unique_key=unique_key, finished_at=None)


def unfinished(unique_keys: Iterable[str]) -> set[str]:
    """Those of the keys that a waiting or running job has."""
    found = Job.objects.filter(
        unique_key__in=list(unique_keys), state__in=[Job.State.READY, Job.State.RUNNING]
    )
    return {key for key in found.values_list("unique_key", flat=True) if key}
