"""Figures to take away: the days of one, and every single thing it is made of, in any form of `core.tables`, without an end."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ahlan.core.tables import DAY, NUMBER, WHOLE, Column, Table, forms, handed_out
from ahlan.kpis import figures
from ahlan.kpis.asked import Asked, asked_of
from ahlan.kpis.declared import Kpi
from ahlan.kpis.files import facts_table
from ahlan.kpis.policies import VIEW
from ahlan.kpis.views.pulse import is_long, kpi_named
from ahlan.staff.requests import AgentRequest


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def days(request: AgentRequest, key: str, form: str) -> StreamingHttpResponse:
    """The figure of each day (of a long time, each week), with its interval."""
    kpi, asked = kpi_named(key), asked_of(request.user, request.GET)
    method = request.GET.get("method") if request.GET.get("method") in kpi.methods else None
    columns = [
        Column("from", _("From"), DAY), Column("until", _("Until"), DAY), Column("zone", _("Time zone")), Column("value", str(kpi.name), NUMBER),
        Column("unit", _("Unit")), Column("n", _("Counted"), WHOLE), Column("method", _("Read as")),
        Column("low", _("From (95 %)"), NUMBER), Column("high", _("To (95 %)"), NUMBER),
    ]  # fmt: skip
    table = Table(columns, _days(kpi, asked, method), str(kpi.name), asked.period.zone)
    return handed_out(table, checked(form), _named(kpi, asked))


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def facts(request: AgentRequest, key: str, form: str) -> StreamingHttpResponse:
    """Whatever it is made of, as far as its reader may see it, the latest first."""
    kpi, asked = kpi_named(key), asked_of(request.user, request.GET)
    return handed_out(facts_table(kpi, asked.period, asked.filters), checked(form), _named(kpi, asked))


def checked(form: str) -> str:
    """Raises Http404 for a form that cannot be written here."""
    if form not in forms():
        raise Http404("no such form")
    return form


def _named(kpi: Kpi, asked: Asked) -> str:
    return f"{kpi.key}-{asked.period.start}-{asked.last}"


def _days(kpi: Kpi, asked: Asked, method: str | None) -> Iterator[list[Any]]:
    weekly = is_long(asked.period)
    for one, reading in figures.by_day(
        kpi, asked.period, method=method, filters=asked.filters, weekly=weekly
    ):
        yield [
            one.start, one.end, one.zone, reading.value, reading.unit, reading.n, reading.method, reading.low, reading.high,
        ]  # fmt: skip
