"""How much the job table carries: `python bench/jobs.py` prints a table for SQLite and for PostgreSQL.

One worker, one thread, one process, empty jobs. `enqueue` writes one job a transaction; `in one` writes them
all in one. CPU is this process's own, database server not counted.
"""

import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

JOBS = int(os.environ.get("JOBS", "2000"))
HERE = Path(__file__).resolve()


def measure() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from ahlan.events.log import record
    from ahlan.events.models import Job, Worker
    from ahlan.events.subscribe import after
    from ahlan.events.worker import run_worker

    spans: list[float] = []

    @after("bench.atomic", atomic=True)
    def atomic(event: object) -> None:
        spans.append(time.perf_counter())

    @after("bench.outside")
    def outside(event: object) -> None:
        spans.append(time.perf_counter())

    call_command("migrate", "events", verbosity=0)
    for kind in ("bench.atomic", "bench.outside"):
        begun = time.perf_counter()
        for number in range(JOBS // 4):
            with transaction.atomic():
                record(kind, Worker(pk=number + 1), actor="system")
        each = (JOBS // 4) / (time.perf_counter() - begun)
        begun = time.perf_counter()
        with transaction.atomic():
            for number in range(JOBS - JOBS // 4):
                record(kind, Worker(pk=number + 1), actor="system")
        in_one = (JOBS - JOBS // 4) / (time.perf_counter() - begun)
        spans.clear()
        stop = threading.Event()
        cpu, begun = time.process_time(), time.perf_counter()
        worker = threading.Thread(target=run_worker, kwargs={"stop": stop})
        worker.start()
        while len(spans) < JOBS:
            time.sleep(0.05)
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
        stop.set()
        worker.join()
        steps = [b - a for a, b in itertools.pairwise(spans)]
        done = Job.objects.filter(state="done").count()
        Job.objects.all().delete()
        assert done == JOBS, done
        print(
            f"{connection.vendor:12}{kind:15}{each:10.0f}{in_one:10.0f}{JOBS / seconds:10.0f}"
            f"{statistics.median(steps) * 1000:12.2f}{cpu / JOBS * 1000:12.2f}",
            flush=True,
        )


def main() -> None:
    columns = ["enqueue/s", "in one/s", "jobs/s"]
    print(f"{'database':12}{'job':15}" + "".join(f"{name:>10}" for name in columns), end="")
    print(f"{'median ms':>12}{'CPU ms/job':>12}", flush=True)
    for starter in ([], [str(HERE.parents[1] / "tests" / "with_postgres.py"), sys.executable]):
        with tempfile.TemporaryDirectory(prefix="ahlan-bench-") as data:
            environment = os.environ | {
                "AHLAN_DATA": data,
                "DJANGO_SETTINGS_MODULE": "ahlan.site.settings",
                "PYTHONPATH": str(HERE.parents[1] / "src"),
            }
            subprocess.run([sys.executable, *starter, str(HERE), "measure"], env=environment, check=True)


if __name__ == "__main__":
    measure() if sys.argv[1:] == ["measure"] else main()
