"""Verbs of live chat. Whatever is said lies in the log the visitor's stream reads, and goes to the desk like any other mail."""

import logging
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import orjson
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from ahlan.channels.actions import keep
from ahlan.channels.chat.hours import opens_at
from ahlan.channels.chat.identity import ANONYMOUS, LONGEST, SECRET, Identity, digest_of, new_token
from ahlan.channels.chat.models import (
    AWAY,
    Chat,
    For,
    Line,
    Nudge,
    Nudged,
    Session,
    Side,
    Visitor,
    Widget,
    message_id,
)
from ahlan.channels.chat.queries import present_chat, waiting
from ahlan.channels.contract import Outbound
from ahlan.channels.models import Inbox
from ahlan.core import files
from ahlan.core.asking import kept
from ahlan.core.clock import now
from ahlan.core.rows import fetch, insert, update
from ahlan.core.text import clean, excerpt
from ahlan.events.live import signal
from ahlan.events.log import record

log = logging.getLogger(__name__)

MOST_NUDGES = 50
LONGEST_TEXT = 10_000  # characters
ABANDONED_AT_ONCE = 200
_thread = re.compile(r"<chat\.([0-9a-f]{32})\.\d+@chat\.invalid>")


class NoChat(LookupError):
    """A message that refers to no chat, or is for somebody else than its visitor."""


class TooMany(ValueError):
    """As many messages that appear by themselves as a chat can hold."""


class NothingSaid(ValueError):
    """Neither words nor a file."""


@transaction.atomic
def save_widget(widget: Widget, *, name: str, active: bool, fields: list[str], actor: str) -> Widget:
    """Make or change a chat together with its inbox."""
    inbox = widget.inbox if widget.pk else Inbox(channel="chat")
    inbox.name, inbox.address, inbox.language, inbox.is_active = name, widget.slug, widget.language, active
    if not inbox.secret(SECRET):
        inbox.set_secret(SECRET, secrets.token_urlsafe(32))
    inbox.save()
    widget.inbox = inbox
    widget.save()
    record("chat.changed", widget, actor=actor, fields=fields)
    return widget


@transaction.atomic
def begin(
    widget: Widget, *, identity: Identity | None, visitor: Visitor | None, page: str, language: str
) -> tuple[Visitor, str]:
    """Let a browser in; returns the visitor and a token, "" where the one it has stays good.

    Whom the site vouches for is himself in every browser. A browser that was somebody's and is vouched for no
    longer begins as a stranger, and one that is vouched for does not take a stranger's chat along.
    """
    known_as = identity.id if identity else ""
    stays = visitor is not None and visitor.known_as == known_as
    if not stays:
        visitor = _meet(widget, identity)
    assert visitor is not None
    if identity:
        visitor.name, visitor.email = clean(identity.name) or visitor.name, identity.email or visitor.email
    visitor.page, visitor.language, visitor.seen_at = clean(page)[:500], language, now()
    visitor.save(update_fields=["name", "email", "page", "language", "seen_at"])
    if stays:
        return visitor, ""
    token = new_token()
    ends_at = now() + (LONGEST if identity else ANONYMOUS)
    Session.objects.create(visitor=visitor, digest=digest_of(token), ends_at=ends_at)
    return visitor, token


def _meet(widget: Widget, identity: Identity | None) -> Visitor:
    new = {"key": secrets.token_hex(16)}
    if identity is None:
        return Visitor.objects.create(inbox=widget.inbox, **new)
    return Visitor.objects.get_or_create(inbox=widget.inbox, known_as=identity.id, defaults=new)[0]


@transaction.atomic
def save_nudge(nudge: Nudge, *, actor: str) -> Nudge:
    """Keep a message that appears by itself; a new one comes last. Raises TooMany."""
    if not nudge.pk:
        Widget.objects.select_for_update().get(pk=nudge.widget_id)
        if nudge.widget.nudges.count() >= MOST_NUDGES:
            raise TooMany
        last = nudge.widget.nudges.aggregate(last=Max("place"))["last"]
        nudge.place = 0 if last is None else last + 1
    nudge.save()
    record("chat.changed", nudge.widget, actor=actor, fields=["messages"])
    return nudge


