"""Settings of articles: sections, and how the help centre presents itself."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.knowledge.actions import sections as verbs
from ahlan.knowledge.actions.articles import BadFile, TooMany
from ahlan.knowledge.forms import HelpCentreForm, SectionForm
from ahlan.knowledge.models import HelpCentre, Section
from ahlan.knowledge.policies import MANAGE, section_for
from ahlan.knowledge.queries import articles
from ahlan.staff.requests import AgentRequest

FIELDS = ("is_open", "names", "welcome", "languages", "colour", "webform")


@login_required
@permission_required(MANAGE, raise_exception=True)
@require_GET
def sections(request: AgentRequest) -> HttpResponse:
    return render(request, "knowledge/sections.html", {"sections": Section.objects.all()[: verbs.MOST]})


@login_required
@require_http_methods(["GET", "POST"])
def section(request: AgentRequest, pk: int | None = None) -> HttpResponse:
    """Make a section or change one, with its articles in order."""
    found = section_for(request.user, pk) if pk else None
    if found is None and not request.user.may(MANAGE):
        section_for(request.user, 0)
    initial = {"names": found.names, "about": found.about, "audience": found.audience} if found else None
    form = SectionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.save_section(found, **form.cleaned_data, actor=request.user.actor)
        except TooMany:
            form.add_error(None, _("There are as many sections as can be kept."))
        else:
            messages.success(request, _("Saved."))
            return redirect("knowledge:sections")
    inside = (
        articles().filter(section=found, archived_at=None).order_by("position", "id")[:200] if found else []
    )
    context = {"form": form, "section": found, "articles": inside}
    return render(request, "knowledge/section.html", context, status=200 if request.method == "GET" else 422)


@login_required
@require_POST
def moving(request: AgentRequest, pk: int) -> HttpResponse:
    """Earlier or later among the sections."""
    verbs.move_section(
        section_for(request.user, pk), -1 if request.POST.get("way") == "up" else 1, actor=request.user.actor
    )
    return redirect("knowledge:sections")


@login_required
@require_POST
def deletion(request: AgentRequest, pk: int) -> HttpResponse:
    """Delete a section in which nothing stands."""
    try:
        verbs.delete_section(section_for(request.user, pk), actor=request.user.actor)
        messages.success(request, _("The section is deleted."))
    except verbs.NotEmpty:
        messages.error(request, _("Articles stand in it, maybe some that are put away. Move them first."))
    return redirect("knowledge:sections")


@login_required
@permission_required(MANAGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def help_centre(request: AgentRequest) -> HttpResponse:
    """Name, colours, logo and languages of the help centre."""
    found = HelpCentre.objects.first() or HelpCentre()
    initial = {name: getattr(found, name) for name in FIELDS}
    form = (
        HelpCentreForm(request.POST, request.FILES)
        if request.method == "POST"
        else HelpCentreForm(initial=initial)
    )
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        messages.success(request, _("Saved."))
        return redirect("knowledge:help_settings")
    context = {"form": form, "centre": found}
    return render(
        request, "knowledge/help_settings.html", context, status=200 if request.method == "GET" else 422
    )


def _saved(request: AgentRequest, form: HelpCentreForm) -> bool:
    given: dict[str, Any] = {name: form.cleaned_data[name] for name in FIELDS}
    if form.cleaned_data["no_logo"]:
        given["logo"] = b""
    elif form.cleaned_data["logo"]:
        given["logo"] = form.cleaned_data["logo"].read(verbs.LARGEST_LOGO + 1)
    try:
        verbs.set_help_centre(actor=request.user.actor, **given)
    except BadFile:
        form.add_error("logo", _("This is no PNG, JPEG, GIF or WebP picture, or it is too large."))
        return False
    return True
