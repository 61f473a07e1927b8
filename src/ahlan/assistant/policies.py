"""Who may set up the assistant: the permission says. What belongs to a ticket is reached through the ticket."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from ahlan.assistant.models import Bot, Use
from ahlan.channels.models import Inbox
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket
from ahlan.tickets.policies import ticket_for

MANAGE, REPLY = "assistant.manage", "tickets.reply"


def bot_for(agent: Agent, inbox_id: int) -> Bot:
    """The bot of an inbox, maybe not saved yet. Raises Http404, PermissionDenied."""
    if not agent.may(MANAGE):
        raise PermissionDenied
    inbox = Inbox.objects.filter(pk=inbox_id).first()
    if inbox is None:
        raise Http404("no such inbox")
    return Bot.objects.select_related("inbox", "hours").filter(inbox=inbox).first() or Bot(inbox=inbox)


def use_for(agent: Agent, number: int, pk: int) -> tuple[Ticket, Use]:
    """Help the agent himself has asked for on a ticket he may answer. Raises Http404, PermissionDenied."""
    ticket = ticket_for(agent, number, REPLY)
    found = Use.objects.filter(ticket=ticket, agent=agent, pk=pk).first()
    if found is None:
        raise Http404("no such help")
    return ticket, found
