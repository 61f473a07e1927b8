"""Each process of the test runner works on a PostgreSQL server of its own, where there are several: on one server those who
read the log wait for every transaction that runs, and a long test of another process would hold them up."""

import os

servers = os.environ.get("AHLAN_TEST_SERVERS", "").split()
worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if servers and worker:
    os.environ["DATABASE_URL"] = servers[int(worker.removeprefix("gw")) % len(servers)]
