"""Who is here, what each carries, and what waits for somebody: a lead's page, live."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count, Min
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ahlan.core.clock import now
from ahlan.core.keyset import page
from ahlan.routing.crew import USUAL, capacities_of, loads_of
from ahlan.routing.models import Waiting
from ahlan.routing.views.settings import channels
from ahlan.staff.models import Agent, Availability
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.policies import inbox_ids_of

ROWS = 50
MOST_LANES = 30


@login_required
@permission_required("routing.manage", raise_exception=True)
@require_GET
def here(request: AgentRequest) -> HttpResponse:
    """People a page at a time, those who may answer; as a fragment when htmx asks."""
    found = page(_agents(), ("name", "id"), request.GET.get("after"), ROWS)
    wires = channels()
    ids = [one.pk for one in found.items]
    load, most = loads_of(ids), capacities_of(ids)
    rows = [
        {
            "agent": one,
            "loads": [
                {
                    "n": load[one.pk][key],
                    "most": (limit := most[one.pk].get(key, USUAL)),
                    "full": load[one.pk][key] >= limit,
                }
                for key, _name in wires
            ],
        }
        for one in found.items
    ]
    context = {
        "rows": rows,
        "page": found,
        "channels": wires,
        "queue": _queue(request),
        "counts": _counts(),
        "now": now(),
    }
    template = "routing/_here.html" if request.htmx else "routing/here.html"
    return render(request, template, context)


def _agents() -> Any:
    return Agent.objects.active().select_related("role", "presence__state").prefetch_related("teams")


def _counts() -> list[dict[str, Any]]:
    """How many are in each state of presence."""
    counted = dict(
        Agent.objects.active()
        .filter(presence__isnull=False)
        .values_list("presence__kind")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return [
        {"kind": kind, "name": name, "n": counted.get(kind, 0)} for kind, name in Availability.choices[:-1]
    ]


def _queue(request: AgentRequest) -> list[dict[str, Any]]:
    """What waits, by plan and inbox, as far as the reader sees the inbox."""
    seen = inbox_ids_of(request.user)
    waiting = Waiting.objects.filter(lane__inbox__in=seen).values(
        "lane__plan__name", "lane__inbox__name", "lane__language"
    )
    found = waiting.annotate(n=Count("pk"), oldest=Min("since"), due=Min("due_at")).order_by("due")
    return [dict(one) for one in found[:MOST_LANES]]
