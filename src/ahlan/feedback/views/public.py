"""The pages at which people answer. They need no script, no cookie and no account: the link is the key. To open one answers nothing."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ahlan.core.languages import INSTALLED
from ahlan.core.reached import too_often
from ahlan.feedback import links
from ahlan.feedback.actions import answering, asking
from ahlan.feedback.asking_page import chosen_at, given_at, next_after, screen_of, why
from ahlan.feedback.instruments.checking import Refused
from ahlan.feedback.instruments.shape import Instrument, Item
from ahlan.feedback.models import Answer, Invitation, Place
from ahlan.feedback.queries import latest

AN_HOUR = 3600
PER_HOUR = {
    "link": 200,
    "address": 400,
    "place": 30,
    "kiosk": 400,
}  # screens of one link and from one place, answers begun at a place
RETURN = 8  # seconds after which a kiosk shows its first question again
LEFT = 60  # seconds after which somebody has left a kiosk


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    response._has_been_logged = True  # type: ignore[attr-defined]  # for the log would tell the link
    return response


def _language(request: HttpRequest, otherwise: str) -> str:
    given = request.POST.get("lang") or request.GET.get("lang", "")
    return given if given in INSTALLED else otherwise if otherwise in INSTALLED else "en"


@never_cache
@csrf_exempt  # nobody is signed in here, and where cookies are refused the answer must not be lost
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show a question; POST answers it and goes to the next."""
    invitation, own = links.led_to(token)
    language = _language(request, (own or invitation).language)  # type: ignore[union-attr]  # one of them is there
    with translation.override(language):
        return _private(_drawn(request, token, invitation, own, language))


def _drawn(
    request: HttpRequest, token: str, invitation: Invitation | None, own: Answer | None, language: str
) -> HttpResponse:
    if links.is_spent(invitation, own):
        return render(request, "feedback/over.html", {"reason": "answered"}, status=410)
    if not links.may_change(own):
        return render(request, "feedback/over.html", {"reason": "locked"}, status=410)
    version = own.version if own else invitation.version  # type: ignore[union-attr]
    answers: Mapping[str, Any] = own.answers if own else {}
    if request.method == "POST":
        return _take(request, token, invitation, own, version.instrument, answers, language)
    at = request.GET.get("at", "")
    if own and own.finished and not at and "v" not in request.GET:
        return _thanks(request, own)
    chosen = chosen_at(version.instrument, request.GET.get("v", ""))
    if chosen:
        at = version.instrument.first.id
    return _screen(request, version.instrument, answers, at, language, own=own, chosen=chosen)


def _screen(
    request: HttpRequest, instrument: Instrument, answers: Mapping[str, Any], at: str, language: str, *,
    own: Answer | None = None, place: Place | None = None, chosen: str = "", error: str = "", status: int = 200, typed: str = "",
) -> HttpResponse:  # fmt: skip
    place = place or (own.place if own else None)
    anonymous = (own.survey.anonymous if own and own.survey else False) or bool(
        place and place.survey.anonymous
    )
    context = {
        "screen": screen_of(instrument, answers, at, language, chosen=chosen, error=error), "chosen": chosen, "language": language,
        "languages": INSTALLED, "place": place, "anonymous": anonymous, "typed": typed,
    }  # fmt: skip
    response = render(request, "feedback/ask.html", context, status=status)
    if place and place.kiosk and own:
        response["Refresh"] = f"{LEFT}; url={reverse('feedback:place', args=[place.slug])}"
    return response


def _item_of(instrument: Instrument, answers: Mapping[str, Any], given: str) -> Item:
    """The question that is answered. Raises Http404."""
    found = next((one for one in instrument.asked(answers) if one.id == given), None)
    if found is None:
        raise Http404("no such question")
    return found


