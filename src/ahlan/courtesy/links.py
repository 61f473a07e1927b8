"""The link at which a customer answers: signed, so that it cannot be guessed; good until its day, and no longer when it is taken back."""

from django.core import signing
from django.http import Http404, HttpRequest
from django.urls import reverse

from ahlan.core import reached
from ahlan.core.clock import now
from ahlan.courtesy.models import Inquiry
from ahlan.tickets.models import Removal, Ticket

SIGNER = signing.Signer(salt="customer's answers")
OF_INQUIRY = (
    "edition__questionnaire",
    "ticket__customer__merged_into",
    "ticket__inbox",
    "ticket__merged_into__inbox",
)
GONE = (Removal.DELETED, Removal.SPAM)


class Stale(Exception):
    """The link was good once. `reason`: "closed", "expired" or "revoked"."""

    def __init__(self, reason: str, inquiry: Inquiry) -> None:
        super().__init__(reason)
        self.reason, self.inquiry = reason, inquiry


def token_for(inquiry: Inquiry) -> str:
    return SIGNER.sign(f"{inquiry.pk}-{inquiry.serial}")


def address_for(request: HttpRequest, inquiry: Inquiry) -> str:
    """The whole address a customer opens."""
    return f"{reached.address_for(request)}{reverse('courtesy:answer', args=[token_for(inquiry)])}"


def inquiry_by(token: str) -> Inquiry:
    """What a link leads to. Raises Http404 for one we never gave, Stale."""
    try:
        pk, serial = (int(one) for one in SIGNER.unsign(token).split("-"))
        found = Inquiry.objects.select_related(*OF_INQUIRY).filter(pk=pk).first()
    except (signing.BadSignature, ValueError):
        raise Http404("no such link") from None
    if found is None or home_of(found).removal in GONE:
        raise Http404("no such link")
    if reason := _stale(found, serial):
        raise Stale(reason, found)
    return found


def _stale(inquiry: Inquiry, serial: int) -> str:
    if inquiry.closed_at:
        return "closed"
    if serial != inquiry.serial or inquiry.expires_at is None:
        return "revoked"
    return "expired" if inquiry.expires_at <= now() else ""


def home_of(inquiry: Inquiry) -> Ticket:
    """The ticket it belongs to now, wherever that was merged to."""
    return inquiry.ticket.merged_into or inquiry.ticket
