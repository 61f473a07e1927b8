"""What comes in becomes a ticket or finds its own: the verb every door calls."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from ahlan.channels.actions import mark_read
from ahlan.channels.contract import (
    Address,
    Amendment,
    Authentication,
    Automatic,
    Change,
    Consent,
    Follows,
    Heard,
    Inbound,
    Introduces,
    Progress,
    Proves,
    Reaches,
    Returned,
)
from ahlan.channels.models import Inbox, RawInbound
from ahlan.channels.registry import channel
from ahlan.core import files
from ahlan.core.clock import now
from ahlan.core.languages import language_of
from ahlan.core.rows import fetch, insert, remembering, update
from ahlan.core.text import clean, excerpt, outside
from ahlan.customers import actions as customers
from ahlan.customers.models import Customer
from ahlan.events.definitions import one_look
from ahlan.events.log import record
from ahlan.tickets.actions.amend import amend
from ahlan.tickets.actions.bounces import take_bounce, take_return
from ahlan.tickets.actions.delivery import note_arrival
from ahlan.tickets.actions.snooze import wake_ticket
from ahlan.tickets.actions.work import current, locked, reopen_ticket
from ahlan.tickets.models import Attachment, Direction, Message, Participant, State, Ticket
from ahlan.tickets.tallies import place_of, tally
from ahlan.tickets.threading import find_ticket, going_on, may_write, wire_id
from ahlan.tickets.vocabulary import DEFAULT, vocabulary

# What a room asked beside the words goes where it belongs: `fill(ticket, inbound.more, actor=…)` of a ticket just opened.
fillers: list[Callable[..., None]] = []
NAMELESS = Address("email", "unknown@invalid")


class Decision(StrEnum):
    """What became of something that came in."""

    OPENED = "opened"
    APPENDED = "appended"
    DUPLICATE = "duplicate"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    LOOP = "loop"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    AMENDED = "amended"
    SIGNAL = "signal"  # says nothing to anybody


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of `receive`: where it lies and why."""

    decision: Decision
    ticket: Ticket | None = None
    message: Message | None = None


# Machines' words that nobody waits for: filed closed, where they are found but ask for no work.
QUIET = {Automatic.BOUNCE, Automatic.FEEDBACK, Automatic.REPLY, Automatic.LOOP}
DECISIONS = {
    Automatic.BOUNCE: Decision.BOUNCE,
    Automatic.FEEDBACK: Decision.BOUNCE,
    Automatic.LOOP: Decision.LOOP,
}


def receive_raw(raw: RawInbound) -> list[Receipt]:
    """Understand what was kept and put it where it belongs. Safe to repeat: what was read stays as it is."""
    if raw.state == RawInbound.State.READ:
        return []
    if raw.state == RawInbound.State.UNREADABLE:
        return _read_after_all(raw)
    inbox = (raw.inbox_id and fetch(Inbox, raw.inbox_id)) or inbox_for(raw)
    if inbox is None:
        mark_read(raw, Decision.REFUSED)
        return [Receipt(Decision.REFUSED)]
    receipts = [_take(one, inbox, raw=raw) for one in channel(raw.channel).parse(raw.content(), raw.envelope)]
    if not receipts:
        receipts = [file_unreadable(raw, inbox)]
    unreadable = any(receipt.decision == Decision.UNREADABLE for receipt in receipts)
    told = next((one.decision for one in receipts if one.decision != Decision.SIGNAL), Decision.SIGNAL)
    mark_read(raw, told, unreadable=unreadable)
    return receipts


def _take(heard: Heard, inbox: Inbox, *, raw: RawInbound | None = None) -> Receipt:
    """What was heard, of whichever sort."""
    wire = channel(inbox.channel)
    if isinstance(heard, Inbound):
        return receive(heard, inbox, raw=raw)
    if isinstance(heard, Amendment):
        message = amend(heard, inbox)
        if message is not None:
            return Receipt(Decision.AMENDED, message.ticket, message)
        return (
            Receipt(Decision.SIGNAL)
            if heard.change == Change.REMOVED
            else receive(heard.said, inbox, raw=raw)
        )
    if isinstance(heard, Progress) and isinstance(wire, Follows):
        for external_id, arrival in wire.note(heard):
            note_arrival(external_id, arrival, heard.reason)
    if isinstance(heard, Returned) and isinstance(wire, Follows):
        take_return(heard, wire.ours(heard.failure.message_id))
    if isinstance(heard, Consent) and isinstance(wire, Reaches):
        wire.take(inbox, heard)
    return Receipt(Decision.SIGNAL)


