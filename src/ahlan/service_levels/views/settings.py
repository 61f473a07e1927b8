"""Settings pages of service levels."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.calendars.queries import calendar_for
from ahlan.core.clock import now
from ahlan.service_levels.actions import terms
from ahlan.service_levels.forms import PolicyForm, TrialForm, as_given
from ahlan.service_levels.models import Deadline, Kind, Policy, State
from ahlan.service_levels.policies import policy_for
from ahlan.service_levels.queries import MOST_POLICIES
from ahlan.service_levels.trial import outcome_of
from ahlan.service_levels.words import target_words
from ahlan.tickets import condition_form
from ahlan.tickets.conditions import tests_of, words
from ahlan.tickets.models import Priority

MOST_COUNTED = 1_000


def _actor(request: HttpRequest) -> str:
    return f"agent:{request.user.pk}"


@login_required
@permission_required("service_levels.manage", raise_exception=True)
@require_GET
def policy_list(request: HttpRequest) -> HttpResponse:
    """All policies in their order, and a trial."""
    policies = list(Policy.objects.all()[:MOST_POLICIES])
    context = {
        "found": [_summary(one) for one in policies],
        "kinds": Kind.labels,
        **_trial(request, policies),
    }
    return render(request, "service_levels/list.html", context)


def _summary(policy: Policy) -> dict[str, Any]:
    asks = any(tests_of(policy.conditions))
    return {"policy": policy, "words": words(policy.conditions) if asks else "", "rows": _table(policy)}


def _table(policy: Policy) -> list[dict[str, Any]]:
    """Its targets in words: a row for each priority, the most urgent first."""
    rows = []
    for priority, label in reversed(Priority.choices):
        given = policy.targets.get(str(priority), {})
        cells = [
            target_words(*as_given(one["amount"], one["unit"])) if (one := given.get(kind)) else ""
            for kind in Kind.values
        ]
        rows.append({"name": label, "cells": cells})
    return rows


def _trial(request: HttpRequest, policies: list[Policy]) -> dict[str, Any]:
    if not policies:
        return {}
    begin = now().astimezone(calendar_for(None).zone_on(now().date())).strftime("%Y-%m-%dT%H:%M")
    initial = {"policy": policies[0].pk, "team": "", "priority": Priority.NORMAL.value, "start": begin}
    form = TrialForm({key: request.GET.get(key, value) for key, value in initial.items()})
    outcome = outcome_of(**form.cleaned_data) if form.is_valid() else None
    return {"trial": form, "outcome": outcome}


@login_required
@permission_required("service_levels.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@login_required
@permission_required("service_levels.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, policy_for(request, pk))


def _edit(request: HttpRequest, found: Policy | None) -> HttpResponse:
    posted = request.method == "POST"
    form = PolicyForm(request.POST if posted else None, policy=found)
    rows = condition_form.rows_of(found.conditions if found else {"all": []})
    if posted:
        rows, well = condition_form.checked(condition_form.read(request.POST))
        if form.is_valid() and well and _save(request, found, form, rows):
            messages.success(request, _("Saved. Open tickets follow as soon as something happens to them."))
            return redirect("service_levels:list")
    context = {"form": form, "policy": found, "kinds": Kind.labels, **condition_form.builder(rows)}
    return render(request, "service_levels/policy.html", context, status=422 if posted else 200)


def _save(request: HttpRequest, found: Policy | None, form: PolicyForm, rows: condition_form.Rows) -> bool:
    try:
        terms.save_policy(
            found,
            name=form.cleaned_data["name"],
            conditions=condition_form.tree_of(rows),
            targets=form.targets(),
            hold_counts=form.cleaned_data["hold_counts"],
            actor=_actor(request),
        )
    except terms.TooManyPolicies:
        form.add_error(
            None, _("There are as many service levels as can be kept. Delete one that nobody needs.")
        )
        return False
    return True


@login_required
@permission_required("service_levels.manage", raise_exception=True)
@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down: `steps` is -1 or 1."""
    found = policy_for(request, pk)
    terms.move_policy(found, -1 if request.POST.get("steps") == "-1" else 1, actor=_actor(request))
    return redirect(f"{reverse('service_levels:list')}#policy-{pk}")


@login_required
@permission_required("service_levels.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what deleting does, then do it."""
    found = policy_for(request, pk)
    if request.method == "POST":
        terms.delete_policy(found, actor=_actor(request))
        messages.success(request, _("Deleted."))
        return redirect("service_levels:list")
    running = Deadline.objects.filter(waiting=True, state=State.RUNNING, policy=found)[:MOST_COUNTED].count()
    return render(request, "service_levels/removal.html", {"policy": found, "running": running})
