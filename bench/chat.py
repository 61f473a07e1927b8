"""Live chat under many: `python bench/chat.py [IDLE] [TALKING] [SECONDS]` (2000 200 60).

IDLE visitors with an open stream and TALKING ones who say something each twenty seconds and are answered each time. Measured
from the visitor's click to the agent's live stream, and from the agent's click to the visitor's stream. With DATABASE_URL of a
PostgreSQL (`python tests/with_postgres.py python bench/chat.py`) two web processes serve them, one of which is killed half-way. At the end
each visitor must have heard each line once, in order.
"""

import asyncio
import contextlib
import json
import os
import re
import secrets
import signal
import statistics
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import desk

IDLE, TALKING, SECONDS = [int(one) for one in (*sys.argv[1:], *("2000", "200", "60")[len(sys.argv) - 1 :])]
PORTS = (8351, 8352)
PAUSE = 20.0  # seconds between two words of one visitor
BOUNDARY = "----chat"


class Visitor:
    """One browser: a token, a stream that comes back by itself, and all it has heard."""

    def __init__(self, token: str, port: int) -> None:
        self.token, self.port, self.last = token, port, 0
        self.heard: list[tuple[int, str]] = []
        self.opened = asyncio.Event()

    async def listen(self, living: list[int], on_line: Any) -> None:
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._once(on_line)
            self.port = living[0]
            await asyncio.sleep(0.5)

    async def _once(self, on_line: Any) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = (
            f"GET /chat/bench/stream/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.token}\r\n"
        )
        writer.write(f"{head}Last-Event-ID: {self.last}\r\n\r\n".encode())
        try:
            seq = 0
            while line := await reader.readline():
                self.opened.set()
                if line.startswith(b"id: "):
                    seq = int(line[4:])
                elif line.startswith(b"data: ") and seq:
                    said = json.loads(line[6:])
                    self.last = seq
                    self.heard.append((seq, said["text"]))
                    on_line(said["text"])
                    seq = 0
        finally:
            writer.close()


async def post(port: int, path: str, token: str, body: bytes, kind: str) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n"
    )
    writer.write(f"{head}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    answer = await reader.read()
    writer.close()
    if not answer:
        raise ConnectionResetError
    return int(answer[9:12]), answer.partition(b"\r\n\r\n")[2]


def form(**given: str) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in given.items()
    ]
    return "".join([*parts, f"--{BOUNDARY}--\r\n"]).encode()


async def insist(living: list[int], path: str, token: str, body: bytes, kind: str) -> None:
    """Send until it is taken, as the widget does: what is sent again is the same."""
    while True:
        try:
            status, text = await post(living[0], path, token, body, kind)
        except OSError:
            status, text = 503, b""
        if status in (200, 201):
            return
        assert status >= 500 or status == 429, (status, text[:300])
        await asyncio.sleep(0.5)


class Agents:
    """The desk's side: hears the live stream, answers through the API."""

    def __init__(self, live: str, token: str) -> None:
        self.live, self.token = live, token
        self.waiting: dict[int, list[float]] = {}  # ticket: clicks of its visitor not heard yet
        self.came: list[float] = []

    async def listen(self, living: list[int], on_word: Any) -> None:
        last = ""
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", living[0])
                resume = f"Last-Event-ID: {last}\r\n" if last else ""
                writer.write(f"GET {self.live} HTTP/1.1\r\nHost: localhost\r\n{resume}\r\n".encode())
                while line := await reader.readline():
                    if line.startswith(b"id: "):
                        last = line[4:].strip().decode()
                    elif b'"message.received"' in line:
                        on_word(int(re.search(rb'"subject":"ticket:(\d+)"', line)[1]))  # type: ignore[index]
            except OSError:
                pass
            await asyncio.sleep(0.5)


def prepare() -> tuple[list[str], str, str]:
    """Tokens of all visitors, the address of an agent's live stream, and a program's token."""
    from tests.makers import make_agent, make_team

    from ahlan.channels.chat.actions import save_widget
    from ahlan.channels.chat.identity import digest_of, new_token
    from ahlan.channels.chat.models import Session, Visitor, Widget
    from ahlan.core.api.door import SCOPES
    from ahlan.core.clock import now
    from ahlan.events.live import live_token
    from ahlan.staff.actions.tokens import make_token

    widget = save_widget(
        Widget(slug="bench", brand="Bench"), name="Chat", active=True, fields=[], actor="system"
    )
    agent = make_agent(make_team(widget.inbox))
    tokens = [new_token() for _ in range(IDLE + TALKING)]
    people = Visitor.objects.bulk_create(
        [Visitor(inbox=widget.inbox, key=secrets.token_hex(16)) for _ in tokens]
    )
    ends = now() + timedelta(days=1)
    Session.objects.bulk_create(
        [
            Session(visitor=one, digest=digest_of(token), ends_at=ends)
            for one, token in zip(people, tokens, strict=True)
        ]
    )
    live = f"/live/?token={live_token(agent.pk, [f'inbox:{widget.inbox_id}'])}"
    return tokens, live, make_token(agent, name="Bench", scopes=SCOPES, actor=agent.actor)[1]


def serve(ports: tuple[int, ...]) -> list["subprocess.Popen[bytes]"]:
    return [
        subprocess.Popen(
            [sys.executable, "-m", "ahlan", "web"],
            env={
                **os.environ,
                "PORT": str(port),
                "MAIL_PORT": str(port + 100),
                "AHLAN_API_PER_MINUTE": "100000",
                "PYTHONPATH": str(desk.ROOT / "src"),
            },
        )
        for port in ports
    ]


