import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from ahlan.core.clock import now
from ahlan.events import jobs, leases
from ahlan.events.errors import GiveUp, LostLease, class_path, describe
from ahlan.events.models import Event, Job
from ahlan.events.tests import chores
from ahlan.events.tests.chores import path, want

pytestmark = pytest.mark.django_db(transaction=True)


def claim(limit: int = 1, worker: str = "w1", **over: object) -> list[Job]:
    return leases.claim(leases.lanes(over.pop("queues", None)), limit=limit, worker=worker, **over)


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_claim_takes_the_most_urgent_then_the_oldest_due():
    for name, priority, queue, minutes in [
        ("old", 0, "default", -5),
        ("older", 0, "mail", -9),
        ("urgent", 10, "mail", -1),
        ("future", 99, "default", 5),
    ]:
        jobs.enqueue(name, priority=priority, queue=queue, run_at=now() + timedelta(minutes=minutes))

    taken = [claim()[0].name for _round in range(3)]

    assert taken == ["urgent", "older", "old"]
    assert claim() == []


def test_claim_keeps_to_its_queues():
    jobs.enqueue("a", queue="mail")
    jobs.enqueue("b", queue="import")

    assert [job.name for job in claim(5, queues=["import"])] == ["b"]
    assert claim(5, queues=["import"]) == []


def test_claim_counts_an_attempt_only_for_what_is_started():
    for _number in range(3):
        jobs.enqueue("a")

    taken = claim(5)

    assert [fresh(job).attempts for job in taken] == [1, 0, 0]
    assert [fresh(job).started_at is None for job in taken] == [False, True, True]
    assert {fresh(job).state for job in taken} == {"running"}


