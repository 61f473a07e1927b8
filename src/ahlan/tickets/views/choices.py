"""What the menus of a ticket's head offer, asked for when one opens: opening a ticket stays quick however many answer."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ahlan.staff.models import Agent, Team
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions.passing import targets_of
from ahlan.tickets.models import Escalation, Ticket
from ahlan.tickets.policies import ticket_for

MOST = 200
OF_AGENTS = (
    "name",
    "email",
    *(f"presence__{one}" for one in ("agent", "kind", "idle", "state__name", "state__kind")),
)


@login_required
@require_GET
def choices(request: AgentRequest, number: int, menu: str) -> HttpResponse:
    """The inside of one menu; 404 for one there is not, or that is not for this agent."""
    ticket = ticket_for(request.user, number)
    permission, offered = OFFERS.get(menu, ("", None))
    if offered is None or not (permission == "" or request.user.may(permission)):
        raise Http404("no such menu")
    return render(request, f"tickets/_menu_{menu}.html", {"ticket": ticket, **offered(ticket)})


def _agents(ticket: Ticket) -> dict[str, Any]:
    return {"agents": list(Agent.objects.active().select_related("presence__state").only(*OF_AGENTS)[:MOST])}


def _teams(ticket: Ticket) -> dict[str, Any]:
    return {"teams": list(Team.objects.all()[:MOST])}


def _escalations(ticket: Ticket) -> dict[str, Any]:
    """Where a ticket can be escalated to: the kind, its name, and to whom."""
    found = zip(Escalation.choices, targets_of(ticket), strict=True)
    return {"escalations": [(kind, name, to) for (kind, name), to in found if to]}


Offer = Callable[[Ticket], dict[str, Any]]
OFFERS: dict[str, tuple[str, Offer]] = {
    "assignee": ("tickets.assign", _agents),
    "team": ("tickets.assign", _teams),
    "passing": ("tickets.assign", _teams),
    "escalation": ("tickets.assign", _escalations),
    "more": ("", lambda ticket: {}),
}
