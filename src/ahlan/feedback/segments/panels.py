"""What segments hang on other pages: how this customer is met, beside his tickets and on his own page."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from ahlan.core.panels import panel
from ahlan.customers.history import SENTENCES
from ahlan.customers.models import Customer
from ahlan.feedback.segments.queries import segments_of
from ahlan.tickets.models import Ticket

SENTENCES |= {"segment.joined": _("Came into a segment"), "segment.left": _("Is in a segment no more")}


@panel("ticket.side", order=3)
def beside(request: HttpRequest, ticket: Ticket) -> str:
    """The segments of the ticket's customer, each with its approach."""
    return _drawn(request, ticket.customer)


@panel("customer.page", order=8)
def of_customer(request: HttpRequest, customer: Customer) -> str:
    return _drawn(request, customer)


def _drawn(request: HttpRequest, customer: Customer) -> str:
    found = segments_of(customer)
    return render_to_string("feedback/segments/_beside.html", {"found": found}, request) if found else ""
