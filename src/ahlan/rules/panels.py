"""What this room hangs on the desk: the picker in the box one writes in, and the menu of macros."""

from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html

from ahlan.core.panels import panel
from ahlan.rules.models import Macro, TicketTemplate
from ahlan.rules.shortcuts import of
from ahlan.rules.variables import About, filled
from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.models import Ticket
from ahlan.tickets.openings import filled_by, opening

IN_MENU = 6
IN_PAGE = 12


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


@panel("ticket.new", order=10)
def templates(request: HttpRequest, form: object) -> str:
    """What a new ticket may begin with."""
    agent = cast(AgentRequest, request).user
    found = of(TicketTemplate, agent).order_by("-uses", "name", "pk")[:IN_PAGE]
    return render_to_string("rules/_begin_with.html", {"templates": found}, request)


def fields_of(agent: Agent, pk: int) -> dict[str, Any] | None:
    """The form of a new ticket as a template begins it."""
    found = of(TicketTemplate, agent).filter(pk=pk).first()
    return {**found.fields, "mine": True} if found else None


opening("template", fields_of)
filled_by(lambda text, ticket, agent: filled(text, About(ticket, agent)))
