"""What a customer may follow with a link: his own request, what was said in it, and a way to say more."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404

from ahlan.channels.contract import Address as Sender
from ahlan.channels.contract import Attachment, Inbound
from ahlan.channels.models import RawInbound
from ahlan.core.examining import Examined
from ahlan.core.text import clean
from ahlan.customers.models import Address, Customer
from ahlan.tickets.actions.intake import Receipt, receive
from ahlan.tickets.models import Attachment as Attached
from ahlan.tickets.models import Direction, Merge, Message, Removal, Ticket

SIGNER = signing.Signer(salt="customer's request")
SHOWN = 100  # messages
SEARCHED = 10  # addresses of somebody that are looked for among receivers


@dataclass(frozen=True, slots=True)
class Request:
    """A request as its customer sees it; `ticket` None while it has not been read yet.

    `customer` is who asked: not the ticket's, where another's ticket was merged with his.
    """

    token: str
    ticket: Ticket | None
    messages: list[Message]
    customer: Customer | None = None
    subject: str = ""
    asked: Ticket | None = None  # as he knows it, where it went on in `ticket`

    @property
    def known(self) -> Ticket | None:
        """The ticket by whose number he calls it."""
        return self.asked or self.ticket

    @property
    def is_apart(self) -> bool:
        """Whether it went on in somebody else's ticket, of which he sees his own words alone."""
        return self.asked is not None


def token_for(raw: RawInbound) -> str:
    """What opens the page of what came in as `raw`, for whoever has the link."""
    return SIGNER.sign(str(raw.pk))


def request_for(token: str) -> Request:
    """The request behind a link: messages to and from the customer, never a note. Raises Http404."""
    try:
        raw = RawInbound.objects.filter(pk=int(SIGNER.unsign(token))).first()
    except (signing.BadSignature, ValueError):
        raise Http404("no such request") from None
    first = (
        Message.objects.select_related(
            "ticket__customer__merged_into", "ticket__inbox", "customer__merged_into"
        )
        .filter(raw=raw)
        .first()
    )
    if raw is None or (first and first.ticket.removal == Removal.DELETED):
        raise Http404("no such request")
    if first is None:
        return Request(token, None, [])
    ticket, asked = first.ticket, (first.customer or first.ticket.customer).primary
    alone = asked.pk != ticket.customer.primary.pk
    subject = first.subject if alone else ticket.subject
    return Request(token, ticket, _said(ticket, asked, alone=alone), asked, subject)


def _said(ticket: Ticket, primary: Customer, *, alone: bool) -> list[Message]:
    """What the customer wrote or was sent; not what strangers wrote, nor what went on to others.

    What others wrote he sees where they take part in his ticket (not `alone`), never what came by a merge, nor what
    those say since who came by it.
    """
    own = set(_addresses(primary))
    moved = Merge.messages.through.objects.filter(message=OuterRef("pk"), merge__undone_at=None)
    merged = Ticket.objects.filter(merged_into=ticket).filter(
        Q(customer=OuterRef("customer"))
        | Q(customer__merged_into=OuterRef("customer"))
        | Q(customer=OuterRef("customer__merged_into"))
    )
    others = Q(pk=None) if alone else ~Q(Exists(moved)) & ~Q(Exists(merged))
    his = _by(primary)
    said = Message.objects.select_related("author", "customer").prefetch_related("attachments")
    said = said.filter(ticket=ticket, from_stranger=False)
    said = said.filter(Q(direction=Direction.OUT) | his | others)
    found = said.exclude(direction=Direction.NOTE).order_by("-id")[:SHOWN]
    return [one for one in found if one.direction == Direction.IN or own & _reached(one)][::-1]


def _reached(message: Message) -> set[str]:
    return {
        value.casefold() for key in ("to", "cc", "bcc") for _name, value in message.addresses.get(key, [])
    }