@transaction.atomic
def move_nudge(nudge: Nudge, steps: int, *, actor: str) -> None:
    """So many places later, or earlier when negative."""
    order = list(Nudge.objects.select_for_update().filter(widget=nudge.widget_id))
    at = order.index(nudge)
    order.insert(max(0, at + steps), order.pop(at))
    for place, one in enumerate(order):
        one.place = place
    Nudge.objects.bulk_update(order, ["place"])
    record("chat.changed", nudge.widget, actor=actor, fields=["messages"])


@transaction.atomic
def delete_nudge(nudge: Nudge, *, actor: str) -> None:
    record("chat.changed", nudge.widget, actor=actor, fields=["messages"])
    nudge.delete()


def show_nudge(visitor: Visitor, number: int) -> bool:
    """Whether this message may appear to him now: it fits him, and never has before. Two at once: one may."""
    wanted = [For.EVERYBODY, For.KNOWN if visitor.known_as else For.STRANGERS]
    nudge = Nudge.objects.filter(widget__inbox=visitor.inbox_id, pk=number, whom__in=wanted, is_active=True)
    if not nudge.exists() or present_chat(visitor) is not None:
        return False
    return Nudged.objects.get_or_create(nudge_id=number, visitor=visitor)[1]


def take_nudge(visitor: Visitor, number: int) -> None:
    """He has opened the chat by it."""
    Nudged.objects.filter(nudge=number, visitor=visitor).update(taken=True)


def introduce(visitor: Visitor, *, name: str, email: str) -> None:
    """What a visitor says of himself. Whom the site vouches for is who it says he is."""
    if visitor.known_as:
        return
    before = visitor.name, visitor.email
    visitor.name, visitor.email = clean(name)[:200] or visitor.name, email.strip().casefold() or visitor.email
    if (visitor.name, visitor.email) != before:
        visitor.save(update_fields=["name", "email"])


def say(visitor: Visitor, *, key: str, text: str, attached: Sequence[dict[str, Any]] = ()) -> Line:
    """The visitor's words. `key`, the browser's own, makes a message sent again the same message.

    They are filed at once, in the same transaction; where that fails they are kept and a worker files them.
    Raises NothingSaid.
    """
    text = clean(text).strip()[:LONGEST_TEXT]
    if not text and not attached:
        raise NothingSaid
    try:
        return _say(visitor, key, text, attached, at_once=True)
    except Exception:
        log.exception("a visitor's words could not be filed at once; a worker will")
        return _say(visitor, key, text, attached, at_once=False)


@transaction.atomic
def _say(visitor: Visitor, key: str, text: str, attached: Sequence[dict[str, Any]], *, at_once: bool) -> Line:
    visitor = _held(visitor.pk)
    said = _said.first(visitor.pk, key)
    if said is not None:
        return said
    chat = present_chat(visitor)
    is_first = chat is None
    if chat is None:
        chat = Chat.objects.create(visitor=visitor, inbox=visitor.inbox, thread=secrets.token_hex(16))
    at = now()
    words = {
        # Its own number within the chat: the first, or its number among all the visitor's lines, which is greater than any before.
        "id": message_id(chat.thread, 1 if is_first else visitor.lines + 1),
        "first": chat.first_id,
        "key": key,
        "visitor": visitor.key,
        "verified_email": visitor.email if visitor.known_as else "",
        "name": visitor.name,
        "nickname": nickname(visitor),
        "subject": excerpt(text or attached[0]["name"], 80) if is_first else "",
        "text": text,
        "files": list(attached),
        "at": at.isoformat(),
    }
    raw = keep(orjson.dumps(words), channel="chat", door="chat", inbox=visitor.inbox, announce=False)
    line = _put(visitor, chat, Side.VISITOR, external_id=key, text=text, files=list(attached), at=at, raw=raw)
    if is_first:
        _queued(chat, before=waiting(chat.inbox_id).filter(pk__lt=chat.pk).count())
    _come_back(chat)
    record("inbound.at_once" if at_once else "inbound.kept", raw, actor="system", door="chat")
    return line


def _held(visitor: int) -> Visitor:
    """The visitor as he stands, held until the transaction ends, so that his lines are numbered one after another."""
    held = _locked.first(visitor)
    if held is None:
        raise Visitor.DoesNotExist(visitor)
    return held


