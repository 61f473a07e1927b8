"""What is written in this very process is heard without waiting for the next look."""

import asyncio
from typing import Any

import pytest

from ahlan.events import tail
from ahlan.events.log import record
from ahlan.events.models import Job
from ahlan.events.tail import Tail

pytestmark = pytest.mark.django_db(transaction=True)


def write() -> None:
    from django.db import connection, transaction

    with transaction.atomic():
        record("a.b", Job.objects.create(name="x"), actor="system", audience="inbox:1")
    connection.close()


async def heard() -> Any:
    one = Tail()
    mailbox = one.join(frozenset(["inbox:1"]))
    try:
        await asyncio.wait_for(one.is_ready.wait(), 10)
        await asyncio.to_thread(write)
        return await asyncio.wait_for(mailbox.queue.get(), 10)
    finally:
        one.leave(mailbox)
        await one.close()


def test_news_of_this_process_ring_the_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "PAUSE", 60.0)  # nobody would look again within the test

    found = asyncio.run(heard())

    assert b'"a.b"' in found.text
