"""Presence: one's own, the dots of others, and the settings of the house."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ahlan.staff.actions import presence as actions
from ahlan.staff.forms import IdleForm, PresenceStateForm
from ahlan.staff.models import Agent, Attendance, Availability, PresenceState
from ahlan.staff.panels import choices_for
from ahlan.staff.queries import own_states
from ahlan.staff.requests import AgentRequest

MOST = 200
LONGEST_IDLE = 7 * 24 * 60 * 60  # seconds a browser may say nothing moved


@login_required
@require_http_methods(["GET", "POST"])
def presence(request: AgentRequest) -> HttpResponse:
    """The dots of the people asked for; POST chooses one's own state."""
    if request.method == "POST":
        return _choose(request)
    asked = [int(one) for one in request.GET.getlist("agent")[:MOST] if one.isdecimal() and len(one) < 18]
    found = Agent.objects.active().filter(pk__in=asked).select_related("presence__state")
    return render(request, "staff/_dots.html", {"agents": found})


def _choose(request: AgentRequest) -> HttpResponse:
    value = request.POST.get("presence", "")
    state = next((one for one in own_states() if f"state-{one.pk}" == value), None)
    if state is None and value not in Availability.values:
        return HttpResponse(status=422)
    actions.choose_presence(request.user, value, state)
    return menu(request) if request.htmx else redirect(request.headers.get("Referer") or "/")


@login_required
@require_http_methods(["GET", "POST"])
def menu(request: AgentRequest) -> HttpResponse:
    """One's own states to choose from, as they stand now."""
    return render(request, "staff/_presence_menu.html", choices_for(Agent.objects.get(pk=request.user.pk)))


@login_required
@require_POST
def heartbeat(request: AgentRequest) -> HttpResponse:
    """A browser is open; `idle` seconds ago somebody last moved in it."""
    said = request.POST.get("idle", "")
    idle = min(int(said), LONGEST_IDLE) if said.isdecimal() and len(said) < 10 else 0
    actions.be_heard(request.user, idle=timedelta(seconds=idle))
    return HttpResponse(status=204)


@login_required
@permission_required("presence.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def settings_page(request: AgentRequest) -> HttpResponse:
    """After how long somebody is away, and the house's own states."""
    row = Attendance.objects.first() or Attendance()
    form = IdleForm(request.POST or None, initial={"minutes": row.idle_minutes})
    if request.method == "POST" and form.is_valid():
        actions.set_idle_minutes(form.cleaned_data["minutes"], actor=request.user.actor)
        messages.success(request, _("Saved."))
        return redirect("staff:presence_settings")
    status = 422 if form.errors else 200
    return render(request, "staff/presence.html", {"form": form, "states": own_states()}, status=status)


@login_required
@permission_required("presence.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def state(request: AgentRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(PresenceState, pk=pk, is_active=True) if pk else None
    form = PresenceStateForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_state(found, actor=request.user.actor, **form.cleaned_data)
        except actions.TooManyStates:
            form.add_error(
                None, _("There are as many states as a menu can show. Remove one that nobody needs.")
            )
        else:
            return redirect("staff:presence_settings")
    status = 422 if form.errors else 200
    context = {"form": form, "state": found, "title": found.name if found else _("New state")}
    return render(request, "staff/presence_state.html", context, status=status)


@login_required
@permission_required("presence.manage", raise_exception=True)
@require_POST
def retirement(request: AgentRequest, pk: int) -> HttpResponse:
    """Nobody chooses this state any more."""
    actions.retire_state(get_object_or_404(PresenceState, pk=pk, is_active=True), actor=request.user.actor)
    messages.success(request, _("Removed."))
    return redirect("staff:presence_settings")
