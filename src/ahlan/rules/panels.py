"""What this room hangs on the desk: the picker in the box one writes in, and the menu of macros."""

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html

from ahlan.core.panels import panel
from ahlan.rules.models import Macro
from ahlan.rules.shortcuts import of
from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.models import Ticket

IN_MENU = 6


@panel("page.head", order=51)
def looks(request: HttpRequest, agent: Agent) -> str:
    """The picker stands on a page of another room."""
    return format_html(
        '<link rel="stylesheet" href="{}"><script type="module" src="{}"></script>',
        static("rules/picker.css"), static("rules/picker.js"),
    )  # fmt: skip


@panel("composer.tools", order=10)
def shortcuts(request: HttpRequest, ticket: Ticket) -> str:
    if not request.user.has_perm("tickets.reply"):
        return ""
    return render_to_string("rules/_tool.html", {"ticket": ticket}, request)


@panel("ticket.menu", order=10)
def macros(request: HttpRequest, ticket: Ticket) -> str:
    """Those used most; the picker finds the others."""
    agent = cast(AgentRequest, request).user
    if not agent.may("tickets.reply"):
        return ""
    found = of(Macro, agent).order_by("-uses", "name", "pk")[:IN_MENU]
    return render_to_string("rules/_menu.html", {"ticket": ticket, "macros": found}, request)
