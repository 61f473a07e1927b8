"""What this room hangs on the desk: beside a ticket the calls about it, on a customer's page his own."""

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from ahlan.core.panels import panel
from ahlan.customers.models import Customer
from ahlan.dialer.models import Call
from ahlan.dialer.policies import calls_of
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.held import hangs
from ahlan.tickets.models import Ticket

SHOWN = 10
hangs(Call)


@panel("ticket.side", order=7)
def calls_about_it(request: HttpRequest, ticket: Ticket) -> str:
    """Whoever sees the ticket sees that it was spoken of."""
    if not ticket.holds(Call):
        return ""
    found = (
        Call.objects.select_related("agent").filter(ticket__in=ticket.family).order_by("-offered_at", "-id")
    )
    calls = list(found[:SHOWN])
    return render_to_string("dialer/_beside.html", {"calls": calls}, request) if calls else ""


@panel("customer.page", order=20)
def calls_of_customer(request: HttpRequest, customer: Customer) -> str:
    """The latest, as far as the reader may see them."""
    family = [customer.pk, *customer.merged.values_list("pk", flat=True)]
    found = calls_of(cast(AgentRequest, request).user).filter(customer__in=family)
    calls = list(found.order_by("-offered_at", "-id")[:SHOWN])
    return render_to_string("dialer/_beside.html", {"calls": calls}, request) if calls else ""
