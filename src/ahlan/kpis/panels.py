"""What figures hang on the desk: beside a ticket the time that was worked on it, which its page counts meanwhile."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html

from ahlan.core.panels import panel
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket


@panel("page.head", order=57)
def script(request: HttpRequest, agent: Agent) -> str:
    """Pages of other rooms count their own seconds."""
    return format_html('<script type="module" src="{}"></script>', static("kpis/handling.js"))


@panel("ticket.side", order=95)
def handling(request: HttpRequest, ticket: Ticket) -> str:
    """Asks for its words when it is shown: the last thing on the side makes nobody wait."""
    may = request.user.has_perm("tickets.change")
    return render_to_string("kpis/_handling_panel.html", {"ticket": ticket, "may": may}, request)
