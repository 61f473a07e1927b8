"""Following a ticket, and whom a note may name."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods

from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions.follow import follow_ticket, unfollow_ticket
from ahlan.tickets.mentions import nameable
from ahlan.tickets.policies import ticket_for
from ahlan.tickets.views.work import shown


@login_required
@require_http_methods(["POST", "DELETE"])
def following(request: AgentRequest, number: int) -> HttpResponse:
    """POST follows, DELETE (or POST with `undo`) leaves."""
    ticket = ticket_for(request.user, number)
    undo = request.method == "DELETE" or "undo" in request.POST
    (unfollow_ticket if undo else follow_ticket)(ticket, request.user, actor=request.user.actor)
    return shown(request, ticket)


@login_required
@require_GET
def people(request: AgentRequest, number: int) -> HttpResponse:
    """The names a note on this ticket may mention."""
    ticket = ticket_for(request.user, number, "tickets.note")
    names = [{"name": one.name, "team": one.is_team} for one in nameable(ticket.inbox_id)]
    return JsonResponse({"people": names})
