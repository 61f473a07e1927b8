"""Settings pages of questionnaires: the list, one while it is made, and how the customer will see it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core.languages import INSTALLED, said
from ahlan.courtesy import editor
from ahlan.courtesy.actions import questionnaires as verbs
from ahlan.courtesy.answering import AnswerForm
from ahlan.courtesy.models import Edition, Questionnaire
from ahlan.courtesy.policies import questionnaire_for
from ahlan.courtesy.queries import at_hand, latest_edition, questionnaires
from ahlan.courtesy.questions import Asks, BadQuestionnaire, Kind
from ahlan.staff.requests import AgentRequest

EDITIONS = 20  # shown to be brought back
WORKING = (
    "more",
    "less",
    "up",
    "option",
    "less-option",
    "kind",
)  # buttons that change the form and save nothing


@login_required
@permission_required("courtesy.manage", raise_exception=True)
@require_GET
def questionnaire_list(request: AgentRequest) -> HttpResponse:
    away = [one for one in questionnaires() if one.archived_at]
    return render(request, "courtesy/questionnaires.html", {"found": at_hand(), "away": away})


def _language(request: AgentRequest) -> str:
    """The language it is worded in at the moment: the chosen one, else the reader's."""
    chosen = (request.POST.get("language"), request.GET.get("language"), translation.get_language())
    return next((one for one in chosen if one in INSTALLED), "en")


@login_required
@permission_required("courtesy.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def questionnaire(request: AgentRequest, pk: int | None = None) -> HttpResponse:
    """Make a questionnaire or change one, in one language at a time."""
    found = questionnaire_for(request, pk) if pk else None
    base = _base(request, found)
    before = base.asks if base else None
    language = _language(request)
    if request.method == "GET":
        return _page(request, found, base, editor.draft_of(before, language))
    draft, wrong = editor.read(request.POST, language, before), ""
    if any(key in request.POST for key in WORKING):
        return _page(request, found, base, draft, focus=_focus(request))
    try:
        saved = verbs.save_questionnaire(
            found, editor.asks_of(draft, before), seen=_seen(request), actor=request.user.actor
        )
    except BadQuestionnaire as error:
        draft, wrong = editor.told(draft, error)
    except verbs.ChangedMeanwhile:
        wrong = _("Somebody else has saved it meanwhile. Copy what you need, and open this page anew.")
    except verbs.TooManyQuestionnaires:
        wrong = _("There are as many questionnaires as can be kept. Change one that nobody needs.")
    else:
        messages.success(request, _("Saved."))
        return redirect(_place(saved, language))
    return _page(request, found, base, draft, wrong=wrong, status=422)


def _place(saved: Questionnaire, language: str) -> str:
    return f"{reverse('courtesy:questionnaire', args=[saved.pk])}?language={language}"


def _seen(request: AgentRequest) -> int | None:
    given = request.POST.get("number", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def _base(request: AgentRequest, found: Questionnaire | None) -> Edition | None:
    """The edition that is changed: the latest, or an earlier one that is looked at to bring it back. Raises Http404."""
    given = request.POST.get("edition") or request.GET.get("edition", "")
    if found is None:
        return None
    if given.isdecimal() and len(given) < 10:
        return get_object_or_404(Edition, questionnaire=found, number=int(given))
    return latest_edition(found)


def _focus(request: AgentRequest) -> str | int:
    """Where one goes on typing: "more" for the last question, the number of the one that got another answer."""
    if "more" in request.POST:
        return "more"
    given = request.POST.get("option", "")
    return int(given) if given.isdecimal() and len(given) < 6 else ""


def _page(
    request: AgentRequest,
    found: Questionnaire | None,
    base: Edition | None,
    draft: editor.Draft,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    before = base.asks if base else None
    context = {
        "found": found, "base": base, "draft": draft, "kinds": Kind.choices,
        "languages": [(one, _worded(before, one)) for one in INSTALLED],
        "number": request.POST.get("number") or (found.number if found else ""),
        "title_hint": said(before.title) if before else "", "intro_hint": said(before.intro) if before else "", **more,
    }  # fmt: skip
    if request.htmx:
        return render(request, "courtesy/_questions_made.html", context)
    if found:
        context["editions"] = found.editions.order_by("-number").only("number", "made_at")[:EDITIONS]
    return render(request, "courtesy/questionnaire.html", context, status=status)


def _worded(asks: Asks | None, language: str) -> bool:
    """Whether all of it is said in a language."""
    if asks is None:
        return False
    texts = [asks.title, *(one.wording for one in asks.questions)]
    texts += [opt.label for one in asks.questions for opt in one.options]
    return all(language in one for one in texts)


@login_required
@permission_required("courtesy.manage", raise_exception=True)
@require_GET
def preview(request: AgentRequest, pk: int) -> HttpResponse:
    """How a customer will see it; nothing can be sent."""
    found = questionnaire_for(request, pk)
    asks, language = latest_edition(found).asks, _language(request)
    with translation.override(language):
        context = {
            "title": said(asks.title, language), "intro": said(asks.intro, language), "preview": found,
            "form": AnswerForm(asks=asks, language=language, answers={}),
        }  # fmt: skip
        return render(request, "courtesy/answer.html", context)


@login_required
@require_POST
def putting_away(request: AgentRequest, pk: int) -> HttpResponse:
    """Asked no more; with `undo` again."""
    found = questionnaire_for(request, pk)
    away = "undo" not in request.POST
    verbs.put_questionnaire_away(found, away, actor=request.user.actor)
    told = (
        _("“%(name)s” is put away. It stands at the end of this page.") if away else _("“%(name)s” is back.")
    )
    messages.success(request, told % {"name": found})
    return redirect("courtesy:questionnaires")
