"""Live chat under many: `python bench/chat.py --idle 2000 --talking 200 --seconds 60 --every 10`.

IDLE visitors with an open stream, and TALKING ones each of whom says something every so many seconds and is answered each time, so there are
TALKING / EVERY words a second in each direction. Measured from the visitor's click to the agent's live stream, and from the agent's click
(the API) to the visitor's stream. With DATABASE_URL of a PostgreSQL (`python tests/with_postgres.py python bench/chat.py --processes 2 --kill`)
several web processes serve them, and the first one is killed with SIGKILL half-way: its visitors come back at another. At the end
each visitor must have heard each line once, in order: what is missing counts as lost, what came twice as doubled.
"""

import argparse
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

FIRST_PORT = 8351
BOUNDARY = "----chat"


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Live chat under many.")
    parser.add_argument("--idle", type=int, default=2000, help="visitors who listen")
    parser.add_argument("--talking", type=int, default=200, help="visitors who talk")
    parser.add_argument("--seconds", type=int, default=60, help="how long")
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two words of one visitor")
    parser.add_argument("--processes", type=int, default=1, help="web processes; several need PostgreSQL")
    parser.add_argument("--kill", action="store_true", help="kill the first process half-way")
    return parser.parse_args()


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


def prepare(visitors: int) -> tuple[list[str], str, str]:
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
    tokens = [new_token() for _ in range(visitors)]
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


def serve(ports: list[int]) -> list["subprocess.Popen[bytes]"]:
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


def busy(process: "subprocess.Popen[bytes]") -> float:
    """Seconds of processor it has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def run(
    load: argparse.Namespace, tokens: list[str], live: str, api: str, houses: list[Any], ports: list[int]
) -> None:
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
            took = time.perf_counter() - clicked.pop(text)
            if is_measured():
                seen_by_visitor.append(took)

    before = resident(houses[0])
    for start in range(0, load.idle, 100):
        batch = visitors[start : min(start + 100, load.idle)]
        tasks += [asyncio.create_task(one.listen(living, heard)) for one in batch]
        await asyncio.gather(*(one.opened.wait() for one in batch))
    await asyncio.sleep(3)
    idle = resident(houses[0])
    talking = visitors[load.idle :]
    tasks += [asyncio.create_task(one.listen(living, heard)) for one in talking]
    tasks.append(asyncio.create_task(agents.listen(living, lambda ticket: word(ticket))))
    await asyncio.gather(*(one.opened.wait() for one in talking))

    used, began_at = [busy(one) for one in houses], time.monotonic()
    ramp = (
        load.every * 2
    )  # the first words, each of which opens a ticket, are spread over this, and are not measured
    until = began_at + ramp + load.seconds
    said: dict[int, int] = {}
    tickets: dict[int, asyncio.Future[float]] = {}

    def is_measured() -> bool:
        return time.monotonic() > began_at + ramp

    def word(ticket: int) -> None:
        if ticket in tickets and not tickets[ticket].done():
            tickets[ticket].set_result(time.perf_counter())

    async def talk(n: int, one: Visitor) -> None:
        await asyncio.sleep(ramp * n / load.talking)
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
                took = await asyncio.wait_for(arrives, 60) - began
                if is_measured():
                    seen_by_agent.append(took)
            else:
                ticket = await asyncio.to_thread(ticket_of, one.token)
            text = f"answer {n} {turn}"
            clicked[text] = time.perf_counter()
            body = json.dumps({"text": text, "kind": "reply"}).encode()
            await insist_once(living, f"/api/v1/tickets/{ticket}/messages", api, body, key)
            said[n] = turn
            await asyncio.sleep(max(0.0, load.every - (time.perf_counter() - began)))

    async def murder() -> None:
        await asyncio.sleep(ramp + load.seconds / 2)
        os.kill(houses[0].pid, signal.SIGKILL)
        living.pop(0)

    killing = asyncio.create_task(murder()) if load.kill else None
    await asyncio.gather(*(talk(n, one) for n, one in enumerate(talking)))
    if killing:
        await killing
    share = (busy(houses[-1]) - used[-1]) / (time.monotonic() - began_at)
    await asyncio.sleep(5)
    lost = doubled = wrong = 0
    for n, one in enumerate(talking):
        expected = [
            text for turn in range(1, said[n] + 1) for text in (f"word {n} {turn}", f"answer {n} {turn}")
        ]
        numbers = [seq for seq, _text in one.heard]
        heard_by_him = [text for _seq, text in one.heard]
        lost += len(set(expected) - set(heard_by_him))
        doubled += len(heard_by_him) - len(set(heard_by_him))
        if heard_by_him != expected or numbers != list(range(1, len(expected) + 1)):
            wrong += 1
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(
        f"| {desk.kind()} | {len(ports)}{', one killed' if load.kill else ''} | {load.idle} | {load.talking} | {load.every:g} "
        f"| {len(seen_by_agent)} | {told(seen_by_agent)} | {len(seen_by_visitor)} | {told(seen_by_visitor)} "
        f"| {share:.0%} | {(idle - before) * 1000 / max(1, load.idle / len(ports)):.1f} | {lost} | {doubled} | {wrong} |"
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
    load = asked()
    desk.start()
    if load.processes > 1 and desk.kind() != "PostgreSQL":
        raise SystemExit("several processes need PostgreSQL")
    if load.kill and load.processes < 2:
        raise SystemExit("somebody must be left: --kill needs --processes 2")
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)
    tokens, live, api = prepare(load.idle + load.talking)
    ports = [FIRST_PORT + n for n in range(load.processes)]
    houses = serve(ports)
    print(
        "| database | processes | idle | talking | every s | to the agent | p50 ms | p95 ms | to the visitor | p50 ms | p95 ms "
        "| processor | kB an idle visitor | lost | doubled | visitors with either, or out of order |"
    )
    try:
        asyncio.run(run(load, tokens, live, api, houses, ports))
    finally:
        for one in houses:
            one.kill()


if __name__ == "__main__":
    main()
