"""What messaging hangs on a ticket: who wants no more, and what an SMS costs. A ticket is only its inbox here."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from ahlan.core.panels import panel


@panel("ticket.new.text", order=10)
def parts_of_the_first(request: HttpRequest, form: Any) -> str:
    """The same below the words of a new ticket, while an inbox of SMS is chosen."""
    inboxes = [one.pk for one in form.fields["inbox"].queryset if one.channel == "sms"]
    return render_to_string("messaging/_parts.html", {"inboxes": inboxes}, request) if inboxes else ""


@panel("composer.tools", order=30)
def parts(request: HttpRequest, ticket: Any) -> str:
    """How many parts the text takes, counted as it is typed."""
    return render_to_string("messaging/_parts.html", {}, request) if ticket.inbox.channel == "sms" else ""
