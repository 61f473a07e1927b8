"""What the desk hangs on other rooms' pages."""

from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from ahlan.channels.models import RawInbound
from ahlan.channels.registry import channel
from ahlan.channels.webform.models import Webform
from ahlan.core.panels import panel
from ahlan.customers.models import Address, Customer
from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.form_fields import askable, asked_in
from ahlan.tickets.forms import first_wires
from ahlan.tickets.models import Removal
from ahlan.tickets.openings import opening
from ahlan.tickets.policies import inboxes_of, tickets_of
from ahlan.tickets.portal import token_for

MOST_ADDRESSES = 20


@panel("customer.page", order=10)
def tickets_of_customer(request: HttpRequest, customer: Customer) -> str:
    """What he has asked, under whichever of his names, as far as the reader may see it."""
    family = [customer.pk, *customer.merged.values_list("pk", flat=True)]
    agent = cast(AgentRequest, request).user
    found = tickets_of(agent).filter(customer__in=family, removal=Removal.NONE)
    return render_to_string(
        "tickets/_customer_tickets.html", {"tickets": found.order_by("-last_message_at")[:20]}, request
    )


@panel("customer.page", order=5)
def write_to_customer(request: HttpRequest, customer: Customer) -> str:
    """A new ticket to each of his addresses that a wire of ours can write to first."""
    agent = cast(AgentRequest, request).user
    if not agent.may("tickets.reply"):
        return ""
    wires = set(
        inboxes_of(agent).filter(is_active=True, channel__in=first_wires()).values_list("channel", flat=True)
    )
    people = [customer.pk, *customer.merged.values_list("pk", flat=True)]
    found = Address.objects.filter(customer__in=people, kind__in=wires).order_by("kind", "id")[
        :MOST_ADDRESSES
    ]
    rows = [(one, channel(one.kind).name) for one in found]
    return render_to_string("tickets/_write_to.html", {"rows": rows}, request) if rows else ""


def _to_address(agent: Agent, pk: int) -> dict[str, Any] | None:
    """What a new ticket to an address of a customer begins with."""
    found = Address.objects.select_related("customer__merged_into").filter(pk=pk).first()
    inboxes = inboxes_of(agent).filter(is_active=True, channel__in=first_wires())
    if (
        found is None
        or not agent.may("tickets.reply")
        or (inbox := inboxes.filter(channel=found.kind).first()) is None
    ):
        return None
    to = f"+{found.value}" if found.value.isdecimal() else found.value
    return {"to": to, "inbox": inbox.pk}


opening("address", _to_address)


@panel("help.head", order=10)
def my_requests(request: HttpRequest, thing: object) -> str:
    """The way to one's own requests, on every page of the help centre; the same for everybody."""
    return format_html(
        '<a class="head__link" href="{}">{}</a>', reverse("tickets:my_requests"), _("My requests")
    )


@panel("webform.settings", order=10)
def form_asks(request: HttpRequest, webform: Webform) -> str:
    """Which of the desk's own fields a form asks for."""
    chosen = {one.pk: required for one, required in asked_in(webform)}
    rows = [(one, one.pk in chosen, chosen.get(one.pk, False)) for one in askable()]
    return render_to_string("tickets/_form_asks.html", {"webform": webform, "rows": rows}, request)


@panel("webform.thanks", order=10)
def follow(request: HttpRequest, raw: RawInbound) -> str:
    """The link by which a visitor follows what becomes of his request."""
    address = request.build_absolute_uri(reverse("tickets:request", args=[token_for(raw)]))
    return render_to_string("tickets/_follow.html", {"address": address}, request)
