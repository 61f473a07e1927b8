"""Making two tickets one, and taking them apart again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions.merge import CannotMerge, merge_tickets, unmerge_tickets
from ahlan.tickets.finder import candidates_for
from ahlan.tickets.lists import number_in
from ahlan.tickets.models import Merge, Ticket
from ahlan.tickets.policies import ticket_for, tickets_of


@login_required
@require_http_methods(["GET", "POST"])
def merge(request: AgentRequest, number: int) -> HttpResponse:
    """Choose the ticket this one goes into: `q` looks for others; POST `into` merges."""
    ticket = ticket_for(request.user, number, "tickets.change")
    error = ""
    if request.method == "POST":
        into = number_in(request.POST.get("into", ""))
        try:
            return _merged(request, ticket, into)
        except CannotMerge as refusal:
            error = str(refusal)
    words = request.GET.get("q", "").strip()[:200]
    context = {
        "ticket": ticket,
        "words": words,
        "error": error,
        "found": candidates_for(request.user, ticket, words),
    }
    return render(request, "tickets/merge.html", context, status=422 if error else 200)


def _merged(request: AgentRequest, ticket: Ticket, into: int | None) -> HttpResponse:
    target = tickets_of(request.user).filter(pk=into).first() if into else None
    if target is None:
        raise CannotMerge(_("Choose the ticket it goes into."))
    merge_tickets(ticket, target, actor=request.user.actor)
    messages.success(
        request,
        _("#%(number)s is merged into this ticket. Beside it, this can be undone for a day.")
        % {"number": ticket.pk},
    )
    return redirect(target)


@login_required
@require_POST
def unmerging(request: AgentRequest, number: int, other: int) -> HttpResponse:
    """Take a merged ticket out again; it opens."""
    ticket = ticket_for(request.user, number, "tickets.change")
    found = get_object_or_404(
        Merge, pk=other, source__merged_into=ticket, source__in=tickets_of(request.user)
    )
    try:
        source = unmerge_tickets(found, actor=request.user.actor)
    except CannotMerge as refusal:
        messages.error(request, str(refusal))
        return redirect(ticket)
    messages.success(request, _("#%(number)s is a ticket of its own again.") % {"number": source.pk})
    return redirect(source)
