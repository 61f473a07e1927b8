"""The verb that makes a ticket of its own out of some messages of another."""

from collections.abc import Iterable

from django.db import transaction

from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.tickets.actions.merge import retell
from ahlan.tickets.actions.work import current
from ahlan.tickets.models import (
    Attachment,
    Delivery,
    Direction,
    Link,
    Mention,
    Message,
    Relation,
    State,
    Ticket,
)
from ahlan.tickets.tallies import place_of, tally
from ahlan.tickets.vocabulary import DEFAULT, vocabulary

UNDER_WAY = (Delivery.QUEUED, Delivery.SENDING, Delivery.HANDING)  # such a message stays where it was written


class NothingToSplit(ValueError):
    """None of the ticket's messages was chosen, or all of them were."""


@transaction.atomic
def split_ticket(ticket: Ticket, message_ids: Iterable[int], *, subject: str = "", actor: str) -> Ticket:
    """Move the chosen messages into a new ticket of whoever wrote the first of them, linked with this one.

    It is open and lies where this one lies. What the customer is promised for it is promised from now on. Raises
    NothingToSplit.
    """
    ticket = current(ticket)
    settled = ticket.messages.exclude(delivery__in=UNDER_WAY)
    chosen = list(settled.filter(pk__in=list(message_ids)).order_by("id"))
    if not chosen or len(chosen) == ticket.messages.count():
        raise NothingToSplit
    made = _open(ticket, chosen, subject)
    moved = Message.objects.filter(pk__in=[one.pk for one in chosen])
    moved.update(ticket=made)
    Attachment.objects.filter(message__in=moved).update(ticket=made)
    Mention.objects.filter(message__in=moved).update(ticket=made)
    Link.objects.create(ticket=made, other=ticket, relation=Relation.SPLIT)
    for one in (ticket, made):
        retell(one)
    words = [one.pk for one in chosen]
    record(
        "ticket.opened",
        made,
        actor=actor,
        audience=made.audience,
        quiet=False,
        opened_at=made.opened_at.isoformat(),
        **made.standing,
    )
    record(
        "ticket.split_off", made, actor=actor, audience=made.audience,
        source=ticket.pk, messages=words, message=words[0], asks=_asks(chosen),
    )  # fmt: skip
    record("ticket.split", ticket, actor=actor, audience=ticket.audience, into=made.pk, messages=words)
    return made


def _asks(chosen: list[Message]) -> bool:
    """Whether somebody waits for an answer to them."""
    spoken = [one for one in chosen if one.direction != Direction.NOTE]
    return bool(spoken) and spoken[-1].direction == Direction.IN and not spoken[-1].automatic


def _open(ticket: Ticket, chosen: list[Message], subject: str) -> Ticket:
    first = chosen[0]
    made = Ticket.objects.create(
        subject=clean(subject).strip()[:255] or first.subject or ticket.subject,
        inbox_id=ticket.inbox_id,
        customer_id=first.customer_id or ticket.customer_id,
        team_id=ticket.team_id,
        assignee_id=ticket.assignee_id,
        priority=ticket.priority,
        language=ticket.language,
        state=State.OPEN,
        status_id=vocabulary().id_in(State.OPEN, DEFAULT),
        type_id=ticket.type_id,
        internal=(first.customer or ticket.customer).primary.internal,
        opened_at=first.at,
        last_message_at=first.at,
        first_answered_at=next((one.at for one in chosen if one.direction == Direction.OUT), None),
    )
    tally([(None, place_of(made))])
    return made