def say_more(request: Request, text: str, *, key: str, files: Iterable[Examined] = ()) -> Receipt | None:
    """The customer's further words; `key` makes a doubled click one message. None while there is no ticket, or no word."""
    ticket, customer = request.ticket, request.customer
    text, attached = clean(text).strip(), tuple(_attachment(one) for one in files)
    if ticket is None or customer is None or not (text or attached):
        return None
    address = customer.addresses.filter(kind="email").first()
    inbound = Inbound(
        sender=Sender("email", address.value if address else "", customer.name),
        subject=request.subject,
        text=text,
        fingerprint=sha256(f"portal:{request.token}:{key}:{text}".encode()).hexdigest(),
        signed_ticket_number=ticket.pk,
        attachments=attached,
    )
    return receive(inbound, ticket.inbox)


def _attachment(given: Examined) -> Attachment:
    return Attachment(given.name, given.content_type, b"".join(given.chunks))


def requests_of(customer: Customer) -> QuerySet[Ticket]:
    """What somebody has asked or was written about, under whichever of his names, and what his colleagues have asked
    where the organisation wants it. What we wrote down among ourselves alone is no request of his.

    What he asked and we merged into somebody else's ticket stays in the list, under the number and the subject he knows;
    `stands` is the state of what it went on in.
    """
    primary = customer.primary
    own = _by(primary)
    said = Message.objects.filter(ticket=OuterRef("pk"), from_stranger=False)
    asked, told = Exists(said.filter(direction=Direction.IN)), Exists(said.filter(_sent_to(primary)))
    seen = own & (Q(asked) | Q(told))
    if primary.organisation is not None and primary.organisation.shares_requests:
        company = primary.organisation
        colleagues = Q(customer__organisation=company, customer__merged_into=None)
        colleagues |= Q(customer__merged_into__organisation=company)
        seen |= colleagues & Q(asked)
    there_now = Message.objects.filter(_by(primary), ticket=OuterRef("merged_into"), direction=Direction.IN)
    went_on = own & Q(Exists(there_now))
    went_on &= ~(Q(merged_into__customer=primary) | Q(merged_into__customer__merged_into=primary))
    there = Q(seen, removal=Removal.NONE, merged_into=None)
    apart = Q(went_on, removal=Removal.MERGED, merged_into__removal=Removal.NONE)
    return Ticket.objects.filter(there | apart).annotate(stands=Coalesce("merged_into__state", "state"))


def _by(primary: Customer) -> Q:
    """What is somebody's, under whichever of his names."""
    return Q(customer=primary) | Q(customer__merged_into=primary)


def _sent_to(primary: Customer) -> Q:
    """What went out to one of his addresses."""
    reached = Q(pk=None)
    for value in _addresses(primary)[:SEARCHED]:
        quoted = f'"{value}"'
        for field in ("to", "cc", "bcc"):
            reached |= Q(**{f"addresses__{field}__icontains": quoted})
    return Q(direction=Direction.OUT) & reached


def _addresses(primary: Customer) -> list[str]:
    family = Address.objects.filter(Q(customer=primary) | Q(customer__merged_into=primary))
    return list(family.order_by("id").values_list("value", flat=True)[:1000])


def own_request(customer: Customer, number: int) -> Request:
    """One of `requests_of`, as the one who asked it sees it. Raises Http404 for any other."""
    seen = requests_of(customer).select_related("customer__merged_into", "inbox", "merged_into__inbox")
    found = seen.filter(pk=number).first()
    if found is None:
        raise Http404("no such request")
    asked, went_on = found.customer.primary, found.merged_into
    token = f"my:{found.pk}:{customer.primary.pk}"
    if went_on is None:
        return Request(token, found, _said(found, asked, alone=False), asked, found.subject)
    return Request(token, went_on, _said(went_on, asked, alone=True), asked, found.subject, found)


def own_file(request: Request, attachment_id: int) -> Attached:
    """A file on something the customer may read. Raises Http404."""
    read = [one.pk for one in request.messages]
    found = Attached.objects.filter(pk=attachment_id, message__in=read).first()
    if found is None:
        raise Http404("no such file")
    return found
