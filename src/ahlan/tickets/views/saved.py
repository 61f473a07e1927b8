"""Saved views: make one, change it, delete it, and the rows of its conditions while they are being made."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ahlan.staff.requests import AgentRequest
from ahlan.tickets import condition_form
from ahlan.tickets.actions import views
from ahlan.tickets.facets import SUBJECTS, TICKETS
from ahlan.tickets.forms import SavedViewForm
from ahlan.tickets.lists import saved_views_of
from ahlan.tickets.models import SavedView


def view_for(request: AgentRequest, pk: int) -> SavedView:
    """A view this person may change: his own, or a shared one when he may share. Raises Http404, PermissionDenied."""
    found = saved_views_of(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404("no such view")
    if found.owner_id != request.user.pk and not request.user.may("tickets.share_views"):
        raise PermissionDenied
    return found


@login_required
@require_http_methods(["GET", "POST"])
def new_view(request: AgentRequest) -> HttpResponse:
    """Define a view."""
    return _edit(request, None)


@login_required
@require_http_methods(["GET", "POST"])
def change_view(request: AgentRequest, pk: int) -> HttpResponse:
    return _edit(request, view_for(request, pk))


def _edit(request: AgentRequest, saved: SavedView | None) -> HttpResponse:
    if not request.user.may("tickets.view"):
        raise PermissionDenied
    form = SavedViewForm(request.POST or None, agent=request.user, saved=saved)
    rows = condition_form.rows_of(saved.conditions if saved else {"all": []})
    if request.method == "POST":
        rows, well = condition_form.checked(condition_form.read(request.POST))
        if form.is_valid() and well:
            try:
                made = views.save_view(
                    saved,
                    conditions=condition_form.tree_of(rows),
                    actor=request.user.actor,
                    **form.chosen(),
                )
            except views.TooManyViews:
                form.add_error(
                    None, _("There are as many views as can be kept. Delete one that nobody needs.")
                )
            else:
                return redirect("tickets:view", view=made.key)
    context = {"form": form, "saved": saved, **condition_form.builder(rows)}
    return render(
        request, "tickets/saved_view.html", context, status=422 if request.method == "POST" else 200
    )


@login_required
@require_POST
def conditions(request: AgentRequest) -> HttpResponse:
    """The rows anew, after a property was chosen or a row added or dropped."""
    prefix = request.GET.get("prefix", "")
    prefix = prefix if prefix.isidentifier() and len(prefix) < 20 else ""
    of = SUBJECTS.get(request.GET.get("of", ""), TICKETS)
    rows = condition_form.read(request.POST, prefix, of)
    return render(request, "tickets/_conditions.html", condition_form.builder(rows, prefix, of))


@login_required
@require_POST
def deletion(request: AgentRequest, pk: int) -> HttpResponse:
    saved = view_for(request, pk)
    views.delete_view(saved, actor=request.user.actor)
    messages.success(
        request, _("The view “%(name)s” is deleted. Its tickets are untouched.") % {"name": saved.name}
    )
    return redirect("tickets:workspace")