def inbox_for(raw: RawInbound) -> Inbox | None:
    """The inbox the envelope names, else the first active one of that channel; None without any."""
    inboxes = Inbox.objects.filter(channel=raw.channel, is_active=True)
    return (
        channel(raw.channel).inbox_of(inboxes, raw.content(), raw.envelope) or inboxes.order_by("id").first()
    )


def receive(inbound: Inbound, inbox: Inbox, *, raw: RawInbound | None = None) -> Receipt:
    """Put one message where it belongs. Safe to repeat, and by two at once: the same message is one message.

    Its fingerprint is unique, so the database itself refuses the second one and takes back what came with it.
    """
    try:
        with one_look(), remembering(), transaction.atomic():
            return _file(inbound, inbox, raw)
    except IntegrityError:
        said = (
            Message.objects.select_related("ticket").filter(fingerprint=inbound.fingerprint or None).first()
        )
        if said is None:
            raise
        return Receipt(Decision.DUPLICATE, said.ticket, said)


def give_up_reading(raw: RawInbound) -> Receipt | None:
    """Reading it failed every time: a ticket with the original takes its place. None when there is no inbox."""
    inbox = raw.inbox or Inbox.objects.filter(channel=raw.channel, is_active=True).order_by("id").first()
    if raw.state != RawInbound.State.NEW or inbox is None:
        return None
    receipt = file_unreadable(raw, inbox)
    mark_read(raw, receipt.decision, unreadable=True)
    return receipt


def _read_after_all(raw: RawInbound) -> list[Receipt]:
    """What a ticket says could not be read may be readable now: then its words come into that very ticket."""
    stand_in = Message.objects.select_related("ticket").filter(fingerprint=f"raw:{raw.pk}").first()
    inbox = raw.inbox or inbox_for(raw)
    if stand_in is None or inbox is None:
        return []
    found = list(channel(raw.channel).parse(raw.content(), raw.envelope))
    if not found:
        return []
    first = next((n for n, one in enumerate(found) if isinstance(one, Inbound)), None)
    receipts = [
        _fill_in(stand_in, one, inbox)
        if n == first and isinstance(one, Inbound)
        else _take(one, inbox, raw=raw)
        for n, one in enumerate(found)
    ]
    mark_read(raw, receipts[0].decision)
    return receipts


@transaction.atomic
def _fill_in(message: Message, inbound: Inbound, inbox: Inbox) -> Receipt:
    said = Message.objects.select_related("ticket").filter(fingerprint=inbound.fingerprint or None).first()
    if said is not None:  # it has come by another door since
        return Receipt(Decision.DUPLICATE, said.ticket, said)
    if inbound.failures:
        take_bounce(inbound)
    ticket, language = locked(message.ticket), language_of(_own_words(inbound))
    sender, before = _asker(inbound, inbox), place_of(ticket)
    customer = _meet(sender, language)
    message.customer, message.inbox = customer, inbox
    for key, value in _words(inbound).items():
        setattr(message, key, value)
    message.save()
    _attach(inbound, message)
    ticket.customer, ticket.inbox, ticket.internal = customer, inbox, customer.primary.internal
    ticket.subject, ticket.preview = message.subject, excerpt(_own_words(inbound), 200)
    ticket.language = language or customer.language or inbox.language
    ticket.save()
    tally([(before, place_of(ticket))])
    record(
        "message.read_after_all", ticket, actor="system", audience=ticket.audience, message=message.pk,
        **ticket.standing,
    )  # fmt: skip
    return Receipt(Decision.OPENED, ticket, message)


