"""What this room hangs on the desk: beside a ticket what its customer said of it, and what is to be done about it."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html

from ahlan.core.panels import panel
from ahlan.feedback.models import Answer, Invitation, Outcome
from ahlan.feedback.queries import SHOWN, answers_of, invitations_of
from ahlan.staff.models import Agent
from ahlan.tickets.held import hangs
from ahlan.tickets.models import Ticket

hangs(Answer)
hangs(Invitation)


@panel("page.head", order=56)
def looks(request: HttpRequest, agent: Agent) -> str:
    """The panel stands on a page of another room."""
    return format_html('<link rel="stylesheet" href="{}">', static("feedback/beside.css"))


@panel("ticket.side", order=6)
def said_of_it(request: HttpRequest, ticket: Ticket) -> str:
    """Answers about this ticket, and whether he was asked. Of an anonymous survey, nothing."""
    if not ticket.holds(Answer) and not ticket.holds(Invitation):
        return ""
    answers = list(answers_of(ticket)[:SHOWN])
    invitations = [one for one in invitations_of(ticket)[:SHOWN] if not one.survey.anonymous]
    if not answers and not invitations:
        return ""
    context = {
        "ticket": ticket, "answers": answers, "invitations": [] if answers else invitations[:3], "outcomes": Outcome.choices[1:],
        "may_end": request.user.has_perm("tickets.change"),
    }  # fmt: skip
    return render_to_string("feedback/_beside.html", context, request)
