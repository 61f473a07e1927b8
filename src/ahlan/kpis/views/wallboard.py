"""The board on the wall: who waits, for how long, who is free, and how today goes."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count, Min
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ahlan.channels.chat.models import Chat
from ahlan.core.clock import now
from ahlan.core.numerals import number
from ahlan.kpis import figures
from ahlan.kpis.declared import COUNT, kpi_for
from ahlan.kpis.policies import VIEW, seen_inboxes
from ahlan.kpis.reading import Filters, Period
from ahlan.kpis.telling import duration, told
from ahlan.staff.models import Agent, Availability
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.lists import counts_of, views_of
from ahlan.tickets.models import State, Ticket
from ahlan.tickets.policies import inbox_ids_of

SHOWN = 24  # people by name
TODAY = ("service_level", "average_speed_of_answer", "abandonment_rate", "first_response_time", "contacts")


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def wallboard(request: AgentRequest) -> HttpResponse:
    """The whole page, or what is fresh of it when htmx asks."""
    template = "kpis/_wallboard.html" if request.htmx else "kpis/wallboard.html"
    return render(request, template, _board(request.user))


def _board(agent: Agent) -> dict[str, Any]:
    zone = agent.time_zone
    today = now().astimezone(ZoneInfo(zone)).date()
    filters, period = Filters(inboxes=seen_inboxes(agent)), Period(today, today + timedelta(days=1), zone)
    read = [(kpi, figures.read(kpi, period, filters=filters)) for kpi in map(kpi_for, TODAY)]
    unassigned, oldest = _waiting_tickets(agent)
    chats, since = _waiting_chats(agent)
    longest = min(filter(None, (oldest, since)), default=None)
    return {
        "chats": number(chats), "tickets": number(unassigned), "longest": duration((now() - longest).total_seconds()) if longest else "–",
        "today": [{"kpi": kpi, "value": told(reading.value, reading.unit), "n": number(reading.n) if kpi.unit != COUNT else ""} for kpi, reading in read],
        "people": _people(), "free": list(_free()), "place": zone, "at": now(),
    }  # fmt: skip


def _waiting_tickets(agent: Agent) -> tuple[int, Any]:
    """Those that are nobody's: how many, and since when the one that waits longest."""
    views = [one for one in views_of(agent) if one.key == "unassigned"]
    rows = Ticket.objects.filter(removal="", state=State.OPEN, assignee=None, snoozed=False)
    if not agent.sees_all_inboxes():
        rows = rows.filter(inbox__in=inbox_ids_of(agent))
    oldest = rows.order_by("last_message_at").values_list("last_message_at", flat=True).first()
    return counts_of(agent, views).get("unassigned", 0), oldest


def _waiting_chats(agent: Agent) -> tuple[int, Any]:
    rows = Chat.objects.filter(
        inbox__in=inbox_ids_of(agent), answered_at=None, abandoned_at=None, ended_at=None, aside=False
    )
    found = rows.aggregate(n=Count("pk"), since=Min("queued_at"))
    return found["n"], found["since"]


def _people() -> list[dict[str, Any]]:
    rows = Agent.objects.active().filter(presence__isnull=False).order_by()
    counted = dict(rows.values_list("presence__kind").annotate(n=Count("pk")))
    return [
        {"kind": kind, "name": name, "n": number(counted.get(kind, 0))}
        for kind, name in Availability.choices[:-1]
    ]


def _free() -> Any:
    rows = Agent.objects.active().filter(presence__kind=Availability.AVAILABLE)
    return rows.select_related("presence__state").order_by("name", "id")[:SHOWN]
