"""Putting a ticket off: POST says until when, DELETE (or POST with `undo`) wakes it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions.snooze import snooze_ticket, wake_ticket
from ahlan.tickets.forms import SnoozeForm
from ahlan.tickets.policies import ticket_for
from ahlan.tickets.views.work import shown


@login_required
@require_http_methods(["POST", "DELETE"])
def snooze(request: AgentRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request.user, number, "tickets.change")
    if request.method == "DELETE" or "undo" in request.POST:
        wake_ticket(ticket, actor=request.user.actor)
        return shown(request, ticket)
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": _("Choose a moment to come, within a year.")}, status=422)
    try:
        snooze_ticket(ticket, form.cleaned_data["until"], actor=request.user.actor)
    except ValueError:
        return JsonResponse({"error": _("A closed ticket cannot be snoozed.")}, status=422)
    return shown(request, ticket)
