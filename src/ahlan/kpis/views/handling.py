"""The time worked on a ticket: what its page tells, a timer, minutes by hand."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ahlan.kpis.actions import handling as verbs
from ahlan.kpis.declared import SECONDS
from ahlan.kpis.handling import worked_on
from ahlan.kpis.models import Sitting
from ahlan.kpis.telling import told
from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.models import Ticket
from ahlan.tickets.policies import ticket_for

MAY = "tickets.change"
SHOWN = 5  # people


@login_required
@require_POST
def worked(request: AgentRequest, number: int) -> HttpResponse:
    """A page says how long, all in all, it had the ticket in front of somebody who was at work."""
    ticket = ticket_for(request.user, number, MAY)
    key, seconds = request.POST.get("key", ""), request.POST.get("seconds", "")
    if not (key.isascii() and key.isalnum() and len(key) <= 32 and seconds.isdecimal() and len(seconds) < 7):
        return HttpResponse(status=422)
    verbs.hear_work(request.user, ticket, key=key, seconds=int(seconds))
    return HttpResponse(status=204)


@login_required
@require_GET
def handling(request: AgentRequest, number: int) -> HttpResponse:
    return _shown(request, ticket_for(request.user, number))


@login_required
@require_POST
def timer(request: AgentRequest, number: int) -> HttpResponse:
    ticket = ticket_for(request.user, number, MAY)
    if request.POST.get("do") == "stop":
        verbs.stop_timer(request.user)
    else:
        verbs.start_timer(request.user, ticket)
    return _shown(request, ticket) if request.htmx else redirect(ticket.get_absolute_url())


@login_required
@require_POST
def minutes(request: AgentRequest, number: int) -> HttpResponse:
    ticket, given = ticket_for(request.user, number, MAY), request.POST.get("minutes", "")
    wrong = ""
    try:
        verbs.add_minutes(request.user, ticket, int(given) if given.isdecimal() and len(given) < 6 else 0)
    except verbs.TooLong:
        wrong = _("Write how many minutes it were, from 1 to 720.")
    return _shown(request, ticket, wrong) if request.htmx else redirect(ticket.get_absolute_url())


def _shown(request: AgentRequest, ticket: Ticket, wrong: str = "") -> HttpResponse:
    found = worked_on(ticket)
    names = dict(Agent.objects.filter(pk__in=[pk for pk, _sum in found[:SHOWN]]).values_list("pk", "name"))
    context: dict[str, Any] = {
        "ticket": ticket, "may": request.user.may(MAY), "wrong": wrong,
        "whole": told(sum(seconds for _pk, seconds in found) if found else None, SECONDS),
        "people": [(names.get(pk, "–"), told(seconds, SECONDS)) for pk, seconds in found[:SHOWN]],
        "timer": _timer_of(request.user, ticket),
    }  # fmt: skip
    return render(request, "kpis/_handling.html", context, status=422 if wrong else 200)


def _timer_of(agent: Agent, ticket: Ticket) -> dict[str, Any] | None:
    running = Sitting.objects.filter(agent=agent.pk, is_timer=True).first()
    if running is None:
        return None
    return {"here": running.ticket == ticket.pk, "number": running.ticket, "since": running.began_at}
