"""Verb that opens a ticket by hand: we write first, or note what somebody told us."""

from collections.abc import Callable, Iterable, Mapping

from django.db import transaction

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.core.text import clean, excerpt
from ahlan.customers.models import Customer
from ahlan.events.log import record
from ahlan.staff.models import Agent, Team
from ahlan.tickets.actions import answer, automatic, work
from ahlan.tickets.actions.fields import set_fields
from ahlan.tickets.fields import Given
from ahlan.tickets.models import Direction, Priority, State, Ticket
from ahlan.tickets.tallies import place_of, tally
from ahlan.tickets.vocabulary import DEFAULT, vocabulary


@transaction.atomic
def open_ticket(
    inbox: Inbox,
    customer: Customer,
    *,
    subject: str,
    text: str,
    actor: str,
    to: answer.People = (),
    author: Agent | None = None,
    says: str = Direction.OUT,
    team: Team | None = None,
    assignee: Agent | None = None,
    priority: int = Priority.NORMAL,
    tags: Iterable[str] = (),
    kind: int | None = None,
    values: Mapping[int, Given] | None = None,
    then: str = State.OPEN,
    fill: Callable[[str, Ticket], str] | None = None,
) -> Ticket:
    """Open a ticket with its first message (`says`: "out" to the customer, or "note").

    `to`: at which of the customer's addresses; his first one on this wire without. Without an `author` it is said by the desk itself, marked as automatic. `then` is the state or status afterwards. `kind`: the id of a type; `values`: what stands in the desk's own fields. `fill` has
    the last word on subject and text, once there is a ticket they may speak of. Raises Unanswerable, Unwelcome, OutOfReach, BadValue, and ValueError for a state, type or priority nobody knows.
    """
    customer = customer.primary
    ticket = Ticket.objects.create(
        inbox=inbox, customer=customer, subject=clean(subject)[:255], preview=excerpt(text, 200),
        priority=Priority(priority).value, language=customer.language or inbox.language, opened_at=now(),
        status_id=vocabulary().id_in(State.OPEN, DEFAULT), internal=customer.internal,
    )  # fmt: skip
    if fill is not None:
        text, ticket.subject = fill(text, ticket), clean(fill(subject, ticket))[:255]
        ticket.preview = excerpt(text, 200)
        ticket.save(update_fields=["subject", "preview"])
    tally([(None, place_of(ticket))])
    record(
        "ticket.opened",
        ticket,
        actor=actor,
        audience=ticket.audience,
        quiet=False,
        by_hand=True,
        says=str(says),
        **ticket.standing,
    )
    if team is not None:
        work.transfer_ticket(ticket, team, actor=actor)
    if assignee is not None:
        work.assign_ticket(ticket, assignee, actor=actor)
    if tags:
        work.tag_ticket(ticket, list(tags), actor=actor)
    if kind is not None:
        work.set_type(ticket, kind, actor=actor)
    if values:
        set_fields(ticket, values, actor=actor)
    _say(ticket, text, Direction(says), author, actor, then, to)
    ticket.refresh_from_db()
    return ticket


def _say(
    ticket: Ticket, text: str, says: Direction, author: Agent | None, actor: str, then: str, to: answer.People
) -> None:
    if says == Direction.OUT and author is not None:
        answer.reply(ticket, author=author, text=text, then=then, to=to)
        return
    if says == Direction.OUT:
        automatic.write_by_itself(ticket, text=text, actor=actor)
    elif author is not None:
        answer.note(ticket, author=author, text=text)
    else:
        automatic.note_by_itself(ticket, text=text, actor=actor)
    work.go_to(ticket, then, actor=actor)
