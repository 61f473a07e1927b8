"""Verbs on what was said already: newer words, taken back, a sign put to it; and its files, fetched from where they lie."""

from dataclasses import fields
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from ahlan.channels.contract import Amendment, Change, Elsewhere, Fetches, Follows, Lost
from ahlan.channels.models import Inbox
from ahlan.channels.registry import channel
from ahlan.core import files
from ahlan.core.clock import now
from ahlan.core.examining import NotTaken, examine
from ahlan.core.text import clean
from ahlan.customers.actions import normal
from ahlan.customers.models import Customer
from ahlan.events.log import record
from ahlan.tickets.models import Attachment, Direction, Message
from ahlan.tickets.threading import wire_id

MOST_EDITS = 20  # earlier words kept of one message
MOST_REACTIONS = 20


@transaction.atomic
def amend(amendment: Amendment, inbox: Inbox) -> Message | None:
    """Do what a customer did to his own words, or put his sign to ours. None where there are no such words of his. Safe to repeat."""
    message = _about(amendment, inbox)
    if message is None:
        return None
    before = repr(message.changes) + message.text
    _APPLY[amendment.change](message, amendment)
    if repr(message.changes) + message.text != before:
        message.save(update_fields=["text", "html", "folds", "changes"])
        record(
            "message.amended", message.ticket, actor=message.customer.actor if message.customer else "system",
            audience=message.ticket.audience, message=message.pk, change=str(amendment.change),
        )  # fmt: skip
    return message


def _about(amendment: Amendment, inbox: Inbox) -> Message | None:
    """What it is about, if whoever says it may: his own words, or a ticket he takes part in."""
    sender = amendment.said.sender
    who = (
        sender
        and Customer.objects.filter(
            addresses__kind=sender.kind, addresses__value=normal(sender.kind, sender.value)
        ).first()
    )
    if not who:
        return None
    wire, ids = channel(inbox.channel), [wire_id(amendment.about)]
    if amendment.change == Change.REACTED and isinstance(wire, Follows):
        ids += [one for one in [wire.ours(amendment.about)] if one]
    held = Message.objects.select_for_update(of=("self",)).select_related(
        "ticket__customer__merged_into", "customer__merged_into"
    )
    found = held.filter(external_id__in=ids, inbox=inbox).exclude(direction=Direction.NOTE).first()
    if found is None:
        return None
    owner = found.customer if amendment.change != Change.REACTED and found.customer else found.ticket.customer
    ours = found.direction == Direction.OUT and amendment.change != Change.REACTED
    return None if ours or owner.primary.pk != who.primary.pk else found


def _edit(message: Message, amendment: Amendment) -> None:
    text, at = clean(amendment.said.text), (amendment.said.sent_at or now()).isoformat()
    edits = message.changes.get("edits", [])
    if text == message.text or any(one["until"] >= at for one in edits):
        return  # said twice, or an older edit that comes late
    message.changes["edits"] = [*edits, {"text": message.text, "until": at}][-MOST_EDITS:]
    message.text, message.html, message.folds = text, "", []


def _remove(message: Message, amendment: Amendment) -> None:
    message.changes.setdefault("removed_at", (amendment.said.sent_at or now()).isoformat())


def _react(message: Message, amendment: Amendment) -> None:
    who, sign = (
        amendment.said.sender.value if amendment.said.sender else "",
        clean(amendment.said.text).strip()[:40],
    )
    others = {key: one for key, one in message.changes.get("reactions", {}).items() if key != who}
    reactions = {**others, **({who: sign} if sign and len(others) < MOST_REACTIONS else {})}
    if reactions or "reactions" in message.changes:
        message.changes["reactions"] = reactions


_APPLY = {Change.EDITED: _edit, Change.REMOVED: _remove, Change.REACTED: _react}


def fetch_files(message_id: int) -> None:
    """Fetch the files that lie with the provider, each once. Safe to repeat. Raises OSError when trying later may help."""
    message = Message.objects.select_related("inbox", "ticket").get(pk=message_id)
    wire, trouble = channel(message.inbox.channel), None
    for n, one in enumerate(message.changes.get("files", [])):
        if one.get("lost") or one.get("came"):
            continue
        try:
            _fetch(message, n, _elsewhere(one), wire)
        except Lost as error:
            _settle(message, n, lost=str(error) or "gone")
        except OSError as error:  # the others may come all the same
            trouble = error
    if trouble is not None:
        raise trouble


def give_up_fetching(message_id: int) -> None:
    """What has not come by now does not."""
    message = Message.objects.select_related("ticket").get(pk=message_id)
    for n, one in enumerate(message.changes.get("files", [])):
        if not one.get("came"):
            _settle(message, n, lost="away")


def _elsewhere(kept: dict[str, Any]) -> Elsewhere:
    return Elsewhere(**{one.name: kept[one.name] for one in fields(Elsewhere)})


def _fetch(message: Message, n: int, file: Elsewhere, wire: Any) -> None:
    if not isinstance(wire, Fetches):
        raise Lost("nobody fetches it")
    kind, content = wire.fetch_file(file, message.inbox.for_its_wire)
    given = ContentFile(content, name=file.name)
    given.content_type = kind or file.content_type  # type: ignore[attr-defined]
    try:
        seen = examine(given)
    except NotTaken as error:
        raise Lost("not taken") from error
    digest, size = files.keep(seen.chunks)
    _settle(message, n, digest=digest, size=size, content_type=seen.content_type[:120])


@transaction.atomic
def _settle(message: Message, n: int, lost: str = "", **stored: Any) -> None:
    """Note what became of one file, once."""
    held = Message.objects.select_for_update().get(pk=message.pk)
    one = held.changes["files"][n]
    if one.get("lost") or one.get("came"):
        return
    if lost:
        one["lost"] = lost[:100]
    else:
        one["came"] = True
        name = clean(one["name"]).replace("/", "_").replace("\\", "_")[:255] or "file"
        Attachment.objects.create(ticket_id=held.ticket_id, message=held, name=name, **stored)
    held.save(update_fields=["changes"])
    record(
        "message.file_came",
        message.ticket,
        actor="system",
        audience=message.ticket.audience,
        message=held.pk,
        lost=bool(lost),
    )
