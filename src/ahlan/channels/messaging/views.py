"""Settings pages of messengers: a list, one with what to do at its provider, and asking the provider whether all is well."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.channels.actions import save_inbox
from ahlan.channels.hooks import address_of
from ahlan.channels.messaging.forms import WireForm
from ahlan.channels.messaging.wire import Wire
from ahlan.channels.models import Inbox
from ahlan.channels.registry import channels

MOST = 500


def wires() -> dict[str, Wire]:
    return {key: one for key, one in channels().items() if isinstance(one, Wire)}


def _wire(key: str) -> Wire:
    found = wires().get(key)
    if found is None:
        raise Http404("no such messenger")
    return found


def _inbox(pk: int) -> Inbox:
    return get_object_or_404(Inbox, pk=pk, channel__in=list(wires()))


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    known = wires()
    found = Inbox.objects.filter(channel__in=list(known)).select_related("mailbox")[:MOST]
    rows = [(one, known[one.channel]) for one in found]
    return render(request, "messaging/list.html", {"rows": rows, "wires": known.values()})


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, key: str) -> HttpResponse:
    return _edit(request, Inbox(channel=key, address=""), _wire(key))


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _inbox(pk)
    return _edit(request, found, _wire(found.channel))


def _edit(request: HttpRequest, inbox: Inbox, wire: Wire) -> HttpResponse:
    form = WireForm(request.POST or None, inbox=inbox, wire=wire)
    if request.method == "POST" and form.is_valid():
        save_inbox(inbox, form.apply(), actor=f"agent:{request.user.pk}")
        messages.success(request, _("Saved."))
        return redirect("messaging:edit", pk=inbox.pk)
    kept = Inbox.objects.filter(pk=inbox.pk).first() if inbox.pk else None
    made = [
        (one.label, kept.secret(one.key)) for one in wire.settings if one.made and kept and wire.shows_made
    ]
    context = {
        "form": form,
        "inbox": kept,
        "wire": wire,
        "address": address_of(kept) if kept else "",
        "made": made,
    }
    return render(request, "messaging/edit.html", context, status=422 if form.errors else 200)


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the provider as it is saved."""
    found = _inbox(pk)
    wire = _wire(found.channel)
    well, said = wire.check(found.for_its_wire, address_of(found)) if wire.checks else (False, "")
    if well:
        messages.success(request, _("The provider knows us as %(name)s.") % {"name": said})
    else:
        messages.error(request, said)
    return redirect("messaging:edit", pk=pk)
