"""Who may set up the way of service: the permission says. What belongs to a ticket is reached through the ticket."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from ahlan.courtesy.cards import Told, card_named
from ahlan.courtesy.models import Inquiry, Questionnaire
from ahlan.courtesy.queries import inquiries_of
from ahlan.staff.requests import AgentRequest, ApiRequest
from ahlan.tickets.models import Ticket
from ahlan.tickets.policies import ticket_for


def may_set_up(request: HttpRequest) -> None:
    """Raises PermissionDenied."""
    if not request.user.has_perm("courtesy.manage"):
        raise PermissionDenied


def card_for(request: HttpRequest, slug: str) -> Told:
    """One card to be changed. Raises Http404, PermissionDenied."""
    may_set_up(request)
    card = card_named(slug)
    if card is None:
        raise Http404("no such card")
    return card


def inquiry_for(
    request: AgentRequest | ApiRequest, number: int, pk: int, *permissions: str
) -> tuple[Ticket, Inquiry]:
    """What is asked on a ticket the agent may see. Raises Http404, PermissionDenied."""
    ticket = ticket_for(request.user, number, *permissions)
    found = inquiries_of(ticket).filter(pk=pk).first()
    if found is None:
        raise Http404("no such inquiry")
    return ticket, found


def questionnaire_for(request: HttpRequest, pk: int) -> Questionnaire:
    """One questionnaire to be changed. Raises Http404, PermissionDenied."""
    may_set_up(request)
    found = Questionnaire.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("no such questionnaire")
    return found
