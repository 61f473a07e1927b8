"""Makers of this room's tests."""

from django.test import Client

from ahlan.channels.contract import Address, Inbound
from ahlan.events.models import Event
from ahlan.staff.models import Agent
from ahlan.tickets.actions.intake import receive
from ahlan.tickets.models import Ticket

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ASKED = "Hello, the cup came broken. What now?"
ANSWERED = "Hi Cy,\n\nwe send a new cup today, and it reaches you before Friday.\n\nAda"
CHECKED = "Hi Cy,\n\nis there anything else we can help you with?"


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


def hear(ticket: Ticket, text: str) -> None:
    """The customer writes."""
    value = ticket.customer.primary.addresses.get().value
    key = f"hear:{Event.objects.count()}"
    receive(
        Inbound(sender=Address("email", value), text=text, fingerprint=key, signed_ticket_number=ticket.pk),
        ticket.inbox,
    )


def events(kind: str) -> list[dict[str, object]]:
    """The facts of all events of a kind, oldest first."""
    return list(Event.objects.filter(kind=kind).order_by("id").values_list("facts", flat=True))
