"""The customer's page of one request, opened by the link he was given."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ahlan.tickets.portal import request_for, say_more

LONGEST = 20_000


@never_cache
@require_http_methods(["GET", "POST"])
def request_page(request: HttpRequest, token: str) -> HttpResponse:
    found = request_for(token)
    if request.method == "POST":
        say_more(found, request.POST.get("text", "")[:LONGEST], key=request.POST.get("key", "")[:40])
        return redirect("tickets:request", token=token)
    language = found.ticket.language if found.ticket else ""
    with translation.override(language or translation.get_language()):
        context = {"found": found, "key": secrets.token_hex(8)}
        response = render(request, "tickets/request.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
