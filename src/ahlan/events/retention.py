"""Taking away what is done, a bounded piece at a time. Events and dead jobs stay."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from ahlan.core.clock import now
from ahlan.events.models import Job, Signal, Worker
from ahlan.events.timers import every

KEEP_DONE = timedelta(days=7)
KEEP_SIGNALS = timedelta(minutes=1)
KEEP_WORKERS = timedelta(days=1)
CHUNK = 1_000
MOST_CHUNKS = 200


@every(minutes=10, priority=-50, title=_("Clear away finished work"))
def trim_jobs() -> None:
    """Done and cancelled jobs older than a week."""
    old = Job.objects.filter(
        state__in=[Job.State.DONE, Job.State.CANCELLED], finished_at__lt=now() - KEEP_DONE
    )
    trim(old.order_by("finished_at"))


@every(minutes=1, priority=-50, title=_("Clear away passing signals"))
def trim_signals() -> None:
    trim(Signal.objects.filter(at__lt=now() - KEEP_SIGNALS).order_by("at"))


@every(hours=1, priority=-50, title=_("Clear away lost workers"))
def trim_workers() -> None:
    """Workers that were killed; those that stop take their row along."""
    trim(Worker.objects.filter(seen_at__lt=now() - KEEP_WORKERS).order_by("pk"))


def trim(rows: models.QuerySet[models.Model]) -> int:
    """Delete in short transactions of a thousand; returns how many. What is left comes next time."""
    total = 0
    for _chunk in range(MOST_CHUNKS):
        gone, _by_kind = rows.model._default_manager.filter(pk__in=rows.values("pk")[:CHUNK]).delete()
        total += gone
        if gone < CHUNK:
            break
    return total
