"""The verb by which a customer himself complains or praises, at the page that is open to everybody or on his own pages."""

from hashlib import sha256

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ahlan.channels.contract import Address, Inbound
from ahlan.channels.models import Inbox
from ahlan.core.text import clean, excerpt
from ahlan.customers.models import Customer
from ahlan.feedback.register.actions.complaints import LONGEST, register_complaint
from ahlan.feedback.register.actions.compliments import register_compliment
from ahlan.feedback.register.actions.letters import acknowledge_by_itself
from ahlan.feedback.register.models import Complaint, Compliment, Source, State
from ahlan.feedback.register.queries import house
from ahlan.tickets.actions.intake import Receipt, receive
from ahlan.tickets.actions.work import transfer_ticket
from ahlan.tickets.models import Ticket


class NotOpen(Exception):
    """There is no inbox that could take it."""


def inbox() -> Inbox | None:
    """Where it comes in: the one the house has chosen, else the first for mail."""
    chosen = house().inbox
    if chosen is not None and chosen.is_active:
        return chosen
    return Inbox.objects.filter(channel="email", is_active=True).order_by("id").first()


@transaction.atomic
def complain(
    *,
    name: str,
    address: str,
    said: str,
    wanted: str,
    language: str,
    key: str,
    source: str = Source.LINK,
    about: Ticket | None = None,
) -> Complaint:
    """What a customer complains of: words on a ticket like any of his, and a complaint about it. The same `key` twice is once.

    `about`: a ticket of his. Raises NotOpen, AlreadyOpen where that has a complaint already.
    """
    said = clean(said).strip()[:LONGEST]
    with translation.override(language):
        subject = _("Complaint: %(words)s") % {"words": excerpt(said, 80)}
        would_like = _("What I would like:")
    words = f"{said}\n\n{would_like} {wanted}" if wanted else said
    receipt = _receive(name, address, words, subject, key, about)
    ticket = receipt.ticket
    assert ticket is not None
    before = Complaint.objects.filter(ticket=ticket).exclude(state=State.CLOSED).first()
    if before is not None and before.said == said:
        return before  # the same press of the button, once more
    made = register_complaint(
        ticket,
        source=source,
        actor=ticket.customer.primary.actor,
        said=said,
        wanted=wanted,
        language=language,
    )
    acknowledge_by_itself(made)
    return made


@transaction.atomic
def praise(
    *,
    name: str,
    address: str,
    said: str,
    language: str,
    key: str,
    source: str = Source.LINK,
    about: Ticket | None = None,
) -> Compliment:
    """What a customer praises; without an address there is no ticket, and nobody to thank. Raises NotOpen."""
    said = clean(said).strip()[:LONGEST]
    if not address:
        return register_compliment(
            None,
            said=f"{said}\n\n– {name}" if name else said,
            source=source,
            actor="system",
            language=language,
        )
    with translation.override(language):
        subject = _("Praise: %(words)s") % {"words": excerpt(said, 80)}
    ticket = _receive(name, address, said, subject, key, about).ticket
    assert ticket is not None
    before = Compliment.objects.filter(ticket=ticket, said=said).first()
    actor = ticket.customer.primary.actor
    return before or register_compliment(ticket, said=said, source=source, actor=actor, language=language)


def _receive(name: str, address: str, words: str, subject: str, key: str, about: Ticket | None) -> Receipt:
    into = about.inbox if about is not None else inbox()
    if into is None:
        raise NotOpen
    inbound = Inbound(
        sender=Address("email", address, clean(name)[:200]), subject=subject, text=clean(words)[: 2 * LONGEST],
        fingerprint=sha256(f"register:{key}:{words}".encode()).hexdigest(),
        signed_ticket_number=about.pk if about is not None else None,
    )  # fmt: skip
    receipt = receive(inbound, into)
    team = house().team
    if about is None and team is not None and receipt.ticket is not None and receipt.ticket.team_id is None:
        transfer_ticket(receipt.ticket, team, actor="system")
    return receipt


def address_of(customer: Customer) -> str:
    """Where he is written to."""
    found = customer.primary.addresses.filter(kind="email").order_by("id").values_list("value", flat=True)
    return found.first() or ""
