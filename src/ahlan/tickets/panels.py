"""What the desk hangs on other rooms' pages."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from ahlan.channels.models import RawInbound
from ahlan.core.panels import panel
from ahlan.tickets.portal import token_for


@panel("webform.thanks", order=10)
def follow(request: HttpRequest, raw: RawInbound) -> str:
    """The link by which a visitor follows what becomes of his request."""
    address = request.build_absolute_uri(reverse("tickets:request", args=[token_for(raw)]))
    return render_to_string("tickets/_follow.html", {"address": address}, request)