@kept
def _locked(visitor: int) -> QuerySet[Visitor]:
    return Visitor.objects.select_for_update().select_related("inbox").filter(pk=visitor)


@kept
def _said(visitor: int, external_id: str) -> QuerySet[Line]:
    return Line.objects.filter(visitor=visitor, external_id=external_id)


def _queued(chat: Chat, **facts: Any) -> None:
    """People are asked for; whether any are there stays in the log, for nobody waits where the desk is closed."""
    hours = Widget.objects.filter(inbox=chat.inbox_id).values_list("hours_id", flat=True).first()
    record(
        "chat.queued",
        chat,
        actor="system",
        audience=chat.audience,
        inbox=chat.inbox_id,
        open=opens_at(hours) is None,
        **facts,
    )


def nickname(visitor: Visitor) -> str:
    """What agents can tell him from others by before he gives a name, in the inbox's language."""
    with translation.override(visitor.inbox.language):
        return f"{_('Visitor')} {visitor.key[:4].upper()}"


def _come_back(chat: Chat) -> None:
    """Who was taken to have given up and says more waits again; how long he had waited stays in the log."""
    if chat.abandoned_at is not None and chat.answered_at is None:
        chat.abandoned_at, chat.queued_at = None, now()
        chat.save(update_fields=["abandoned_at", "queued_at"])
        _queued(chat, again=True)


def _put(visitor: Visitor, chat: Chat, side: Side, **more: Any) -> Line:
    """One line further. Part of a verb that holds the visitor's row."""
    visitor.lines += 1
    update(visitor, "lines")
    line = insert(Line(visitor=visitor, chat=chat, seq=visitor.lines, side=side, **more))
    record("chat.line_written", chat, actor="system", audience=visitor.audience, line=line.pk)
    return line


def chat_for(message: Outbound) -> Chat:
    """The chat a message refers to. Raises NoChat, also when it is for somebody else: the visitor must not read it."""
    threads = [found[1] for one in reversed(message.references) if (found := _thread.fullmatch(one))]
    chat = _of_thread.first(threads[0]) if threads else None
    if chat is None or not {one.value for one in message.to} & {chat.visitor.key, chat.visitor.email}:
        raise NoChat
    return chat


@kept
def _of_thread(thread: str) -> QuerySet[Chat]:
    return Chat.objects.select_related("visitor").filter(thread=thread)


@transaction.atomic
def hear(message: Outbound, chat: Chat) -> Line:
    """What an agent or the house answers, for the visitor's stream. Safe to repeat."""
    visitor = _held(chat.visitor_id)
    said = _said.first(visitor.pk, message.external_id)
    if said is not None:
        return said
    chat = fetch(Chat, chat.pk)  # as it stands now that its visitor is held
    line = _put(
        visitor, chat, Side.AGENT, external_id=message.external_id, text=message.text, html=message.html,
        author=message.sender.name.rpartition(" · ")[0], files=[_kept(one) for one in message.attachments],
        choices=list(message.choices),
    )  # fmt: skip
    if not message.automatic:
        _answered(chat, message)
    if visitor.email:
        chat.mail_at = max(now(), visitor.seen_at + AWAY)
    update(chat, "answered_at", "abandoned_at", "mail_at")
    return line


def _answered(chat: Chat, message: Outbound) -> None:
    if chat.answered_at is None:
        chat.answered_at = message.written_at or now()
        late = chat.abandoned_at is not None
        record(
            "chat.answered", chat, actor="system", audience=chat.audience, ticket=chat.ticket,
            waited_seconds=chat.waited(chat.answered_at), after_abandoned=late,
        )  # fmt: skip


def _kept(one: Any) -> dict[str, Any]:
    with one.open() as content:
        digest, size = files.keep(iter(lambda: content.read(256 * 1024), b""))
    return {"name": one.name, "type": one.content_type, "size": size, "digest": digest}


def read(visitor: Visitor, upto: int) -> None:
    """How far the visitor has read; never back."""
    upto = min(upto, visitor.lines)
    moved = Visitor.objects.filter(pk=visitor.pk, read__lt=upto).update(read=upto)
    chat = present_chat(visitor) if moved else None
    if chat is not None:
        signal(chat.audience, kind="chat_read", ticket=chat.ticket)


