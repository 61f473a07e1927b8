"""The stream against a real server on loopback."""

import asyncio
import json
import random
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine
import uvicorn
from django.core import signing
from django.db import OperationalError, connection, transaction

from ahlan.core.clock import now
from ahlan.events import live, tail
from ahlan.events.live import live_or, live_token, signal
from ahlan.events.log import Cursor, newest, record
from ahlan.events.tests.chores import thing, until
from ahlan.events.tests.own_database import OwnDatabase, own_database

pytestmark = pytest.mark.django_db(transaction=True)


def tell(number: int, audience: str = "inbox:1", **facts: Any) -> None:
    with transaction.atomic():
        record("ticket.changed", thing(number), actor="agent:5", audience=audience, **facts)


async def other(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"the other application"})


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """Its address, while it is served."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(application, log_config=None, lifespan="on", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        until(lambda: server.started)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture
def address() -> Iterator[str]:
    with serving(live_or(other)) as found:
        yield found


class Listener:
    """A browser's EventSource: hears in a thread, remembers the last id, may be cut and come back."""

    def __init__(self, address: str, token: str, last: str = "") -> None:
        self.url = f"{address}/live/?token={token}"
        self.last = last
        self.heard: list[tuple[str, Any]] = []
        self.response: httpx.Response | None = None
        self.client = httpx.Client(timeout=30)

    def __enter__(self) -> "Listener":
        self.open()
        return self

    def __exit__(self, *_error: object) -> None:
        self.cut()
        self.client.close()

    def open(self) -> None:
        headers = {"Last-Event-ID": self.last} if self.last else {}
        request = self.client.build_request("GET", self.url, headers=headers)
        self.response = self.client.send(request, stream=True)
        assert self.response.status_code == 200
        self.thread = threading.Thread(target=self.listen, args=[self.response])
        self.thread.start()

    def cut(self) -> None:
        network = self.response.extensions["network_stream"]
        network.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self.thread.join(10)
        self.response.close()

    def listen(self, response: httpx.Response) -> None:
        fields: dict[str, str] = {}
        try:
            for line in response.iter_lines():
                if line:
                    name, _colon, value = line.partition(":")
                    fields[name] = value.strip()
                    continue
                self.last = fields.get("id", self.last)
                if fields.get("data"):
                    self.heard.append((fields.get("event", "message"), json.loads(fields["data"])))
                fields = {}
        except httpx.HTTPError:
            return

    def numbers(self) -> list[int]:
        return [int(data["subject"].split(":")[1]) for name, data in self.heard if name == "change"]

    def names(self) -> list[str]:
        return [name for name, _data in self.heard]


def test_change_is_heard_within_a_second(address):
    with Listener(address, live_token(5, ["inbox:1"])) as browser:
        until(lambda: browser.last)
        begun = time.monotonic()
        tell(12, size=3, state="closed", by=None)
        until(lambda: browser.heard)
        seconds = time.monotonic() - begun

    assert seconds < 1
    assert browser.heard == [
        (
            "change",
            {
                "kind": "ticket.changed",
                "subject": "worker:12",
                "actor": "agent:5",
                "facts": {"size": 3, "by": None},
            },
        )
    ]
    assert browser.last == str(newest())
    assert browser.response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert browser.response.headers["x-accel-buffering"] == "no"


def test_nothing_is_missed_between_drawing_the_page_and_opening_the_stream(address):
    token = live_token(5, ["inbox:1"])
    tell(1)

    with Listener(address, token) as browser:
        until(lambda: browser.heard)

    assert browser.numbers() == [1]


