from datetime import timedelta

import pytest
from django.db import transaction
from django_tasks import TaskResultStatus, task_backends
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist, TaskResultMismatch

from ahlan.core.clock import now
from ahlan.events.backend import LeaseBackend
from ahlan.events.models import Job
from ahlan.events.tests.chores import add, add_slowly, path, say_attempt, until, want

pytestmark = pytest.mark.django_db(transaction=True)


def finished(result):
    result.refresh()
    return result.is_finished


def test_tasks_are_run_and_give_their_result(working):
    results = [add.enqueue(1, second=2), add_slowly.enqueue(3, 4), say_attempt.enqueue("attempt")]

    with working():
        until(lambda: all(finished(result) for result in results))

    assert [result.return_value for result in results] == [3, 7, "attempt 1"]
    assert add.get_result(results[0].id).status == TaskResultStatus.SUCCESSFUL
    assert isinstance(task_backends["default"], LeaseBackend)


def test_enqueue_keeps_priority_and_run_after():
    at = now() + timedelta(hours=1)

    result = add.using(priority=7, run_after=at, queue_name="sums").enqueue(1, 2)

    job = Job.objects.get()
    assert (job.name, job.priority, job.run_at, job.queue) == (path("add"), 7, at, "sums")
    assert result.status == TaskResultStatus.READY


def test_enqueue_is_part_of_the_transaction():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        add.enqueue(1, 2)
        raise ZeroDivisionError

    assert not Job.objects.exists()


def test_failing_task_is_tried_again_and_then_failed(working):
    result = add.enqueue(1, "two")
    Job.objects.update(max_attempts=2)

    with working():
        until(lambda: Job.objects.filter(state="ready", attempts=1).exists())
        result.refresh()
        between = result.status
        Job.objects.update(run_at=now())
        until(lambda: finished(result))

    assert between == TaskResultStatus.READY
    assert result.status == TaskResultStatus.FAILED
    assert result.errors[0].exception_class is TypeError
    assert result.attempts == 2


def test_results_that_are_not_there():
    event_job = want(1)
    other = say_attempt.enqueue("x")

    for unknown in ["0", "x", "", str(Job.objects.get(event=event_job).pk)]:
        with pytest.raises(TaskResultDoesNotExist):
            add.get_result(unknown)
    with pytest.raises(TaskResultMismatch):
        add.get_result(other.id)


def test_what_cannot_be_kept_is_refused():
    with pytest.raises(TypeError):
        add.enqueue(object(), 2)
    with pytest.raises(InvalidTaskError):
        add.using(run_after=now().replace(tzinfo=None)).enqueue(1, 2)
