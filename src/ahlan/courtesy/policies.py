"""Who may set up the way of service: the permission says. What belongs to a ticket is reached through the ticket."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from ahlan.courtesy.cards import Told, card_named


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
