"""What this room hangs on the desk: the picker in the box one writes in, and the menu of macros."""

from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html

from ahlan.core.panels import panel
from ahlan.rules.actions.bulk import GOING_ON, busy
from ahlan.rules.models import Bulk, Macro, TicketTemplate
from ahlan.rules.shortcuts import of
from ahlan.rules.variables import About, filled
from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.lists import View
from ahlan.tickets.models import Ticket
from ahlan.tickets.openings import filled_by, opening

IN_MENU = 6
IN_PAGE = 12


@panel("page.head", order=51)
def looks(request: HttpRequest, agent: Agent) -> str:
    """The picker stands on a page of another room."""
    return format_html(
        '<link rel="stylesheet" href="{}"><script type="module" src="{}"></script>'
        '<link rel="stylesheet" href="{}"><script type="module" src="{}"></script>',
        static("rules/picker.css"), static("rules/picker.js"), static("rules/bulk.css"), static("rules/bulk.js"),
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


@panel("list.head", order=10)
def choosing(request: HttpRequest, view: View) -> str:
    """Choose tickets of a list, or all of it, to do something with them."""
    if not request.user.has_perm("tickets.change"):
        return ""
    return render_to_string("rules/_choosing.html", {"view": view}, request)


@panel("page.banner", order=40)
def going_on(request: HttpRequest, agent: Agent) -> str:
    """What one has started on many tickets, while it goes on."""
    if agent.pk not in busy():
        return ""
    found = Bulk.objects.filter(agent=agent, state__in=GOING_ON).order_by("-pk").first()
    return render_to_string("rules/_bulk_banner.html", {"bulk": found}, request) if found else ""


opening("template", fields_of)
filled_by(lambda text, ticket, agent: filled(text, About(ticket, agent)))
