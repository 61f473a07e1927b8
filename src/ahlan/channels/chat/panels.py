"""What live chat hangs beside a ticket. A ticket is only its number and its inbox here."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from ahlan.channels.chat.actions import agent_read
from ahlan.channels.chat.models import Chat, Letter
from ahlan.channels.chat.queries import wait_minutes
from ahlan.core.panels import panel


@panel("ticket.side", order=5)
def visitor(request: HttpRequest, ticket: Any) -> str:
    """Who is at the other end: where, since when, and how far he has read."""
    if ticket.inbox.channel != "chat":
        return ""
    chat = Chat.objects.select_related("visitor").filter(ticket=ticket.pk).order_by("-id").first()
    if chat is None:
        return ""
    agent_read(chat)
    context = {
        "chat": chat,
        "visitor": chat.visitor,
        "has_failed": chat.letters.filter(state=Letter.State.FAILED).exists(),
        "has_read": chat.visitor.read >= chat.visitor.lines,
        "wait_minutes": wait_minutes(chat) if chat.waits else None,
    }
    return render_to_string("chat/_visitor.html", context, request)
