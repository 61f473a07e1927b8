"""Many tickets at once: what is to be done, and how far it is."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ahlan.rules import act_form
from ahlan.rules.actions.bulk import MOST, MOST_CHOSEN, start_bulk, stop_bulk
from ahlan.rules.acts import BadAct, words
from ahlan.rules.models import Bulk, Macro
from ahlan.rules.sentences import failures
from ahlan.rules.shortcuts import of
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.lists import View, counts_of, view_named

TOLD = 100  # tickets that were not done, shown
MACROS = 100


@login_required
@permission_required("tickets.change", raise_exception=True)
@require_POST
def new(request: AgentRequest) -> HttpResponse:
    """What is to be done with the chosen tickets (`numbers`, with commas) or all of a list (`view`); `start` begins."""
    numbers, view = _numbers(request.POST.get("numbers", "")), _view(request)
    if not numbers and view is None:
        raise BadRequest("no ticket was chosen")
    rows, error = _rows(request), ""
    if "start" in request.POST:
        rows, well = act_form.checked(rows, "macro")
        error = "" if rows else _("Say what is to be done: add an action.")
        if well and rows:
            return _start(request, rows, numbers, view)
    context = {
        "numbers": numbers, "chosen": view, "count": _count(request, numbers, view), "most": MOST, "error": error,
        "macros": of(Macro, request.user).order_by("-uses", "name", "pk")[:MACROS], **act_form.builder(rows, "macro"),
    }  # fmt: skip
    return render(request, "rules/bulk_new.html", context, status=422 if error else 200)


def _start(
    request: AgentRequest, rows: list[act_form.Row], numbers: list[int], view: View | None
) -> HttpResponse:
    try:
        made = start_bulk(
            agent=request.user,
            acts=act_form.given_in(rows),
            numbers=numbers,
            view=view.key if view else "",
        )
    except BadAct as error:
        raise BadRequest(str(error)) from error
    return redirect("rules:bulk", pk=made.pk)


def _rows(request: AgentRequest) -> list[act_form.Row]:
    """As they were posted, or those of a macro that was asked for."""
    if "fill" in request.POST and request.POST.get("macro", "").isdecimal():
        macro = get_object_or_404(of(Macro, request.user), pk=request.POST["macro"])
        return act_form.rows_of(macro.acts)
    if "row" in request.POST or "start" in request.POST or "more" in request.POST:
        return act_form.read(request.POST, "macro")
    return act_form.rows_of([{"act": "assign", "value": []}])


def _numbers(line: str) -> list[int]:
    found = [int(one) for one in line[: MOST_CHOSEN * 20].split(",") if one.isdecimal() and len(one) < 19]
    return found[:MOST_CHOSEN]


def _view(request: AgentRequest) -> View | None:
    key = request.POST.get("view", "")
    return view_named(request.user, key) if key else None


def _count(request: AgentRequest, numbers: list[int], view: View | None) -> int | None:
    """How many; None for a list that has no count."""
    return counts_of(request.user, [view]).get(view.key) if view else len(numbers)


@login_required
@require_GET
def bulk(request: AgentRequest, pk: int) -> HttpResponse:
    """How far it is, and what could not be done; as a fragment while one watches."""
    found = _own(request, pk)
    template = "rules/_bulk.html" if request.htmx else "rules/bulk.html"
    return render(request, template, _told(request, found))


@login_required
@require_POST
def stop(request: AgentRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    stop_bulk(found)
    return redirect("rules:bulk", pk=found.pk)


def _own(request: AgentRequest, pk: int) -> Bulk:
    """One that this person has started. Raises Http404."""
    found = Bulk.objects.filter(pk=pk, agent=request.user).first()
    if found is None:
        raise Http404("no such work")
    return found


def _told(request: AgentRequest, found: Bulk) -> dict[str, Any]:
    rows = found.tickets.filter(is_failed=True).select_related("ticket").order_by("id")[:TOLD]
    view = view_named(request.user, found.view) if found.view else None
    return {
        "bulk": found, "does": words(found.acts), "left": found.total - found.done, "chosen": view,
        "not_done": [{"ticket": one.ticket, "why": failures(one.failed)} for one in rows],
        "more": max(0, found.failed - TOLD),
    }  # fmt: skip
