"""Goals: all of them as they stand this month, and setting them."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ahlan.core.clock import now
from ahlan.kpis.actions.goals import BadGoal, drop_goal, set_goal
from ahlan.kpis.declared import kpi_for
from ahlan.kpis.forms import GoalForm
from ahlan.kpis.goals import names_of, standing_of_month
from ahlan.kpis.models import Goal
from ahlan.kpis.policies import MANAGE, VIEW
from ahlan.kpis.telling import between, told
from ahlan.staff.policies import must
from ahlan.staff.requests import AgentRequest

SHOWN = 200


@login_required
@permission_required(VIEW, raise_exception=True)
@require_http_methods(["GET", "POST"])
def goals(request: AgentRequest) -> HttpResponse:
    """Every goal with where it stands; who may sets one below."""
    form = GoalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        must(request.user, MANAGE)
        if form.is_valid():
            try:
                set_goal(**form.as_goal(), actor=request.user.actor)
            except BadGoal:
                form.add_error(None, _("There is no such goal, or there are as many as can be kept."))
            else:
                messages.success(request, _("The goal is set."))
                return redirect("kpis:goals")
    found = Goal.objects.filter(since__lte=now().date()).order_by("key", "scope", "scope_id", "since")
    current = {(one.key, one.scope, one.scope_id): one for one in found[:SHOWN]}
    ahead = list(Goal.objects.filter(since__gt=now().date())[:SHOWN])
    names = names_of([*current.values(), *ahead])
    context = {
        "form": form, "may_set": request.user.may(MANAGE), "rows": [_row(one, names[one.pk]) for one in current.values()], "zone": settings.TIME_ZONE,
        "ahead": [{"goal": one, "kpi": kpi_for(one.key), "of": names[one.pk], "value": told(one.value, kpi_for(one.key).unit)} for one in ahead],
    }  # fmt: skip
    return render(request, "kpis/goals.html", context, status=422 if form.errors else 200)


def _row(goal: Goal, of: str) -> dict[str, object]:
    kpi, found = kpi_for(goal.key), standing_of_month(goal, now().date(), settings.TIME_ZONE)
    return {
        "goal": goal, "kpi": kpi, "of": of, "wanted": told(goal.value, kpi.unit),
        "value": told(found.reading.value, kpi.unit), "between": between(found.reading), "n": found.reading.n,
        "verdict": "endangered" if found.is_endangered else found.verdict,
        "forecast": told(found.forecast, kpi.unit) if found.forecast is not None else "",
        "query": f"{goal.scope}={goal.scope_id}" if goal.scope else "",
    }  # fmt: skip


@login_required
@permission_required(MANAGE, raise_exception=True)
@require_POST
def deletion(request: AgentRequest, pk: int) -> HttpResponse:
    """Take a goal away."""
    drop_goal(get_object_or_404(Goal, pk=pk), actor=request.user.actor)
    messages.success(request, _("The goal is taken away."))
    return redirect("kpis:goals")
