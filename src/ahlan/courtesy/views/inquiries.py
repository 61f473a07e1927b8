"""Questionnaires beside a ticket: begun, filled in while asking, sent as a link, finished. Every answer is the panel, or one of them in it."""

from typing import Any

import orjson
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ahlan.courtesy.actions import inquiries as verbs
from ahlan.courtesy.answering import AnswerForm
from ahlan.courtesy.links import address_for
from ahlan.courtesy.models import Inquiry, Questionnaire
from ahlan.courtesy.policies import inquiry_for
from ahlan.courtesy.queries import panel_of
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.models import Ticket
from ahlan.tickets.policies import ticket_for


def panel_context(request: AgentRequest, ticket: Ticket) -> dict[str, Any]:
    return {"ticket": ticket, "may_ask": request.user.may("tickets.reply"), **panel_of(ticket)}


def _panel(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    if not request.htmx:
        return redirect(ticket)
    return render(request, "courtesy/_inquiries.html", panel_context(request, ticket))


@login_required
@require_http_methods(["GET", "POST"])
def inquiries(request: AgentRequest, number: int) -> HttpResponse:
    """What was asked on a ticket. POST begins with a `questionnaire`."""
    if request.method == "GET":
        return _panel(request, ticket_for(request.user, number))
    ticket = ticket_for(request.user, number, "tickets.reply")
    key = request.POST.get("questionnaire", "")
    chosen = get_object_or_404(
        Questionnaire, pk=int(key) if key.isdecimal() and len(key) < 19 else 0, archived_at=None
    )
    try:
        made = verbs.begin(ticket, chosen, agent=request.user)
    except verbs.TooManyInquiries:
        return JsonResponse(
            {"error": _("Enough was asked on this ticket. Finish what is open first.")}, status=422
        )
    return _one(request, ticket, made)


def _one(request: AgentRequest, ticket: Ticket, inquiry: Inquiry, **more: Any) -> HttpResponse:
    """One of them, to be filled in or read."""
    if not request.htmx and request.method == "POST":
        return redirect("courtesy:inquiry", ticket.pk, inquiry.pk)
    asks = inquiry.edition.asks
    context = {
        "ticket": ticket, "inquiry": inquiry, "may_ask": request.user.may("tickets.reply"),
        "form": AnswerForm(asks=asks, language=inquiry.language, answers=inquiry.answers, partly=True),
        "address": address_for(request, inquiry) if inquiry.is_open else "", **more,
    }  # fmt: skip
    template = "courtesy/_inquiry.html" if request.htmx else "courtesy/inquiry.html"
    return render(request, template, context)


@login_required
@require_http_methods(["GET", "POST"])
def inquiry(request: AgentRequest, number: int, pk: int) -> HttpResponse:
    """Fill it in. POST saves what is there so far; `finish` makes it stand, `take_up` goes on with it, `drop` takes it away."""
    if request.method == "GET":
        return _one(request, *inquiry_for(request, number, pk))
    ticket, found = inquiry_for(request, number, pk, "tickets.reply")
    if "take_up" in request.POST:
        return _one(request, ticket, verbs.take_up(found, agent=request.user))
    if "drop" in request.POST:
        return _dropped(request, ticket, found)
    asks = found.edition.asks
    form = AnswerForm(request.POST, asks=asks, language=found.language, answers=found.answers, partly=True)
    wrong = "" if form.is_valid() else str(next(iter(form.errors.values()))[0])
    try:
        saved = verbs.save_answers(found, form.answers(), revision=_revision(request))
    except verbs.AnsweredMeanwhile as news:
        return _one(request, ticket, news.inquiry, conflict=True)
    except verbs.Finished:
        return _one(request, ticket, found)
    if "finish" in request.POST and not wrong:
        verbs.finish(saved, agent=request.user)
        return _panel(request, ticket_for(request.user, number))
    if not request.htmx:
        messages.success(request, _("Saved.")) if not wrong else messages.error(request, wrong)
        return redirect("courtesy:inquiry", ticket.pk, found.pk)
    return render(request, "courtesy/_saved.html", {"inquiry": saved, "wrong": wrong})


def _revision(request: AgentRequest) -> int:
    given = request.POST.get("revision", "")
    return int(given) if given.isdecimal() and len(given) < 10 else -1


def _dropped(request: AgentRequest, ticket: Ticket, found: Inquiry) -> HttpResponse:
    try:
        verbs.drop(found, agent=request.user)
    except verbs.Finished:
        return JsonResponse({"error": _("There are answers in it. Finish it instead.")}, status=422)
    return _panel(request, ticket)


@login_required
@require_POST
def link(request: AgentRequest, number: int, pk: int) -> HttpResponse:
    """Open it at a link and write that into the reply; with `undo` the link is good no more."""
    ticket, found = inquiry_for(request, number, pk, "tickets.reply")
    if "undo" in request.POST:
        return _one(request, ticket, verbs.revoke(found, agent=request.user))
    try:
        shared = verbs.share(found, agent=request.user)
    except verbs.Finished:
        return _one(request, ticket, found)
    with translation.override(shared.language):
        words = _("Please answer a few questions here, so that we can help you at once:")
    response = _one(request, ticket, shared)
    told = {"kind": "reply", "words": f"{words}\n{address_for(request, shared)}"}
    # a header holds no other letters: JSON says them in its own way
    response["HX-Trigger"] = _ascii({"ahlan:compose": told})
    return response


def _ascii(value: Any) -> str:
    return "".join(one if ord(one) < 128 else f"\\u{ord(one):04x}" for one in orjson.dumps(value).decode())
