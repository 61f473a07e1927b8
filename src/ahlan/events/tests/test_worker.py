import os
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections, transaction

from ahlan.core.clock import now
from ahlan.events import jobs, leases
from ahlan.events.log import record
from ahlan.events.models import Event, Job, Worker
from ahlan.events.queries import health
from ahlan.events.tests import chores
from ahlan.events.tests.chores import path, thing, until, want

pytestmark = pytest.mark.django_db(transaction=True)


def states() -> dict[str, int]:
    found = list(Job.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in sorted(set(found))}


def test_worker_does_what_was_wanted(working):
    for number in range(20):
        want(number)
        want(number, "ledger.wanted")

    with working(threads=2):
        until(lambda: states() == {"done": 40})

    assert sorted(chores.done) == list(range(20))
    assert Event.objects.filter(kind="ledger.written").count() == 20
    assert not Worker.objects.exists()


def test_worker_is_woken_at_once_by_its_own_process(working):
    with working(idle=3):
        time.sleep(0.3)
        begun = time.monotonic()
        want(1)
        until(lambda: chores.done)
        seconds = time.monotonic() - begun

    assert seconds < 1


@pytest.mark.slow
def test_worker_sees_other_processes_work_within_a_tenth_of_a_second(working):
    """Written through a connection of another process, which cannot wake us."""
    script = (
        "import sys; from ahlan.events.tests import chores\n"
        "import time\n"
        "for number in range(8):\n"
        "    chores.want(number); print(time.time(), flush=True); time.sleep(0.4)\n"
    )
    moments: list[float] = []

    class Stamped(list):  # type: ignore[type-arg]
        def append(self, number: int) -> None:
            moments.append(time.time())
            super().append(number)

    chores.done = Stamped()
    with working():
        written = run_elsewhere(script)
        until(lambda: len(moments) == 8)
    chores.done = []

    delays = sorted(seen - float(at) for seen, at in zip(moments, written.split(), strict=True))
    assert delays[4] < 0.15
    assert delays[-1] < 0.6


