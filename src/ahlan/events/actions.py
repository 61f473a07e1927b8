"""What a person may do with work that failed for good."""

from django.db import IntegrityError, transaction

from ahlan.core.clock import now
from ahlan.events.log import record
from ahlan.events.models import Job
from ahlan.events.wake import work


class AlreadyWaiting(Exception):
    """The same work is waiting or running as another job; there is no need of a second."""


@transaction.atomic
def run_again(job: Job, *, actor: str) -> bool:
    """Let a failed job run once more, with all its attempts. False: it is not failed any more.

    Raises AlreadyWaiting when an unfinished job has the same unique key.
    """
    fresh = {"state": Job.State.READY, "attempts": 0, "run_at": now(), "finished_at": None}
    try:
        with transaction.atomic():
            found = Job.objects.filter(pk=job.pk, state=Job.State.DEAD).update(**fresh)
    except IntegrityError as error:
        raise AlreadyWaiting(str(job)) from error
    if found:
        record("job.run_again", job, actor=actor, audience="jobs", name=job.name, event=job.event_id)
        work.ring_on_commit()
    return found > 0


@transaction.atomic
def discard(job: Job, *, actor: str) -> bool:
    """Give a failed job up; it is kept for a week as cancelled. False: it is not failed any more."""
    dead = Job.objects.filter(pk=job.pk, state=Job.State.DEAD)
    found = dead.update(state=Job.State.CANCELLED, finished_at=now())
    if found:
        record("job.discarded", job, actor=actor, audience="jobs", name=job.name)
    return found > 0
