"""What routing hangs on the desk: the question to whom a ticket would go, for those who may ask it."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from ahlan.core.panels import panel
from ahlan.tickets.models import Ticket


@panel("ticket.menu", order=40)
def to_whom(request: HttpRequest, ticket: Ticket) -> str:
    if not request.user.has_perm("routing.manage"):
        return ""
    return render_to_string("routing/_menu.html", {"ticket": ticket}, request)
