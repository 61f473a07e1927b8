"""An import is killed wherever it stands, begun again, and comes to the same; the command says what came of it."""

import json
import os
import signal
import time
from pathlib import Path

import pytest
from tests.own_house import House, own_house

from ahlan.importers.tests.makers import EVENTS

pytestmark = pytest.mark.slow

CASES = 150
COUNT = """
from ahlan.tickets.models import Ticket
from ahlan.importers.models import CaseStep
from ahlan.events.models import Event
print(json.dumps([Ticket.objects.count(), CaseStep.objects.count(), Event.objects.filter(kind="ticket.closed").count()]))
"""


@pytest.fixture
def house(tmp_path: Path):
    with own_house(tmp_path / "data") as found:
        yield found


def counted(house: House) -> list[int]:
    return house.do(COUNT)


def test_killed_anywhere_it_goes_on(house, tmp_path):
    (tmp_path / "map.toml").write_text(EVENTS)
    rows = [
        f"{n},{did},2012-04-{day:02} 10:00:00,Zoe,"
        for n in range(CASES)
        for did, day in (("asked", 3), ("took", 4), ("done", 5))
    ]
    (tmp_path / "log.csv").write_text("\n".join(["case,did,at,who,from", *rows]))
    command = (
        "import",
        "events",
        str(tmp_path / "log.csv"),
        "--mapping",
        str(tmp_path / "map.toml"),
        "--json",
    )

    killed, before = 0, [0]
    while killed < 3 and before[0] < CASES:
        running = house.ahlan(*command)
        while running.poll() is None and counted(house)[0] in (before[0], 0):
            time.sleep(0.05)
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        killed, before = killed + 1, counted(house)

    assert before[0] > 0
    done = house.run(*command)
    told = json.loads(done.stdout)
    again = json.loads(house.run(*command).stdout)
    assert counted(house) == [CASES, 3 * CASES, CASES]
    assert told["taken"] + told["known"] == again["known"] == 3 * CASES
    assert (again["taken"], again["refused"], done.returncode) == (0, 0, 0)


def test_the_command_writes_down_what_it_refused(house, tmp_path):
    (tmp_path / "map.toml").write_text(EVENTS)
    (tmp_path / "log.csv").write_text("case,did,at,who,from\n1,asked,2012-04-03,,\n1,danced,2012-04-04,,\n")
    command = ("import", "events", str(tmp_path / "log.csv"), "--mapping", str(tmp_path / "map.toml"))

    dry = house.run(*command, "--dry-run")
    assert counted(house) == [0, 0, 0]
    done = house.run(*command, "--refused", str(tmp_path / "refused.csv"))
    wrong = house.run(*command[:-1], "nothing")

    assert dry.stdout.decode().startswith(
        "2 rows: 1 would be taken for 1 new tickets, 0 known already, 1 refused."
    )
    assert (done.returncode, wrong.returncode) == (1, 2)
    assert "line 3: the mapping does not say" in done.stdout.decode()
    assert (tmp_path / "refused.csv").read_text().splitlines()[1] == (
        "3,the mapping does not say what the activity “danced” means,1,danced,2012-04-04,,"
    )
    assert b"cannot be read" in wrong.stderr
