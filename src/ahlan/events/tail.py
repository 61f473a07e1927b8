"""One reader of the event log for all streams of a process, and the mailboxes it fills."""

import asyncio
import contextlib
import json
import logging
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import DatabaseError, InterfaceError, connection

from ahlan.events import wake
from ahlan.events.log import Cursor, newest, read_after
from ahlan.events.models import Event, Signal

log = logging.getLogger(__name__)

PAUSE = 0.15  # seconds between two looks
SHORTEST_PAUSE = 0.025  # where something was written in this very process: many at once are one look
BEAT = 15.0
AT_A_BEAT = 20  # streams
SLOW_LOOK = 3.0  # a look that takes longer means the database is away
AT_ONCE = 500
MAILBOX = 500  # what a stream may be behind before it is cut


class Item(NamedTuple):
    """Bytes for a stream; `cursor` is None for what has no place in the log."""

    cursor: Cursor | None
    text: bytes


TROUBLE = Item(None, b"event: trouble\ndata: {}\n\n")
WELL = Item(None, b"event: well\ndata: {}\n\n")
BEATING = Item(None, b"event: beat\ndata: {}\n\n")


@dataclass(eq=False)
class Mailbox:
    """What one stream has yet to send. None in the queue ends the stream."""

    audiences: frozenset[str]
    owner: asyncio.Task[Any]
    queue: "asyncio.Queue[Item | None]" = field(default_factory=lambda: asyncio.Queue(MAILBOX))
    is_cut: bool = False

    def put(self, item: Item | None) -> None:
        """Cuts a stream that does not keep up: its browser comes back and resumes from the log."""
        try:
            self.queue.put_nowait(item)
        except asyncio.QueueFull:
            if not self.is_cut:
                self.is_cut = True
                self.owner.cancel()


class News(NamedTuple):
    events: list[Event]
    signals: list[Signal]