def file_unreadable(raw: RawInbound, inbox: Inbox) -> Receipt:
    """What no parser understood: a ticket that says so, with the original to download."""
    inbound = Inbound(sender=None, fingerprint=f"raw:{raw.pk}", troubles=("unreadable",))
    receipt = receive(inbound, inbox, raw=raw)
    return replace(receipt, decision=Decision.UNREADABLE)


def _file(inbound: Inbound, inbox: Inbox, raw: RawInbound | None) -> Receipt:
    language = language_of(_own_words(inbound))
    sender = _asker(inbound, inbox)
    customer = _meet(sender, language)
    if customer.name == sender.value and isinstance(channel(inbox.channel), Introduces):
        record("customer.unnamed", customer, actor="system", inbox=inbox.pk)
    for one in inbound.also:
        customer = customers.join(customer, one.kind, one.value)
    bounced = take_bounce(inbound) if inbound.failures else None
    reported = bounced.ticket if bounced else None
    ticket = reported if inbound.failures else find_ticket(inbound, customer) or going_on(inbox, customer)
    if ticket is None:
        ticket = _open(inbound, inbox, customer, language)
        decision = (
            DECISIONS.get(inbound.automatic, Decision.AUTOMATIC) if inbound.automatic else Decision.OPENED
        )
    else:
        decision = (
            DECISIONS.get(inbound.automatic, Decision.AUTOMATIC) if inbound.automatic else Decision.APPENDED
        )
        ticket = current(ticket)
    stranger = not may_write(customer, ticket)
    message = _write(inbound, ticket, customer, stranger=stranger, raw=raw)
    if decision == Decision.APPENDED:
        _go_on(ticket, message, customer)
    if inbound.elsewhere:
        record("message.files_wait", ticket, actor="system", message=message.pk)
    for fill in fillers if inbound.more and decision == Decision.OPENED else ():
        fill(ticket, inbound.more, actor=customer.actor)
    record(
        "message.received", ticket, actor=customer.actor, audience=ticket.audience,
        message=message.pk, automatic=message.automatic, stranger=stranger, decision=decision,
        channel=inbox.channel, raw=raw.pk if raw else None, answers=_says_what_it_answers(inbound), unknown=bool(inbound.failures) and bounced is None,
    )  # fmt: skip
    if settings.CHECK_ORIGIN and raw is not None and raw.door == "smtp":
        record("message.unproved", ticket, actor="system", message=message.pk)
    return Receipt(decision, ticket, message)


def prove_origin(message: Message) -> None:
    """Ask the name service whether a message is from whom it says, and keep the answer. Safe to repeat."""
    wire = channel(message.inbox.channel)
    if message.raw is None or not isinstance(wire, Proves):
        return
    found = wire.check_origin(message.raw.content(), message.raw.envelope)
    with transaction.atomic():
        Message.objects.filter(pk=message.pk).update(authentication=_proofs(found))
        record(
            "message.proved",
            message.ticket,
            actor="system",
            audience=message.ticket.audience,
            message=message.pk,
        )


def ask_for_a_name(customer: Customer, inbox: Inbox) -> None:
    """Somebody whom his wire's messages do not name is asked for at its provider. Safe to repeat."""
    wire, address = channel(inbox.channel), customer.addresses.filter(kind=inbox.channel).first()
    if address is not None and isinstance(wire, Introduces) and customer.name == address.value:
        name = wire.name_of(address.value, inbox.for_its_wire)
        customers.meet(address.kind, address.value, name=name)


def _says_what_it_answers(inbound: Inbound) -> bool:
    """A person's mail that names an earlier one: such a mail should find its ticket, and the health page counts."""
    return not inbound.automatic and bool(inbound.replies_to or inbound.tokens)


def _asker(inbound: Inbound, inbox: Inbox) -> Address:
    """Who wants an answer: the writer, or, where a form on a web site writes in our own name, whom it names."""
    if inbound.reply_to and inbound.sender and inbound.sender.value.casefold() == inbox.address.casefold():
        return inbound.reply_to
    return inbound.sender or NAMELESS


def _meet(sender: Address, language: str) -> Customer:
    return customers.meet(
        sender.kind, sender.value, name=sender.name, nickname=sender.nickname, language=language
    )


