"""What this room hangs on other rooms' pages: articles beside a ticket, and while a visitor writes."""

from typing import Any

import orjson
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import get_language

from ahlan.channels.models import RawInbound
from ahlan.channels.webform.hearing import hears
from ahlan.channels.webform.models import Webform
from ahlan.core.panels import panel
from ahlan.knowledge.actions.needs import miss
from ahlan.knowledge.models import Outcome
from ahlan.knowledge.searching import look, searched
from ahlan.knowledge.shelf import outline

OFFERED = 4


@panel("page.head", order=54)
def looks(request: HttpRequest, agent: Any) -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("knowledge/offers.css"))


@panel("ticket.side", order=30)
def beside_ticket(request: HttpRequest, ticket: Any) -> str:
    """Articles that may answer it; they are looked for once the ticket is there."""
    return render_to_string("knowledge/_beside.html", {"ticket": ticket}, request)


@panel("webform.offers", order=10)
def while_writing(request: HttpRequest, webform: Webform) -> str:
    """Where articles appear while a visitor writes."""
    house, language = outline(), get_language() or ""
    if not house.centre.is_open or language not in house.languages:
        return ""
    context = {"language": language, "token": request.GET.get("searched") or request.POST.get("searched", "")}
    return render_to_string("knowledge/_offers_here.html", context, request)


@panel("webform.thanks", order=20)
def meanwhile(request: HttpRequest, raw: RawInbound) -> str:
    """After sending: what may help until we answer."""
    house, language = outline(), get_language() or ""
    if not house.centre.is_open or language not in house.languages:
        return ""
    found = look(str(orjson.loads(raw.content()).get("subject", "")), language, size=OFFERED)
    hits = [] if found.is_vain else found.hits
    return render_to_string("knowledge/_meanwhile.html", {"hits": hits}, request) if hits else ""


@hears
def ended_in_a_ticket(request: HttpRequest, webform: Webform) -> None:
    """He looked for it first, and wrote all the same."""
    told = searched(request.POST.get("searched", ""))
    if told:
        words, language, before = told
        miss(words, language, Outcome.TICKET, before=before)
