"""Where chats are set up: a list, one with its snippet, and a page to try it on."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from ahlan.channels.chat.actions import save_widget
from ahlan.channels.chat.forms import WidgetForm
from ahlan.channels.chat.identity import SECRET
from ahlan.channels.chat.models import Widget
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
            fields=form.changed_data, actor=f"agent:{request.user.pk}",
        )  # fmt: skip
        return redirect("chat:edit", slug=saved.slug)
    base = address_for(request)
    secret = widget.inbox.secret(SECRET) if widget else ""
    return render(
        request, "chat/edit.html", {"form": form, "widget": widget, "base_url": base, "secret": secret}
    )


@login_required
@permission_required("inboxes.manage", raise_exception=True)
@require_GET
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """An empty page with the chat on it, as a visitor sees it."""
    widget = get_object_or_404(Widget.objects.select_related("inbox"), slug=slug)
    return render(request, "chat/preview.html", {"widget": widget})
