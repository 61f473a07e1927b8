"""A visitor's stream: server-sent events from a bare ASGI handler, on the same tail of the log as the live screens.

Thousands lie idle in one event loop: a stream holds neither a thread nor a connection of the database while nothing
is said. Its ids are the numbers of the visitor's lines, so `Last-Event-ID` resumes without loss or doubling.
"""

import asyncio
import contextlib
import logging
import re
from typing import Any

import orjson
from django.db import DatabaseError, InterfaceError

from ahlan.channels.chat.actions import note_seen
from ahlan.channels.chat.models import Visitor
from ahlan.channels.chat.queries import AT_ONCE, lines_after, shown, visitor_of
from ahlan.events.live import HEADERS, Application, Live, Receive, Scope, Send, send_part
from ahlan.events.tail import Item, Mailbox

log = logging.getLogger(__name__)

PATH = re.compile(r"/chat/([-a-zA-Z0-9_]{1,50})/stream/")
SEEN_EVERY = 30.0  # seconds
HELD = 50  # things a stream may be behind before it is cut and comes back


def chats_or(other: Application, live: Live) -> Application:
    """An ASGI application: visitors' streams here, all else by `other`."""
    streams = Streams(live)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        found = PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if found:
            await streams.stream(found[1], scope, receive, send)
        else:
            await other(scope, receive, send)

    return application


class Streams:
    """The open streams of one process."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.here: dict[int, int] = {}  # visitor: how many streams
        self.noting: asyncio.Task[None] | None = None

    async def stream(self, slug: str, scope: Scope, receive: Receive, send: Send) -> None:
        """One browser's, until it leaves or falls behind."""
        headers = dict(scope["headers"])
        kind, _space, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        visitor = None
        if scope["method"] == "GET" and kind.casefold() == "bearer":
            visitor = await self._asked(send, visitor_of, slug, token)
            if visitor is False:
                return
        if visitor is None:
            await _answer(send, 403)
            return
        await self._open(visitor, _last(headers), receive, send)

    async def _asked(self, send: Send, function: Any, *args: Any) -> Any:
        """What the database says; False when it is away, which has been answered."""
        try:
            return await self.live.in_thread(function, *args)
        except (DatabaseError, InterfaceError):
            await _answer(send, 503)
            return False

    async def _open(self, visitor: Visitor, last: int, receive: Receive, send: Send) -> None:
        mailbox = self.live.tail.join(frozenset([visitor.audience]))
        mailbox.queue = asyncio.Queue(HELD)
        leaving = asyncio.create_task(_until_gone(receive, mailbox))
        self._enter(visitor.pk)
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await send_part(send, b"retry: 2000\n\n")
            await self._deliver(mailbox, visitor.pk, last, send)
            await send_part(send, b"", more=False)
        except asyncio.CancelledError:
            if not mailbox.is_cut:
                raise
        except (DatabaseError, InterfaceError):
            await send_part(send, b"", more=False)  # it comes back and resumes
        finally:
            leaving.cancel()
            self.live.tail.leave(mailbox)
            self._leave(visitor.pk)

    async def _deliver(self, mailbox: Mailbox, visitor: int, last: int, send: Send) -> None:
        """What was missed, then what comes: the log only says that something is there to be read.

        The tail may still be on its way to where this stream began, so the first look is made after joining it.
        """
        last = await self._tell_lines(visitor, last, send)
        while (item := await mailbox.queue.get()) is not None:
            if item.cursor is None:
                await send_part(send, item.text)
            elif _is_news(item):
                last = await self._tell_lines(visitor, last, send)
                if b'"chat.ended"' in item.text:
                    await send_part(send, b"event: ended\ndata: {}\n\n")

    async def _tell_lines(self, visitor: int, last: int, send: Send) -> int:
        while True:
            found = await self.live.in_thread(_shown_after, visitor, last)
            for seq, text in found:
                await send_part(send, text)
                last = seq
            if len(found) < AT_ONCE:
                return last

    def _enter(self, visitor: int) -> None:
        self.here[visitor] = self.here.get(visitor, 0) + 1
        if self.noting is None or self.noting.done():
            self.noting = asyncio.create_task(self._note())

    def _leave(self, visitor: int) -> None:
        self.here[visitor] -= 1
        if not self.here[visitor]:
            del self.here[visitor]

    async def _note(self) -> None:
        """Write down, all at once, who is here; ends when nobody is."""
        while self.here:
            with contextlib.suppress(DatabaseError, InterfaceError):
                await self.live.in_thread(note_seen, list(self.here))
            await asyncio.sleep(SEEN_EVERY)


def _shown_after(visitor: int, last: int) -> list[tuple[int, bytes]]:
    return [
        (line.seq, b"id: %d\nevent: line\ndata: %s\n\n" % (line.seq, orjson.dumps(shown(line))))
        for line in lines_after(visitor, last)
    ]


def _is_news(item: Item) -> bool:
    """Not merely a new place in the log."""
    return b"event: change" in item.text


def _last(headers: dict[bytes, bytes]) -> int:
    given = headers.get(b"last-event-id", b"").decode("latin-1")
    return int(given) if given.isdecimal() and len(given) <= 9 else 0


async def _until_gone(receive: Receive, mailbox: Mailbox) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    mailbox.put(None)


async def _answer(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send_part(send, b"", more=False)
