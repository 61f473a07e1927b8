"""The checklist beside a ticket. Every answer is the whole panel."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions import checklist as verbs
from ahlan.tickets.models import Item, Ticket
from ahlan.tickets.policies import ticket_for

STEPS = {"up": -1, "down": 1}


def _panel(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    if not request.htmx:
        return redirect(ticket)
    context = {
        "ticket": ticket,
        "items": list(ticket.items.select_related("done_by")),
        "may": {"change": request.user.may("tickets.change")},
    }
    return render(request, "tickets/_checklist.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def checklist(request: AgentRequest, number: int) -> HttpResponse:
    """The list; POST `text` adds to it."""
    if request.method == "GET":
        return _panel(request, ticket_for(request.user, number))
    ticket = ticket_for(request.user, number, "tickets.change")
    try:
        verbs.add_item(ticket, request.POST.get("text", ""), actor=request.user.actor)
    except ValueError:
        return JsonResponse({"error": _("Say what is to be done.")}, status=422)
    except verbs.TooManyItems:
        return JsonResponse({"error": _("The checklist is full. Take something off it first.")}, status=422)
    return _panel(request, ticket)


@login_required
@require_POST
def item(request: AgentRequest, number: int, pk: int) -> HttpResponse:
    """`done` (1 or 0) ticks it, `move` (up or down) moves it, `delete` takes it off."""
    ticket = ticket_for(request.user, number, "tickets.change")
    found = get_object_or_404(Item, pk=pk, ticket=ticket)
    if "delete" in request.POST:
        verbs.delete_item(found, actor=request.user.actor)
    elif request.POST.get("move") in STEPS:
        verbs.move_item(found, STEPS[request.POST["move"]], actor=request.user.actor)
    else:
        verbs.tick_item(found, request.POST.get("done") == "1", agent=request.user)
    return _panel(request, ticket)