def agent_read(chat: Chat) -> None:
    """An agent has the chat before him: the visitor sees that his words were read."""
    last = chat.visitor.lines
    if Chat.objects.filter(pk=chat.pk, seen__lt=last).update(seen=last):
        signal(chat.visitor.audience, kind="seen", upto=last)


def visitor_types(visitor: Visitor) -> None:
    chat = present_chat(visitor)
    if chat is not None and chat.ticket:
        signal(
            chat.audience,
            kind="typing",
            ticket=chat.ticket,
            agent=0,
            name=visitor.name or nickname(visitor),
        )


def agent_types(ticket: int) -> None:
    chat = Chat.objects.filter(ticket=ticket, ended_at=None).order_by("-id").first()
    if chat is not None:
        signal(f"visitor:{chat.visitor_id}", kind="typing")


@transaction.atomic
def end(chat: Chat, *, by: str) -> None:
    """End a chat; what is said afterwards begins another. Ended while it waits, it was abandoned. Safe to repeat."""
    held = Chat.objects.select_for_update().select_related("visitor").get(pk=chat.pk)
    if held.ended_at is not None:
        return
    if held.waits and by == "visitor":
        _abandon(held, now())
    held.ended_at = now()
    held.save(update_fields=["ended_at", "abandoned_at"])
    record("chat.ended", held, actor="system", audience=held.visitor.audience, ticket=held.ticket, by=by)


def _abandon(chat: Chat, at: Any) -> None:
    chat.abandoned_at = at
    record(
        "chat.abandoned", chat, actor="system", audience=chat.audience, ticket=chat.ticket,
        waited_seconds=chat.waited(at), left_address=bool(chat.visitor.email),
    )  # fmt: skip


def put_aside(ticket: int) -> None:
    """Something else than people sees to it: its visitor waits for nobody. Part of a verb."""
    for chat in Chat.objects.select_for_update().filter(
        ticket=ticket, ended_at=None, answered_at=None, aside=False
    ):
        chat.aside = True
        chat.save(update_fields=["aside"])
        record("chat.put_aside", chat, actor="system", audience=chat.audience, ticket=ticket)


def take_back(ticket: int) -> None:
    """It is for people from now on, and waits for them from this moment. Part of a verb."""
    for chat in Chat.objects.select_for_update().filter(ticket=ticket, aside=True):
        chat.aside, chat.queued_at = False, now()
        chat.save(update_fields=["aside", "queued_at"])
        if chat.ended_at is None and chat.answered_at is None:
            _queued(chat, again=True)


@transaction.atomic
def abandon_left() -> int:
    """Take those who left while they waited out of the queue, as of when they were last seen; returns how many."""
    left = Chat.objects.select_related("visitor").filter(
        answered_at=None, abandoned_at=None, ended_at=None, aside=False, visitor__seen_at__lt=now() - AWAY
    )
    found = list(left.select_for_update(of=("self",)).order_by("id")[:ABANDONED_AT_ONCE])
    for chat in found:
        _abandon(chat, max(chat.queued_at, chat.visitor.seen_at))
        chat.save(update_fields=["abandoned_at"])
    return len(found)


@transaction.atomic
def rate(chat: Chat, *, thumb: int, word: str) -> None:
    """The visitor's judgement at the end: 1 or -1, and a word. A later one replaces it."""
    chat.rating, chat.rating_word = (1 if thumb > 0 else -1), clean(word).strip()[:500]
    chat.save(update_fields=["rating", "rating_word"])
    record("chat.rated", chat, actor="system", audience=chat.audience, ticket=chat.ticket, thumb=chat.rating)


def new_message_id() -> str:
    return f"<chat.agent-{secrets.token_hex(16)}@chat.invalid>"


def note_seen(visitor_ids: Sequence[int]) -> None:
    """Those whose streams are open are here."""
    for start in range(0, len(visitor_ids), 500):
        Visitor.objects.filter(pk__in=visitor_ids[start : start + 500]).update(seen_at=now())


def forget_sessions() -> int:
    """Sessions that are over; returns how many."""
    return Session.objects.filter(ends_at__lt=now() - timedelta(days=1)).delete()[0]
