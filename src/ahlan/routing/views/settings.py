"""Settings pages of routing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.channels.models import Inbox
from ahlan.channels.registry import channel
from ahlan.core.numerals import listed, number
from ahlan.routing.actions import plans as actions
from ahlan.routing.forms import CapacityForm, PlanForm, TrialForm
from ahlan.routing.models import Capacity, Plan, Waiting
from ahlan.routing.policies import plan_of
from ahlan.routing.queries import MOST_PLANS
from ahlan.routing.trial import Outcome, outcome_of
from ahlan.staff.actions.skills import MOST_SKILLS
from ahlan.staff.models import Agent, Skill
from ahlan.staff.requests import AgentRequest
from ahlan.tickets import condition_form
from ahlan.tickets.conditions import tests_of, words
from ahlan.tickets.policies import tickets_of

MOST_AGENTS = 200
MOST_COUNTED = 1_000


def channels() -> list[tuple[str, str]]:
    """The kinds of wire the house answers on: key and name."""
    keys = Inbox.objects.order_by("channel").values_list("channel", flat=True).distinct()
    return [(key, str(channel(key).name)) for key in keys]


@login_required
@permission_required("routing.manage", raise_exception=True)
@require_GET
def plan_list(request: AgentRequest) -> HttpResponse:
    """All plans in their order, and a trial with a ticket."""
    found = list(Plan.objects.select_related("team", "agent", "overflow_team")[:MOST_PLANS])
    names = {one.pk: str(one) for one in Skill.objects.all()[:MOST_SKILLS]}
    context = {"found": [_summary(one, names) for one in found], **_trial(request)}
    return render(request, "routing/list.html", context)


def _summary(plan: Plan, names: dict[int, str]) -> dict[str, Any]:
    asks = any(tests_of(plan.conditions))
    needs = [f"{names.get(int(skill), '–')} {number(level)}" for skill, level in plan.needs.items()]
    if plan.language_level:
        needs.insert(0, _("the ticket’s language %(level)s") % {"level": number(plan.language_level)})
    return {
        "plan": plan,
        "words": words(plan.conditions) if asks else "",
        "needs": listed(needs) if needs else "",
    }


def _trial(request: AgentRequest) -> dict[str, Any]:
    form = TrialForm({"ticket": request.GET["ticket"]} if request.GET.get("ticket") else None)
    outcome: Outcome | None = None
    if form.is_valid():
        seen = tickets_of(request.user).select_related("inbox", "team", "customer__merged_into")
        ticket = seen.filter(pk=min(form.cleaned_data["ticket"], 2**62)).first()
        if ticket is None:
            form.add_error("ticket", _("There is no such ticket."))
        else:
            outcome = outcome_of(ticket)
    return {"trial": form, "outcome": outcome}


@login_required
@permission_required("routing.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: AgentRequest) -> HttpResponse:
    return _edit(request, None)


@login_required
@permission_required("routing.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def plan(request: AgentRequest, pk: int) -> HttpResponse:
    return _edit(request, plan_of(request, pk))


def _edit(request: AgentRequest, found: Plan | None) -> HttpResponse:
    posted = request.method == "POST"
    skills = list(Skill.objects.all()[:MOST_SKILLS])
    form = PlanForm(request.POST if posted else None, plan=found, skills=skills)
    rows = condition_form.rows_of(found.conditions if found else {"all": []})
    if posted:
        rows, well = condition_form.checked(condition_form.read(request.POST))
        if form.is_valid() and well and _save(request, found, form, rows):
            messages.success(request, _("Saved. Open tickets that nobody has follow at once."))
            return redirect("routing:list")
    context = {"form": form, "plan": found, **condition_form.builder(rows)}
    return render(request, "routing/plan.html", context, status=422 if posted else 200)


def _save(request: AgentRequest, found: Plan | None, form: PlanForm, rows: condition_form.Rows) -> bool:
    conditions = condition_form.tree_of(rows)
    try:
        actions.save_plan(found, conditions=conditions, actor=request.user.actor, **form.chosen())
    except actions.TooManyPlans:
        form.add_error(None, _("There are as many plans as can be kept. Delete one that nobody needs."))
        return False
    return True


@login_required
@permission_required("routing.manage", raise_exception=True)
@require_POST
def place(request: AgentRequest, pk: int) -> HttpResponse:
    """One place up or down: `steps` is -1 or 1."""
    steps = -1 if request.POST.get("steps") == "-1" else 1
    actions.move_plan(plan_of(request, pk), steps, actor=request.user.actor)
    return redirect(f"{reverse('routing:list')}#plan-{pk}")


@login_required
@permission_required("routing.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def removal(request: AgentRequest, pk: int) -> HttpResponse:
    """Say what deleting does, then do it."""
    found = plan_of(request, pk)
    if request.method == "POST":
        actions.delete_plan(found, actor=request.user.actor)
        messages.success(request, _("Deleted."))
        return redirect("routing:list")
    waiting = Waiting.objects.filter(lane__plan=found)[:MOST_COUNTED].count()
    return render(request, "routing/removal.html", {"plan": found, "waiting": waiting})


@login_required
@permission_required("routing.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def capacity(request: AgentRequest) -> HttpResponse:
    """How many open tickets of each channel somebody carries at once."""
    agents = list(Agent.objects.active().select_related("presence__state")[:MOST_AGENTS])
    rows = Capacity.objects.filter(agent__in=[one.pk for one in agents]) | Capacity.objects.filter(agent=None)
    held = {(agent or 0, wire): n for agent, wire, n in rows.values_list("agent", "channel", "tickets")}
    form = CapacityForm(request.POST or None, channels=channels(), agents=agents, held=held)
    if request.method == "POST" and form.is_valid():
        _set_all(request, form, agents)
        messages.success(request, _("Saved."))
        return redirect("routing:capacity")
    return render(request, "routing/capacity.html", {"form": form}, status=422 if form.errors else 200)


@transaction.atomic
def _set_all(request: AgentRequest, form: CapacityForm, agents: list[Agent]) -> None:
    who: list[Agent | None] = [None, *agents]
    for agent in who:
        given = form.given(agent)
        if given:
            actions.set_capacity(agent, given, actor=request.user.actor)
