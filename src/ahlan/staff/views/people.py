"""Ways in, one's own settings, and the pages about people."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core.keyset import page
from ahlan.core.reached import address_for
from ahlan.events.models import Event
from ahlan.staff import actions
from ahlan.staff.audit import KINDS, lines_of
from ahlan.staff.forms import AgentForm, InvitationForm, ProfileForm, RoleForm, TeamForm
from ahlan.staff.models import Agent, Role, Team
from ahlan.staff.requests import AgentRequest

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MOST = 500


@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by a link that works once. Opening it shows a button, so that a mail scanner does not use it up."""
    if request.method == "GET" and not _on_this_machine(request):
        return render(request, "staff/link.html")
    agent = actions.use_link(token)
    if agent is None:
        return render(request, "staff/link_used.html", status=410)
    login(request, agent, backend=BACKEND)
    UserSession.objects.create_from_request(request)
    return redirect("/")


def _on_this_machine(request: HttpRequest) -> bool:
    """The link printed by a house that only this machine reaches needs no button."""
    return not settings.SITE_URL and request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: AgentRequest) -> HttpResponse:
    """Name, language, time zone, signature: what everybody sets for himself."""
    form = ProfileForm(request.POST or None, instance=Agent.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in form.fields}
        actions.change_agent(Agent.objects.get(pk=request.user.pk), actor=request.user.actor, **values)
        with override(values["language"]):  # the page that says it is already in the chosen language
            messages.success(request, _("Saved."))
        return redirect("staff:profile")
    return _form(request, form, _("Yourself"), extra="staff/_ways_in.html")


def _form(request: HttpRequest, form: Any, title: str, **more: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "staff/form.html", {"form": form, "title": title, **more}, status=status)


@login_required
@permission_required("staff.manage", raise_exception=True)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    found = Agent.objects.select_related("role", "presence__state").prefetch_related("teams")
    return render(request, "staff/people.html", {"people": found[:MOST]})


@login_required
@permission_required("staff.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def invite(request: AgentRequest) -> HttpResponse:
    """Add somebody and send a link; it is shown as well, for a house without a mail server."""
    form = InvitationForm(request.POST or None, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            agent = actions.invite(
                email=data["email"], name=data["name"], role=data["role"], teams=data["teams"],
                language=data["language"], actor=request.user.actor, address=address_for(request),
            )  # fmt: skip
        except ValidationError as error:
            form.add_error("email", error)
        else:
            return render(request, "staff/invited.html", {"agent": agent.agent, "address": agent.address})
    return _form(request, form, _("Invite somebody"), submit=_("Invite"))


@login_required
@permission_required("staff.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def person(request: AgentRequest, pk: int) -> HttpResponse:
    agent = get_object_or_404(Agent, pk=pk)
    form = AgentForm(request.POST or None, instance=Agent.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("name", "role", "hours", "is_active")}
        try:
            actions.change_agent(agent, actor=request.user.actor, **values)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            actions.set_teams(agent, form.cleaned_data["teams"], actor=request.user.actor)
            return redirect("staff:people")
    return _form(request, form, str(agent), agent=agent)


@login_required
@permission_required("staff.manage", raise_exception=True)
@require_POST
def new_link(request: AgentRequest, pk: int) -> HttpResponse:
    """A fresh link for somebody who cannot get in."""
    agent = get_object_or_404(Agent.objects.active(), pk=pk)
    address = f"{address_for(request)}{reverse('staff:link', args=[actions.make_link(agent, purpose='invitation')])}"
    return render(request, "staff/invited.html", {"agent": agent, "address": address})


@login_required
@permission_required("staff.manage", raise_exception=True)
@require_GET
def teams(request: HttpRequest) -> HttpResponse:
    found = Team.objects.prefetch_related("inboxes", "agents__presence__state")
    return render(request, "staff/teams.html", {"teams": found[:MOST]})


@login_required
@permission_required("staff.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def team(request: AgentRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(Team, pk=pk) if pk else Team()
    form = TeamForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.save_team(form.save(commit=False), form.cleaned_data["inboxes"], actor=request.user.actor)
        return redirect("staff:teams")
    return _form(request, form, found.name or _("New team"))


@login_required
@permission_required("staff.manage", raise_exception=True)
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    return render(request, "staff/roles.html", {"roles": Role.objects.all()[:MOST]})


@login_required
@permission_required("staff.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def role(request: AgentRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(Role, pk=pk, key="") if pk else Role()
    form = RoleForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.save_role(form.save(commit=False), form.cleaned_data["permissions"], actor=request.user.actor)
        return redirect("staff:roles")
    return _form(request, form, found.own_name or _("New role"))


@login_required
@permission_required("audit.view", raise_exception=True)
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """Who came in, and who changed what about people and settings."""
    found = page(Event.objects.filter(kind__in=KINDS), ("-id",), request.GET.get("after"), 50)
    return render(request, "staff/audit.html", {"lines": lines_of(found.items), "page": found})
