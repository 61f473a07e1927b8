"""Whether a customer can be answered now on the wire he asked by. The wire knows its rules; the desk asks it."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from ahlan.channels.contract import Reach, Reaches
from ahlan.channels.models import Inbox
from ahlan.channels.registry import channel
from ahlan.core.asking import kept
from ahlan.customers.models import Customer
from ahlan.customers.queries import family_of
from ahlan.tickets.models import Direction, Message, Ticket

ALWAYS = Reach(True)


class OutOfReach(ValueError):
    """He cannot be answered now; the text says why, to the agent."""


def reach_of(ticket: Ticket, to: Sequence[tuple[str, str]] = ()) -> Reach:
    """Of the one who asked, unless somebody is named. Costs nothing on wires that always answer."""
    if not isinstance(channel(ticket.inbox.channel), Reaches):
        return ALWAYS
    people = to or asker(ticket)
    return reach_at(ticket.inbox, ticket.customer, people[0][1] if people else "")


def reach_at(inbox: Inbox, customer: Customer, address: str) -> Reach:
    """Whether he can be written to from an inbox, at an address of his there."""
    wire = channel(inbox.channel)
    if not isinstance(wire, Reaches):
        return ALWAYS
    said = Message.objects.filter(
        ticket__customer__in=family_of(customer).values("pk"), ticket__inbox=inbox, direction=Direction.IN
    )
    last = said.order_by("-id").values_list("sent_at", "at").first()
    return wire.reach(inbox, address, (last[0] or last[1]) if last else None)


def check_reach(ticket: Ticket, text: str, to: Sequence[tuple[str, str]] = ()) -> None:
    """Raises OutOfReach."""
    reach = reach_of(ticket, to)
    if not reach.takes(text):
        raise OutOfReach(reach.why)


def asker(ticket: Ticket) -> list[tuple[str, str]]:
    """Where the customer wants the answer: where he last wrote from, his Reply-To first."""
    last = _last_from.first(ticket.pk, ticket.customer_id, ticket.customer.primary.pk)
    for key in ("reply_to", "from"):
        if last and last.addresses.get(key):
            return [tuple(last.addresses[key][0])]
    address = ticket.customer.primary.addresses.filter(kind=ticket.inbox.channel).first()
    if not address:
        return []
    name = ticket.customer.primary.name
    return [("" if name == address.value else name, address.value)]


@kept
def _last_from(ticket: int, one: int, other: int) -> QuerySet[Message]:
    said = Message.objects.filter(ticket=ticket, direction=Direction.IN)
    return said.filter(Q(customer=one) | Q(customer=other)).order_by("-id")[:1]
