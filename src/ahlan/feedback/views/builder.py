"""Settings pages of instruments: the list, one while it is worded, and how it will be seen."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core.languages import INSTALLED
from ahlan.feedback import editor
from ahlan.feedback.actions import instruments as verbs
from ahlan.feedback.asking_page import screen_of
from ahlan.feedback.instruments.own import BadInstrument
from ahlan.feedback.instruments.ready import READY
from ahlan.feedback.instruments.shape import Instrument, Kind
from ahlan.feedback.models import Version
from ahlan.feedback.policies import MANAGE
from ahlan.feedback.queries import latest, versions
from ahlan.staff.requests import AgentRequest

WORKING = ("more", "less", "up", "kind")  # buttons that change the form and save nothing
KINDS = (
    (Kind.SCALE, pgettext_lazy("kind of item", "A scale")), (Kind.CHOICE, pgettext_lazy("kind of item", "One of several")),
    (Kind.CHOICES, pgettext_lazy("kind of item", "Any of several")), (Kind.TEXT, pgettext_lazy("kind of item", "Words")),
    (Kind.MATRIX, pgettext_lazy("kind of item", "Several statements on one scale")),
    (Kind.POINTS, pgettext_lazy("kind of item", "100 points to share out")),
)  # fmt: skip
SCORES = (
    ("mean", pgettext_lazy("score", "The mean of its scales")), ("share", pgettext_lazy("score", "The share of the two best answers to the first scale")),
    ("none", pgettext_lazy("score", "No score")),
)  # fmt: skip


@login_required
@permission_required(MANAGE, raise_exception=True)
@require_GET
def instrument_list(request: AgentRequest) -> HttpResponse:
    both: dict[str, list[dict[str, Any]]] = {"found": [], "away": []}
    for one in versions():
        both["away" if one.archived_at else "found"].append({"version": one, "own": one.key not in READY})
    return render(request, "feedback/instruments.html", both)


def _language(request: AgentRequest) -> str:
    chosen = (request.POST.get("language"), request.GET.get("language"), translation.get_language())
    return next((one for one in chosen if one in INSTALLED), "en")


@login_required
@permission_required(MANAGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def instrument(request: AgentRequest, key: str = "") -> HttpResponse:
    """Make an instrument, or word one anew."""
    found = latest(key) if key else None
    before, language = found.instrument if found else None, _language(request)
    if request.method == "GET":
        return _page(request, found, editor.draft_of(before, language))
    draft, wrong = editor.read(request.POST, language, before), ""
    if any(one in request.POST for one in WORKING):
        return _page(request, found, draft)
    try:
        made = editor.instrument_of(draft, key or f"own-{secrets.token_hex(4)}", before)
        saved = verbs.save_instrument(made, actor=request.user.actor, seen=_seen(request))
    except BadInstrument as error:
        draft, wrong = editor.told(draft, error)
    except verbs.ChangedMeanwhile:
        wrong = _("Somebody else has saved it meanwhile. Copy what you need, and open this page anew.")
    except verbs.TooManyInstruments:
        wrong = _("There are as many instruments as can be kept.")
    else:
        messages.success(
            request,
            _("Saved as wording %(n)s. Who was asked before keeps the words he was asked with.")
            % {"n": saved.number},
        )
        return redirect(f"{reverse('feedback:instrument', args=[saved.key])}?language={language}")
    return _page(request, found, draft, wrong=wrong, status=422)


def _seen(request: AgentRequest) -> int:
    given = request.POST.get("number", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def _page(
    request: AgentRequest, found: Version | None, draft: editor.Draft, *, status: int = 200, **more: Any
) -> HttpResponse:
    before = found.instrument if found else None
    context = {
        "found": found, "draft": draft, "kinds": KINDS, "scores": SCORES, "ready": found is not None and found.key in READY,
        "number": request.POST.get("number") or (found.number if found else ""),
        "languages": [(one, _worded(before, one)) for one in INSTALLED], "title_hint": str(found or ""), **more,
    }  # fmt: skip
    return render(
        request,
        "feedback/_items.html" if request.htmx else "feedback/instrument.html",
        context,
        status=status,
    )


def _worded(instrument: Instrument | None, language: str) -> bool:
    """Whether all of it is said in a language."""
    if instrument is None:
        return False
    texts = [instrument.title, *(one.wording for one in instrument.items)]
    texts += [opt.label for one in instrument.items for opt in one.options]
    return all(language in one for one in texts)


@login_required
@permission_required(MANAGE, raise_exception=True)
@require_GET
def preview(request: AgentRequest, key: str) -> HttpResponse:
    """How a customer will see it, screen by screen; nothing can be sent."""
    version, language = latest(key), _language(request)
    with translation.override(language):
        screen = screen_of(
            version.instrument, {}, request.GET.get("at", version.instrument.first.id), language
        )
        asked = [one.id for one in version.instrument.asked({})]
        onward = asked[screen.place] if screen.place < len(asked) else ""
        context = {
            "screen": screen,
            "preview": version,
            "onward": onward,
            "language": language,
            "languages": INSTALLED,
        }
        return render(request, "feedback/ask.html", context)


@login_required
@permission_required(MANAGE, raise_exception=True)
@require_POST
def archive(request: AgentRequest, key: str) -> HttpResponse:
    """Offered no more; with `undo` again."""
    try:
        verbs.archive_instrument(latest(key), "undo" not in request.POST, actor=request.user.actor)
    except verbs.InUse:
        messages.error(request, _("A survey asks it. Switch that off first."))
    return redirect("feedback:instruments")