def test_only_ones_own_audiences_are_heard(address):
    tokens = {
        "ada": live_token(5, ["inbox:1", "agent:5", "everyone"]),
        "bo": live_token(6, ["inbox:2", "everyone"]),
        "di": live_token(7, []),
    }
    tell(1, "inbox:1")
    with (
        Listener(address, tokens["ada"]) as ada,
        Listener(address, tokens["bo"]) as bo,
        Listener(address, tokens["di"]) as di,
    ):
        until(lambda: ada.last and bo.last and di.last)
        tell(2, "inbox:2")
        tell(3, "agent:5")
        tell(4, "")
        signal("inbox:2", typing=6)
        tell(5, "everyone")
        until(lambda: 5 in ada.numbers() and 5 in bo.numbers())
        time.sleep(0.3)

    assert ada.numbers() == [1, 3, 5]
    assert bo.numbers() == [2, 5]
    assert ("signal", {"typing": 6}) in bo.heard
    assert "signal" not in ada.names()
    assert di.heard == []


@pytest.mark.slow
def test_cut_at_random_nothing_is_lost_and_nothing_doubled(address):
    chance = random.Random()
    writers = [
        threading.Thread(target=write_many, args=[range(start, start + 150)]) for start in (1_000, 2_000)
    ]
    with Listener(address, live_token(5, ["inbox:1"])) as browser:
        for writer in writers:
            writer.start()
        for _cut in range(8):
            time.sleep(chance.uniform(0.05, 0.5))
            browser.cut()
            browser.open()
        for writer in writers:
            writer.join()
        until(lambda: len(browser.numbers()) >= 300, seconds=15)
        time.sleep(0.3)
        heard = browser.numbers()

    assert len(heard) == 300
    assert [number for number in heard if number < 2_000] == list(range(1_000, 1_150))
    assert [number for number in heard if number >= 2_000] == list(range(2_000, 2_150))


def write_many(numbers: range) -> None:
    for number in numbers:
        with transaction.atomic():
            record("ticket.changed", thing(number), actor="agent:5", audience="inbox:1")
            record("ticket.changed", thing(9), actor="agent:5", audience="inbox:2")
            time.sleep(0.003)
        time.sleep(0.005)
    connection.close()


def test_resuming_far_behind_resets_the_page(address):
    token = live_token(5, ["inbox:1"])
    with transaction.atomic():
        for number in range(live.MOST_MISSED + 1):
            record("ticket.changed", thing(number + 1), actor="system", audience="inbox:2")

    with Listener(address, token) as browser:
        until(lambda: browser.heard)
        tell(5)
        until(lambda: browser.numbers())

    assert browser.names() == ["reset", "change"]


def test_unknown_last_event_id_counts_as_all_missed(address):
    tell(1)
    with Listener(address, live_token(5, ["inbox:1"]), last="from-elsewhere") as browser:
        until(lambda: browser.numbers())

    assert browser.numbers() == [1]


@pytest.mark.parametrize(
    "token", ["", "forged", "eyJhZ2VudCI6MX0:1:x", pytest.param(None, id="too old"), "other salt"]
)
def test_tokens_not_ours_or_too_old_are_refused(address, token):
    if token is None:
        with time_machine.travel(now() - timedelta(hours=12, minutes=1)):
            token = live_token(5, ["inbox:1"])
    elif token == "other salt":
        token = signing.dumps({"agent": 5, "to": ["inbox:1"], "at": "0-0"}, salt="another purpose")

    answer = httpx.get(f"{address}/live/", params={"token": token})

    assert (answer.status_code, answer.text) == (403, "")


def test_token_cannot_be_widened(address):
    body, rest = live_token(5, ["inbox:1"]).split(":", 1)
    wider = signing.dumps({"agent": 5, "to": ["inbox:2"], "at": "0-0"}, salt=live.SALT, key="another key")

    assert (
        httpx.get(f"{address}/live/", params={"token": wider.split(":")[0] + ":" + rest}).status_code == 403
    )
    assert httpx.get(f"{address}/live/", params={"token": body}).status_code == 403


def test_other_methods_and_paths(address):
    assert httpx.post(f"{address}/live/").status_code == 405
    assert httpx.get(f"{address}/live").status_code == 418
    assert httpx.get(f"{address}/").text == "the other application"


