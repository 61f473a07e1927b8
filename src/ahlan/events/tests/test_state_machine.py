"""Enqueue, claim, finish, fail, kill, reap and cancel in any order: what must always hold."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ahlan.events import jobs, leases
from ahlan.events.errors import GiveUp, LostLease
from ahlan.events.models import Event, Job

MAX_ATTEMPTS = 3
START = datetime(2026, 11, 22, tzinfo=UTC)
ENDED = {"done", "dead", "cancelled"}


class JobMachine(RuleBasedStateMachine):
    """Jobs in the hands of several workers, some of which are dead and come back from the dead."""

    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(START, tick=False)
        self.travelling = self.clock.start()
        self.at = START
        self.ended: dict[int, str] = {}
        self.accepted: dict[int, int] = {}
        self.made = 0

    def teardown(self) -> None:
        self.clock.stop()
        Job.objects.all().delete()
        Event.objects.all().delete()

    @rule(key=st.sampled_from(["", "", "a", "b"]), delay=st.sampled_from([0, 0, 30]))
    def enqueue(self, key: str, delay: int) -> None:
        taken = key and Job.objects.filter(unique_key=key, state__in=["ready", "running"]).exists()
        made = jobs.enqueue(
            "nothing",
            unique_key=key,
            run_at=self.at + timedelta(seconds=delay),
            max_attempts=MAX_ATTEMPTS,
            priority=delay,
        )
        assert (made is None) == bool(taken)
        self.made += made is not None

    @rule(target=claims, limit=st.integers(1, 3), worker=st.sampled_from(["w1", "w2"]))
    def claim(self, limit: int, worker: str):
        due = Job.objects.filter(state="ready", run_at__lte=self.at).count()
        taken = leases.claim(leases.lanes(), limit=limit, worker=worker)
        assert len(taken) == min(limit, due)
        return multiple(*taken)

    @rule(job=claims)
    def start(self, job: Job) -> None:
        before = Job.objects.get(pk=job.pk)
        ours = before.state == "running" and before.token == job.token and before.started_at is None
        assert leases.start(job) == ours

    @rule(job=claims, error=st.sampled_from([None, ValueError("no"), GiveUp("no")]))
    def end(self, job: Job, error: Exception | None) -> None:
        """By whoever once claimed it, dead or alive, in time or far too late."""
        before = Job.objects.get(pk=job.pk)
        ours = before.state == "running" and before.token == job.token
        job.attempts = before.attempts
        try:
            leases.finish(job) if error is None else leases.fail(job, error)
        except LostLease:
            assert not ours
        else:
            assert ours
            if error is None:
                self.accepted[job.pk] = self.accepted.get(job.pk, 0) + 1

    @rule(job=consumes(claims))
    def forget(self, job: Job) -> None:
        """Its worker is killed."""

    @rule(job=claims)
    def give_back(self, job: Job) -> None:
        before = Job.objects.get(pk=job.pk)
        leases.give_back([job])
        if before.started_at is not None:
            assert Job.objects.get(pk=job.pk).state == before.state

    @rule(target=claims, worker=st.sampled_from(["w3", "w4"]))
    def take_over(self, worker: str):
        """Everybody stands still for so long that all is taken from them and given to another."""
        for seconds in (61, 0, 3_600):
            self.wait(seconds)
            self.reap()
        return self.claim(3, worker)

    @rule(job=claims)
    def hold(self, job: Job) -> None:
        leases.hold([job])

    @rule(seconds=st.sampled_from([1, 20, 61, 3_600]))
    def wait(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)
        self.travelling.move_to(self.at)

    @rule()
    def reap(self) -> None:
        expired = Job.objects.filter(state="running", lease_until__lt=self.at).count()
        assert leases.reap() == expired
        assert not Job.objects.filter(state="running", lease_until__lt=self.at).exists()

    @rule(key=st.sampled_from(["a", "b"]))
    def cancel(self, key: str) -> None:
        job = Job.objects.filter(unique_key=key, state__in=["ready", "running"]).first()
        may = job is not None and (job.state == "ready" or job.started_at is None)
        assert jobs.cancel(key) == may

    @precondition(lambda self: self.made)
    @invariant()
    def nothing_is_lost_and_ends_are_final(self) -> None:
        assert Job.objects.count() == self.made
        for job in Job.objects.all():
            assert job.attempts <= MAX_ATTEMPTS
            assert (job.finished_at is not None) == (job.state in ENDED)
            assert (job.state == "running") == (job.lease_until is not None and job.token != "")
            if job.pk in self.ended:
                assert job.state == self.ended[job.pk]
            elif job.state in ENDED:
                self.ended[job.pk] = job.state
            assert self.accepted.get(job.pk, 0) == (job.state == "done")

    @invariant()
    def a_key_is_held_once(self) -> None:
        held = list(
            Job.objects.filter(finished_at=None).exclude(unique_key=None).values_list("unique_key", flat=True)
        )
        assert len(held) == len(set(held))

    @invariant()
    def each_death_is_told_once(self) -> None:
        dead = set(Job.objects.filter(state="dead").values_list("pk", flat=True))
        told = list(Event.objects.filter(kind="job.died").values_list("subject_id", flat=True))
        assert sorted(told) == sorted(dead)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_jobs_keep_their_promises_in_any_order():
    run_state_machine_as_test(
        JobMachine,
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
