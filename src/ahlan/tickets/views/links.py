"""Links between tickets: POST ties, DELETE (or POST with `undo`) takes the tie away."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions.link import CannotLink, link_tickets, unlink_tickets
from ahlan.tickets.links import BY_HAND
from ahlan.tickets.lists import number_in
from ahlan.tickets.models import Link, Relation, Ticket
from ahlan.tickets.policies import ticket_for, tickets_of
from ahlan.tickets.views.work import shown

WHOLE = "whole"  # the other one becomes a part of this


@login_required
@require_POST
def links(request: AgentRequest, number: int) -> HttpResponse:
    """Tie the ticket to the one of the number given, as `how` says."""
    ticket = ticket_for(request.user, number, "tickets.change")
    given = number_in(request.POST.get("other", ""))
    other = tickets_of(request.user).filter(pk=given).first() if given else None
    how = request.POST.get("how", "")
    if other is None or how not in (*BY_HAND, WHOLE):
        return JsonResponse({"error": _("There is no such ticket.")}, status=422)
    try:
        _tie(ticket, other, how, request.user.actor)
    except CannotLink as refusal:
        return JsonResponse({"error": str(refusal)}, status=422)
    return shown(request, ticket)


def _tie(ticket: Ticket, other: Ticket, how: str, actor: str) -> None:
    if how == WHOLE:
        link_tickets(other, ticket, Relation.PART, actor=actor)
    else:
        link_tickets(ticket, other, how, actor=actor)


@login_required
@require_POST
def unlinking(request: AgentRequest, number: int, pk: int) -> HttpResponse:
    ticket = ticket_for(request.user, number, "tickets.change")
    found = get_object_or_404(
        Link.objects.filter(relation__in=BY_HAND).filter(Q(ticket=ticket) | Q(other=ticket)), pk=pk
    )
    unlink_tickets(found, actor=request.user.actor)
    return shown(request, ticket)
