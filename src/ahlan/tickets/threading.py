"""Which ticket a message belongs to, and whether its writer is one of those it is about."""

import hashlib

from django.db.models import QuerySet

from ahlan.channels.contract import Inbound
from ahlan.channels.models import Inbox
from ahlan.channels.registry import channel
from ahlan.core.asking import kept
from ahlan.core.clock import now
from ahlan.customers.models import Customer
from ahlan.customers.queries import family_of
from ahlan.tickets.models import Message, Participant, Removal, Ticket

LONGEST_ID = 512
LOOKED_AT = 50  # ids of a References header; a real one is shorter, a hostile one is not read to the end


def wire_id(external_id: str) -> str:
    """A wire's id as we keep it: very long ones by their digest, so that they can be indexed."""
    if len(external_id) <= LONGEST_ID:
        return external_id
    return "sha256:" + hashlib.sha256(external_id.encode("utf-8", "surrogatepass")).hexdigest()


def find_ticket(inbound: Inbound, customer: Customer) -> Ticket | None:
    """The ticket a message answers, or None.

    In order: our signed token in the address it was sent to, the ids it refers to (newest first), the number
    in its subject. The last proves nothing, so it counts only from somebody who takes part already.
    """
    return _by_token(inbound) or _by_references(inbound) or _by_number(inbound, customer)


def going_on(inbox: Inbox, customer: Customer) -> Ticket | None:
    """Where a wire knows no threads: the customer's latest ticket there, unless it was done with long ago.

    Holds the customer, so that two words at once do not open two tickets.
    """
    span = channel(inbox.channel).abilities.goes_on
    if span is None:
        return None
    Customer.objects.select_for_update().filter(pk=customer.pk).first()
    said = Ticket.objects.filter(customer__in=family_of(customer).values("pk"), inbox=inbox)
    said = said.filter(removal__in=[Removal.NONE, Removal.MERGED]).select_related("merged_into")
    found = said.order_by("-last_message_at", "-id").first()
    ticket = _living(found.pk) if found else None
    if ticket is None or ticket.removal or (ticket.is_closed and ticket.last_message_at < now() - span):
        return None
    return ticket


def may_write(customer: Customer, ticket: Ticket) -> bool:
    """Whether this is the ticket's customer or somebody an agent has copied in; others are strangers to it."""
    if ticket.customer.primary.pk == customer.primary.pk:
        return True
    return Participant.objects.filter(ticket=ticket, customer=customer, copied=True).exists()


def _living(number: int) -> Ticket | None:
    found = _with_its_people.first(number)
    ticket = found.merged_into or found if found else None
    return ticket if ticket and ticket.removal != Removal.DELETED else None


@kept
def _with_its_people(number: int) -> QuerySet[Ticket]:
    related = ("customer__merged_into", "merged_into__customer__merged_into")
    return Ticket.objects.select_related(*related).filter(pk=number)


def _by_token(inbound: Inbound) -> Ticket | None:
    number = inbound.signed_ticket_number
    return _living(number) if number else None


def _by_references(inbound: Inbound) -> Ticket | None:
    ids = [wire_id(one) for one in inbound.replies_to[:LOOKED_AT]]
    if not ids:
        return None
    number = _ticket_of.first(ids[0]) or _of_the_others(ids[1:])
    return _living(number) if number else None


@kept
def _ticket_of(external_id: str) -> QuerySet[Message, int]:
    """Of the newest id alone, which nearly always is one of ours."""
    found = Message.objects.filter(external_id=external_id).exclude(ticket__removal=Removal.DELETED)
    return found.order_by("-id").values_list("ticket_id", flat=True)[:1]


def _of_the_others(ids: list[str]) -> int | None:
    found = Message.objects.filter(external_id__in=ids).exclude(ticket__removal=Removal.DELETED)
    tickets = dict(found.order_by("id").values_list("external_id", "ticket_id")[: LOOKED_AT * 4])
    return next((tickets[one] for one in ids if one in tickets), None)


def _by_number(inbound: Inbound, customer: Customer) -> Ticket | None:
    ticket = _living(inbound.ticket_number) if inbound.ticket_number else None
    return ticket if ticket and may_write(customer, ticket) else None
