"""Questions about chats: whose a token is, what is new for a visitor, and how long the queue takes."""

from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db.models import Count, Q, QuerySet

from ahlan.channels.chat.hours import opens_at
from ahlan.channels.chat.identity import digest_of
from ahlan.channels.chat.models import Chat, Line, Nudge, Session, Visitor, Widget
from ahlan.core.asking import kept
from ahlan.core.clock import now
from ahlan.core.markdown import render

AT_ONCE = 200  # lines
FILE_SALT = "ahlan.chat.file"
PACE_OVER = timedelta(hours=1)
PACE_FROM = 3  # answers; from fewer nothing is told


def visitor_of(slug: str, token: str) -> Visitor | None:
    """Who holds this token at this widget; None for a token that is made up, over, or of another one."""
    session = _session.first(digest_of(token), now(), slug)
    return session.visitor if session else None


@kept
def _session(digest: str, moment: datetime, slug: str) -> QuerySet[Session]:
    held = Session.objects.select_related("visitor__inbox__chat_widget").filter(digest=digest)
    return held.filter(
        ends_at__gt=moment, visitor__inbox__chat_widget__slug=slug, visitor__inbox__is_active=True
    )


@kept
def lines_after(visitor_id: int, seq: int) -> QuerySet[Line]:
    return Line.objects.filter(visitor=visitor_id, seq__gt=seq).order_by("seq")[:AT_ONCE]


def shown(line: Line) -> dict[str, Any]:
    """A line as the widget hears it."""
    return {
        "seq": line.seq,
        "chat": line.chat_id,
        "side": line.side,
        "key": line.external_id if line.side == "visitor" else "",
        "text": line.text,
        "html": line.html or (render(line.text) if line.side == "agent" else ""),
        "author": line.author,
        "choices": line.choices,
        "at": line.at.isoformat(),
        "files": [
            {"name": one["name"], "size": one["size"], "sign": signing.dumps([line.pk, n], salt=FILE_SALT)}
            for n, one in enumerate(line.files)
        ],
    }


def present_chat(visitor: Visitor) -> Chat | None:
    """The conversation he is in: his last, unless it has ended."""
    chat = _chats.first(visitor.pk)
    return chat if chat and chat.ended_at is None else None


@kept
def _chats(visitor: int) -> QuerySet[Chat]:
    return Chat.objects.filter(visitor=visitor).order_by("-id")[:1]


def standing(visitor: Visitor, widget: Widget) -> dict[str, Any]:
    """How things stand for a visitor: his chat, the queue told honestly, and whether somebody is there."""
    chat = _chats.first(visitor.pk)
    closed_until = opens_at(widget.hours_id)
    return {
        "chat": chat.pk if chat else None,
        "ended": bool(chat and chat.ended_at),
        "rated": bool(chat and chat.rating),
        "waits": bool(chat and chat.waits),
        "wait_minutes": wait_minutes(chat) if chat and chat.waits else None,
        "opens_at": closed_until.isoformat() if closed_until else None,
        "read": visitor.read,
        "seen": chat.seen if chat else 0,
        "has_address": bool(visitor.email),
        "needs_form": not visitor.known_as and not visitor.email and not visitor.name and chat is None,
        "lines": visitor.lines,
    }


def waiting(inbox_id: int) -> QuerySet[Chat]:
    return Chat.objects.filter(
        inbox=inbox_id, answered_at=None, abandoned_at=None, ended_at=None, aside=False
    )


def wait_minutes(chat: Chat) -> int | None:
    """Minutes until somebody answers, by the pace of the last hour; None when that is too little to go by.

    Those who came before him and he himself, each at the mean time between two first answers.
    """
    before = waiting(chat.inbox_id).filter(Q(queued_at__lt=chat.queued_at)).count()
    recent = Chat.objects.filter(inbox=chat.inbox_id, answered_at__gt=now() - PACE_OVER)
    newest = recent.order_by("-answered_at").values_list("answered_at", flat=True)[:20]
    answered = [one for one in newest if one is not None]
    if len(answered) < PACE_FROM:
        return None
    pace: timedelta = (now() - answered[-1]) / len(answered)
    return max(1, round(pace * (before + 1) / timedelta(minutes=1)))


def next_mail() -> datetime | None:
    """When to look next whether somebody has left with something unread: the head of an index."""
    due = Chat.objects.filter(mail_at__isnull=False)
    return due.order_by("mail_at").values_list("mail_at", flat=True).first()


def told_nudges(widget: Widget) -> list[Nudge]:
    """The messages that appear by themselves, each with how often it has (`shown`) and was taken up (`taken_up`)."""
    told = widget.nudges.annotate(
        shown=Count("nudged"), taken_up=Count("nudged", filter=Q(nudged__taken=True))
    )
    return list(told)
