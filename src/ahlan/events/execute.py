"""Running one job: finding its function, calling it, letting nothing of it leak into the next."""

from typing import Any

from django.utils import timezone, translation
from django_tasks.base import Task, TaskContext
from django_tasks.signals import task_finished, task_started
from django_tasks.utils import normalize_json

from ahlan.events.backend import LeaseBackend, find_task, result_of
from ahlan.events.errors import GiveUp
from ahlan.events.models import Job
from ahlan.events.subscribe import Handler, handlers


def is_atomic(job: Job) -> bool:
    handler = handlers.get(job.name)
    return handler is not None and handler.atomic


def call(job: Job) -> Any:
    """Do the work; returns what a task returned. Raises whatever the function raises, GiveUp without one."""
    try:
        handler = handlers.get(job.name)
        if handler is not None:
            return _call_handler(handler, job)
        task = find_task(job.name)
        if task is None:
            raise GiveUp(f"there is no function {job.name} any more")
        return _call_task(task, job)
    finally:
        translation.deactivate()
        timezone.deactivate()


def _call_handler(handler: Handler, job: Job) -> None:
    if handler.takes == "nothing":
        handler.call()
    elif job.event is None:
        raise GiveUp("the event it was to follow is gone")
    else:
        handler.call(job.event)


def _call_task(task: Task[Any, Any], job: Job) -> Any:
    context = [TaskContext(task_result=result_of(job, task))] if task.takes_context else []
    task_started.send(LeaseBackend, task_result=result_of(job, task))
    return normalize_json(task.call(*context, *job.args, **job.kwargs))


def tell_finished(job: Job) -> None:
    """The API's own signal, for tasks only, once the outcome is in."""
    task = None if job.name in handlers else find_task(job.name)
    if task is not None and job.state in {Job.State.DONE, Job.State.DEAD}:
        task_finished.send(LeaseBackend, task_result=result_of(job, task))
