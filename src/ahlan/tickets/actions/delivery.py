"""Sending what was written, once: no transaction is open while the wire is used, and every step is noted first. (A wire that does
not leave the house is part of the verb instead: `deliver_at_once`.)

The way of a message is queued → sending → handing → sent. "Handing" is written right before the one act after
which the other side may have it. A worker that dies before that act leaves a message that is safe to send
again; one that dies after it leaves a question, which is answered by looking (`was_sent`) or put to the agent,
never by sending once more.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from ahlan.channels.actions import note_mailbox
from ahlan.channels.contract import Address, Follows, NotSent, Outbound, OutboundFile, Unsure
from ahlan.channels.registry import channel
from ahlan.core import files
from ahlan.core.asking import kept
from ahlan.core.clock import now
from ahlan.events.jobs import cancel, unfinished
from ahlan.events.log import record
from ahlan.tickets.actions.answer import delivery_key
from ahlan.tickets.models import Attachment, Delivery, Direction, Message

log = logging.getLogger(__name__)

FURTHER = {"delivered": [""], "read": ["", "delivered"]}  # a report only ever moves a message on
FORGOTTEN = timedelta(minutes=10)
QUOTED_REFERENCES = 30  # ids; enough for every client to thread, short enough for every server


# By hand: each line of a chat is one, and building the same statement anew takes longer than running it.
HANDED = f"UPDATE {Message._meta.db_table} SET delivery = %s, sent_at = %s WHERE id = %s AND delivery = %s"  # noqa: S608 -- a table's name alone

SETTLED = (Delivery.SENT, Delivery.BOUNCED, Delivery.FAILED, Delivery.UNSURE)


class Overtaken(Exception):
    """Another worker has taken the message over; this one must not touch it any more."""


def deliver(message_id: int) -> None:
    """Send one message. Safe to repeat, and by two at once. Raises NotSent when trying later may help.

    Every step is a compare-and-swap: a worker that slept through its lease finds its message moved on, before
    the act after which the other side would have it a second time.
    """
    message = _load(message_id)
    if message is None or message.delivery in SETTLED:
        return
    try:
        _deliver(message)
    except Overtaken:
        if not Message.objects.filter(pk=message_id, delivery__in=SETTLED).exists():
            raise NotSent("another worker is sending it") from None


def _deliver(message: Message) -> None:
    outbound = outbound_of(message)
    wire = channel(message.inbox.channel)
    if message.delivery == Delivery.HANDING:
        _settle(message, wire.was_sent(outbound))
        return
    _step(message, Delivery.SENDING, since=(Delivery.QUEUED, Delivery.SENDING))
    try:
        wire.send(outbound, committing=lambda: _step(message, Delivery.HANDING, since=(Delivery.SENDING,)))
    except NotSent as refusal:
        _refused(message, refusal)
    except Unsure as doubt:
        _settle(message, wire.was_sent(outbound), why=str(doubt))
    else:
        _sent(message)


def deliver_at_once(message_id: int) -> None:
    """Send what somebody sits waiting for, by a wire that does not leave the house. Part of the verb that said it.

    All of it is done with that verb, or nothing: then the job stays, and a worker does it.
    """
    message = _load(message_id)
    if message is None or not channel(message.inbox.channel).abilities.immediate:
        return
    try:
        with transaction.atomic():
            _hand_over(message)
    except NotSent as refusal:
        if not refusal.permanent:
            return
        fail(message_id, refusal.reason)
    except Exception:
        log.exception("not sent at once; a worker will", extra={"message": message_id})
        return
    cancel(delivery_key(message_id))


def _hand_over(message: Message) -> None:
    channel(message.inbox.channel).send(outbound_of(message), committing=lambda: None)
    at = connection.ops.adapt_datetimefield_value(now())
    with connection.cursor() as cursor:
        cursor.execute(HANDED, [Delivery.SENT.value, at, message.pk, Delivery.QUEUED.value])
        if not cursor.rowcount:
            raise Overtaken
    ticket = message.ticket
    record("message.sent", ticket, actor="system", audience=ticket.audience, message=message.pk)


def resend(message: Message, *, actor: str) -> None:
    """Send again what failed or is in doubt: an agent has looked and decided."""
    with transaction.atomic():
        again = Message.objects.filter(
            pk=message.pk, delivery__in=[Delivery.FAILED, Delivery.UNSURE, Delivery.BOUNCED]
        )
        if again.update(delivery=Delivery.QUEUED, delivery_error=""):
            record(
                "message.queued", message.ticket, actor=actor, audience=message.ticket.audience,
                message=message.pk, send_at=now().isoformat(), again=True,
            )  # fmt: skip


def confirm_sent(message: Message, *, actor: str) -> None:
    """An agent knows that a message in doubt has arrived."""
    with transaction.atomic():
        if Message.objects.filter(pk=message.pk, delivery=Delivery.UNSURE).update(
            delivery=Delivery.SENT, delivery_error=""
        ):
            record(
                "message.sent",
                message.ticket,
                actor=actor,
                audience=message.ticket.audience,
                message=message.pk,
            )


def fail(message_id: int, reason: str = "") -> None:
    """Give up: the message bears the reason (the last one it had without a new one), and the ticket shows it."""
    with transaction.atomic():
        Message.objects.select_for_update().filter(pk=message_id).first()
        message = _load(message_id)
        if message is None or message.delivery in (Delivery.SENT, Delivery.BOUNCED):
            return
        doubtful = message.delivery in (Delivery.HANDING, Delivery.UNSURE)
        error = reason or message.delivery_error
        to = Delivery.UNSURE if doubtful else Delivery.FAILED
        _step(message, to, error, since=(message.delivery,))
        record(
            "message.failed", message.ticket, actor="system", audience=message.ticket.audience,
            message=message.pk, unsure=doubtful,
        )  # fmt: skip


def note_arrival(external_id: str, arrival: str, reason: str = "") -> Message | None:
    """How far a message has come, as its wire reports. Reports that come late change nothing. Safe to repeat."""
    found = Message.objects.filter(external_id=external_id, direction=Direction.OUT)
    message = found.select_related("ticket").first()
    if message is None:
        return None
    with transaction.atomic():
        if arrival == "failed":
            moved = found.filter(arrival="").exclude(delivery__in=[Delivery.FAILED, Delivery.BOUNCED])
            kind, values = "message.failed", {"delivery": Delivery.FAILED, "delivery_error": reason[:500]}
        else:
            moved, kind, values = (
                found.filter(arrival__in=FURTHER[arrival]).exclude(delivery=Delivery.BOUNCED),
                "message.arrived",
                {"arrival": arrival},
            )
        if moved.update(**values):
            record(kind, message.ticket, actor="system", audience=message.ticket.audience, message=message.pk)
    return message


def requeue(message_id: int) -> None:
    """A message that was given up may be sent after all."""
    Message.objects.filter(pk=message_id, delivery=Delivery.FAILED).update(delivery=Delivery.QUEUED)


def wake_forgotten(limit: int = 200) -> int:
    """Write a job for each message that waits and has none; returns how many. Nothing should ever need it."""
    waiting = Message.objects.select_related("ticket").filter(
        delivery__in=[Delivery.QUEUED, Delivery.SENDING]
    )
    waiting = waiting.filter(at__lt=now() - FORGOTTEN).order_by("id")[:limit]
    keys = {delivery_key(message.pk): message for message in waiting}
    for key in unfinished(keys):
        del keys[key]
    for message in keys.values():
        with transaction.atomic():
            record(
                "message.queued",
                message.ticket,
                actor="system",
                message=message.pk,
                send_at=now().isoformat(),
                again=True,
            )
    return len(keys)


def outbound_of(message: Message) -> Outbound:
    """What goes on the wire, the same each time it is asked for."""
    inbox, ticket = message.inbox, message.ticket
    wire = channel(inbox.channel)
    earlier = _earlier_ids(message)
    author = message.author
    text = "\n\n".join(part for part in (message.text, _signature(message)) if part)
    language = ticket.language or (author.language if author else inbox.language)
    return Outbound(
        external_id=message.external_id,
        sender=Address(inbox.channel, inbox.address, _from_name(message)),
        reply_to=wire.reply_address(inbox.address, ticket.pk),
        to=_people(message, "to"),
        cc=_people(message, "cc"),
        bcc=_people(message, "bcc"),
        subject=_subject(message, answering=bool(earlier)),
        text=text,
        html=wire.render(text, language),
        in_reply_to=earlier[-1] if earlier else "",
        references=tuple(earlier),
        written_at=message.at,
        language=language,
        automatic=bool(message.automatic),
        choices=tuple(message.choices),
        attachments=tuple(_file(one) for one in _files_of(message.pk)),
        settings=inbox.for_its_wire,
    )


def _load(message_id: int) -> Message | None:
    return _going_out.first(message_id)


@kept
def _going_out(message: int) -> QuerySet[Message]:
    related = ("ticket", "inbox", "author", "ticket__customer")
    return Message.objects.select_related(*related).filter(pk=message, direction=Direction.OUT)


def _step(message: Message, delivery: Delivery, error: str = "", *, since: Iterable[str]) -> None:
    """From one of `since` to `delivery`. Raises Overtaken when the message is elsewhere by now."""
    held = Message.objects.filter(pk=message.pk, delivery__in=since)
    if not held.update(delivery=delivery, delivery_error=error[:500]):
        raise Overtaken
    message.delivery, message.delivery_error = delivery, error[:500]


def _sent(message: Message) -> None:
    with transaction.atomic():
        _step(message, Delivery.SENT, since=(Delivery.HANDING,))
        message.sent_at = now()
        message.save(update_fields=["sent_at"])
        record(
            "message.sent",
            message.ticket,
            actor="system",
            audience=message.ticket.audience,
            message=message.pk,
        )
    note_mailbox(message.inbox, sent_at=message.sent_at, send_error="")
    wire = channel(message.inbox.channel)
    if isinstance(wire, Follows) and (arrival := wire.arrival_of(message.external_id)):  # quicker than we
        note_arrival(message.external_id, arrival)


def _refused(message: Message, refusal: NotSent) -> None:
    if refusal.permanent:
        fail(message.pk, refusal.reason)
        return
    _step(message, Delivery.QUEUED, refusal.reason, since=(Delivery.SENDING, Delivery.HANDING))
    note_mailbox(message.inbox, send_error=refusal.reason)
    raise refusal


def _settle(message: Message, found: bool | None, why: str = "") -> None:
    """A message that may have left: it has, it has not and is sent again, or nobody can tell."""
    if found:
        _sent(message)
    elif found is False:
        _step(message, Delivery.QUEUED, why, since=(Delivery.HANDING,))
        raise NotSent(why or "the other side does not have it")
    else:
        _step(message, Delivery.UNSURE, why, since=(Delivery.HANDING,))
        fail(message.pk, why)


def _earlier_ids(message: Message) -> list[str]:
    ids = _newest_ids(message.ticket_id, message.pk)[::-1]
    first = _first_id.first(message.ticket_id, message.pk) if len(ids) == QUOTED_REFERENCES - 1 else None
    return [first, *ids] if first and first not in ids else ids


def _named(ticket: int, before: int) -> QuerySet[Message]:
    said = Message.objects.filter(ticket=ticket, pk__lt=before).exclude(external_id="")
    return said.exclude(external_id__startswith="sha256:").exclude(direction=Direction.NOTE)


@kept
def _newest_ids(ticket: int, before: int) -> QuerySet[Message, str]:
    newest = _named(ticket, before).order_by("-id")
    return newest.values_list("external_id", flat=True)[: QUOTED_REFERENCES - 1]


@kept
def _first_id(ticket: int, before: int) -> QuerySet[Message, str]:
    return _named(ticket, before).order_by("id").values_list("external_id", flat=True)[:1]


@kept
def _files_of(message: int) -> QuerySet[Attachment]:
    return Attachment.objects.filter(message=message).order_by("id")


def _people(message: Message, key: str) -> tuple[Address, ...]:
    return tuple(
        Address(message.inbox.channel, value, name) for name, value in message.addresses.get(key, [])
    )


def _from_name(message: Message) -> str:
    """Who wrote it, and for whom: a person, a bot by its name, or the inbox alone."""
    named = (
        message.author.name
        if message.author
        else next((name for name, _at in message.addresses.get("from", [])), "")
    )
    return f"{named} · {message.inbox.name}" if named else message.inbox.name


def _subject(message: Message, *, answering: bool) -> str:
    subject = message.subject or str(settings.COMPANY)
    return subject if not answering or subject[:3].casefold() == "re:" else f"Re: {subject}"


def _signature(message: Message) -> str:
    """The author's own, else the inbox's; of either the one in the customer's language, where there is one."""
    language = message.ticket.language
    author, inbox = message.author, message.inbox
    own = (author.signatures.get(language) or author.signature) if author else ""
    signature = own or inbox.signatures.get(language) or inbox.signature
    signs = channel(inbox.channel).abilities.signature and not message.automatic
    return f"-- \n{signature}" if signature and signs else ""


def _file(attachment: Attachment) -> OutboundFile:
    return OutboundFile(
        name=attachment.name,
        content_type=attachment.content_type,
        open=partial(files.open_file, attachment.digest),
        content_id=attachment.content_id,
        digest=attachment.digest,
    )
