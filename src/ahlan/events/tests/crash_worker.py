"""The worker that `test_crash` kills: it tells files in its folder what it started and what was accepted."""

import os
import signal
import threading
import time
from datetime import timedelta

from django.db import transaction

from ahlan.events import leases
from ahlan.events.log import record
from ahlan.events.models import Event, Job
from ahlan.events.subscribe import after
from ahlan.events.tests.chores import thing
from ahlan.events.timers import run_timers
from ahlan.events.worker import Crew


@after("crash.wanted")
def crash_chore(event: Event) -> None:
    note("started", event.subject_id)
    time.sleep(0.004)


def enqueue(jobs: int) -> None:
    """Half the jobs are atomic and leave a row in the log, half are not."""
    with transaction.atomic():
        for number in range(1, jobs // 2 + 1):
            record("ledger.wanted", thing(number), actor="system")
            record("crash.wanted", thing(number), actor="system")


class TellingCrew(Crew):
    def do_outside(self, job: Job) -> Job | None:
        following = super().do_outside(job)  # raises LostLease when the end was not accepted
        if job.event is not None:
            note("accepted", job.event.subject_id)
        return following


def note(name: str, number: int) -> None:
    file = os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, b"%d\n" % number)
    os.close(file)


def work() -> None:
    leases.FIRST_PAUSE = timedelta(seconds=1)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    timers = threading.Thread(target=run_timers, kwargs={"stop": stop, "pause": 0.3})
    timers.start()
    TellingCrew(queues=None, threads=1, stop=stop, idle=0.1, lease=timedelta(seconds=2)).run()
    timers.join()
