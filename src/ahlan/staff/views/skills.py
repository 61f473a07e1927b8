"""Skills: who can do what how well, as a table and person by person."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ahlan.core.keyset import page
from ahlan.staff.actions import skills as actions
from ahlan.staff.forms import LevelsForm, SkillForm
from ahlan.staff.models import Agent, AgentSkill, Skill
from ahlan.staff.requests import AgentRequest

ROWS = 50
QUALIFIED = 3  # the level from which on somebody can be relied upon
FEW = 2  # fewer qualified than this is a single point of failure


@login_required
@permission_required("presence.manage", raise_exception=True)
@require_GET
def matrix(request: HttpRequest) -> HttpResponse:
    """People by skills, a page of people at a time, and how many are qualified in each."""
    skills = list(Skill.objects.all()[: actions.MOST_SKILLS])
    found = page(
        Agent.objects.active().select_related("presence__state"),
        ("name", "id"),
        request.GET.get("after"),
        ROWS,
    )
    held: dict[tuple[int, int], int] = {
        (agent, skill): level
        for agent, skill, level in AgentSkill.objects.filter(agent__in=found.items).values_list(
            "agent", "skill", "level"
        )
    }
    rows = [
        {"agent": one, "levels": [held.get((one.pk, skill.pk)) for skill in skills]} for one in found.items
    ]
    context = {"skills": skills, "rows": rows, "page": found, "qualified": _qualified(skills), "few": FEW}
    return render(request, "staff/skills.html", context)


def _qualified(skills: list[Skill]) -> list[int]:
    """How many active people have each skill at the level one can rely upon."""
    able = AgentSkill.objects.filter(level__gte=QUALIFIED, agent__is_active=True)
    counts: dict[int, int] = {}
    for skill in able.values_list("skill", flat=True):
        counts[skill] = counts.get(skill, 0) + 1
    return [counts.get(one.pk, 0) for one in skills]


@login_required
@permission_required("presence.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def person(request: AgentRequest, pk: int) -> HttpResponse:
    """What one person can do."""
    agent = get_object_or_404(Agent.objects.active(), pk=pk)
    skills = list(Skill.objects.all()[: actions.MOST_SKILLS])
    held = dict(AgentSkill.objects.filter(agent=agent).values_list("skill", "level"))
    form = LevelsForm(request.POST or None, skills=skills, held=held)
    if request.method == "POST" and form.is_valid():
        actions.set_skills(agent, form.levels(), actor=request.user.actor)
        messages.success(request, _("Saved."))
        return redirect("staff:skills")
    status = 422 if form.errors else 200
    return render(request, "staff/person_skills.html", {"form": form, "agent": agent}, status=status)


@login_required
@permission_required("presence.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def skill(request: AgentRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(Skill, pk=pk) if pk else None
    form = SkillForm(request.POST or None, skill=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_skill(found, actor=request.user.actor, **form.cleaned_data)
        except actions.TooManySkills:
            form.add_error(
                None, _("There are as many skills as the table can show. Delete one that nobody needs.")
            )
        else:
            return redirect("staff:skills")
    context: dict[str, Any] = {"form": form, "skill": found, "title": str(found) if found else _("New skill")}
    return render(request, "staff/skill.html", context, status=422 if form.errors else 200)


@login_required
@permission_required("presence.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def removal(request: AgentRequest, pk: int) -> HttpResponse:
    """Say what deleting does, then do it."""
    found = get_object_or_404(Skill, pk=pk)
    if request.method == "POST":
        actions.delete_skill(found, actor=request.user.actor)
        messages.success(request, _("Deleted."))
        return redirect("staff:skills")
    return render(request, "staff/skill_removal.html", {"skill": found, "count": found.agents.count()})
