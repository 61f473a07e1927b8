"""The page at which a customer answers. It needs no script, no cookie and no account: the link is the key."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ahlan.core.languages import said
from ahlan.core.reached import count
from ahlan.courtesy.actions import inquiries as verbs
from ahlan.courtesy.answering import AnswerForm
from ahlan.courtesy.links import Stale, inquiry_by
from ahlan.courtesy.models import Inquiry

AN_HOUR = 3600
PER_HOUR = {"link": 40, "address": 120}  # times sent, from one link and from one place


@never_cache
@csrf_exempt  # nobody is signed in here, and where cookies are refused the answers must not be lost
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the questions; POST sends the answers, with `later` only keeps them."""
    try:
        found: Inquiry | Stale = inquiry_by(token)
    except Stale as stale:
        found = stale
    inquiry = found.inquiry if isinstance(found, Stale) else found
    with translation.override(inquiry.language):
        response = _drawn(request, found, token)
    response["X-Robots-Tag"] = "noindex"
    response._has_been_logged = True  # type: ignore[attr-defined]  # for the log would tell the link
    return response


def _drawn(request: HttpRequest, found: Inquiry | Stale, token: str) -> HttpResponse:
    if isinstance(found, Stale):
        return _gone(request, found)
    return _take(request, found, token) if request.method == "POST" else _show(request, found, token)


def _gone(request: HttpRequest, stale: Stale) -> HttpResponse:
    return render(request, "courtesy/stale.html", {"reason": stale.reason}, status=410)


def _form(inquiry: Inquiry, data: Any = None, *, partly: bool = False) -> AnswerForm:
    return AnswerForm(
        data, asks=inquiry.edition.asks, language=inquiry.language, answers=inquiry.answers, partly=partly
    )


def _show(request: HttpRequest, inquiry: Inquiry, token: str) -> HttpResponse:
    if inquiry.answered_at and "change" not in request.GET:
        return render(request, "courtesy/thanks.html", {**_told(inquiry), "token": token})
    return _page(request, inquiry, _form(inquiry), later="later" in request.GET)


def _told(inquiry: Inquiry) -> dict[str, Any]:
    asks = inquiry.edition.asks
    return {
        "inquiry": inquiry,
        "title": said(asks.title, inquiry.language),
        "intro": said(asks.intro, inquiry.language),
    }


def _page(
    request: HttpRequest, inquiry: Inquiry, form: AnswerForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    return render(request, "courtesy/answer.html", {**_told(inquiry), "form": form, **more}, status=status)


def _take(request: HttpRequest, inquiry: Inquiry, token: str) -> HttpResponse:
    later = "later" in request.POST
    form = _form(inquiry, request.POST, partly=later)
    if _too_often(request, inquiry):
        return _page(request, inquiry, form, status=429, busy=True)
    if not form.is_valid():
        return _page(request, inquiry, form, status=422)
    given, do = request.POST.get("revision", ""), verbs.save_answers if later else verbs.answer
    revision = int(given) if given.isdecimal() and len(given) < 10 else -1
    try:
        do(inquiry, form.answers(), revision=revision)
    except verbs.AnsweredMeanwhile as news:
        return _page(request, news.inquiry, form, status=409, meanwhile=True)
    except verbs.Finished:
        return _gone(request, Stale("closed", inquiry))
    place = redirect("courtesy:answer", token=token)
    if later:
        place["Location"] += "?later" if not inquiry.answered_at else "?change&later"
    return place


def _too_often(request: HttpRequest, inquiry: Inquiry) -> bool:
    here = count(f"inquiry:{inquiry.pk}", AN_HOUR)
    there = count(f"inquiries:{request.META.get('REMOTE_ADDR', '')}", AN_HOUR)
    return here > PER_HOUR["link"] or there > PER_HOUR["address"]
