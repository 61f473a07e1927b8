"""Ways in, and the pages about people."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ahlan.staff.actions import use_link

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in by a link that works once. Opening it shows a button, so that a mail scanner does not use it up."""
    if request.method == "GET" and not _from_terminal(request):
        return render(request, "staff/link.html")
    agent = use_link(token)
    if agent is None:
        return render(request, "staff/link_used.html", status=410)
    login(request, agent, backend=BACKEND)
    return redirect("/")


def _from_terminal(request: HttpRequest) -> bool:
    """On one's own machine the printed link needs no button."""
    return request.get_host().split(":")[0] in ("localhost", "127.0.0.1", "[::1]")
