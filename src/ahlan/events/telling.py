"""What has become of a job, in words for people."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ahlan.events.errors import GiveUp, WorkerDied
from ahlan.events.models import Job
from ahlan.events.subscribe import handlers, path_of


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed job as the page shows it; `about` is what it was for, as "ticket:12", or ""."""

    job: Job
    title: str | Promise
    happened: str | Promise
    about: str


def failures(jobs: Iterable[Job]) -> list[Failure]:
    return [
        Failure(job, title_of(job), _happened(job), job.event.subject if job.event else "") for job in jobs
    ]


def title_of(job: Job) -> str | Promise:
    """What its function calls itself; else its name, made readable."""
    handler = handlers.get(job.name)
    if handler is not None and handler.title:
        return handler.title
    return job.name.rpartition(".")[2].replace("_", " ").strip().capitalize()


def _happened(job: Job) -> str | Promise:
    if job.error_class == path_of(GiveUp):
        return _("It was given up at once: trying again would not help.")
    told = {"attempts": job.attempts}
    if job.error_class == path_of(WorkerDied):
        return (
            ngettext(
                "The worker stopped in the middle of it %(attempts)d time.",
                "The worker stopped in the middle of it %(attempts)d times.",
                job.attempts,
            )
            % told
        )
    return (
        ngettext(
            "It was tried %(attempts)d time and failed.",
            "It was tried %(attempts)d times and failed each time.",
            job.attempts,
        )
        % told
    )
