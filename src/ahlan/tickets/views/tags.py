"""Settings: tags. Rename one, merge it into another, delete it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core.keyset import page
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.actions import tags as verbs
from ahlan.tickets.actions.words import NameTaken
from ahlan.tickets.models import Tag, Ticket
from ahlan.tickets.views.words import for_setters

MOST_COUNTED = 1_000


@for_setters
@require_GET
def tags(request: AgentRequest) -> HttpResponse:
    """All tags by name, a page at once."""
    found = page(Tag.objects.all(), ("name", "id"), request.GET.get("after"))
    return render(request, "tickets/tags.html", {"page": found})


@for_setters
@require_http_methods(["GET", "POST"])
def tag(request: AgentRequest, pk: int) -> HttpResponse:
    """One tag; POST `name` renames it."""
    found, error = get_object_or_404(Tag, pk=pk), ""
    if request.method == "POST":
        try:
            verbs.rename_tag(found, request.POST.get("name", ""), actor=request.user.actor)
        except NameTaken:
            error = _("There is such a tag already. Merge the two below.")
        except ValueError:
            error = _("Give it a name.")
        else:
            messages.success(request, _("Saved."))
            return redirect("tickets:tags")
    bearing = Ticket.objects.filter(tags=found)[: MOST_COUNTED + 1].count()
    context = {
        "tag": found,
        "error": error,
        "bearing": min(bearing, MOST_COUNTED),
        "more": bearing > MOST_COUNTED,
    }
    return render(request, "tickets/tag.html", context, status=422 if error else 200)


@for_setters
@require_POST
def merging(request: AgentRequest, pk: int) -> HttpResponse:
    """Put the tag named `into` in its place on every ticket."""
    found, name = get_object_or_404(Tag, pk=pk), " ".join(request.POST.get("into", "").split())
    into = Tag.objects.filter(name=name[:60]).exclude(pk=pk).first()
    if into is None:
        messages.error(request, _("There is no other tag of this name."))
        return redirect("tickets:tag", pk=pk)
    verbs.merge_tags(found, into, actor=request.user.actor)
    messages.success(request, _("Merged into “%(name)s”.") % {"name": into})
    return redirect("tickets:tags")


@for_setters
@require_POST
def tag_removal(request: AgentRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Tag, pk=pk)
    verbs.delete_tag(found, actor=request.user.actor)
    messages.success(request, _("Deleted."))
    return redirect("tickets:tags")
