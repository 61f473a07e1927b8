"""What the register hangs on other pages: beside a ticket, in its menu and its composer, on our messages, and on customers' own pages."""

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html

from ahlan.core.panels import panel
from ahlan.feedback.register.models import Complaint, Compliment
from ahlan.feedback.register.queries import complaints_of, compliments_of
from ahlan.feedback.register.views.desk import standing
from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.held import hangs
from ahlan.tickets.models import Direction, Message, Ticket

SHOWN = 5
hangs(Complaint)
hangs(Compliment)


@panel("page.head", order=57)
def looks(request: HttpRequest, agent: Agent) -> str:
    """The steps stand on a page of another room."""
    return format_html(
        '<link rel="stylesheet" href="{}"><script type="module" src="{}"></script>',
        static("feedback/register.css"),
        static("feedback/letter.js"),
    )


@panel("ticket.side", order=2)
def beside(request: HttpRequest, ticket: Ticket) -> str:
    """Complaints with their steps, and praise."""
    complaints = list(complaints_of(ticket)[:SHOWN]) if ticket.holds(Complaint) else []
    compliments = list(compliments_of(ticket)[:SHOWN]) if ticket.holds(Compliment) else []
    if not complaints and not compliments:
        return ""
    context = {
        "ticket": ticket, "complaints": [standing(cast(AgentRequest, request), one) for one in complaints], "compliments": compliments,
        "may_reply": request.user.has_perm("tickets.reply"),
    }  # fmt: skip
    return render_to_string("feedback/register/_beside.html", context, request)


@panel("ticket.menu", order=50)
def menu(request: HttpRequest, ticket: Ticket) -> str:
    """Register a complaint, or praise."""
    if not request.user.has_perm("tickets.change"):
        return ""
    return render_to_string("feedback/register/_menu.html", {"ticket": ticket}, request)


@panel("composer.tools", order=40)
def letter_tool(request: HttpRequest, ticket: Ticket) -> str:
    """What is written as a letter."""
    if not request.user.has_perm("tickets.reply"):
        return ""
    return render_to_string("feedback/register/_tool.html", {"ticket": ticket}, request)


@panel("message.signs", order=10)
def as_letter(request: HttpRequest, message: Message) -> str:
    """What we wrote, as a letter."""
    if message.direction != Direction.OUT:
        return ""
    return render_to_string("feedback/register/_sign.html", {"message": message}, request)


@panel("my.nav", order=10)
def own_complaints(request: HttpRequest, place: str) -> str:
    """The way to one's own complaints."""
    return render_to_string("feedback/register/_my.html", {"place": place}, request)


@panel("my.request", order=10)
def complain_about_it(request: HttpRequest, ticket: Ticket) -> str:
    """Not content with how a request went."""
    return render_to_string("feedback/register/_my_request.html", {"ticket": ticket}, request)