def run_elsewhere(script: str) -> str:
    """Run Python with our settings against the test database; returns what it printed."""
    name = connection.settings_dict["NAME"]
    setup = (
        "import django\nfrom django.conf import settings\n"
        f"settings.DATABASES['default']['NAME'] = {str(name)!r}\ndjango.setup()\n"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "ahlan.site.settings"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", setup + script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_failing_job_is_kept_with_its_error_and_tried_again(working):
    chores.failures[1] = ValueError("the peer said password=hunter2")
    want(1)

    with working():
        until(lambda: Job.objects.filter(state="ready", attempts=1).exists())
        Job.objects.update(run_at=now())
        until(lambda: Job.objects.filter(state="ready", attempts=2).exists())
        chores.failures.clear()
        Job.objects.update(run_at=now())
        until(lambda: states() == {"done": 1})

    assert (Job.objects.get().attempts, Job.objects.get().last_error) == (3, "")


def test_atomic_job_that_fails_leaves_nothing(working):
    chores.failures[1] = ValueError("no")
    want(1, "ledger.wanted")
    want(2, "ledger.wanted")

    with working():
        until(lambda: Job.objects.filter(state="done").count() == 1)
        until(lambda: Job.objects.filter(state="ready", attempts=1).count() == 1)

    assert [event.subject_id for event in Event.objects.filter(kind="ledger.written")] == [2]


def test_atomic_job_that_lost_its_lease_leaves_nothing(working, monkeypatch):
    want(1, "ledger.wanted")
    real = leases.finish

    def robbed(job: Job, result: object = None) -> None:
        Job.objects.filter(pk=job.pk).update(token="another's")
        real(job, result)

    monkeypatch.setattr(leases, "finish", robbed)
    with working():
        until(lambda: Job.objects.get().attempts == 1)
        time.sleep(0.2)

    assert not Event.objects.filter(kind="ledger.written").exists()
    assert Job.objects.get().state == "running"


def test_job_without_function_or_event_dies_at_once(working):
    jobs.enqueue("ahlan.gone.function")
    jobs.enqueue("os.getcwd")
    want(3)
    Event.objects.filter(kind="chore.wanted").delete()

    with working():
        until(lambda: states() == {"dead": 3})

    assert sorted(Job.objects.values_list("last_error", flat=True)) == [
        "GiveUp: the event it was to follow is gone",
        "GiveUp: there is no function ahlan.gone.function any more",
        "GiveUp: there is no function os.getcwd any more",
    ]


def test_worker_keeps_to_its_queues(working):
    want(1)
    record_slow(2, seconds=0)

    with working(queues=["slow"]):
        until(lambda: chores.done == [2])
        time.sleep(0.2)

    assert states() == {"done": 1, "ready": 1}


def record_slow(number: int, seconds: float) -> None:
    with transaction.atomic():
        record("slow.wanted", thing(number), actor="system", seconds=seconds)


def test_stopping_finishes_the_running_job_and_gives_the_rest_back(working):
    for number in range(4):
        record_slow(number, seconds=0.4)

    with working():
        until(lambda: Job.objects.filter(state="running").exists())

    assert chores.done == [0]
    assert states() == {"done": 1, "ready": 3}
    assert set(Job.objects.filter(state="ready").values_list("attempts", "token")) == {(0, "")}


def test_lease_of_a_long_job_is_kept_alive(working):
    record_slow(1, seconds=2)

    with working(lease=timedelta(seconds=1)):
        for _look in range(8):
            time.sleep(0.25)
            assert leases.reap() == 0
        until(lambda: states() == {"done": 1})

    assert Job.objects.get().attempts == 1


def test_what_waits_behind_a_long_job_is_given_to_others(working):
    record_slow(0, seconds=3)
    record_slow(1, seconds=0)

    with working():
        until(lambda: Job.objects.filter(state="running").count() == 2)
        until(lambda: Job.objects.filter(state="ready").count() == 1)
        with working():
            until(lambda: chores.done == [1])


def test_language_of_one_job_does_not_leak_into_the_next(working):
    first, second = chores.speak.enqueue(), chores.speak.enqueue()

    with working():
        until(lambda: states() == {"done": 2})

    first.refresh()
    second.refresh()
    assert (first.return_value, second.return_value) == ("en", "en")


def test_database_that_goes_away_is_waited_for(working, monkeypatch, caplog):
    """The connection fails for a second, at claims, in jobs and at their ends alike."""
    away = threading.Event()
    main = threading.get_ident()

    def unreachable(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if away.is_set() and threading.get_ident() != main:
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    wrapper = type(connections["default"])
    real_connect = wrapper.connect

    def connect(self: object) -> None:
        real_connect(self)
        self.execute_wrappers.append(unreachable)  # type: ignore[attr-defined]

    monkeypatch.setattr(wrapper, "connect", connect)
    for number in range(300):
        want(number, "ledger.wanted")
        want(number)

    with working(threads=2):
        until(lambda: Job.objects.filter(state="done").count() > 20, seconds=20)
        away.set()
        time.sleep(1)
        away.clear()

        def push_on() -> bool:
            Job.objects.filter(state="ready", run_at__gt=now()).update(run_at=now())
            return Job.objects.filter(state="done").count() == 600

        until(push_on, seconds=30)

    written = list(Event.objects.filter(kind="ledger.written").values_list("subject_id", flat=True))
    assert sorted(written) == list(range(300))
    assert set(chores.done) == set(range(300))
    assert 1 <= caplog.text.count("the database is away") <= 4  # once for each thread, not for each try
    connections.close_all()


def test_health_tells_what_waits_runs_and_died(working):
    jobs.enqueue("a", run_at=now() - timedelta(minutes=3))
    jobs.enqueue("later", run_at=now() + timedelta(minutes=3))
    Job.objects.create(name="b", state="dead")
    Job.objects.create(name="c", state="running")

    before = health()
    with working(queues=["elsewhere"]):
        until(lambda: Worker.objects.exists())
        during = health()

    assert 179 < before["oldest_ready_seconds"] < 200
    assert (before["running"], before["dead"], before["workers"]) == (1, 1, [])
    assert before["worker_seen_seconds_ago"] is None
    assert during["worker_seen_seconds_ago"] < 5
    assert during["workers"][0]["queues"] == ["elsewhere"]


def test_path_of_a_subscriber_is_where_it_stands():
    assert path("do_chore") == "ahlan.events.tests.chores.do_chore"
