"""What this room hangs on the desk: who has a ticket in hand, and help where one writes."""

from collections.abc import Sequence
from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html

from ahlan.assistant.actions.help import kinds_for
from ahlan.assistant.models import Conversation, Help, Use
from ahlan.assistant.prompting import spoken
from ahlan.assistant.queries import held_by_bots
from ahlan.core.panels import panel, row_panel
from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.aside import keeps_aside
from ahlan.tickets.held import hangs
from ahlan.tickets.models import Ticket

hangs(Conversation)
hangs(Use)
keeps_aside(held_by_bots)


@panel("page.head", order=55)
def looks(request: HttpRequest, agent: Agent) -> str:
    return format_html(
        '<link rel="stylesheet" href="{}"><script type="module" src="{}"></script>',
        static("assistant/assistant.css"), static("assistant/help.js"),
    )  # fmt: skip


@row_panel("ticket.row", order=5)
def marks(request: HttpRequest, tickets: Sequence[Ticket]) -> dict[int, str]:
    """A sign on those a bot has in hand: one query."""
    held = held_by_bots([one.pk for one in tickets])
    return {pk: render_to_string("assistant/_mark.html") for pk in held}


@panel("ticket.head", order=5)
def in_hand(request: HttpRequest, ticket: Ticket) -> str:
    """That a bot speaks with the customer, and the way to take over."""
    if not ticket.holds(Conversation):
        return ""
    found = Conversation.objects.select_related("bot").filter(ticket=ticket).first()
    if found is None or not found.holds:
        return ""
    context = {"ticket": ticket, "conversation": found, "may_take": request.user.has_perm("tickets.reply")}
    return render_to_string("assistant/_in_hand.html", context, request)


@panel("composer.tools", order=30)
def help_tool(request: HttpRequest, ticket: Ticket) -> str:
    """The button that asks for help with what is being written."""
    if not request.user.has_perm("tickets.reply"):
        return ""
    agent = cast(AgentRequest, request).user
    differs = spoken(ticket) != agent.language
    kinds = [one for one in kinds_for(agent) if differs or one not in (Help.TRANSLATE_IN, Help.TRANSLATE_OUT)]
    return render_to_string("assistant/_tool.html", {"ticket": ticket, "kinds": kinds}, request)
