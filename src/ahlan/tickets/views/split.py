"""Making a ticket of its own out of some messages of another."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions.split import UNDER_WAY, NothingToSplit, split_ticket
from ahlan.tickets.models import Message
from ahlan.tickets.policies import ticket_for

SHOWN = 100  # messages to choose from, the latest


@login_required
@require_http_methods(["GET", "POST"])
def split(request: AgentRequest, number: int) -> HttpResponse:
    """Choose messages (`messages`) and a subject for the new ticket."""
    ticket = ticket_for(request.user, number, "tickets.change")
    chosen = {int(pk) for pk in request.POST.getlist("messages") if pk.isdecimal() and len(pk) < 19}
    if request.method == "POST":
        try:
            made = split_ticket(
                ticket, chosen, subject=request.POST.get("subject", ""), actor=request.user.actor
            )
        except NothingToSplit:
            pass
        else:
            messages.success(request, _("Split off from #%(number)s.") % {"number": ticket.pk})
            return redirect(made)
    said = (
        Message.objects.filter(ticket=ticket)
        .exclude(delivery__in=UNDER_WAY)
        .select_related("author", "customer__merged_into")
    )
    context = {
        "ticket": ticket,
        "said": list(said.order_by("-id")[:SHOWN])[::-1],
        "chosen": chosen,
        "refused": request.method == "POST",
    }
    return render(request, "tickets/split.html", context, status=422 if request.method == "POST" else 200)