def _own_words(inbound: Inbound) -> str:
    """The text without what it quotes: the language of the answer is not that of the question."""
    return outside(inbound.text, inbound.folds).strip()[:2000] or inbound.subject


def _open(inbound: Inbound, inbox: Inbox, customer: Customer, language: str) -> Ticket:
    quiet = inbound.automatic in QUIET
    state = State.CLOSED if quiet else State.OPEN
    ticket = insert(
        Ticket(
            subject=clean(inbound.subject)[:255],
            inbox=inbox,
            customer=customer,
            internal=customer.primary.internal,
            language=language or customer.language or inbox.language,
            state=state,
            status_id=vocabulary().id_in(state, DEFAULT),
            closed_at=now() if quiet else None,
            preview=excerpt(_own_words(inbound), 200),
        )
    )
    tally([(None, place_of(ticket))])
    record(
        "ticket.opened",
        ticket,
        actor=customer.actor,
        audience=ticket.audience,
        quiet=quiet,
        **ticket.standing,
    )
    return ticket


def _write(
    inbound: Inbound, ticket: Ticket, customer: Customer, *, stranger: bool, raw: RawInbound | None
) -> Message:
    message = insert(
        Message(
            ticket=ticket,
            inbox_id=ticket.inbox_id,
            direction=Direction.IN,
            customer=customer,
            from_stranger=stranger,
            raw=raw,
            **_words(inbound),
        )
    )
    _attach(inbound, message)
    if stranger:
        Participant.objects.get_or_create(ticket=ticket, customer=customer)
    return message


def _words(inbound: Inbound) -> dict[str, Any]:
    """What a message holds of what its wire said."""
    return {
        "external_id": wire_id(inbound.external_id),
        "fingerprint": inbound.fingerprint or None,
        "subject": clean(inbound.subject)[:255],
        "text": clean(inbound.text),
        "html": inbound.html,
        "folds": [list(fold) for fold in inbound.folds],
        "addresses": _addresses(inbound),
        "automatic": inbound.automatic or "",
        "authentication": _proofs(inbound.authentication),
        "troubles": list(inbound.troubles),
        "sent_at": inbound.sent_at,
        "kind": str(inbound.kind),
        "changes": {"files": [asdict(one) for one in inbound.elsewhere]} if inbound.elsewhere else {},
    }


def _attach(inbound: Inbound, message: Message) -> None:
    rows = []
    for one in inbound.attachments:
        digest, size = files.keep(one.content)
        rows.append(
            Attachment(
                ticket_id=message.ticket_id,
                message=message,
                name=clean(one.name)[:255] or "file",
                content_type=one.content_type[:120],
                size=size,
                digest=digest,
                content_id=one.content_id[:255],
                inline=one.inline,
            )
        )
    if rows:
        Attachment.objects.bulk_create(rows)


def _addresses(inbound: Inbound) -> dict[str, list[list[str]]]:
    named = {
        "from": (inbound.sender,) if inbound.sender else (),
        "to": inbound.to[: settings.SHOWN_RECIPIENTS],
        "cc": inbound.cc[: settings.SHOWN_RECIPIENTS],
        "reply_to": (inbound.reply_to,) if inbound.reply_to else (),
    }
    return {
        key: [[one.name or one.nickname, one.value] for one in people]
        for key, people in named.items()
        if people
    }


def _proofs(seen: Authentication) -> dict[str, str]:
    return {key: value for key in ("spf", "dkim", "dmarc") if (value := getattr(seen, key))}


def _go_on(ticket: Ticket, message: Message, customer: Customer) -> None:
    """A person's word: the ticket moves to the top, wakes, and opens again when it was waiting or closed."""
    held = locked(ticket)  # an agent may have closed or snoozed it while this was being read
    ticket.state, ticket.snoozed = held.state, held.snoozed
    ticket.last_message_at = message.at
    ticket.last_from_customer = True
    ticket.preview = excerpt(message.own_text, 200)
    update(ticket, "last_message_at", "last_from_customer", "preview")
    if ticket.snoozed:
        wake_ticket(ticket, actor=customer.actor)
    if ticket.state in (State.WAITING, State.CLOSED):
        reopen_ticket(ticket, actor=customer.actor)
