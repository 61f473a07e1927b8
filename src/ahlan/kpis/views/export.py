"""Figures to take away: the days of one, and every single thing it is made of, as CSV without an end."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required, permission_required
from django.http import StreamingHttpResponse
from django.views.decorators.http import require_GET

from ahlan.kpis import figures
from ahlan.kpis.asked import Asked, asked_of
from ahlan.kpis.declared import Kpi
from ahlan.kpis.policies import VIEW
from ahlan.kpis.views.pulse import is_long, kpi_named
from ahlan.staff.models import Agent
from ahlan.staff.requests import AgentRequest

AT_ONCE = 500
MARK = "\ufeff"  # by which spreadsheets know UTF-8
DAYS = ("from", "until", "zone", "value", "unit", "n", "method", "low", "high")
FACTS = (
    "at",
    "kind",
    "number",
    "ticket",
    "subject",
    "agent",
    "team",
    "inbox",
    "language",
    "priority",
    "seconds",
    "business_seconds",
    "counts",
)


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def days(request: AgentRequest, key: str) -> StreamingHttpResponse:
    """The figure of each day (of a long time, each week), with its interval."""
    kpi, asked = kpi_named(key), asked_of(request.user, request.GET)
    method = request.GET.get("method") if request.GET.get("method") in kpi.methods else None
    return _handed_out(kpi, asked, _days(kpi, asked, method))


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def facts(request: AgentRequest, key: str) -> StreamingHttpResponse:
    """Whatever it is made of, as far as its reader may see it, the latest first."""
    kpi, asked = kpi_named(key), asked_of(request.user, request.GET)
    return _handed_out(kpi, asked, _facts(kpi, asked))


def _handed_out(kpi: Kpi, asked: Asked, lines: Iterator[str]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="{kpi.key}-{asked.period.start}-{asked.last}.csv"'
    )
    return response


class _Echo:
    def write(self, text: str) -> str:
        return text


def _days(kpi: Kpi, asked: Asked, method: str | None) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield MARK + writer.writerow(DAYS)
    weekly = is_long(asked.period)
    for one, reading in figures.by_day(
        kpi, asked.period, method=method, filters=asked.filters, weekly=weekly
    ):
        bounds = [_cell(reading.low), _cell(reading.high)]
        yield writer.writerow(
            [
                one.start,
                one.end,
                one.zone,
                _cell(reading.value),
                reading.unit,
                reading.n,
                reading.method,
                *bounds,
            ]
        )


def _facts(kpi: Kpi, asked: Asked) -> Iterator[str]:
    writer, zone = csv.writer(_Echo()), ZoneInfo(asked.period.zone)
    agents, teams = dict(Agent.objects.values_list("pk", "name")), {one.pk: one.name for one in asked.teams}
    inboxes = {one.pk: one.name for one in asked.inboxes}
    yield MARK + writer.writerow(FACTS)
    after: str | None = None
    while True:
        page = figures.behind(kpi, asked.period, asked.filters, after=after, size=AT_ONCE)
        for fact in page.facts:
            ticket = fact.shown  # type: ignore[attr-defined]
            names = (agents.get(fact.agent or 0), teams.get(fact.team or 0), inboxes.get(fact.inbox or 0))
            yield writer.writerow([
                _local(fact.at, zone), fact.subject_kind, fact.subject_id, fact.ticket or "", _harmless(ticket.subject if ticket else ""),
                *(_harmless(one or "") for one in names), fact.language, fact.priority, _cell(fact.value), _cell(fact.business), fact.good,
            ])  # fmt: skip
        after = page.after
        if after is None:
            return


def _local(at: datetime, zone: ZoneInfo) -> str:
    """With the offset, so that it can be mistaken for no other moment."""
    return at.astimezone(zone).isoformat(timespec="seconds")


def _cell(value: float | None) -> Any:
    return "" if value is None else value


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
