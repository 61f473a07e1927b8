"""What could not be read, by real workers: "Run again" reads it again, and its ticket becomes what it should be."""

import time
from pathlib import Path

import pytest

from tests.makers import mail
from tests.own_house import House, own_house

KEEP = """
from ahlan.channels.actions import keep
from ahlan.channels.models import Inbox
from ahlan.events.models import Job
Inbox.objects.create(channel="email", address="first@desk.example", name="First")
Inbox.objects.create(channel="email", address="support@desk.example", name="Support")
raw = keep({content!r} + b"x" * 300_000, channel="email", door="smtp", envelope={{"rcpt_tos": ["support@desk.example"]}})
Job.objects.update(max_attempts=1)
print(json.dumps(raw.digest))
"""
SEEN = """
from ahlan.channels.models import Inbox, RawInbound
from ahlan.events.models import Event, Job
from ahlan.tickets.models import Message, Tally, Ticket
raw = RawInbound.objects.get()
print(json.dumps({
    "tickets": [[t.subject, t.inbox.name, str(t.customer)] for t in Ticket.objects.all()],
    "messages": [[m.text[:20], m.troubles, m.attachments.count()] for m in Message.objects.all()],
    "raw": raw.state, "jobs": sorted(Job.objects.filter(queue="intake").values_list("state", flat=True)),
    "told": Event.objects.filter(kind="message.read_after_all").count(),
    "open": sum(Tally.objects.filter(inbox_id=Inbox.objects.get(name="Support").pk, state="open").values_list("n", flat=True)),
}))
"""
AGAIN = """
from ahlan.events.actions import run_again
from ahlan.events.models import Job
run_again(Job.objects.get(state="dead"), actor="system")
"""


@pytest.mark.slow
def test_run_again_reads_what_could_not_be_read_into_the_same_ticket(tmp_path: Path) -> None:
    content = mail(subject="The cups", text="They are broken.")
    with own_house(tmp_path / "data") as house:
        digest = house.do(KEEP.format(content=content))
        (stored,) = (tmp_path / "data" / "files").rglob(digest)
        stored.rename(tmp_path / "lost")
        ill = work_until(house, lambda seen: seen["raw"] == "unreadable")
        (tmp_path / "lost").rename(stored)

        house.do(AGAIN)
        well = work_until(house, lambda seen: seen["raw"] == "read")

    assert [ill["messages"][0][1], ill["jobs"]] == [["unreadable"], ["dead", "done"]]
    assert well["tickets"] == [["The cups", "Support", "Cy Customer"]]
    assert well["messages"] == [["They are broken.\nxxx", [], 0]]
    assert (well["told"], well["open"], well["jobs"]) == (1, 1, ["done", "done"])


def work_until(house: House, done) -> dict:
    worker = house.ahlan("work", "--threads", "1", "--queue", "intake")
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            seen = house.do(SEEN)
            if done(seen):
                return seen
    finally:
        worker.terminate()
        worker.wait(30)
    raise AssertionError(seen)
