"""Settings pages of rules."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core.numerals import exact
from ahlan.rules import act_form
from ahlan.rules.actions import settings as verbs
from ahlan.rules.acts import BadAct, words
from ahlan.rules.forms import RuleForm
from ahlan.rules.models import Rule
from ahlan.rules.policies import rule_for
from ahlan.rules.trial import MOST, changes, lines_of
from ahlan.rules.words import when_words
from ahlan.tickets import condition_form
from ahlan.tickets.conditions import BadCondition, tests_of
from ahlan.tickets.conditions import words as condition_words

SHOWN = 50  # lines of a trial


def _actor(request: HttpRequest) -> str:
    return f"agent:{request.user.pk}"


@login_required
@permission_required("rules.manage", raise_exception=True)
@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """All rules in their order."""
    found = [told(one) for one in Rule.objects.all()[: verbs.MOST_RULES]]
    return render(request, "rules/list.html", {"found": found})


def told(rule: Rule) -> dict[str, Any]:
    """A rule in words."""
    asks = any(tests_of(rule.conditions))
    return {
        "rule": rule,
        "when": when_words(rule),
        "which": condition_words(rule.conditions) if asks else "",
        "does": words(rule.acts),
    }


@login_required
@permission_required("rules.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@login_required
@permission_required("rules.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, rule_for(request, pk))


def _edit(request: HttpRequest, found: Rule | None) -> HttpResponse:
    posted = request.method == "POST"
    form = RuleForm(request.POST if posted else None, rule=found)
    rows = condition_form.rows_of(found.conditions if found else {"all": []})
    acts = act_form.rows_of(found.acts if found else [{"act": "assign", "value": []}])
    if posted:
        rows, asked_well = condition_form.checked(condition_form.read(request.POST))
        acts, done_well = act_form.checked(act_form.read(request.POST, "rule"), "rule")
        if form.is_valid() and asked_well and done_well:
            saved = _save(request, found, form, rows, acts)
            if saved:
                return redirect("rules:trial", pk=saved.pk)
    context = {
        "form": form, "rule": found, **condition_form.builder(rows), **act_form.builder(acts, "rule"),
    }  # fmt: skip
    return render(request, "rules/rule.html", context, status=422 if posted else 200)


def _save(
    request: HttpRequest,
    found: Rule | None,
    form: RuleForm,
    rows: condition_form.Rows,
    acts: list[act_form.Row],
) -> Rule | None:
    if not acts:
        form.add_error(None, _("Say what the rule does: add an action."))
        return None
    try:
        return verbs.save_rule(
            found,
            conditions=condition_form.tree_of(rows),
            acts=act_form.given_in(acts),
            actor=_actor(request),
            **form.chosen(),
        )
    except verbs.TooManyRules:
        form.add_error(None, _("There are as many rules as can be kept. Delete one that nobody needs."))
    except (BadCondition, BadAct) as error:
        form.add_error(None, str(error))
    return None


@login_required
@require_POST
def acts(request: HttpRequest, place: str) -> HttpResponse:
    """The rows of actions anew, after one was chosen, added, moved or taken away."""
    if place not in ("rule", "macro"):
        raise Http404("no such place")
    rows = act_form.read(request.POST, place)
    return render(request, "rules/_acts.html", act_form.builder(rows, place))


@login_required
@permission_required("rules.manage", raise_exception=True)
@require_GET
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """What it would have done to the latest tickets, before it is switched on."""
    found = rule_for(request, pk)
    lines = lines_of(found)
    shown = [
        {"line": one, "at": exact(one.at), "does": list(changes(found, one.ticket))} for one in lines[:SHOWN]
    ]
    context = {
        **told(found), "shown": shown, "count": len(lines), "looked_at": MOST,
        "overdue": sum(not one.ahead for one in lines) if found.since else 0,
    }  # fmt: skip
    return render(request, "rules/trial.html", context)


@login_required
@permission_required("rules.manage", raise_exception=True)
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch it on (`on`), or off."""
    found = rule_for(request, pk)
    verbs.switch_rule(found, "on" in request.POST, actor=_actor(request))
    return redirect(f"{reverse('rules:list')}#rule-{pk}")


@login_required
@permission_required("rules.manage", raise_exception=True)
@require_POST
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down: `steps` is -1 or 1."""
    found = rule_for(request, pk)
    verbs.move_rule(found, -1 if request.POST.get("steps") == "-1" else 1, actor=_actor(request))
    return redirect(f"{reverse('rules:list')}#rule-{pk}")


@login_required
@permission_required("rules.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what deleting does, then do it."""
    found = rule_for(request, pk)
    if request.method == "POST":
        verbs.delete_rule(found, actor=_actor(request))
        messages.success(request, _("Deleted."))
        return redirect("rules:list")
    return render(request, "rules/removal.html", {"rule": found})
