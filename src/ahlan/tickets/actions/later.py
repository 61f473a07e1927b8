"""Verbs on replies that are to be sent at a moment to come: write one, hold it back, send what is due.

Until then it is no message: nothing is answered yet, no promise kept. It is said by the same verb as any reply, as its author,
when its moment comes; what then stands against it brings it back among his drafts, and says so on the ticket.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from ahlan.core.clock import now
from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.staff.models import Agent
from ahlan.tickets.actions.answer import People, SomethingCame, Unanswerable, people_of, reply
from ahlan.tickets.actions.work import FieldsMissing, current
from ahlan.tickets.models import Attachment, Direction, Draft, Later, Message, State, Ticket
from ahlan.tickets.moments import is_ahead
from ahlan.tickets.policies import tickets_of
from ahlan.tickets.reach import OutOfReach
from ahlan.tickets.vocabulary import vocabulary

LISTS = ("to", "cc", "bcc")


@transaction.atomic
def send_later(
    ticket: Ticket,
    *,
    author: Agent,
    text: str,
    at: datetime,
    to: People = (),
    cc: People = (),
    bcc: People = (),
    files: Iterable[Attachment] = (),
    then: str = State.WAITING,
    unless_answered: bool = False,
) -> Later:
    """Have a reply sent at a moment; `unless_answered`: not if the customer writes before. Raises Unanswerable, and
    ValueError for a moment that is past or beyond a year, and for a state or status nobody knows."""
    ticket, text = current(ticket), clean(text).strip()
    if not is_ahead(at):
        raise ValueError("not to come")
    vocabulary().state_of(then)
    files = list(files)
    people = people_of(ticket, to, cc, bcc)  # fixed now: what is merged meanwhile turns it to nobody else
    if not text and not files:
        raise Unanswerable("nothing to send")
    latest = ticket.messages.order_by("-id").values_list("pk", flat=True).first() or 0
    made = Later.objects.create(
        ticket=ticket, author=author, text=text, send_at=at, then=then, seen=latest, unless_answered=unless_answered,
        people=people, files=[one.pk for one in files],
    )  # fmt: skip
    Attachment.objects.filter(pk__in=made.files).update(uploader=None)
    Draft.objects.filter(ticket=ticket, agent=author).delete()
    record("reply.scheduled", ticket, actor=author.actor, audience=ticket.audience, at=at.isoformat())
    return made


@transaction.atomic
def hold_back(later: Later, *, actor: str) -> bool:
    """Back among its author's drafts. False when it has been sent or held back already."""
    held = Later.objects.select_for_update(of=("self",)).filter(pk=later.pk).first()
    if held is not None:
        _return(held, actor=actor, reason="")
    return held is not None


def next_due() -> datetime | None:
    """When the next reply is to be sent: the head of an index."""
    return Later.objects.order_by("send_at").values_list("send_at", flat=True).first()


def send_due() -> int:
    """Send what is due; returns how many were looked at. Safe to repeat, and by two at once."""
    total = 0
    while _send_one():
        total += 1
    return total


@transaction.atomic
def _send_one() -> bool:
    """The reply and the end of its waiting are one transaction."""
    due = Later.objects.select_for_update(skip_locked=True, of=("self",)).filter(send_at__lte=now())
    later = due.select_related("ticket", "author__role").order_by("send_at", "id").first()
    if later is None:
        return False
    reason = _against(later)
    if not reason:
        try:
            with transaction.atomic():
                _send(later)
        except (Unanswerable, SomethingCame):
            reason = "nobody"
        except OutOfReach:
            reason = "reach"
    if reason:
        _return(later, actor="system", reason=reason)
    return True


def _against(later: Later) -> str:
    """Why it must not be sent now; "" when nothing stands against it."""
    ticket, author = current(later.ticket), later.author
    if ticket.removal:
        return "removed"
    if not (
        author.is_active and author.may("tickets.reply") and tickets_of(author).filter(pk=ticket.pk).exists()
    ):
        return "author"
    came = Message.objects.filter(ticket=ticket, direction=Direction.IN, pk__gt=later.seen)
    return "answered" if later.unless_answered and came.exists() else ""


def _send(later: Later) -> None:
    files = list(Attachment.objects.filter(pk__in=later.files, message=None))
    Attachment.objects.filter(pk__in=[one.pk for one in files]).update(uploader=later.author)
    to, cc, bcc = ([(name, value) for name, value in later.people.get(key, [])] for key in LISTS)
    ticket, then = current(later.ticket), later.then
    said: dict[str, Any] = {
        "author": later.author,
        "text": later.text,
        "files": files,
        "to": to,
        "cc": cc,
        "bcc": bcc,
    }
    later.delete()
    try:
        reply(ticket, then=then, **said)
    except OutOfReach:
        raise
    except (
        FieldsMissing,
        ValueError,
    ):  # a field was emptied or the status archived: the reply goes, the ticket stays open
        reply(ticket, then=State.OPEN, **said)


def _return(later: Later, *, actor: str, reason: str) -> None:
    ticket = current(later.ticket)
    typed = (
        Draft.objects.filter(ticket=ticket, agent=later.author).values_list("text", flat=True).first() or ""
    )
    told = {key: ", ".join(value for _name, value in later.people.get(key, [])) for key in LISTS}
    Draft.objects.update_or_create(
        ticket=ticket,
        agent=later.author,
        defaults={
            "kind": "reply", "text": "\n\n".join(part for part in (later.text, typed) if part),
            "changed_at": now(), **told,
        },
    )  # fmt: skip
    Attachment.objects.filter(pk__in=later.files, message=None).update(uploader=later.author, ticket=ticket)
    record(
        "reply.held_back", ticket, actor=actor, audience=ticket.audience, agent=later.author_id, reason=reason
    )
    later.delete()