class Tail:
    """Reads while somebody listens. Everything but `look` runs in the event loop."""

    def __init__(self) -> None:
        self.mailboxes: set[Mailbox] = set()
        self.by_audience: dict[str, set[Mailbox]] = defaultdict(set)
        self.cursor: Cursor | None = None
        self.signal = 0
        self.version: int | None = None
        self.is_away = False
        self.is_ready = asyncio.Event()
        self.reader = ThreadPoolExecutor(1, thread_name_prefix="tail")
        self.following: asyncio.Task[None] | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self.rung = asyncio.Event()

    def set(self) -> None:
        """Something was written in this process: look without waiting. From any thread."""
        loop = self.loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the server is just stopping
                loop.call_soon_threadsafe(self.rung.set)

    def join(self, audiences: frozenset[str]) -> Mailbox:
        """A mailbox that gets all from now on. Belongs to the calling task."""
        owner = asyncio.current_task()
        assert owner is not None
        mailbox = Mailbox(audiences, owner)
        self.mailboxes.add(mailbox)
        for audience in audiences:
            self.by_audience[audience].add(mailbox)
        if self.is_away:
            mailbox.put(TROUBLE)
        if self.following is None or self.following.done():
            self.following = asyncio.create_task(self.follow())
        return mailbox

    def leave(self, mailbox: Mailbox) -> None:
        self.mailboxes.discard(mailbox)
        for audience in mailbox.audiences:
            self.by_audience[audience].discard(mailbox)
            if not self.by_audience[audience]:
                del self.by_audience[audience]

    async def close(self) -> None:
        if self.following is not None:
            self.following.cancel()
            await asyncio.gather(self.following, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(self.reader, _disconnect)
        self.reader.shutdown()

    async def follow(self) -> None:
        """Look again and again until nobody listens any more; whoever comes next starts it anew."""
        beating = asyncio.create_task(self.beat())
        self.loop = asyncio.get_running_loop()
        wake.news.add(self)
        try:
            while self.mailboxes:
                self.rung.clear()
                news = await self.news()
                if news is not None:
                    self.hand_out(news)
                if news is None or len(news.events) < AT_ONCE:
                    await self.pause()
        except Exception:
            log.exception("live: reading the log failed; the streams end and come back")
            for mailbox in tuple(self.mailboxes):
                mailbox.put(None)
        finally:
            wake.news.remove(self)
            self.cursor = self.version = None
            self.is_ready.clear()
            beating.cancel()

    async def pause(self) -> None:
        await asyncio.sleep(SHORTEST_PAUSE)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.rung.wait(), PAUSE - SHORTEST_PAUSE)

    async def beat(self) -> None:
        """Keeps proxies from closing quiet streams, lets a browser tell quiet from dead, and moves the place on."""
        while True:
            streams = tuple(self.mailboxes)
            steps = max(1, len(streams) // AT_A_BEAT)
            for n in range(steps):  # a few at a time: thousands at once would hold up every word for a second
                await asyncio.sleep(BEAT / steps)
                some = [one for one in streams[n::steps] if one in self.mailboxes]
                self.tell(some, BEATING)
                if self.cursor is not None:
                    self.tell(some, place(self.cursor))

    async def news(self) -> News | None:
        """What is new; None while the database is away, which the streams are told once."""
        looking = asyncio.get_running_loop().run_in_executor(self.reader, self.look)
        await asyncio.wait([looking], timeout=SLOW_LOOK)
        if not looking.done():
            self.note(away=True)
        try:
            found = await looking
        except (DatabaseError, InterfaceError):
            self.note(away=True)
            return None
        self.note(away=False)
        self.is_ready.set()
        return found

    def note(self, *, away: bool) -> None:
        if away == self.is_away:
            return
        self.is_away = away
        log.log(
            logging.ERROR if away else logging.INFO, "live: the database is %s", "away" if away else "back"
        )
        self.tell(self.mailboxes, TROUBLE if away else WELL)

    def hand_out(self, news: News) -> None:
        for event in news.events:
            if event.audience in self.by_audience:
                self.tell(self.by_audience[event.audience], change(event))
            self.cursor = Cursor.of(event)
        for signal in news.signals:
            if signal.audience in self.by_audience:
                self.tell(self.by_audience[signal.audience], passing(signal))

    def tell(self, mailboxes: Iterable[Mailbox], item: Item) -> None:
        for mailbox in tuple(mailboxes):
            mailbox.put(item)

    def look(self) -> News:
        """In the reader's thread: one cheap look, and a query each for events and signals if there is any."""
        try:
            if self.cursor is None:
                self.cursor, self.signal = newest(), _newest_signal()
                return News([], [])
            version = _data_version()
            if version is not None and version == self.version:
                return News([], [])
            events = read_after(self.cursor, limit=AT_ONCE)
            signals = list(Signal.objects.filter(pk__gt=self.signal).order_by("pk")[:AT_ONCE])
        except (DatabaseError, InterfaceError):
            connection.close()
            raise
        if signals:
            self.signal = signals[-1].pk
        self.version = version if len(events) < AT_ONCE and len(signals) < AT_ONCE else None
        return News(events, signals)


def change(event: Event) -> Item:
    """An event as the page hears it: what has changed, never what was said."""
    ids = {key: value for key, value in event.facts.items() if value is None or isinstance(value, int)}
    data = {"kind": event.kind, "subject": event.subject, "actor": event.actor, "facts": ids}
    return message("change", data, Cursor.of(event))


def passing(signal: Signal) -> Item:
    return message("signal", signal.data)


def place(cursor: Cursor) -> Item:
    """Sets what the browser will send as Last-Event-ID, without an event."""
    return Item(cursor, f"id: {cursor}\n\n".encode())


def message(name: str, data: dict[str, Any], cursor: Cursor | None = None) -> Item:
    at = f"id: {cursor}\n" if cursor is not None else ""
    said = json.dumps(data, separators=(",", ":"))
    return Item(cursor, f"{at}event: {name}\ndata: {said}\n\n".encode())


def _disconnect() -> None:
    connection.close()  # named here, so that it is the connection of the thread that runs this


def _newest_signal() -> int:
    return Signal.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _data_version() -> int | None:
    """SQLite: changes when another connection has written. None where there is no such thing."""
    if connection.vendor != "sqlite":
        return None
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])
