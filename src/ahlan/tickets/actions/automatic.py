"""Verbs by which the desk speaks by itself: to the customer, marked as automatic, and in notes nobody has signed.

A machine that answers machines never stops. So nothing goes to who last wrote as a machine, to an address that
bounces, or to one customer more often than a person would bear.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from ahlan.channels.registry import channel
from ahlan.core.clock import now
from ahlan.customers.actions import normal
from ahlan.customers.models import Address
from ahlan.events.log import record
from ahlan.tickets.actions.answer import Unanswerable, people_of, put_down
from ahlan.tickets.models import Direction, Message, Ticket
from ahlan.tickets.reach import reach_of

NOTICE = "notice"
BOT = "bot"  # it speaks with the customer, in front of the agents
MOST_A_DAY = 8  # automatic messages to one customer in 24 hours, over all his tickets
MOST_SPOKEN = 60  # of a bot, where somebody sits waiting for them


class Unwelcome(Exception):
    """It must not be sent. `reason`: "automatic", "bounced", "often", "removed", "reach" or "nobody"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def write_by_itself(
    ticket: Ticket, *, text: str, actor: str, kind: str = NOTICE, name: str = "", choices: Sequence[str] = ()
) -> Message:
    """Write to the customer as a machine, which may have a `name`. `text` is Markdown, `kind` NOTICE or BOT.

    `choices`: answers below it as buttons, on a wire whose abilities show them.
    It answers nothing and moves nothing: neither the state nor the last word of the ticket. Raises Unwelcome.
    """
    try:
        people = people_of(ticket, (), (), ())
        _refuse(ticket, people, text, kind)
        named = {"from": [[name, ticket.inbox.address]]} if name else {}
        message = put_down(
            ticket, Direction.OUT, author=None, text=text, people={**named, **people}, automatic=kind,
            customer=ticket.customer.primary, choices=list(choices),
        )  # fmt: skip
    except Unanswerable as error:
        raise Unwelcome("nobody") from error
    record(
        "message.queued", ticket, actor=actor, audience=ticket.audience,
        message=message.pk, send_at=now().isoformat(), automatic=True,
    )  # fmt: skip
    return message


@transaction.atomic
def note_by_itself(ticket: Ticket, *, text: str, actor: str) -> Message:
    """A note that no person has written. Raises Unanswerable for an empty one."""
    message = put_down(ticket, Direction.NOTE, author=None, text=text, people={})
    record("note.written", ticket, actor=actor, audience=ticket.audience, message=message.pk)
    return message


def _refuse(ticket: Ticket, people: dict[str, list[list[str]]], text: str, by: str) -> None:
    if ticket.removal:
        raise Unwelcome("removed")
    if not reach_of(ticket).takes(text):
        raise Unwelcome("reach")
    last = Message.objects.filter(ticket=ticket, direction=Direction.IN).order_by("-id")
    if last.values_list("automatic", flat=True).first():
        raise Unwelcome("automatic")
    kind = ticket.inbox.channel
    reached = [normal(kind, value) for _name, value in people["to"]]
    if Address.objects.filter(kind=kind, value__in=reached, failing_since__isnull=False).exists():
        raise Unwelcome("bounced")
    since = now() - timedelta(days=1)
    own = Message.objects.filter(customer=ticket.customer.primary, fingerprint=None, at__gte=since)
    most = MOST_SPOKEN if by == BOT and channel(kind).abilities.immediate else MOST_A_DAY
    if len(own.filter(automatic=by).values_list("pk")[:most]) >= most:
        raise Unwelcome("often")