def _take(
    request: HttpRequest, token: str, invitation: Invitation | None, own: Answer | None, instrument: Instrument,
    answers: Mapping[str, Any], language: str,
) -> HttpResponse:  # fmt: skip
    item = _item_of(instrument, answers, request.POST.get("at", ""))
    if _busy(request, token):
        return _again(request, instrument, answers, item, language, own, 429)
    try:
        given = given_at(item, request.POST)
        onward = next_after(instrument, {**answers, **given}, item)
        if own is not None:
            answering.change_answer(own, given, finished=not onward)
        elif invitation is not None:
            answering.answer_invitation(invitation, token, given, finished=not onward)
    except Refused as refused:
        return _again(request, instrument, answers, item, language, own, 422, why(refused))
    except (answering.Locked, answering.Spent):
        return render(request, "feedback/over.html", {"reason": "locked"}, status=410)
    return _onward(token, onward, language)


def _onward(token: str, onward: str, language: str) -> HttpResponse:
    place = redirect("feedback:answer", token=token)
    place["Location"] += f"?lang={language}" + (f"&at={onward}" if onward else "")
    return place


def _again(
    request: HttpRequest, instrument: Instrument, answers: Mapping[str, Any], item: Item, language: str, own: Answer | None,
    status: int, error: str = "", place: Place | None = None,
) -> HttpResponse:  # fmt: skip
    """The same screen, with what was written and why it was not taken."""
    error = error or translation.gettext(
        "This was sent very often from where you are. Please try again in an hour."
    )
    kept = {
        **answers,
        **{column: request.POST.get(column) for column in item.columns if request.POST.get(column)},
    }
    shown = kept if item.kind in ("matrix", "points") else answers
    typed = request.POST.get(item.id, "") if item.kind == "text" else ""
    return _screen(
        request,
        instrument,
        shown,
        item.id,
        language,
        own=own,
        place=place,
        error=error,
        status=status,
        typed=typed,
    )


def _busy(request: HttpRequest, token: str) -> bool:
    here = too_often(f"survey:{links.digest_of(token, 'count')}", PER_HOUR["link"], AN_HOUR)
    return too_often(f"surveys:{_from(request)}", PER_HOUR["address"], AN_HOUR) or here


def _from(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _thanks(request: HttpRequest, own: Answer) -> HttpResponse:
    place = own.place
    context = {"own": own, "place": place, "first": own.version.instrument.first.id}
    response = render(request, "feedback/thanks.html", context)
    if place and place.kiosk:
        response["Refresh"] = f"{RETURN}; url={reverse('feedback:place', args=[place.slug])}"
    return response


@never_cache
@csrf_exempt  # the same
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """The first question where anybody may answer; POST begins an answer."""
    found = (
        Place.objects.select_related("survey")
        .filter(slug=slug, archived_at=None, survey__is_active=True)
        .first()
    )
    if found is None:
        raise Http404("no such place")
    language = _language(request, found.language)
    with translation.override(language):
        return _private(_at_place(request, found, language))


def _at_place(request: HttpRequest, found: Place, language: str) -> HttpResponse:
    instrument = latest(found.survey.key).instrument
    if request.method != "POST":
        return _screen(request, instrument, {}, "", language, place=found)
    item = _item_of(instrument, {}, request.POST.get("at", ""))
    kind = "kiosk" if found.kiosk else "place"
    if too_often(f"survey-{kind}:{_from(request)}", PER_HOUR[kind], AN_HOUR):
        return _again(request, instrument, {}, item, language, None, 429, place=found)
    try:
        given = given_at(item, request.POST)
        if all(value is None for value in given.values()):
            raise Refused("missing", item.id)
        onward = next_after(instrument, given, item)
        _own, token = answering.answer_at_place(found, given, language=language, finished=not onward)
    except Refused as refused:
        return _again(request, instrument, {}, item, language, None, 422, why(refused), place=found)
    return _onward(token, onward, language)


@never_cache
@csrf_exempt  # mail programs post here by themselves when somebody presses their button (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Asked no more: the page asks to be sure, since a look at a link must do nothing; POST does it."""
    invitation, _own = links.led_to(token)
    if invitation is None:
        raise Http404("no such link")
    with translation.override(_language(request, invitation.language)):
        if request.method == "POST":
            customer = invitation.customer.primary
            do = asking.opt_in if "undo" in request.POST else asking.opt_out
            do(customer, actor=customer.actor)
            return _private(
                render(
                    request,
                    "feedback/stop.html",
                    {"done": "undo" not in request.POST, "again": "undo" in request.POST},
                )
            )
        return _private(render(request, "feedback/stop.html", {}))
