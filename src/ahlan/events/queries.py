"""How the work is going: for the health page, the page of failed jobs and `ahlan doctor`."""

from typing import TypedDict

from ahlan.core.clock import now
from ahlan.events.leases import lanes
from ahlan.events.models import Job, Worker

MOST_COUNTED = 1_000
MOST_WORKERS = 100


class WorkerHealth(TypedDict):
    name: str
    queues: list[str]
    threads: int
    seen_seconds_ago: float


class Health(TypedDict):
    """Seconds, and counts that stop at 1,000. None: nothing waits; no worker was seen within a day."""

    oldest_ready_seconds: float | None
    ready: int
    running: int
    dead: int
    workers: list[WorkerHealth]
    worker_seen_seconds_ago: float | None


def health() -> Health:
    """Five small queries, whatever the size of the tables."""
    at = now()
    due = [lane.run_at for lane in lanes() if lane.run_at <= at]
    workers = [
        WorkerHealth(
            name=worker.name,
            queues=worker.queues,
            threads=worker.threads,
            seen_seconds_ago=(at - worker.seen_at).total_seconds(),
        )
        for worker in Worker.objects.order_by("-seen_at")[:MOST_WORKERS]
    ]
    return Health(
        oldest_ready_seconds=(at - min(due)).total_seconds() if due else None,
        ready=count(Job.State.READY),
        running=count(Job.State.RUNNING),
        dead=count(Job.State.DEAD),
        workers=workers,
        worker_seen_seconds_ago=min((worker["seen_seconds_ago"] for worker in workers), default=None),
    )


def count(state: Job.State) -> int:
    """How many jobs are in a state, counting to 1,000 and no further."""
    return Job.objects.filter(state=state)[:MOST_COUNTED].count()
