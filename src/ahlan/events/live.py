"""The live stream: server-sent events at /live/, a bare ASGI handler beside Django.

A page carries the address with a short-lived signed token; the token says who may hear what, and from which
place in the log on, so that nothing is missed between drawing the page and opening the stream.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from django.core import signing
from django.db import DatabaseError, InterfaceError, close_old_connections, connection

from ahlan.events.log import Cursor, newest, read_after
from ahlan.events.models import Signal
from ahlan.events.tail import TROUBLE, WELL, Item, Mailbox, Tail, change, message, place
from ahlan.events.wake import news

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Around = Callable[[], AbstractAsyncContextManager[Any]]
Narrow = Callable[[int, frozenset[str]], Iterable[str]]

PATH = "/live/"
SALT = "ahlan.events.live"
TOKEN_AGE = 12 * 60 * 60  # seconds
LONGEST_STREAM = 60 * 60  # seconds; then the browser comes back by itself and is looked at anew
RETRY = 2_000  # milliseconds
MOST_MISSED = 1_000
READY_WITHIN = 5.0
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]

_narrowing: list[Narrow] = []


class Ticket(NamedTuple):
    """What a token says."""

    agent: int
    audiences: frozenset[str]
    start: Cursor
    resumes: bool


def live_token(agent_id: int, audiences: Iterable[str]) -> str:
    """A signed token for /live/?token=…, good for twelve hours; the stream starts at the present place."""
    content = {"agent": agent_id, "to": sorted(set(audiences)), "at": str(newest())}
    return signing.dumps(content, salt=SALT, compress=True)


def signal(audience: str, **data: Any) -> None:
    """Tell those watching now something that passes, as "is typing". Not kept, not resumed, may be lost."""
    Signal.objects.create(audience=audience, data=data)
    news.ring_on_commit()


def narrows(function: Narrow) -> Narrow:
    """Register `f(agent_id, audiences) -> those still allowed`, asked whenever a stream is opened.

    Streams are opened anew every hour, so rights taken away end within one.
    """
    _narrowing.append(function)
    return function


def live_or(other: Application, *, around: Around | None = None, live: "Live | None" = None) -> Application:
    """An ASGI application: /live/ here, `lifespan` answered here, all else by `other`.

    `around` is entered when the server starts and left when it stops. `live`: the streams of this process, where
    others hang on the same tail.
    """
    live = live or Live()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await live.lifespan(receive, send, around)
        elif scope["type"] == "http" and scope["path"] == PATH:
            await live.stream(scope, receive, send)
        else:
            await other(scope, receive, send)

    return application


class Live:
    """The streams of one process: one tail for all, and a few threads for those who just come."""

    def __init__(self) -> None:
        self._tail: Tail | None = None
        self.doormen = ThreadPoolExecutor(4, thread_name_prefix="live")

    @property
    def tail(self) -> Tail:
        if self._tail is None:
            self._tail = Tail()
        return self._tail

    async def lifespan(self, receive: Receive, send: Send, around: Around | None) -> None:
        async with AsyncExitStack() as house:
            await receive()
            try:
                if around is not None:
                    await house.enter_async_context(around())
            except Exception as error:
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                raise
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def close(self) -> None:
        if self._tail is not None:
            await self._tail.close()
            self._tail = None
        self.doormen.shutdown()

    async def stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One browser's stream, until it leaves, is cut for being slow, or an hour is over."""
        ticket = read_ticket(scope)
        if scope["method"] != "GET" or ticket is None:
            await _refuse(send, 405 if scope["method"] != "GET" else 403)
            return
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send_part(send, f"retry: {RETRY}\n\n".encode())
        try:
            mailbox = self.tail.join(await self.in_thread(_narrowed, ticket))
        except (DatabaseError, InterfaceError):
            await send_trouble(send, ticket.start)
            return
        leaving = asyncio.create_task(_until_gone(receive, mailbox))
        try:
            await self.deliver(mailbox, ticket, send)
        except asyncio.CancelledError:
            if not mailbox.is_cut:
                raise
        finally:
            leaving.cancel()
            self.tail.leave(mailbox)

    async def deliver(self, mailbox: Mailbox, ticket: Ticket, send: Send) -> None:
        """First what was missed, then what comes; each once, in order."""
        try:
            missed = await self.missed(mailbox, ticket)
        except (TimeoutError, DatabaseError, InterfaceError):
            await send_trouble(send, ticket.start)
            return
        seen = ticket.start
        ends = asyncio.get_running_loop().call_later(_lifetime(), mailbox.put, None)
        try:
            for old in [*missed, *([WELL] if ticket.resumes else [])]:
                await send_part(send, old.text)
                seen = old.cursor or seen
            while (item := await mailbox.queue.get()) is not None:
                if item.cursor is None or item.cursor > seen:
                    await send_part(send, item.text)
                    seen = item.cursor or seen
            await send_part(send, b"", more=False)
        finally:
            ends.cancel()

    async def missed(self, mailbox: Mailbox, ticket: Ticket) -> list[Item]:
        async with asyncio.timeout(READY_WITHIN):
            await self.tail.is_ready.wait()
        end = self.tail.cursor or ticket.start
        found: list[Item] = await self.in_thread(read_missed, ticket.start, end, mailbox.audiences)
        return found

    async def in_thread(self, function: Callable[..., Any], *args: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.doormen, _with_database, function, *args)


def read_ticket(scope: Scope) -> Ticket | None:
    """Who asks, for what, from where on; None for a token that is forged, too old or missing."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    try:
        said = signing.loads(query.get("token", [""])[0], salt=SALT, max_age=TOKEN_AGE)
        start = Cursor.parse(said["at"])
    except (signing.BadSignature, ValueError):
        return None
    last = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
    try:
        start = Cursor.parse(last) if last else start
    except ValueError:  # not ours: then all of the log counts as missed
        start = Cursor(0, 0)
    return Ticket(said["agent"], frozenset(said["to"]), start, bool(last))


def read_missed(start: Cursor, end: Cursor, audiences: frozenset[str]) -> list[Item]:
    """What lies between, ending in the place reached; `reset` when a page should not catch up with it all."""
    found = read_after(start, limit=MOST_MISSED + 1)
    if len(found) > MOST_MISSED:
        return [message("reset", {}, end)]
    heard = [change(event) for event in found if event.audience in audiences and Cursor.of(event) <= end]
    return [*heard, place(max(start, end))]


def _narrowed(ticket: Ticket) -> frozenset[str]:
    allowed = ticket.audiences
    for narrow in _narrowing:
        allowed &= frozenset(narrow(ticket.agent, allowed))
    return allowed - {""}


def _with_database(function: Callable[..., Any], *args: Any) -> Any:
    close_old_connections()
    try:
        return function(*args)
    except (DatabaseError, InterfaceError):
        connection.close()
        raise
    finally:
        close_old_connections()


def _lifetime() -> float:
    """Spread, so that a thousand browsers do not come back in the same second."""
    return LONGEST_STREAM * random.uniform(0.75, 1)  # noqa: S311 -- not a secret


async def _until_gone(receive: Receive, mailbox: Mailbox) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    mailbox.put(None)


async def send_part(send: Send, body: bytes, *, more: bool = True) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def send_trouble(send: Send, start: Cursor) -> None:
    """Say that the database is away and end; the browser comes back and resumes from where it was."""
    await send_part(send, place(start).text + TROUBLE.text, more=False)


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send_part(send, b"", more=False)
