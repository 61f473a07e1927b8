"""Any answer on paper: what was written as a letter to download, and what is being written as one to attach."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ahlan.core.handing_out import harmless
from ahlan.feedback.register.actions.letters import PDF, attach_letter
from ahlan.feedback.register.letterhead import pdf_of
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.models import Direction
from ahlan.tickets.policies import message_for, ticket_for

LONGEST = 50_000


@login_required
@require_GET
def message_letter(request: AgentRequest, number: int, message: int) -> HttpResponseBase:
    """What we have written to the customer, as a letter. Raises Http404 for what came in or stays among us."""
    found = message_for(request.user, number, message)
    if found.direction != Direction.OUT:
        raise Http404("no answer of ours")
    pdf = pdf_of(found.own_text, to=found.ticket.customer.primary.name, on=found.at)
    return harmless(HttpResponse(pdf, content_type=PDF), "attachment", f"{number}-{message}.pdf")


@login_required
@require_POST
def draft_letter(request: AgentRequest, number: int) -> HttpResponse:
    """What is being written, as a file that goes with it."""
    ticket = ticket_for(request.user, number, "tickets.reply")
    text = request.POST.get("text", "").strip()[:LONGEST]
    if not text:
        return JsonResponse({"error": _("Write something first.")}, status=422)
    made = attach_letter(ticket, agent=request.user, text=text)
    return JsonResponse({"id": made.pk, "name": made.name, "size": made.size, "url": made.url})
