"""Moving a ticket: each change is a resource of its own. POST sets it, DELETE (or POST with `undo`) takes it back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ahlan.staff.models import Agent, Team
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions import passing, work
from ahlan.tickets.closing import Closing, question_before
from ahlan.tickets.forms import (
    AssignmentForm,
    EscalationForm,
    PriorityForm,
    StateForm,
    TagsForm,
    TransferForm,
)
from ahlan.tickets.models import State, Ticket
from ahlan.tickets.policies import inboxes_of, ticket_for
from ahlan.tickets.views.workspace import ticket_context
from ahlan.tickets.vocabulary import vocabulary


def shown(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    if request.htmx:
        return render(
            request, "tickets/_ticket.html", ticket_context(request, ticket_for(request.user, ticket.pk))
        )
    return redirect(ticket)


def asked(request: AgentRequest, closing: Closing, **more: Any) -> HttpResponse | None:
    """A room's question instead of the closing, put beside the form that waits; None when there is nothing to ask."""
    question = question_before(request, closing)
    if not question:
        return None
    if not request.htmx:
        ticket = ticket_for(request.user, closing.ticket.pk)
        context = {**ticket_context(request, ticket), "question": question, **more}
        return render(request, "tickets/ticket_page.html", context)
    return HttpResponse(question, headers={"HX-Retarget": "#ticket-asks", "HX-Reswap": "innerHTML"})


def _invalid(form: StateForm | PriorityForm | AssignmentForm | TransferForm | TagsForm) -> HttpResponse:
    return JsonResponse({"error": form.errors}, status=422)


@login_required
@require_POST
def assignment(request: AgentRequest, number: int) -> HttpResponse:
    """Give the ticket to an agent who may see it; without one, to nobody."""
    ticket = ticket_for(request.user, number, "tickets.assign")
    form = AssignmentForm(request.POST)
    if not form.is_valid():
        return _invalid(form)
    key = form.cleaned_data["agent"]
    agent = get_object_or_404(Agent.objects.active(), pk=key) if key else None
    if agent is not None and not inboxes_of(agent).filter(pk=ticket.inbox_id).exists():
        return JsonResponse({"error": _("This person does not see the inbox of the ticket.")}, status=422)
    work.assign_ticket(ticket, agent, actor=request.user.actor)
    return shown(request, ticket)


@login_required
@require_POST
def transfer(request: AgentRequest, number: int) -> HttpResponse:
    """Hand the ticket to another team."""
    ticket = ticket_for(request.user, number, "tickets.assign")
    form = TransferForm(request.POST)
    if not form.is_valid():
        return _invalid(form)
    key = form.cleaned_data["team"]
    team = get_object_or_404(Team, pk=key) if key else None
    if team is not None and not team.inboxes.filter(pk=ticket.inbox_id).exists():
        return JsonResponse({"error": _("This team does not see the inbox of the ticket.")}, status=422)
    passing.pass_on(ticket, team, agent=request.user, reason=form.cleaned_data["reason"])
    return shown(request, ticket)


@login_required
@require_POST
def escalation(request: AgentRequest, number: int) -> HttpResponse:
    """Hand the ticket up, with a reason."""
    ticket = ticket_for(request.user, number, "tickets.assign")
    form = EscalationForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": _("Say to whom, and why.")}, status=422)
    try:
        passing.escalate_ticket(
            ticket, form.cleaned_data["kind"], agent=request.user, reason=form.cleaned_data["reason"]
        )
    except passing.Nowhere:
        return JsonResponse(
            {"error": _("There is nobody to escalate it to who sees the ticket.")}, status=422
        )
    return shown(request, ticket)


@login_required
@require_POST
def state(request: AgentRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request.user, number, "tickets.change")
    form = StateForm(request.POST)
    if not form.is_valid():
        return _invalid(form)
    return _set(request, ticket, "state", form.cleaned_data["state"])


@login_required
@require_POST
def status(request: AgentRequest, number: int) -> HttpResponse:
    """`status`: the key of one, as `vocabulary` knows it; the state goes with it."""
    ticket = ticket_for(request.user, number, "tickets.change")
    key = request.POST.get("status", "")
    if key not in [one for one, _word, _state in vocabulary().statuses_in_order()]:
        return JsonResponse({"error": _("There is no such status any more.")}, status=422)
    return _set(request, ticket, "status", key)


def _set(request: AgentRequest, ticket: Ticket, name: str, key: str) -> HttpResponse:
    closes = vocabulary().state_of(key) == State.CLOSED
    closing = Closing(ticket, "state-form", says=(name, key)) if closes else None
    verb = work.set_state if name == "state" else work.set_status
    return _closing(request, ticket, lambda: verb(ticket, key, actor=request.user.actor), closing)


def _closing(
    request: AgentRequest, ticket: Ticket, act: Callable[[], object], closing: Closing | None
) -> HttpResponse:
    """Do what may close the ticket (`closing`: it does), once nobody has a question; refused, it says which fields are empty."""
    if closing and (question := asked(request, closing)):
        return question
    try:
        act()
    except work.FieldsMissing as refusal:
        return refused(request, ticket, refusal)
    return shown(request, ticket)


def refused(request: AgentRequest, ticket: Ticket, refusal: work.FieldsMissing) -> HttpResponse:
    if not request.htmx:
        messages.error(request, str(refusal))
        return redirect(ticket)
    told = {"error": str(refusal), "fields": [one.pk for one in refusal.fields]}
    return JsonResponse(told, status=422)


@login_required
@require_POST
def type_of(request: AgentRequest, number: int) -> HttpResponse:
    """`type`: the id of one, or nothing."""
    ticket = ticket_for(request.user, number, "tickets.change")
    given = request.POST.get("type", "")
    try:
        work.set_type(ticket, int(given) if given else None, actor=request.user.actor)
    except ValueError:
        return JsonResponse({"error": _("There is no such type any more.")}, status=422)
    return shown(request, ticket)


@login_required
@require_POST
def priority(request: AgentRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request.user, number, "tickets.change")
    form = PriorityForm(request.POST)
    if not form.is_valid():
        return _invalid(form)
    work.set_priority(ticket, form.cleaned_data["priority"], actor=request.user.actor)
    return shown(request, ticket)


@login_required
@require_POST
def tags(request: AgentRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request.user, number, "tickets.change")
    form = TagsForm(request.POST)
    if not form.is_valid():
        return _invalid(form)
    work.tag_ticket(ticket, form.names(), actor=request.user.actor)
    return shown(request, ticket)


Verb = Callable[..., Ticket]


def _switch(permission: str, on: Verb, off: Verb) -> Callable[..., HttpResponse]:
    """A pair of verbs as one resource: POST does it, DELETE undoes it."""

    @login_required
    @require_http_methods(["POST", "DELETE"])
    def change(request: AgentRequest, number: int) -> HttpResponse:
        ticket = ticket_for(request.user, number, permission)
        undo = request.method == "DELETE" or "undo" in request.POST
        verb = off if undo else on
        closes = verb is work.close_ticket
        closing = Closing(ticket, "closure-form") if closes else None
        return _closing(request, ticket, lambda: verb(ticket, actor=request.user.actor), closing)

    return change


closure = _switch("tickets.change", work.close_ticket, work.reopen_ticket)
spam = _switch("tickets.delete", work.mark_spam, work.restore_ticket)
deletion = _switch("tickets.delete", work.delete_ticket, work.restore_ticket)
