"""What notifications hang on every page: the bell, and the way to one's wishes."""

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string

from ahlan.core.panels import panel
from ahlan.notifications.queries import unseen
from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest


@panel("page.head", order=30)
def looks(request: HttpRequest, agent: Agent) -> str:
    return render_to_string("notifications/_head.html", {}, request)


@panel("page.rail", order=10)
def bell(request: HttpRequest, agent: Agent) -> str:
    return render_to_string(
        "notifications/_bell.html", {"unseen": unseen(cast(AgentRequest, request).user)}, request
    )
