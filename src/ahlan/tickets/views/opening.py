"""A new ticket by hand."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ahlan.customers.actions import meet
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions.answer import Unanswerable
from ahlan.tickets.actions.opening import open_ticket
from ahlan.tickets.forms import NewTicketForm
from ahlan.tickets.models import Direction, Ticket
from ahlan.tickets.openings import filling, opening_for


@login_required
@require_http_methods(["GET", "POST"])
def new_ticket(request: AgentRequest) -> HttpResponse:
    """We write first, or note what somebody told us. `from` names what it begins with."""
    if not request.user.may("tickets.reply"):
        raise PermissionDenied
    start = opening_for(request.user, request.GET.get("from", ""))
    form = NewTicketForm(request.POST or None, agent=request.user, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_open(request, form))
        except Unanswerable:
            form.add_error("text", _("There is nothing to send, or nobody to send it to."))
    return render(
        request, "tickets/new_ticket.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


def _open(request: AgentRequest, form: NewTicketForm) -> Ticket:
    given = form.cleaned_data
    (name, address), inbox = given["to"][0], given["inbox"]
    return open_ticket(
        inbox,
        meet(inbox.channel, address, name=name),
        subject=given["subject"],
        text=given["text"],
        says=Direction(given["says"]),
        author=request.user,
        team=given["team"],
        assignee=request.user if given["mine"] else None,
        priority=given["priority"],
        tags=form.tag_names(),
        then=given["then"],
        fill=filling(request.user),
        actor=request.user.actor,
    )
