"""Beside a ticket: its five steps, and the cards at hand."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ahlan.courtesy.actions.way import mark_step
from ahlan.courtesy.cards import at_hand, in_short
from ahlan.courtesy.panels import strip_context, words_of
from ahlan.courtesy.ready_cards import Kind
from ahlan.courtesy.steps import Step
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.policies import ticket_for

DONE = {"1": True, "0": False, "": None}


@login_required
@require_http_methods(["GET", "POST"])
def way(request: AgentRequest, number: int) -> HttpResponse:
    """The strip. POST sets a `step`: `done` 1 or 0, or empty to leave it to itself again."""
    if request.method == "GET":
        ticket = ticket_for(request.user, number)
    else:
        ticket = ticket_for(request.user, number, "tickets.change")
        step, done = request.POST.get("step"), request.POST.get("done", "")
        if step not in Step.values or done not in DONE:
            return JsonResponse({"error": _("There is no such step.")}, status=422)
        mark_step(ticket, step, DONE[done], agent=request.user)
    if not request.htmx:
        return redirect(ticket)
    return render(request, "courtesy/_way.html", strip_context(request, ticket))


@login_required
@require_GET
def cards(request: AgentRequest, number: int) -> HttpResponse:
    """The cards in the customer's language, by what they are for."""
    ticket = ticket_for(request.user, number, "tickets.reply")
    found = [(one, words_of(one.slug, request, ticket)) for one in at_hand()]
    groups = [
        (
            kind.label,
            [
                {"one": one, "text": text, "short": in_short(text)}
                for one, text in found
                if one.kind == kind and text
            ],
        )
        for kind in Kind
    ]
    context = {"groups": [(name, rows) for name, rows in groups if rows]}
    return render(request, "courtesy/_cards.html", context)
