"""Verbs that say something: reply, note, forward, and taking a reply back before it has left."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from ahlan.channels.registry import channel
from ahlan.core.asking import kept
from ahlan.core.clock import now
from ahlan.core.rows import insert, update
from ahlan.core.text import clean, excerpt
from ahlan.customers.actions import meet
from ahlan.events.definitions import one_look
from ahlan.events.jobs import cancel
from ahlan.events.log import record
from ahlan.events.models import Event
from ahlan.staff.models import Agent
from ahlan.tickets.actions.follow import mention
from ahlan.tickets.actions.work import current, go_to, locked, set_state
from ahlan.tickets.mentions import named_in
from ahlan.tickets.models import Attachment, Delivery, Direction, Draft, Message, Participant, State, Ticket
from ahlan.tickets.reach import asker, check_reach
from ahlan.tickets.tallies import place_of, tally

SHOWN = 5  # messages that came meanwhile
People = Iterable[tuple[str, str]]


class Unanswerable(ValueError):
    """There is nobody to send it to, or nothing to send."""


class SomethingCame(Exception):
    """Others have said something since the author last saw the ticket; `messages` is what."""

    def __init__(self, messages: list[Message]) -> None:
        super().__init__("something came meanwhile")
        self.messages = messages


def delivery_key(message_id: int) -> str:
    """What the job that sends a message is called, so that it can be taken back."""
    return f"deliver:{message_id}"


@one_look()
@transaction.atomic
def reply(
    ticket: Ticket,
    *,
    author: Agent,
    text: str,
    to: People = (),
    cc: People = (),
    bcc: People = (),
    files: Iterable[Attachment] = (),
    then: str = State.WAITING,
    seen: int | None = None,
) -> Message:
    """Answer the customer. `text` is Markdown; `to` defaults to the one who asked; `then` is the state or status afterwards.

    The message goes out after the author's seconds for undoing. `seen` is the latest message it was written
    against (None: never mind). Raises Unanswerable, SomethingCame when others said something after that, and OutOfReach where
    the wire takes no answer now.
    """
    ticket, to = current(ticket), list(to)
    check_reach(ticket, text, to)
    if seen is not None and (came := _came_since(ticket, seen, author)):
        raise SomethingCame(came)
    message = _say(
        ticket, Direction.OUT, author=author, text=text, files=files, people=people_of(ticket, to, cc, bcc)
    )
    held = locked(ticket)
    if held.first_answered_at is None:
        held.first_answered_at = ticket.first_answered_at = message.at
    held.last_message_at = ticket.last_message_at = message.at
    held.last_from_customer = ticket.last_from_customer = False
    held.preview = ticket.preview = excerpt(message.text, 200)
    held.wakes_at = ticket.wakes_at = held.wakes_at if held.snoozed else None
    update(held, "first_answered_at", "last_message_at", "last_from_customer", "preview", "wakes_at")
    _copy_in(ticket, cc)
    _take(ticket, author)
    go_to(ticket, then, actor=author.actor)
    record(
        "message.queued", ticket, actor=author.actor, audience=ticket.audience,
        message=message.pk, send_at=leaves_at(author, ticket).isoformat(),
    )  # fmt: skip
    return message


@transaction.atomic
def forward(
    ticket: Ticket, *, author: Agent, text: str, to: People, cc: People = (), files: Iterable[Attachment] = ()
) -> Message:
    """Pass it on to somebody outside. The ticket stays as it is; the receiver takes no part in it."""
    ticket = current(ticket)
    people = people_of(ticket, to, cc, ())
    message = _say(ticket, Direction.OUT, author=author, text=text, files=files, people=people)
    record(
        "message.queued", ticket, actor=author.actor, audience=ticket.audience,
        message=message.pk, send_at=leaves_at(author, ticket).isoformat(), forward=True,
    )  # fmt: skip
    return message


@transaction.atomic
def note(ticket: Ticket, *, author: Agent, text: str, files: Iterable[Attachment] = ()) -> Message:
    """Write something only we can read. Who is named in it (`@Ada`, `@Billing`) finds it among his mentions."""
    ticket = current(ticket)
    message = _say(ticket, Direction.NOTE, author=author, text=text, files=files, people={})
    message.named = named_in(message.text, ticket.inbox_id)
    if message.named:
        message.save(update_fields=["named"])
    record("note.written", ticket, actor=author.actor, audience=ticket.audience, message=message.pk)
    mention(message, set().union(*message.named.values()) - {author.pk}, actor=author.actor)
    return message


@transaction.atomic
def unsend(message: Message, *, agent: Agent) -> Draft | None:
    """Take a reply back into the author's draft. None when it has left already (it is then too late)."""
    taken = Message.objects.select_for_update().filter(pk=message.pk, delivery=Delivery.QUEUED)
    if message.author_id != agent.pk or taken.first() is None or not cancel(delivery_key(message.pk)):
        return None
    ticket = locked(message.ticket)
    forwarded = _was_forwarded(message)
    typed = Draft.objects.filter(ticket=ticket, agent=agent).values_list("text", flat=True).first() or ""
    draft, _ = Draft.objects.update_or_create(
        ticket=ticket,
        agent=agent,
        defaults={
            "kind": "forward" if forwarded else "reply",
            "text": "\n\n".join(part for part in (message.text, typed) if part),
            **{
                key: ", ".join(value for _, value in message.addresses.get(key, []))
                for key in ("to", "cc", "bcc")
            },
            "changed_at": now(),
        },
    )
    message.attachments.update(message=None, uploader=agent)
    taken.delete()
    if not forwarded:
        _step_back(ticket, message)
    record("message.unsent", ticket, actor=agent.actor, audience=ticket.audience, message=message.pk)
    return draft


