"""The fields beside a ticket. Every answer is the whole panel; the page takes from it what changed."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions.fields import set_fields
from ahlan.tickets.fields import BadValue, agents_for, fields_of, given_in
from ahlan.tickets.models import Ticket
from ahlan.tickets.policies import ticket_for
from ahlan.tickets.vocabulary import vocabulary

MOST_AT_ONCE = 200


def fields_context(agent: Agent, ticket: Ticket) -> dict[str, Any]:
    """What `_fields_panel.html` needs beside the ticket."""
    shown = fields_of(ticket)
    return {
        "fields": shown,
        "field_agents": agents_for(shown),
        "has_fields": bool(vocabulary().standing_fields),
    }


@login_required
@require_http_methods(["GET", "POST"])
def fields(request: AgentRequest, number: int) -> HttpResponse:
    """What stands in them; POST sets those whose ids `field` names, each given under its key."""
    if request.method == "GET":
        return _panel(request, ticket_for(request.user, number))
    ticket = ticket_for(request.user, number, "tickets.change")
    named = [one for one in request.POST.getlist("field")[:MOST_AT_ONCE] if one.isdecimal() and len(one) < 19]
    known = vocabulary().fields
    values = {pk: given_in(request.POST, known[pk]) for pk in map(int, named) if pk in known}
    try:
        set_fields(ticket, values, actor=request.user.actor)
    except BadValue as error:
        return JsonResponse(
            {"error": str(error), "fields": [error.field.pk] if error.field else []}, status=422
        )
    return _panel(request, ticket)


def _panel(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    if not request.htmx:
        return redirect(ticket)
    may = {"change": request.user.may("tickets.change")}
    context = {"ticket": ticket, "may": may, **fields_context(request.user, ticket)}
    return render(request, "tickets/_fields_panel.html", context)
