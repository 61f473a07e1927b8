"""Workers killed at any line: every rule has run once on every ticket, and nothing is half done."""

import random
import time
from pathlib import Path

import pytest
from tests.own_house import House, own_house

pytestmark = pytest.mark.slow

TICKETS, KILLS = 30, 5

FILL = f"""
from django.db import transaction
from ahlan.channels.models import Inbox
from ahlan.customers.actions import meet
from ahlan.rules.tests.makers import do, make_rule, make_silence
from ahlan.tickets.actions.opening import open_ticket
inbox = Inbox.objects.create(name="Support", channel="email", address="support@desk.example")
make_rule("Note", do("note", "opened"), do("priority", 4), do("add_tags", "new"))
make_silence("Silent", do("note", "silent"), do("add_tags", "old"), amount=1, unit="minutes")
with transaction.atomic():
    for n in range({TICKETS}):
        customer = meet("email", f"c{{n}}@else.example")
        open_ticket(inbox, customer, subject=f"Number {{n}}", text="Called", says="note", actor="system")
from ahlan.tickets.models import Ticket
from ahlan.core.clock import now
from datetime import timedelta
Ticket.objects.update(last_message_at=now() - timedelta(hours=1))  # silent for long by the time anybody looks
"""

LOOK = """
from collections import Counter
from ahlan.events.models import Event, Job
from ahlan.rules.models import Wait
from ahlan.tickets.models import Message, Ticket
notes = Counter(Message.objects.values_list("ticket", "text"))
ran = Counter(Event.objects.filter(kind="rule.ran").values_list("subject_id", "facts__rule"))
print(json.dumps({
    "notes": len([one for one in notes if one[1] != "Called"]), "most": max(notes.values(), default=0),
    "ran": len(ran), "most_ran": max(ran.values(), default=0),
    "whole": Ticket.objects.filter(priority=4).count(),
    "waiting": Job.objects.filter(state__in=["ready", "running"], name__contains="rules").count()
        + Wait.objects.filter(due_at__isnull=False).count(),
}))
"""


def test_killed_workers_neither_lose_a_run_nor_double_one(tmp_path: Path) -> None:
    with own_house(tmp_path / "data", AHLAN_LEASE="6") as house:
        house.do(FILL)

        _work_and_kill(house)
        seen = _finish(house)

    assert seen == {
        "notes": 2 * TICKETS, "most": 1, "ran": 2 * TICKETS, "most_ran": 1, "whole": TICKETS, "waiting": 0,
    }  # fmt: skip


def _work_and_kill(house: House) -> None:
    chance = random.Random(2026)
    for _kill in range(KILLS):
        worker = house.ahlan("work", "--threads", "2")
        time.sleep(2.0 + chance.random() * 1.5)
        worker.kill()
        worker.wait()


def _finish(house: House) -> dict[str, int]:
    """One worker that nobody kills, until all leases have run out and all is done."""
    worker = house.ahlan("work", "--threads", "2")
    until = time.monotonic() + 150
    try:
        while True:
            time.sleep(2)
            seen = dict(house.do(LOOK))
            if (seen["waiting"] == 0 and seen["ran"] == 2 * TICKETS) or time.monotonic() > until:
                return seen
    finally:
        worker.kill()
        worker.wait()