def test_rights_taken_away_narrow_the_stream(address, monkeypatch):
    monkeypatch.setattr(live, "_narrowing", [])

    @live.narrows
    def no_longer_in_inbox_1(agent: int, audiences: frozenset[str]) -> set[str]:
        return set(audiences) - {"inbox:1"} | {"inbox:3"}

    with Listener(address, live_token(5, ["inbox:1", "inbox:2"])) as browser:
        until(lambda: browser.last)
        for number, audience in enumerate(["inbox:1", "inbox:3", "inbox:2"]):
            tell(number + 1, audience)
        until(lambda: browser.heard)

    assert browser.numbers() == [3]


def test_stream_beats_and_moves_its_place_on(address, monkeypatch):
    monkeypatch.setattr(tail, "BEAT", 0.2)
    with Listener(address, live_token(5, ["inbox:1"])) as browser:
        until(lambda: browser.last)
        tell(1, "inbox:2")
        until(lambda: browser.last == str(newest()) and browser.heard)

    assert {name for name, _data in browser.heard} == {"beat"}


def test_streams_end_after_a_while_and_may_resume(address, monkeypatch):
    monkeypatch.setattr(live, "LONGEST_STREAM", 0.5)
    with Listener(address, live_token(5, ["inbox:1"])) as browser:
        browser.thread.join(5)
        assert not browser.thread.is_alive()
        tell(1)
        browser.open()
        until(lambda: browser.numbers())

    assert browser.numbers() == [1]
    assert sorted(browser.names()) == ["change", "well"]


def test_trouble_and_well_are_told(address, monkeypatch):
    real = tail.read_after
    away = threading.Event()

    def unreachable(*args: Any, **options: Any) -> Any:
        if away.is_set():
            raise OperationalError("the server is away")
        return real(*args, **options)

    monkeypatch.setattr(tail, "read_after", unreachable)
    with Listener(address, live_token(5, ["inbox:1"])) as browser:
        until(lambda: browser.last)
        away.set()
        tell(1)
        until(lambda: browser.heard)
        with Listener(address, live_token(5, ["inbox:1"])) as late:
            until(lambda: late.names() == ["trouble"])
        away.clear()
        until(lambda: browser.numbers())

    assert browser.names() == ["trouble", "well", "change"]


def test_slow_look_is_trouble_too(address, monkeypatch):
    monkeypatch.setattr(tail, "SLOW_LOOK", 0.2)
    real = tail.read_after

    def slow(*args: Any, **options: Any) -> Any:
        time.sleep(0.6)
        return real(*args, **options)

    with Listener(address, live_token(5, ["inbox:1"])) as browser:
        until(lambda: browser.last)
        monkeypatch.setattr(tail, "read_after", slow)
        tell(1)
        until(lambda: browser.numbers())

    assert browser.names()[:2] == ["trouble", "well"]


def test_stream_that_does_not_keep_up_is_cut_and_resumes(address, monkeypatch):
    monkeypatch.setattr(tail, "MAILBOX", 5)
    made: list[tail.Mailbox] = []
    real = tail.Tail.join

    def small(self: tail.Tail, audiences: frozenset[str]) -> tail.Mailbox:
        mailbox = real(self, audiences)
        mailbox.queue = asyncio.Queue(5)
        made.append(mailbox)
        return mailbox

    monkeypatch.setattr(tail.Tail, "join", small)
    with Listener(address, live_token(5, ["inbox:1"])) as browser:
        until(lambda: browser.last)
        with transaction.atomic():
            for number in range(20):  # found in one look, more than its mailbox holds
                record("ticket.changed", thing(number + 1), actor="system", audience="inbox:1")
        browser.thread.join(5)
        assert not browser.thread.is_alive()
        browser.open()
        until(lambda: len(browser.numbers()) == 20)

    assert made[0].is_cut
    assert browser.numbers() == list(range(1, 21))


