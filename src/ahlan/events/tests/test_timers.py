import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from ahlan.core.clock import now
from ahlan.events import leases, timers
from ahlan.events.models import Job, Schedule, Signal, Worker
from ahlan.events.retention import trim_jobs, trim_signals, trim_workers
from ahlan.events.tests import chores
from ahlan.events.tests.chores import path, until

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY = datetime(2026, 11, 23, 10, 7, 30, tzinfo=UTC)


@pytest.fixture
def hourly(monkeypatch):
    """One timetable of our own and none of the house's."""
    name = path("chime")
    monkeypatch.setattr(timers, "timetables", {name: timers.timetables[name]})
    return name


def waiting() -> int:
    return Job.objects.filter(state="ready").count()


@pytest.mark.parametrize(
    ("span", "offset", "expected"),
    [
        ({"minutes": 5}, {}, "2026-11-23 10:10"),
        ({"hours": 1}, {}, "2026-11-23 11:00"),
        ({"hours": 1}, {"minutes": 5}, "2026-11-23 11:05"),
        ({"days": 1}, {"hours": 3}, "2026-11-24 03:00"),
        ({"days": 1}, {"hours": 11}, "2026-11-23 11:00"),
        ({"weeks": 1}, {"days": 1, "hours": 9}, "2026-11-24 09:00"),
    ],
)
def test_ticks_lie_on_a_grid(span, offset, expected):
    table = timers.Timetable(handler=None, interval=timedelta(**span), offset=timedelta(**offset))

    assert f"{table.next_after(MONDAY):%Y-%m-%d %H:%M}" == expected
    assert table.next_after(table.next_after(MONDAY)) == table.next_after(MONDAY) + timedelta(**span)


def test_every_needs_an_interval():
    with pytest.raises(ValueError, match="what"):
        timers.every()


def test_tick_enqueues_once_an_hour(hourly):
    with time_machine.travel(MONDAY, tick=False):
        timers.settle_schedules()
        timers.settle_schedules()
        assert timers.tick() == 0
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        assert timers.tick() == 1
        assert timers.tick() == 0

    job = Job.objects.get()
    assert (job.name, job.priority) == (hourly, 3)
    assert Schedule.objects.get().next_at == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_missed_ticks_are_made_up_for_once(hourly):
    with time_machine.travel(MONDAY, tick=False):
        timers.settle_schedules()
    with time_machine.travel(MONDAY + timedelta(hours=9), tick=False):
        timers.settle_schedules()  # a restart does not forget what is due
        assert timers.tick() == 1

    assert waiting() == 1


def test_tick_is_joined_with_an_unfinished_one(hourly):
    with time_machine.travel(MONDAY, tick=False):
        timers.settle_schedules()
    for hours in (1, 2):
        with time_machine.travel(MONDAY + timedelta(hours=hours), tick=False):
            timers.tick()
    assert waiting() == 1

    with time_machine.travel(MONDAY + timedelta(hours=2), tick=False):
        leases.finish(leases.claim(leases.lanes(), limit=1, worker="w")[0])
    with time_machine.travel(MONDAY + timedelta(hours=3), tick=False):
        timers.tick()
    assert waiting() == 1


