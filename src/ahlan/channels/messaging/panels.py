"""What messaging hangs on a ticket: who wants no more, and what an SMS costs. A ticket is only its inbox here."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from ahlan.core.panels import panel


@panel("composer.tools", order=30)
def parts(request: HttpRequest, ticket: Any) -> str:
    """How many parts the text takes, counted as it is typed."""
    return render_to_string("messaging/_parts.html", {}, request) if ticket.inbox.channel == "sms" else ""
