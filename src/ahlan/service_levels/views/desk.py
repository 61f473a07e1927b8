"""The deadlines beside a ticket, asked for anew when something happens to it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from ahlan.service_levels import panels
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.policies import ticket_for


@login_required
@require_GET
def deadlines(request: AgentRequest, number: int) -> HttpResponse:
    return HttpResponse(panels.deadlines(request, ticket_for(request.user, number)))