def test_place_is_kept_in_order():
    assert sorted([Cursor(2, 1), Cursor(1, 9), Cursor(1, 10)]) == [Cursor(1, 9), Cursor(1, 10), Cursor(2, 1)]


def test_house_is_opened_and_left_around_the_server():
    steps = []

    @asynccontextmanager
    async def house() -> Any:
        steps.append("open")
        yield
        steps.append("left")

    with serving(live_or(other, around=house)):
        assert steps == ["open"]

    assert steps == ["open", "left"]


SERVE = """
import uvicorn
from asgiref.sync import sync_to_async
from ahlan.events import live
from ahlan.events.live import live_or, live_token
live._narrowing.clear()  # there are no people in this house
async def token(scope, receive, send):
    body = (await sync_to_async(live_token)(1, ["inbox:1"])).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
uvicorn.run(live_or(token), port=%d, log_config=None, lifespan="on", timeout_graceful_shutdown=1)
"""


@pytest.mark.slow
def test_three_hundred_streams_need_few_threads_and_little_memory(tmp_path: Path, tell):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with own_database(tmp_path) as database:
        server = database.start(SERVE % port)
        try:
            figures = asyncio.run(listen_many(f"http://127.0.0.1:{port}", server.pid, database))
        finally:
            server.terminate()
            server.wait(20)

    tell(
        f"{'PostgreSQL' if database.is_postgresql else 'SQLite'}: 300 streams,"
        f" {figures['kb']:.1f} kB each, {figures['threads']} threads,"
        f" last delivered after {figures['last'] * 1000:.0f} ms"
    )
    assert figures["delivered"] == 300
    assert figures["threads"] <= 12
    assert figures["kb"] < 200
    assert figures["last"] < 2


async def listen_many(address: str, pid: int, database: OwnDatabase) -> dict[str, float]:
    limits = httpx.Limits(max_connections=400)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
        token = await first_answer(client, address)
        url = f"{address}/live/?token={token}"
        opened = asyncio.Semaphore(0)
        warm = asyncio.create_task(listen_once(client, url, opened))
        await opened.acquire()
        before = resident(pid)
        streams = [asyncio.create_task(listen_once(client, url, opened)) for _number in range(299)]
        for _stream in streams:
            await asyncio.wait_for(opened.acquire(), 60)
        after, threads = resident(pid), thread_count(pid)
        written = time.monotonic()
        await asyncio.to_thread(database.run, WRITE_ONE)
        moments = await asyncio.wait_for(asyncio.gather(warm, *streams), 60)
    said_at = float((database.folder / "written").read_text())
    last = max(at for at, _text in moments)
    delivered = sum('"worker:7"' in text for _at, text in moments)
    assert written < last
    return {"kb": (after - before) / 299, "threads": threads, "last": last - said_at, "delivered": delivered}


WRITE_ONE = """
import time
from django.db import transaction
from ahlan.events.log import record
with transaction.atomic():
    record("ticket.changed", chores.thing(7), actor="system", audience="inbox:1")
open("written", "w").write(str(time.monotonic()))
"""


async def first_answer(client: httpx.AsyncClient, address: str) -> str:
    for _try in range(200):
        try:
            return (await client.get(f"{address}/")).text
        except httpx.ConnectError:
            await asyncio.sleep(0.1)
    raise AssertionError("the server did not start")


async def listen_once(client: httpx.AsyncClient, url: str, opened: asyncio.Semaphore) -> tuple[float, str]:
    async with client.stream("GET", url) as response:
        heard = ""
        async for text in response.aiter_text():
            if "id:" in text and "id:" not in heard:
                opened.release()
            heard += text
            if "event: change" in heard:
                return time.monotonic(), heard
    return time.monotonic(), heard


def resident(pid: int) -> float:
    """kB"""
    return float(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


def thread_count(pid: int) -> int:
    return int(re.search(r"Threads:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])