def test_many_processes_enqueue_one_tick_once(hourly):
    timers.settle_schedules()
    Schedule.objects.update(next_at=now() - timedelta(seconds=1))
    seen = list(Schedule.objects.all())
    moved: list[bool] = []
    gate = threading.Barrier(4)

    def process() -> None:
        gate.wait()
        moved.extend(timers._move_on(row, now()) for row in seen)
        connection.close()

    threads = [threading.Thread(target=process) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(moved) == [False, False, False, True]
    assert waiting() == 1


def test_shorter_interval_comes_sooner(hourly):
    timers.settle_schedules()
    Schedule.objects.update(next_at=now() + timedelta(days=20))

    timers.settle_schedules()

    assert Schedule.objects.get().next_at <= now() + timedelta(hours=1)


def test_timers_and_worker_together(hourly, working, monkeypatch):
    monkeypatch.setattr(timers, "STANDSTILL", timedelta(days=999_999))
    stop = threading.Event()
    thread = threading.Thread(target=timers.run_timers, kwargs={"stop": stop, "pause": 0.05})
    thread.start()
    try:
        with working():
            until(lambda: Schedule.objects.exists())
            Schedule.objects.update(next_at=now())
            lost = Job.objects.create(
                name=hourly, state="running", lease_until=now() - timedelta(seconds=1), attempts=0
            )
            until(lambda: Job.objects.filter(state="done").count() == 2)
    finally:
        stop.set()
        thread.join()

    assert chores.done == [-1, -1]
    assert Job.objects.get(pk=lost.pk).attempts == 1


def test_after_a_standstill_nobody_is_taken_for_dead_at_once():
    Job.objects.create(name="a", state="running", lease_until=MONDAY + timedelta(seconds=50))
    with time_machine.travel(MONDAY, tick=False):
        clock = timers.Clockwork()
    with time_machine.travel(MONDAY + timedelta(hours=8), tick=False):
        clock.turn()
        assert Job.objects.get(name="a").state == "running"
    with time_machine.travel(MONDAY + timedelta(hours=8, seconds=9), tick=False):
        clock.turn()
        assert Job.objects.get(name="a").state == "running"
    for seconds in (18, 27, 36):
        with time_machine.travel(MONDAY + timedelta(hours=8, seconds=seconds), tick=False):
            clock.turn()
    assert Job.objects.get(name="a").state == "ready"


def test_trimming_takes_the_old_and_leaves_the_rest():
    week_ago = now() - timedelta(days=8)
    for name, state, at in [
        ("old", "done", week_ago),
        ("undone", "cancelled", week_ago),
        ("new", "done", now()),
        ("dead", "dead", week_ago),
        ("ready", "ready", None),
    ]:
        Job.objects.create(name=name, state=state, finished_at=at)
    Signal.objects.create(audience="everyone", at=now() - timedelta(minutes=2))
    Signal.objects.create(audience="everyone")
    Worker.objects.create(name="gone", seen_at=week_ago)
    Worker.objects.create(name="here")

    trim_jobs()
    trim_signals()
    trim_workers()

    assert list(Job.objects.order_by("pk").values_list("name", flat=True)) == ["new", "dead", "ready"]
    assert Signal.objects.count() == 1
    assert Worker.objects.get().name == "here"


@pytest.mark.slow
def test_trimming_works_in_bounded_pieces(django_assert_num_queries):
    old = now() - timedelta(days=8)
    Job.objects.bulk_create([Job(name="old", state="done", finished_at=old) for _number in range(2_500)])

    with django_assert_num_queries(9):  # three short transactions
        trim_jobs()

    assert not Job.objects.exists()


def test_an_alarm_is_enqueued_for_its_moment_once_and_not_before(monkeypatch):
    moments = [None]
    alarm = timers.Alarm(timers.timetables[path("chime")].handler, lambda: moments[0])
    monkeypatch.setattr(timers, "alarms", {"chime": alarm})

    with time_machine.travel(MONDAY, tick=False):
        rung = [timers.ring()]
        for seconds in (5, 0.5, 0.5, -5):
            moments[0] = MONDAY + timedelta(seconds=seconds)
            rung.append(timers.ring())

    assert rung == [0, 0, 1, 0, 0]
    assert Job.objects.get().run_at == MONDAY + timedelta(seconds=0.5)


def test_an_alarm_that_fails_leaves_the_others(monkeypatch):
    def broken():
        raise LookupError

    chime = timers.timetables[path("chime")].handler
    alarms = {"broken": timers.Alarm(chime, broken), "chime": timers.Alarm(chime, now)}
    monkeypatch.setattr(timers, "alarms", alarms)

    assert timers.ring() == 1
