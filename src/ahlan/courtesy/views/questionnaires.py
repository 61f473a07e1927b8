"""Settings pages of questionnaires: the list, one while it is made, and how the customer will see it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core.languages import INSTALLED
from ahlan.courtesy import editor
from ahlan.courtesy.actions import questionnaires as verbs
from ahlan.courtesy.answering import AnswerForm
from ahlan.courtesy.models import Questionnaire
from ahlan.courtesy.policies import questionnaire_for
from ahlan.courtesy.queries import at_hand, latest_edition, questionnaires
from ahlan.courtesy.questions import Asks, BadQuestionnaire, Kind, said
from ahlan.staff.requests import AgentRequest

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
    before = latest_edition(found).asks if found else None
    language = _language(request)
    if request.method == "GET":
        return _page(request, found, before, editor.draft_of(before, language))
    draft, wrong = editor.read(request.POST, language, before), ""
    if any(key in request.POST for key in WORKING):
        return _page(request, found, before, draft)
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
    return _page(request, found, before, draft, wrong=wrong, status=422)


def _place(saved: Questionnaire, language: str) -> str:
    return f"{reverse('courtesy:questionnaire', args=[saved.pk])}?language={language}"


def _seen(request: AgentRequest) -> int | None:
    given = request.POST.get("number", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def _page(
    request: AgentRequest,
    found: Questionnaire | None,
    before: Asks | None,
    draft: editor.Draft,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "found": found, "draft": draft, "kinds": Kind.choices, "languages": [(one, _worded(before, one)) for one in INSTALLED],
        "number": request.POST.get("number") or (found.number if found else ""),
        "title_hint": said(before.title) if before else "", "intro_hint": said(before.intro) if before else "", **more,
    }  # fmt: skip
    template = "courtesy/_questions_made.html" if request.htmx else "courtesy/questionnaire.html"
    return render(request, template, context, status=200 if request.htmx else status)


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
