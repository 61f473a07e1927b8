"""Where chats are set up: a list, one with its snippet, and a page to try it on."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.channels.chat.actions import TooMany, delete_nudge, move_nudge, save_nudge, save_widget
from ahlan.channels.chat.forms import NudgeForm, WidgetForm
from ahlan.channels.chat.identity import SECRET
from ahlan.channels.chat.models import Nudge, Widget
from ahlan.channels.chat.queries import told_nudges
from ahlan.core.reached import address_for


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_GET
def chats(request: HttpRequest) -> HttpResponse:
    return render(request, "chat/list.html", {"widgets": Widget.objects.select_related("inbox")[:200]})


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Make or change a chat; afterwards its snippet is shown."""
    widget = get_object_or_404(Widget.objects.select_related("inbox"), slug=slug) if slug else None
    form = WidgetForm(request.POST or None, instance=widget)
    if request.method == "POST" and form.is_valid():
        saved = save_widget(
            form.save(commit=False), name=form.cleaned_data["name"], active=form.cleaned_data["is_active"],
            fields=form.changed_data, actor=_actor(request),
        )  # fmt: skip
        return redirect("chat:edit", slug=saved.slug)
    base = address_for(request)
    context = {
        "form": form, "widget": widget, "base_url": base,
        "secret": widget.inbox.secret(SECRET) if widget else "", "nudges": told_nudges(widget) if widget else [],
    }  # fmt: skip
    return render(request, "chat/edit.html", context)


def _actor(request: HttpRequest) -> str:
    return f"agent:{request.user.pk}"


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def nudge(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Make or change a message that appears by itself."""
    widget = get_object_or_404(Widget, slug=slug)
    found = get_object_or_404(Nudge, widget=widget, pk=pk) if pk else Nudge(widget=widget)
    form = NudgeForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            save_nudge(form.save(commit=False), actor=_actor(request))
        except TooMany:
            form.add_error(None, _("There are as many as a chat can hold. Delete one first."))
        else:
            return redirect("chat:edit", slug=slug)
    context = {"form": form, "widget": widget, "nudge": found}
    return render(request, "chat/nudge.html", context, status=422 if form.errors else 200)


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_POST
def nudge_place(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One place earlier (`steps` -1) or later."""
    found = get_object_or_404(Nudge, widget__slug=slug, pk=pk)
    move_nudge(found, -1 if request.POST.get("steps") == "-1" else 1, actor=_actor(request))
    return redirect("chat:edit", slug=slug)


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_POST
def nudge_deletion(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    delete_nudge(get_object_or_404(Nudge, widget__slug=slug, pk=pk), actor=_actor(request))
    messages.success(request, _("The message is deleted."))
    return redirect("chat:edit", slug=slug)


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_GET
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """An empty page with the chat on it, as a visitor sees it."""
    widget = get_object_or_404(Widget.objects.select_related("inbox"), slug=slug)
    return render(request, "chat/preview.html", {"widget": widget})
