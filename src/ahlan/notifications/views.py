"""The list of what one was told, its bell, and how loudly one wants to hear."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.core import keyset
from ahlan.notifications import actions
from ahlan.notifications.forms import WishesForm
from ahlan.notifications.models import Wishes
from ahlan.notifications.queries import ORDER, lines_of, notifications_of, unseen
from ahlan.staff.requests import AgentRequest

IN_MENU = 12


@login_required
@require_GET
def notifications(request: AgentRequest) -> HttpResponse:
    """All of them, newest first; as a fragment `part=bell`, how many are unseen, and `part=menu`, the latest."""
    part = request.GET.get("part") if request.htmx else None
    if part == "bell":
        return render(request, "notifications/_count.html", {"unseen": unseen(request.user)})
    if part == "menu":
        lines = lines_of(notifications_of(request.user).order_by(*ORDER)[:IN_MENU])
        return render(request, "notifications/_menu.html", {"lines": lines})
    page = keyset.page(notifications_of(request.user), ORDER, request.GET.get("after"))
    return render(request, "notifications/list.html", {"page": page, "lines": lines_of(page.items)})


@login_required
@require_GET
def notification(request: AgentRequest, pk: int) -> JsonResponse:
    """What the browser says of one: `title`, `text`, `url`. 404 for another's."""
    found = notifications_of(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404("no such notification")
    (line,) = lines_of([found])
    ticket = found.ticket
    text = f"#{ticket.number} {ticket.subject or _('(no subject)')}"
    return JsonResponse({"title": line.sentence, "text": text, "url": ticket.get_absolute_url()})


@login_required
@require_POST
def seeing(request: AgentRequest) -> HttpResponse:
    """All seen."""
    actions.see_all(request.user)
    if not request.htmx:
        return redirect("notifications:list")
    lines = lines_of(notifications_of(request.user).order_by(*ORDER)[:IN_MENU])
    return render(request, "notifications/_menu.html", {"lines": lines})


@login_required
@require_http_methods(["GET", "POST"])
def wishes(request: AgentRequest) -> HttpResponse:
    own = Wishes.objects.filter(agent=request.user).first()
    form = WishesForm(request.POST or None, loudness=own.loudness if own else {})
    if request.method == "POST" and form.is_valid():
        actions.wish(request.user, form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("notifications:wishes")
    return render(request, "notifications/wishes.html", {"form": form}, status=422 if form.errors else 200)
