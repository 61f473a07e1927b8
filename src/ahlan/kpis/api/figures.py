"""Figures for programs: their definitions, readings and facts."""

from datetime import date, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from django.http import Http404, StreamingHttpResponse
from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import Limit, Listed, Out, all_of
from ahlan.core.clock import now
from ahlan.kpis import figures
from ahlan.kpis.api.room import (
    LONGEST,
    READ,
    USUAL,
    By,
    End,
    Form,
    KpiKey,
    Method,
    Some,
    Start,
    Zone,
    file_of,
    room,
)
from ahlan.kpis.declared import Kpi, kpi_for, kpis
from ahlan.kpis.files import facts_table
from ahlan.kpis.policies import VIEW, seen_inboxes
from ahlan.kpis.reading import Filters, Period, Reading
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest


class FigureOut(Out):
    key: Annotated[str, Field(examples=["first_response_time"])]
    name: Annotated[str, Field(examples=["First response time"])]
    tells: str
    unit: Annotated[
        str, Field(description="seconds, share, count, score or per_contact.", examples=["seconds"])
    ]
    good: Annotated[str, Field(description="Which way is good: up, down, band or none.", examples=["down"])]
    population: str
    left_out: str
    dated_by: str
    formula: str
    methods: list[str]
    splits: list[str]
    variant_of: Annotated[str, Field(description="The figure it is another way of counting.", examples=[""])]

    @classmethod
    def of(cls, one: Kpi) -> "FigureOut":
        words = ("name", "tells", "population", "left_out", "dated_by", "formula")
        told = {name: str(getattr(one, name)) for name in words}
        return cls(
            key=one.key, unit=one.unit, good=one.good, methods=list(one.methods), splits=list(one.splits),
            variant_of=one.variant_of, **told,
        )  # fmt: skip


class FigureReadingOut(Out):
    """A figure at hand; `value` null: there is nothing to measure. Shares lie between 0 and 1."""

    value: float | None
    unit: str
    n: int
    method: str
    low: Annotated[float | None, Field(description="Of the interval at 95 %.")]
    high: float | None

    @classmethod
    def of(cls, one: Reading) -> "FigureReadingOut":
        return cls(**one._asdict())


class FigureDayOut(FigureReadingOut):
    on: date


class FigureGroupOut(FigureReadingOut):
    key: Annotated[str, Field(examples=["3"])]
    label: Annotated[str, Field(examples=["Billing"])]


class FigureFactOut(Out):
    """One thing that was counted."""

    kind: str
    subject: Annotated[str, Field(examples=["ticket:4127"])]
    ticket: int | None
    at: str
    value: int | None
    business: int | None
    good: int


class FigureFactsOut(Out):
    items: list[FigureFactOut]
    next: Annotated[str | None, Field(description="`after` of the page that follows.")]


@room.reads("/figures", READ)
def list_figures(request: ApiRequest) -> Listed[FigureOut]:
    """List the figures with their definitions."""
    must(request.user, VIEW)
    return all_of(kpis(), FigureOut.of)


@room.reads("/figures/{key}", READ)
def read_figure(
    request: ApiRequest, key: KpiKey, start: Start = None, end: End = None, zone: Zone = "UTC", method: Method = "",
    business: bool = False, team: Some = None, agent: Some = None, inbox: Some = None,
) -> FigureReadingOut:  # fmt: skip
    """Read a figure over some days. The end day is excluded."""
    kpi, filters = _asked(request, key, business=business, team=team, agent=agent, inbox=inbox)
    return FigureReadingOut.of(
        figures.read(kpi, _period(start, end, zone), method=_method(kpi, method), filters=filters)
    )


