"""The links people answer at. A link bears a random token; kept are its digests alone, so that nobody who reads the database can answer for anybody.

An invitation and its answer keep different digests of the one token: from an anonymous invitation no way leads to the answer.
"""

import secrets
from hashlib import sha256

from django.http import Http404
from django.urls import reverse

from ahlan.core.clock import now
from ahlan.core.reached import house_address
from ahlan.feedback.models import Answer, Invitation, Place
from ahlan.tickets.models import Removal

LONGEST_TOKEN = 64


def new_token() -> str:
    """128 bits, in 22 characters: short enough for a text message."""
    return secrets.token_urlsafe(16)


def digest_of(token: str, of: str) -> str:
    """`of`: "invitation" or "answer"."""
    return sha256(f"{of}:{token}".encode()).hexdigest()


def address_of(token: str) -> str:
    return f"{house_address()}{reverse('feedback:answer', args=[token])}"


def place_address(place: Place) -> str:
    return f"{house_address()}{reverse('feedback:place', args=[place.slug])}"


def led_to(token: str) -> tuple[Invitation | None, Answer | None]:
    """What a link leads to: the invitation it came with, and the answer so far. Raises Http404 for one we never gave."""
    if len(token) > LONGEST_TOKEN:
        raise Http404("no such link")
    related = ("version", "survey", "place", "customer")
    answer = Answer.objects.select_related(*related).filter(digest=digest_of(token, "answer")).first()
    digest = digest_of(token, "invitation")
    invitation = _by_digest(digest=digest) or _by_digest(reminder_digest=digest)
    if answer is None and invitation is None:
        raise Http404("no such link")
    if invitation and invitation.ticket and invitation.ticket.removal in (Removal.DELETED, Removal.SPAM):
        raise Http404("no such link")
    return invitation, answer or _first_link(invitation)


def _by_digest(**digest: str) -> Invitation | None:
    related = ("version", "survey", "customer__merged_into", "ticket", "inbox")
    return Invitation.objects.select_related(*related).filter(**digest).first()


def _first_link(invitation: Invitation | None) -> Answer | None:
    """The answer given at the other link of the same invitation, where it may be known."""
    if invitation is None or invitation.answered_at is None or invitation.survey.anonymous:
        return None
    found = Answer.objects.select_related("version", "survey", "place", "customer")
    return found.filter(
        survey=invitation.survey, ticket=invitation.ticket, customer=invitation.customer.primary
    ).last()


def is_spent(invitation: Invitation | None, answer: Answer | None) -> bool:
    """Whether an anonymous invitation was answered at its other link: nobody may answer twice, and nobody knows which it was."""
    return answer is None and invitation is not None and invitation.answered_at is not None


def may_change(answer: Answer | None) -> bool:
    return answer is None or answer.locked_at is None or answer.locked_at > now()
