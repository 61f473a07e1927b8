"""Workers killed at any line: nothing lost, nothing completed twice."""

import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from ahlan.events.tests.own_database import OwnDatabase, own_database

pytestmark = pytest.mark.slow

JOBS = 5_000
KILLS = 6

STATES = (
    "SELECT state, count(*) FROM events_job WHERE event_id IS NOT NULL GROUP BY state"  # not the house's own
)
LEFT = "SELECT count(*) FROM events_job WHERE finished_at IS NULL AND event_id IS NOT NULL"
STUCK = "SELECT state, name, attempts, last_error FROM events_job WHERE finished_at IS NULL LIMIT 9"
END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
WORK = "from ahlan.events.tests.crash_worker import work; work()"
IS_POSTGRESQL = "postgresql" in settings.DATABASES["default"]["ENGINE"]


def test_thousands_of_jobs_survive_killed_workers(tmp_path: Path, tell):
    chance = random.Random()
    with own_database(tmp_path) as database:
        database.run(enqueue(JOBS))
        begun = time.monotonic()
        workers = [database.start(WORK) for _number in range(2)]
        try:
            for _kill in range(KILLS):
                victim = chance.randrange(2)
                wait_until_at_work(database, workers[victim])
                time.sleep(chance.uniform(0.1, 1.0))
                workers[victim].send_signal(signal.SIGKILL)
                workers[victim].wait()
                workers[victim] = database.start(WORK)
            wait_until_done(database)
        finally:
            for process in workers:
                process.terminate()
            codes = [process.wait(30) for process in workers]
        seconds = time.monotonic() - begun
        states = dict(database.rows(STATES))
        names = "SELECT subject_id FROM events_event WHERE kind = 'ledger.written'"
        written = Counter(number for (number,) in database.rows(names))
        retried = database.rows("SELECT count(*) FROM events_job WHERE attempts > 1")[0][0]
    accepted = Counter((tmp_path / "accepted").read_text().split())
    started = Counter((tmp_path / "started").read_text().split())

    twice = sum(count > 1 for count in started.values())
    tell(
        f"{'PostgreSQL' if database.is_postgresql else 'SQLite'}: {JOBS} jobs, {KILLS} kills,"
        f" {seconds:.0f} s, {JOBS / seconds:.0f} jobs/s, {retried} tried again, {twice} started twice"
    )
    assert states == {"done": JOBS}
    assert written == Counter(range(1, JOBS // 2 + 1))  # atomic: each exactly once
    assert set(started) == {str(number) for number in range(1, JOBS // 2 + 1)}
    assert [number for number, count in accepted.items() if count > 1] == []
    assert codes == [0, 0]


def enqueue(jobs: int) -> str:
    return f"from ahlan.events.tests.crash_worker import enqueue; enqueue({jobs})"


def wait_until_at_work(database: OwnDatabase, worker: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while not database.rows(f"SELECT 1 FROM events_worker WHERE name LIKE '%-{worker.pid}-%'"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def wait_until_done(database: OwnDatabase) -> None:
    """Fails when half a minute passes without progress; a busy machine may take its time."""
    left, deadline = JOBS + 1, time.monotonic()
    while now_left := database.rows(LEFT)[0][0]:
        if now_left < left:
            left, deadline = now_left, time.monotonic() + 30
        assert time.monotonic() < deadline, database.rows(STUCK)
        time.sleep(0.2)


def test_stopped_worker_gives_its_leases_back(tmp_path: Path):
    with own_database(tmp_path) as database:
        database.run(enqueue(500))
        worker = database.start(WORK)
        deadline = time.monotonic() + 30
        while database.rows("SELECT count(*) FROM events_job WHERE state = 'done'")[0][0] < 50:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        worker.terminate()
        code = worker.wait(30)
        states = {state for (state,) in database.rows("SELECT DISTINCT state FROM events_job")}
        workers = database.rows("SELECT * FROM events_worker")

    assert code == 0
    assert states == {"done", "ready"}
    assert workers == []


@pytest.mark.skipif(not IS_POSTGRESQL, reason="a SQLite file does not go away")
def test_workers_go_on_after_the_server_was_away(tmp_path: Path):
    with own_database(tmp_path) as database:
        database.run(enqueue(2_000))
        worker = database.start(WORK)
        try:
            wait_until_at_work(database, worker)
            for _time in range(3):
                time.sleep(1)
                database.server(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS false")
                database.server(END.format(name=database.name))
                time.sleep(1)
                database.server(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS true")
            wait_until_done(database)
        finally:
            worker.terminate()
            code = worker.wait(30)
        states = dict(database.rows(STATES))
        written = database.rows("SELECT subject_id FROM events_event WHERE kind = 'ledger.written'")

    assert states == {"done": 2_000}
    assert Counter(number for (number,) in written) == Counter(range(1, 1_001))
    assert code == 0