def _came_since(ticket: Ticket, seen: int, author: Agent) -> list[Message]:
    """What customers and other agents have said to each other since; notes and machines aside."""
    said = ticket.messages.filter(pk__gt=seen, automatic="").exclude(direction=Direction.NOTE)
    others = said.filter(Q(author=None) | ~Q(author=author))
    return list(others.select_related("author", "customer__merged_into").order_by("id")[:SHOWN])


def _was_forwarded(message: Message) -> bool:
    said_in = [
        message.ticket_id,
        *Ticket.objects.filter(merged_into=message.ticket_id).values_list("pk", flat=True),
    ]
    queued = Event.objects.filter(kind="message.queued", subject_kind="ticket", subject_id__in=said_in)
    return queued.filter(facts__message=message.pk, facts__forward=True).exists()


def leaves_at(author: Agent, ticket: Ticket) -> datetime:
    """When a message goes out: after the author's seconds for undoing, or at once on a wire on which somebody waits."""
    if channel(ticket.inbox.channel).abilities.immediate:
        return now()
    return now() + timedelta(seconds=author.undo_seconds)


def _say(
    ticket: Ticket,
    direction: Direction,
    *,
    author: Agent,
    text: str,
    files: Iterable[Attachment],
    people: dict[str, list[list[str]]],
) -> Message:
    attached = list(files)
    message = put_down(ticket, direction, author=author, text=text, people=people, or_files=bool(attached))
    if attached:
        Attachment.objects.filter(
            pk__in=[one.pk for one in attached], ticket=ticket, message=None, uploader=author
        ).update(message=message)
    if _drafts.first(ticket.pk, author.pk) is not None:
        Draft.objects.filter(ticket=ticket, agent=author).delete()
    return message


@kept
def _drafts(ticket: int, agent: int) -> QuerySet[Draft, int]:
    return Draft.objects.filter(ticket=ticket, agent=agent).values_list("pk", flat=True)


def put_down(
    ticket: Ticket,
    direction: Direction,
    *,
    author: Agent | None,
    text: str,
    people: dict[str, list[list[str]]],
    or_files: bool = False,
    **more: Any,
) -> Message:
    """Write the row of something said, with its own id on the wire. Part of a verb. Raises Unanswerable."""
    text = clean(text).strip()
    if not text and not or_files:
        raise Unanswerable("nothing to send")
    outgoing = direction == Direction.OUT
    return insert(
        Message(
            ticket=ticket,
            inbox_id=ticket.inbox_id,
            direction=direction,
            author=author,
            external_id=channel(ticket.inbox.channel).new_id(ticket.inbox.address) if outgoing else "",
            subject=ticket.subject,
            text=text,
            addresses=people,
            delivery=Delivery.QUEUED if outgoing else Delivery.NONE,
            **more,
        )
    )


def people_of(ticket: Ticket, to: People, cc: People, bcc: People) -> dict[str, list[list[str]]]:
    """Who a message goes to: by default the one who asked. Raises Unanswerable."""
    found = {"to": list(to) or asker(ticket), "cc": list(cc), "bcc": list(bcc)}
    own = ticket.inbox.address.casefold()
    named = {
        key: [[clean(name), value.strip()] for name, value in people if value.strip().casefold() != own]
        for key, people in found.items()
    }
    if not named["to"]:
        raise Unanswerable("nobody to send it to")
    if sum(len(people) for people in named.values()) > settings.SHOWN_RECIPIENTS:
        raise Unanswerable("too many recipients")
    return {key: people for key, people in named.items() if people}


def _copy_in(ticket: Ticket, cc: People) -> None:
    """Somebody an agent copies in takes part from now on."""
    for name, value in cc:
        customer = meet("email", value, name=name)
        Participant.objects.update_or_create(ticket=ticket, customer=customer, defaults={"copied": True})


def _take(ticket: Ticket, author: Agent) -> None:
    """Who answers an unassigned ticket has taken it."""
    held = locked(ticket)
    if held.assignee_id is None:
        before = place_of(held)
        held.assignee = ticket.assignee = author
        held.save(update_fields=["assignee"])
        tally([(before, place_of(held))])
        record(
            "ticket.assigned", held, actor=author.actor, audience=held.audience, agent=author.pk, before=None
        )


def _step_back(ticket: Ticket, unsent: Message) -> None:
    """What the ticket showed of the unsent reply goes back to the word before it."""
    last = (
        ticket.messages.exclude(direction=Direction.NOTE)
        .exclude(automatic__in=["notice", "bot"])
        .order_by("-id")
        .first()
    )
    if ticket.first_answered_at == unsent.at:
        ticket.first_answered_at = None
    if last is not None:
        ticket.last_message_at = last.at
        ticket.last_from_customer = last.direction == Direction.IN
        ticket.preview = excerpt(last.text, 200)
    ticket.save(update_fields=["first_answered_at", "last_message_at", "last_from_customer", "preview"])
    set_state(ticket, State.OPEN, actor=unsent.author.actor if unsent.author else "system")


@transaction.atomic
def settle_unsent(message: Message) -> None:
    """Take a message as sent long ago without sending it: for imported and sample history only."""
    cancel(delivery_key(message.pk))
    Message.objects.filter(pk=message.pk).update(delivery=Delivery.SENT, sent_at=message.at)
