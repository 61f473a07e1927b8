"""What the journal hangs on tickets: what was noted stands beside, and a hint is one click away."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from ahlan.core.panels import panel
from ahlan.feedback.journal.forms import HintForm
from ahlan.feedback.journal.models import Insight
from ahlan.feedback.journal.queries import insights_of
from ahlan.tickets.held import hangs
from ahlan.tickets.models import Ticket

SHOWN = 5
hangs(Insight)


@panel("ticket.side", order=60)
def beside(request: HttpRequest, ticket: Ticket) -> str:
    """What was noted from this ticket, and a short form for more."""
    found = list(insights_of(ticket)[:SHOWN]) if ticket.holds(Insight) else []
    context = {"ticket": ticket, "found": found, "form": HintForm(auto_id="hint_%s")}
    return render_to_string("feedback/journal/_beside.html", context, request)