def resident(process: "subprocess.Popen[bytes]") -> float:
    """Megabytes."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1000  # type: ignore[index]


async def run(tokens: list[str], live: str, api: str, houses: list[Any], ports: list[int]) -> None:
    living = list(ports)
    for port in ports:
        await until_up(port)
    agents = Agents(live, api)
    clicked: dict[str, float] = {}
    seen_by_agent: list[float] = []
    seen_by_visitor: list[float] = []
    visitors = [Visitor(token, ports[n % len(ports)]) for n, token in enumerate(tokens)]
    tasks: list[asyncio.Task[Any]] = []

    def heard(text: str) -> None:
        if text.startswith("answer") and text in clicked:
            seen_by_visitor.append(time.perf_counter() - clicked.pop(text))

    before = resident(houses[0])
    for start in range(0, IDLE, 100):
        batch = visitors[start : start + 100]
        tasks += [asyncio.create_task(one.listen(living, heard)) for one in batch]
        await asyncio.gather(*(one.opened.wait() for one in batch))
    await asyncio.sleep(3)
    idle = resident(houses[0])
    talking = visitors[IDLE:]
    tasks += [asyncio.create_task(one.listen(living, heard)) for one in talking]
    tasks.append(asyncio.create_task(agents.listen(living, lambda ticket: word(ticket))))
    await asyncio.gather(*(one.opened.wait() for one in talking))

    until = time.monotonic() + SECONDS
    said: dict[int, int] = {}
    tickets: dict[int, asyncio.Future[float]] = {}

    def word(ticket: int) -> None:
        if ticket in tickets and not tickets[ticket].done():
            tickets[ticket].set_result(time.perf_counter())

    async def talk(n: int, one: Visitor) -> None:
        await asyncio.sleep(PAUSE * n / TALKING)
        ticket, turn = 0, 0
        while time.monotonic() < until or not turn:
            turn += 1
            began = time.perf_counter()
            key, arrives = secrets.token_hex(8), asyncio.get_running_loop().create_future()
            if ticket:
                tickets[ticket] = arrives
            kind = f"multipart/form-data; boundary={BOUNDARY}"
            await insist(
                living, "/chat/bench/messages/", one.token, form(key=key, text=f"word {n} {turn}"), kind
            )
            if ticket:
                seen_by_agent.append(await asyncio.wait_for(arrives, 30) - began)
            else:
                ticket = await asyncio.to_thread(ticket_of, one.token)
            text = f"answer {n} {turn}"
            clicked[text] = time.perf_counter()
            body = json.dumps({"text": text, "kind": "reply"}).encode()
            await insist_once(living, f"/api/v1/tickets/{ticket}/messages", api, body, key)
            said[n] = turn
            await asyncio.sleep(max(0.0, PAUSE - (time.perf_counter() - began)))

    async def murder() -> None:
        await asyncio.sleep(SECONDS / 2)
        os.kill(houses[0].pid, signal.SIGKILL)
        living.pop(0)

    killing = asyncio.create_task(murder()) if len(ports) > 1 else None
    await asyncio.gather(*(talk(n, one) for n, one in enumerate(talking)))
    if killing:
        await killing
    await asyncio.sleep(5)
    wrong = 0
    for n, one in enumerate(talking):
        expected = [
            text for turn in range(1, said[n] + 1) for text in (f"word {n} {turn}", f"answer {n} {turn}")
        ]
        numbers = [seq for seq, _text in one.heard]
        if [text for _seq, text in one.heard] != expected or numbers != list(range(1, len(expected) + 1)):
            wrong += 1
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(
        f"| {desk.kind()} | {len(ports)} | {IDLE} | {TALKING} | {len(seen_by_agent)} | {told(seen_by_agent)} | {len(seen_by_visitor)} | {told(seen_by_visitor)} "
        f"| {(idle - before) * 1000 / max(1, IDLE / len(ports)):.1f} | {wrong} |"
    )


async def insist_once(living: list[int], path: str, token: str, body: bytes, key: str) -> None:
    """Send with an idempotency key until it is taken."""
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", living[0])
            head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n"
            writer.write(
                f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
            )
            answer = await reader.read()
            writer.close()
        except OSError:
            answer = b""
        if answer[9:12] in (b"200", b"201"):
            return
        assert not answer or answer[9:10] == b"5" or answer[9:12] in (b"409", b"429"), answer[:600]
        await asyncio.sleep(0.5)


def ticket_of(token: str) -> int:
    from ahlan.channels.chat.models import Chat
    from ahlan.channels.chat.queries import visitor_of

    visitor = visitor_of("bench", token)
    assert visitor is not None
    return int(Chat.objects.get(visitor=visitor).ticket or 0)


async def until_up(port: int) -> None:
    for _ in range(300):
        try:
            (await asyncio.open_connection("127.0.0.1", port))[1].close()
        except OSError:
            await asyncio.sleep(0.2)
        else:
            return
    raise SystemExit("it did not start")


def told(found: list[float]) -> str:
    if len(found) < 2:
        return "– | –"
    parts = statistics.quantiles(found, n=100)
    return f"{parts[49] * 1000:.0f} | {parts[94] * 1000:.0f}"


def main() -> None:
    desk.start()
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)
    tokens, live, api = prepare()
    ports = PORTS if desk.kind() == "PostgreSQL" else PORTS[:1]
    houses = serve(ports)
    print(
        "| database | processes | idle | talking | to the agent | p50 ms | p95 ms | to the visitor | p50 ms | p95 ms | kB an idle visitor | wrong |"
    )
    try:
        asyncio.run(run(tokens, live, api, houses, list(ports)))
    finally:
        for one in houses:
            one.kill()


if __name__ == "__main__":
    main()
