"""Killed at any line, nothing is lost and nothing is sent twice."""

import random
import subprocess
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.mail_server import Postbox, postbox
from tests.own_house import House, own_house

pytestmark = pytest.mark.slow

MAILS = 500
KILLS = 12

FILL = """
from ahlan.channels.models import Inbox
from ahlan.customers.actions import meet
from ahlan.staff.actions import create_agent
from ahlan.tickets.models import Ticket
from ahlan.tickets.actions.answer import reply
from django.db import transaction
inbox = Inbox.objects.create(name="Support", channel="email", address="support@desk.example",
    settings={{"smtp_host": "127.0.0.1", "smtp_port": {port}, "smtp_security": "none"}})
ada = create_agent(email="ada@desk.example", actor="system")
ada.undo_seconds = 0
with transaction.atomic():
    for n in range({mails}):
        customer = meet("email", f"c{{n}}@else.example")
        ticket = Ticket.objects.create(subject=f"Number {{n}}", inbox=inbox, customer=customer)
        reply(ticket, author=ada, text=f"Answer {{n}}")
"""

LOOK = """
from collections import Counter
from ahlan.events.models import Event, Job
from ahlan.tickets.models import Message
print(json.dumps({
    "delivery": Counter(Message.objects.values_list("delivery", flat=True)),
    "unsure": list(Message.objects.filter(delivery="unsure").values_list("external_id", flat=True)),
    "told": Event.objects.filter(kind="message.failed").count(),
    "sent": Event.objects.filter(kind="message.sent").count(),
    "unfinished": Job.objects.filter(queue="mail", state__in=["ready", "running"]).count(),
}))
"""

DECIDE = """
from ahlan.tickets.actions.delivery import confirm_sent, resend
from ahlan.tickets.models import Message
arrived = {arrived!r}
for message in Message.objects.select_related("ticket").filter(delivery="unsure"):
    (confirm_sent if message.external_id in arrived else resend)(message, actor="agent:1")
"""


def test_killed_workers_lose_no_mail_and_send_none_twice(tmp_path: Path) -> None:
    with postbox() as server, own_house(tmp_path / "data", AHLAN_LEASE="6") as house:
        house.do(FILL.format(port=server.port, mails=MAILS))

        _work_and_kill(house, server)
        seen = _finish(house)

        once = Counter(ids(server))
        assert max(once.values()) == 1
        assert seen["delivery"].get("sent", 0) + len(seen["unsure"]) == MAILS
        assert seen["told"] == len(seen["unsure"]) <= KILLS
        arrived = [one for one in seen["unsure"] if one in once]
        print(f"{KILLS} kills over {MAILS} mails: {len(once)} arrived once, 0 twice, "
              f"{len(seen['unsure'])} asked the agent ({len(arrived)} of them had arrived)")  # fmt: skip

        house.do(DECIDE.format(arrived=arrived))
        seen = _finish(house)
        once = Counter(ids(server))
        assert (len(once), max(once.values())) == (MAILS, 1)
        assert seen["delivery"] == {"sent": MAILS}
        assert seen["sent"] == MAILS


def ids(server: Postbox) -> list[str]:
    return [str(message_from_bytes(mail)["Message-ID"]) for mail in server.mails]


def _work_and_kill(house: House, server: Postbox) -> None:
    """Workers at work; each in turn is killed at a random moment, wherever it is."""
    chance = random.Random(2026)
    workers = [_worker(house), _worker(house)]
    for kill in range(KILLS):
        goal = len(server.mails) + 10
        until = time.monotonic() + 20
        while len(server.mails) < goal and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(chance.random() * 0.05)
        workers[kill % 2].kill()
        workers[kill % 2].wait()
        workers[kill % 2] = _worker(house)
    for worker in workers:
        worker.kill()
        worker.wait()


def _worker(house: House) -> "subprocess.Popen[bytes]":
    return house.ahlan("work", "--threads", "2", "--queue", "mail")


def _finish(house: House) -> dict:
    """One worker that nobody kills, until all leases have run out and all is done."""
    worker = _worker(house)
    try:
        for _ in range(240):
            seen = house.do(LOOK)
            if not seen["unfinished"]:
                return seen
            time.sleep(0.5)
    finally:
        worker.terminate()
        worker.wait()
    raise AssertionError(f"not finished: {seen}")
