"""Small logs, and what comes of them."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from ahlan.importers.actions.calls import import_calls
from ahlan.importers.actions.events import import_events
from ahlan.importers.mapping import read_call_mapping, read_event_mapping
from ahlan.importers.reading import Report

DATA = (
    Path(__file__).resolve().parents[5] / "shared/data"
)  # what the mappings that come with Ahlan were written for
there = pytest.mark.skipif(not DATA.exists(), reason="the public logs are not beside this checkout")

EVENTS = """
source = "old-desk"
zone = "Europe/Helsinki"

[columns]
case = "case"
activity = "did"
at = "at"
agent = "who"
customer = "from"

[ticket]
subject = "Old {case}"

[inbox]
address = "old@old-desk.invalid"

[activities]
asked = "opened"
took = "assigned"
waits = "waiting"
held = "on_hold"
done = { does = "closed", status = "Solved" }
back = "reopened"
note = "ignored"
"""
CALLS = """
source = "old-switch"
zone = "Asia/Jerusalem"
format = "%Y-%m-%d %H:%M:%S"
nothing = ["0:00:00", "-"]
unqueued = "left_menu"

[columns]
id = "id"
date = "day"
offered_at = "rings"
queued_at = "queue"
queue_seconds = "waits"
answered_at = "answer"
talk_seconds = "talks"
menu_seconds = "menu"
outcome = "end"
agent = "who"
customer = "caller"

[outcomes]
ok = "answered"
lost = "abandoned"
"""
CALL_COLUMNS = "id,day,rings,menu,queue,waits,answer,talks,end,who,caller"


def bring_events(folder: Path, rows: str, mapping: str = EVENTS, **how: Any) -> Report:
    """`rows`: lines of case, did, at, who and from."""
    (folder / "map.toml").write_text(mapping)
    text = "case,did,at,who,from\n" + "".join(f"{one.strip()}\n" for one in rows.strip().splitlines())
    return import_events(
        BytesIO(text.encode()), read_event_mapping(str(folder / "map.toml")), Report(), **how
    )


def bring_calls(folder: Path, rows: str, mapping: str = CALLS, **how: Any) -> Report:
    (folder / "map.toml").write_text(mapping)
    text = f"{CALL_COLUMNS}\n" + "".join(f"{one.strip()}\n" for one in rows.strip().splitlines())
    return import_calls(BytesIO(text.encode()), read_call_mapping(str(folder / "map.toml")), Report(), **how)


def told(report: Report) -> tuple[int, int, int]:
    return report.taken, report.known, report.refused
