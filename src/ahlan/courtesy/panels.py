"""What this room hangs on the desk: the five steps beside a ticket, cards where one writes, and the question before closing."""

from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _

from ahlan.core.panels import panel
from ahlan.courtesy.actions.way import language_for, wants_check
from ahlan.courtesy.cards import card_named, in_short, search
from ahlan.courtesy.models import Inquiry, Way
from ahlan.courtesy.queries import panel_of
from ahlan.courtesy.ready_cards import CHECK
from ahlan.courtesy.steps import Step, Word, steps_in
from ahlan.courtesy.way import asks_before_closing, way_of
from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.closing import Closing
from ahlan.tickets.closing import asks_before_closing as asker
from ahlan.tickets.held import hangs
from ahlan.tickets.models import Ticket
from ahlan.tickets.openings import filling

PICKED = 6
hangs(Way)
hangs(Inquiry)


@panel("page.head", order=53)
def looks(request: HttpRequest, agent: Agent) -> str:
    """The strip and the cards stand on a page of another room."""
    return format_html(
        '<link rel="stylesheet" href="{}"><script type="module" src="{}"></script><script type="module" src="{}"></script>',
        static("courtesy/way.css"), static("courtesy/cards.js"), static("courtesy/questions.js"),
    )  # fmt: skip


@panel("ticket.side", order=3)
def strip(request: HttpRequest, ticket: Ticket) -> str:
    """The five steps."""
    return render_to_string("courtesy/_way.html", strip_context(request, ticket), request)


def strip_context(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    return {"ticket": ticket, "marks": way_of(ticket), "may_mark": request.user.has_perm("tickets.change")}


@panel("ticket.side", order=4)
def asked(request: HttpRequest, ticket: Ticket) -> str:
    """What was asked with questionnaires, and those that can be."""
    context = {"ticket": ticket, "may_ask": request.user.has_perm("tickets.reply"), **panel_of(ticket)}
    return render_to_string("courtesy/_inquiries.html", context, request)


@panel("composer.tools", order=20)
def cards_tool(request: HttpRequest, ticket: Ticket) -> str:
    """The button that brings up the cards; they are fetched when it is pressed."""
    if not request.user.has_perm("tickets.reply"):
        return ""
    return render_to_string("courtesy/_tool.html", {"ticket": ticket}, request)


@panel("composer.picker", order=20)
def cards_by_slash(request: HttpRequest, asked: dict[str, Any]) -> str:
    """Cards that fit what was typed after a slash. `asked`: ticket and q."""
    if not asked["q"]:
        return ""
    texts = [(one, words_of(one.slug, request, asked["ticket"])) for one in search(asked["q"])]
    found = [{"one": one, "text": text, "short": in_short(text)} for one, text in texts if text]
    return render_to_string("courtesy/_options.html", {"found": found[:PICKED]}, request)


def words_of(slug: str, request: HttpRequest, ticket: Ticket) -> str:
    """A card in the customer's language, filled in; "" when there is none or it is put away."""
    card = card_named(slug)
    if card is None or card.archived_at:
        return ""
    return filling(cast(AgentRequest, request).user)(card.text_for(ticket), ticket)


@asker
def anything_left_out(request: HttpRequest, closing: Closing) -> str:
    """Asked where a customer has spoken and nobody has asked him, neither before nor in the reply that is just going out."""
    ticket = closing.ticket
    if not asks_before_closing() or not wants_check(ticket) or _checks(closing):
        return ""
    context = {
        "closing": closing, "title": _("Anything left out?"), "write": _("Ask the customer"),
        "text": _("Nobody has asked the customer yet whether that was all."),
        "words": words_of(CHECK, request, ticket) if request.user.has_perm("tickets.reply") else "",
    }  # fmt: skip
    return render_to_string("tickets/_asked.html", context, request)


def _checks(closing: Closing) -> bool:
    return Step.CHECK in steps_in(Word(0, True, closing.text, language_for(closing.text, closing.ticket)))
