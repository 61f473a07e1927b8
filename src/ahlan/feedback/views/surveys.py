"""Settings pages of surveys: the list, one of them, who was asked and who not, and the places where anybody may answer."""

from typing import Any, cast

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core import keyset
from ahlan.feedback.actions import surveys as verbs
from ahlan.feedback.forms import PlaceForm, SurveyForm
from ahlan.feedback.links import place_address
from ahlan.feedback.models import Invitation, Reason, State, Survey
from ahlan.feedback.policies import MANAGE, place_for, survey_for
from ahlan.feedback.queries import surveys as kept
from ahlan.feedback.queries import versions
from ahlan.staff.requests import AgentRequest
from ahlan.tickets import condition_form
from ahlan.tickets.conditions import tests_of, words
from ahlan.tickets.policies import inbox_ids_of

PAGE = 30
COUNTED = 10_000


@login_required
@permission_required(MANAGE, raise_exception=True)
@require_GET
def survey_list(request: AgentRequest) -> HttpResponse:
    titles = {one.key: str(one) for one in versions()}
    found = [
        {
            "survey": one,
            "instrument": titles.get(one.key, one.key),
            "words": words(one.conditions) if any(tests_of(one.conditions)) else "",
        }
        for one in sorted(kept(), key=lambda one: (not one.is_active, one.name.casefold()))
    ]
    return render(request, "feedback/surveys.html", {"found": found})


@login_required
@permission_required(MANAGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def survey(request: AgentRequest, pk: int | None = None) -> HttpResponse:
    """Make a survey or change one."""
    found = survey_for(request.user, pk) if pk else None
    posted = request.method == "POST"
    form = SurveyForm(request.POST if posted else None, instance=found)
    rows = condition_form.rows_of(found.conditions if found else {"all": []})
    if posted:
        rows, well = condition_form.checked(condition_form.read(request.POST))
        if form.is_valid() and well and (saved := _save(request, found, form, rows)):
            messages.success(request, _("Saved."))
            return redirect("feedback:survey", saved.pk)
    context: dict[str, Any] = {"form": form, "survey": found, **condition_form.builder(rows)}
    if found:
        context |= {"places": found.places.all()[:100], "place_form": PlaceForm()}
    return render(request, "feedback/survey.html", context, status=422 if posted else 200)


def _save(
    request: AgentRequest, found: Survey | None, form: SurveyForm, rows: condition_form.Rows
) -> Survey | None:
    values = {name: form.cleaned_data[name] for name in form.Meta.fields}
    fresh = Survey.objects.get(pk=found.pk) if found else None
    try:
        return verbs.save_survey(
            fresh, conditions=condition_form.tree_of(rows), actor=request.user.actor, **values
        )
    except verbs.TooManySurveys:
        form.add_error(None, _("There are as many surveys as can be kept."))
    except verbs.NeverAnonymousAgain:
        form.add_error(
            None,
            _(
                "Somebody was asked already: what is asked, and whether it is anonymous, can be changed no more. Make another survey."
            ),
        )
    return None


@login_required
@require_POST
def switch(request: AgentRequest, pk: int) -> HttpResponse:
    """On or off."""
    verbs.switch_survey(survey_for(request.user, pk), request.POST.get("on") == "1", actor=request.user.actor)
    return redirect("feedback:surveys")


@login_required
@require_GET
def asked(request: AgentRequest, pk: int) -> HttpResponse:
    """Who was asked, who not, and why."""
    found = survey_for(request.user, pk)
    state = request.GET.get("state", "")
    state = state if state in State.values else ""
    rows = Invitation.objects.filter(survey=found, **({"state": state} if state else {})).select_related(
        "customer", "ticket"
    )
    page = keyset.page(rows, ("-id",), request.GET.get("after"), PAGE)
    latest = list(
        Invitation.objects.filter(survey=found).order_by("-id").values_list("pk", flat=True)[:COUNTED]
    )
    sums = (
        Invitation.objects.filter(survey=found, pk__gte=latest[-1] if latest else 0)
        .values_list("state", "reason")
        .annotate(n=Count("pk"))
    )
    context = {
        "survey": found, "page": page, "state": state, "states": State.choices, "sums": _told(sums), "seen": set(inbox_ids_of(request.user)),
    }  # fmt: skip
    return render(request, "feedback/asked.html", context)


def _told(sums: Any) -> list[tuple[str, int]]:
    """How many in each state, and for each reason, the most first."""
    found = [
        (str(Reason(reason).label) if reason else str(State(state).label), n)
        for state, reason, n in sums.order_by("-n")
    ]
    return [(name, n) for name, n in found if n]


@login_required
@require_POST
def places(request: AgentRequest, pk: int) -> HttpResponse:
    """A new place."""
    found = survey_for(request.user, pk)
    form = PlaceForm(request.POST)
    if form.is_valid():
        made = verbs.save_place(found, None, actor=request.user.actor, **form.cleaned_data)
        return redirect("feedback:place_settings", made.pk)
    messages.error(request, _("Give it a name."))
    return redirect("feedback:survey", found.pk)


@login_required
@require_http_methods(["GET", "POST"])
def place(request: AgentRequest, pk: int) -> HttpResponse:
    """A place with its link and its code."""
    found = place_for(request.user, pk)
    if request.method == "POST" and "away" in request.POST:
        verbs.archive_place(found, request.POST["away"] == "1", actor=request.user.actor)
        return redirect("feedback:survey", found.survey_id)
    form = PlaceForm(request.POST or None, place=found)
    if request.method == "POST" and form.is_valid():
        verbs.save_place(found.survey, found, actor=request.user.actor, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("feedback:place_settings", found.pk)
    return render(
        request, "feedback/place.html", {"place": found, "form": form, "address": place_address(found)}
    )


@login_required
@require_GET
def code(request: AgentRequest, pk: int) -> HttpResponse:
    """The QR code of a place, to be printed."""
    made = segno.make(place_address(place_for(request.user, pk)), error="m", micro=False)
    response = HttpResponse(content_type="image/svg+xml")
    made.save(cast(Any, response), kind="svg", scale=8, border=4, dark="#000", light="#fff")
    if "save" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="code-{pk}.svg"'
    return response