def test_two_workers_claim_disjoint_sets():
    for _number in range(200):
        jobs.enqueue("a")
    taken: dict[str, list[int]] = {"w1": [], "w2": [], "w3": []}
    gate = threading.Barrier(3)

    def work(name: str) -> None:
        gate.wait()
        while batch := claim(7, worker=name):
            taken[name] += [job.pk for job in batch]
        connection.close()

    threads = [threading.Thread(target=work, args=[name]) for name in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    everything = [pk for mine in taken.values() for pk in mine]
    assert len(everything) == 200
    assert len(set(everything)) == 200


def test_finish_counts_only_with_the_lease():
    jobs.enqueue("a")
    mine = claim()[0]

    with time_machine.travel(now() + timedelta(minutes=2)):
        assert leases.reap() == 1
    with time_machine.travel(now() + timedelta(minutes=5)):
        other = claim(worker="w2")[0]
        with pytest.raises(LostLease):
            leases.finish(mine)
        with pytest.raises(LostLease):
            leases.fail(mine, ValueError("late"))
        leases.hold([mine], lease=timedelta(hours=9))

    assert fresh(mine).state == "running"
    assert fresh(mine).last_error == "WorkerDied: the worker w1 stopped during attempt 1"
    assert fresh(mine).lease_until < now() + timedelta(minutes=7)
    leases.finish(other)
    assert (fresh(mine).state, fresh(mine).attempts) == ("done", 2)
    with pytest.raises(LostLease):
        leases.finish(other)


def test_lease_is_prolonged_while_held():
    jobs.enqueue("a")
    held = claim()

    with time_machine.travel(now() + timedelta(seconds=50)):
        leases.hold(held)
    with time_machine.travel(now() + timedelta(seconds=100)):
        assert leases.reap() == 0
    with time_machine.travel(now() + timedelta(seconds=111)):
        assert leases.reap() == 1


def test_failing_pauses_longer_each_time_and_then_dies():
    event = want(1)
    pauses = []
    at = now()
    for _attempt in range(3):
        with time_machine.travel(at, tick=False):
            job = claim()[0]
            leases.fail(job, ValueError("no"))
            pauses.append((fresh(job).run_at - at).total_seconds())
            at = fresh(job).run_at + timedelta(seconds=1)

    assert 3.75 <= pauses[0] <= 6.25
    assert 15 <= pauses[1] <= 25
    dead = fresh(job)
    assert (dead.state, dead.attempts, dead.last_error) == ("dead", 3, "ValueError: no")
    died = Event.objects.get(kind="job.died")
    assert (died.subject, died.actor) == (f"job:{dead.pk}", "system")
    assert died.facts == {
        "name": path("do_chore"),
        "error": "builtins.ValueError",
        "attempts": 3,
        "event": event.pk,
        "event_kind": "chore.wanted",
        "about": "worker:1",
    }


def test_pauses_grow_to_four_hours_and_are_spread():
    assert leases.pause_after(60_000) <= timedelta(hours=5)
    assert leases.pause_after(8) >= timedelta(hours=3)
    assert len({leases.pause_after(3) for _number in range(20)}) > 1


def test_permanent_error_is_dead_at_once():
    want(1)
    job = claim()[0]

    leases.fail(job, chores.give_up())

    assert (fresh(job).state, fresh(job).attempts) == ("dead", 1)
    assert fresh(job).last_error == "GiveUp: 550 no such mailbox"


def test_job_may_say_when_to_try_again():
    jobs.enqueue("a")
    job = claim()[0]

    with time_machine.travel(now(), tick=False):
        leases.fail(job, chores.try_again())
        assert fresh(job).run_at == now() + timedelta(minutes=7)
    assert fresh(job).state == "ready"


def test_job_that_kills_its_worker_again_and_again_dies():
    want(1)
    innocent = jobs.enqueue("innocent", priority=-1)
    at = now() + timedelta(seconds=2)
    for _kill in range(3):
        with time_machine.travel(at, tick=False):
            assert claim(5)[0].name == path("do_chore")
        with time_machine.travel(at + timedelta(minutes=2), tick=False):
            leases.reap()
        at += timedelta(minutes=5)

    poison = Job.objects.get(name=path("do_chore"))
    assert (poison.state, poison.attempts) == ("dead", 3)
    assert poison.error_class == "ahlan.events.errors.WorkerDied"
    assert (fresh(innocent).state, fresh(innocent).attempts) == ("ready", 0)


def test_what_was_claimed_ahead_is_given_back_untouched():
    for _number in range(3):
        jobs.enqueue("a")
    taken = claim(3)

    leases.give_back(taken)

    assert [fresh(job).state for job in taken] == ["running", "ready", "ready"]
    assert [fresh(job).attempts for job in taken] == [1, 0, 0]


def test_unique_key_keeps_a_second_out_while_the_first_is_unfinished():
    first = jobs.enqueue("a", unique_key="fetch:3")

    assert first is not None
    assert jobs.enqueue("a", unique_key="fetch:3") is None
    job = claim()[0]
    assert jobs.enqueue("a", unique_key="fetch:3") is None
    leases.finish(job)
    assert jobs.enqueue("a", unique_key="fetch:3") is not None


def test_unique_key_of_an_after_subscriber_does_not_spoil_the_transaction():
    want(4, "letter.queued")
    want(4, "letter.queued")

    assert Job.objects.filter(unique_key="send:4").count() == 1


def test_cancel_takes_back_what_has_not_started():
    want(4, "letter.queued")

    assert jobs.cancel("send:4")
    assert not jobs.cancel("send:4")
    assert Job.objects.get().state == "cancelled"
    with time_machine.travel(now() + timedelta(minutes=1)):
        assert claim() == []


def test_cancel_is_too_late_once_started_but_not_for_what_is_only_claimed():
    jobs.enqueue("a", unique_key="a")
    jobs.enqueue("b", unique_key="b")
    _started, ahead = claim(2)

    assert not jobs.cancel("a")
    assert jobs.cancel("b")
    assert not leases.start(ahead)


def test_cancel_without_a_key_cancels_nothing():
    jobs.enqueue("a")

    assert not jobs.cancel("")


@pytest.mark.slow
def test_cancel_against_claim_has_one_winner():
    outcomes = set()
    for number in range(40):
        jobs.enqueue("a", unique_key=f"race:{number}")
        gate = threading.Barrier(2)
        claimed: list[Job] = []

        def work(gate: threading.Barrier = gate, claimed: list[Job] = claimed) -> None:
            connection.ensure_connection()
            gate.wait()
            claimed += claim()
            connection.close()

        thread = threading.Thread(target=work)
        thread.start()
        gate.wait()
        cancelled = jobs.cancel(f"race:{number}")
        thread.join()
        outcomes.add((cancelled, len(claimed)))

    assert outcomes <= {(True, 0), (False, 1)}


def test_listener_that_fails_does_not_keep_a_job_from_dying(caplog, monkeypatch):
    def burst(*_args: object, **_facts: object) -> None:
        raise RuntimeError("burst")

    monkeypatch.setattr("ahlan.events.leases.record", burst)
    want(1)
    job = claim()[0]

    leases.fail(job, GiveUp("no"))

    assert fresh(job).state == "dead"
    assert "could not be told" in caplog.text


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (ValueError("a\0b\nc"), "ValueError: ab c"),
        (OSError("postgres://ahlan:hunter2@db/x is away"), "OSError: postgres://***@db/x is away"),
        (ValueError("password=hunter2, host=db"), "ValueError: password=***, host=db"),
        (ValueError('{"api_key": "hunter2 x"}'), 'ValueError: {"api_key": ***}'),
        (ValueError("Authorization: Bearer abcdefgh1234"), "ValueError: Authorization: Bearer ***"),
        (ValueError("key " + "a1" * 30), "ValueError: key ***"),
        (ValueError("x " * 900), ("ValueError: " + "x " * 900)[:500]),
    ],
)
def test_errors_are_kept_short_and_without_secrets(error, kept):
    assert describe(error) == kept


def test_error_class_is_a_path():
    assert class_path(GiveUp("x")) == "ahlan.events.errors.GiveUp"


@pytest.mark.slow
def test_looking_and_claiming_use_the_partial_index_among_many_done(django_assert_num_queries):
    Job.objects.bulk_create([Job(name="old", state="done", finished_at=now()) for _number in range(20_000)])
    Job.objects.bulk_create(
        [Job(name="later", run_at=now() + timedelta(days=1), priority=n % 3) for n in range(5_000)]
    )
    jobs.enqueue("a")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE events_job")
        explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
        cursor.execute(explain + leases.LANES)
        plan = "\n".join(str(row) for row in cursor.fetchall())

    assert "job_ready" in plan
    assert "Seq Scan on events_job" not in plan
    assert "SCAN events_job\n" not in plan
    with django_assert_num_queries(5):
        assert [job.name for job in claim(5)] == ["a"]