@room.reads("/figures/{key}/days", READ)
def read_figure_by_day(
    request: ApiRequest, key: KpiKey, start: Start = None, end: End = None, zone: Zone = "UTC", method: Method = "",
    business: bool = False, team: Some = None, agent: Some = None, inbox: Some = None,
) -> Listed[FigureDayOut]:  # fmt: skip
    """Read a figure day by day. At most 93 days."""
    kpi, filters = _asked(request, key, business=business, team=team, agent=agent, inbox=inbox)
    period = _period(start, end, zone, longest=93)
    found = figures.by_day(kpi, period, method=_method(kpi, method), filters=filters)
    return all_of(found, lambda one: FigureDayOut(on=one[0].start, **one[1]._asdict()))


@room.reads("/figures/{key}/groups", READ)
def read_figure_by_group(
    request: ApiRequest, key: KpiKey, by: By = "team", start: Start = None, end: End = None, zone: Zone = "UTC", method: Method = "",
    business: bool = False, team: Some = None, agent: Some = None, inbox: Some = None,
) -> Listed[FigureGroupOut]:  # fmt: skip
    """Read a figure by groups. The largest first."""
    kpi, filters = _asked(request, key, business=business, team=team, agent=agent, inbox=inbox)
    if by not in kpi.splits:
        raise wrong("by", _("This figure is not split by it."), where="query")
    found = figures.split(kpi, _period(start, end, zone), by, method=_method(kpi, method), filters=filters)
    return all_of(found, lambda one: FigureGroupOut(key=one[0], label=one[1], **one[2]._asdict()))


@room.reads("/figures/{key}/facts", READ)
def list_figure_facts(
    request: ApiRequest, key: KpiKey, start: Start = None, end: End = None, zone: Zone = "UTC",
    after: Annotated[str, Field(max_length=80, examples=[""])] = "", limit: Limit = 30,
) -> FigureFactsOut:  # fmt: skip
    """List what a figure is made of. The latest first."""
    kpi, filters = _asked(request, key)
    try:
        page = figures.behind(kpi, _period(start, end, zone), filters, after=after or None, size=limit)
    except ValueError:
        raise wrong("after", _("This is no place in the list."), where="query") from None
    told = [
        FigureFactOut(
            kind=one.kind, subject=f"{one.subject_kind}:{one.subject_id}", ticket=one.ticket,
            at=one.at.isoformat(), value=one.value, business=one.business, good=one.good,
        )
        for one in page.facts
    ]  # fmt: skip
    return FigureFactsOut(items=told, next=page.after)


def _asked(request: ApiRequest, key: str, **limits: Any) -> tuple[Kpi, Filters]:
    must(request.user, VIEW)
    try:
        kpi = kpi_for(key)
    except KeyError:
        raise Http404("no such figure") from None
    return kpi, Filters(inboxes=seen_inboxes(request.user), **limits)


def _period(start: date | None, end: date | None, zone: str, longest: int = LONGEST) -> Period:
    if zone not in available_timezones():
        raise wrong("zone", _("There is no such time zone."), where="query")
    today = now().astimezone(ZoneInfo(zone)).date()
    last = end or max(today, start or today) + timedelta(days=1)
    first = start or last - timedelta(days=USUAL)
    if not timedelta() < last - first <= timedelta(days=longest):
        raise wrong("end", _("It comes after the start, and not too long after."), where="query")
    return Period(first, last, zone)


def _method(kpi: Kpi, method: str) -> str | None:
    if method and method not in kpi.methods:
        raise wrong("method", _("This figure is not read so."), where="query")
    return method or None


@room.reads("/figures/{key}/file", READ)
def download_figure_facts(
    request: ApiRequest, key: KpiKey, start: Start = None, end: End = None, zone: Zone = "UTC", form: Form = "csv", team: Some = None,
    agent: Some = None, inbox: Some = None,
) -> StreamingHttpResponse:  # fmt: skip
    """Take away all that a figure is made of. Without a limit of rows, streamed, the latest first."""
    kpi, filters = _asked(request, key, team=team, agent=agent, inbox=inbox)
    period = _period(start, end, zone)
    return file_of(facts_table(kpi, period, filters), form, f"{key}-{period.start}")
