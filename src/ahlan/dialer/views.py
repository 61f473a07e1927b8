"""The page of calls."""

from typing import cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from ahlan.core.keyset import page
from ahlan.dialer.forms import CallsAsked
from ahlan.dialer.policies import calls_of
from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest

ORDER = ("-offered_at", "-id")


@login_required
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """All calls one may see, the newest first."""
    found = calls_of(cast(AgentRequest, request).user)
    form = CallsAsked(request.GET, people=Agent.objects.order_by("name", "id"))
    shown = page(form.sift(found), ORDER, request.GET.get("after"), 50)
    asked = {key: value for key, value in request.GET.items() if key in form.fields and value}
    context = {
        "page": shown,
        "form": form,
        "address": f"?{urlencode(asked)}&" if asked else "?",
        "is_sifted": bool(asked),
        "place": timezone.get_current_timezone_name(),
    }
    return render(request, "dialer/calls.html", context)
