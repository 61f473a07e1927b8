"""Pages of ticket templates, and of tickets that come again."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.calendars.queries import calendar_for
from ahlan.calendars.trial import told
from ahlan.core.clock import now
from ahlan.customers.actions import meet
from ahlan.rules.actions import recurring
from ahlan.rules.actions.shortcuts import TooManyShortcuts, delete_shortcut
from ahlan.rules.models import Recurrence, TicketTemplate
from ahlan.rules.shortcut_forms import RecurrenceForm, TemplateForm
from ahlan.rules.shortcuts import may_change, of, search
from ahlan.rules.timetable import BadRule
from ahlan.rules.variables import VARIABLES
from ahlan.rules.views.shortcuts import SHOWN, one_for
from ahlan.staff.models import Team
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.fields import agents_for


@login_required
@permission_required("tickets.reply", raise_exception=True)
@require_GET
def template_list(request: AgentRequest) -> HttpResponse:
    """Templates at hand, searched by `q`."""
    q = request.GET.get("q", "")
    found = search(of(TicketTemplate, request.user), q).select_related("team")[:SHOWN]
    rows = [{"one": one, "may": may_change(request.user, one)} for one in found]
    return render(request, "rules/template_list.html", {"found": rows, "q": q})


@login_required
@permission_required("tickets.reply", raise_exception=True)
@require_http_methods(["GET", "POST"])
def template(request: AgentRequest, pk: int | None = None) -> HttpResponse:
    """Make a template, or change one."""
    found = one_for(request, TicketTemplate, pk) if pk else None
    form = TemplateForm(request.POST or None, agent=request.user, found=found)
    if request.method == "POST" and form.is_valid():
        try:
            recurring.save_template(found, fields=form.begins(), actor=request.user.actor, **form.chosen())
        except TooManyShortcuts:
            form.add_error(None, _("There are as many as can be kept. Delete one that nobody needs."))
        else:
            messages.success(request, _("Saved."))
            return redirect("rules:templates")
    return _shown(request, found, form, RecurrenceForm(), 422 if request.method == "POST" else 200)


def _shown(
    request: AgentRequest,
    found: TicketTemplate | None,
    form: TemplateForm,
    again: RecurrenceForm,
    status: int,
) -> HttpResponse:
    boxes = form.boxes()
    context: dict[str, Any] = {
        "form": form, "found": found, "variables": VARIABLES.values(), "boxes": boxes, "agents": agents_for(boxes),
    }  # fmt: skip
    if found and request.user.may("rules.manage"):
        comes = found.recurrences.select_related("customer__merged_into").order_by("next_at", "pk")[:SHOWN]
        rows = [{"one": one, "next": _next(one)} for one in comes]
        context |= {"again": again, "recurrences": rows, "clocks": zone_of(found).replace("_", " ")}
    return render(request, "rules/template.html", context, status=status)


def _next(one: Recurrence) -> str:
    """Its next time by the clocks it goes by, in the reader's words; "" when it has ended."""
    return told(one.next_at.astimezone(ZoneInfo(one.zone))) if one.next_at else ""


def zone_of(found: TicketTemplate) -> str:
    """That of the hours of the template's team, or of the house."""
    team = Team.objects.filter(pk=found.fields.get("team") or 0).first()
    return str(calendar_for(team.hours_id if team else None).zone_on(now().date()).key)


@login_required
@require_POST
def removal(request: AgentRequest, pk: int) -> HttpResponse:
    found = one_for(request, TicketTemplate, pk)
    delete_shortcut(found, actor=request.user.actor)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": found.name})
    return redirect("rules:templates")


@login_required
@permission_required("rules.manage", raise_exception=True)
@require_POST
def recurrences(request: AgentRequest, pk: int) -> HttpResponse:
    """Let a template open tickets by itself."""
    found = one_for(request, TicketTemplate, pk)
    again = RecurrenceForm(request.POST)
    if again.is_valid():
        given = again.cleaned_data
        name, address = given["customer"]
        try:
            recurring.begin_recurrence(
                found, meet("email", address, name=name), rule=again.rule(),
                starts=given["starts"].replace(tzinfo=None), zone=zone_of(found), actor=request.user.actor,
            )  # fmt: skip
        except (BadRule, recurring.TooManyRecurrences):
            again.add_error(None, _("It cannot come again in this way."))
        else:
            messages.success(request, _("It comes again from now on."))
            return redirect("rules:change_template", pk=pk)
    return _shown(request, found, TemplateForm(agent=request.user, found=found), again, 422)


@login_required
@permission_required("rules.manage", raise_exception=True)
@require_POST
def ending(request: AgentRequest, pk: int, other: int) -> HttpResponse:
    """It comes no more."""
    found = one_for(request, TicketTemplate, pk)
    recurring.end_recurrence(
        get_object_or_404(Recurrence, pk=other, template=found), actor=request.user.actor
    )
    return redirect("rules:change_template", pk=pk)
