"""What reports look like to programs."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from ahlan.core.api.shapes import LARGEST_KEY, In, Key, Line, Out, Ref
from ahlan.kpis import reports
from ahlan.kpis.api.figures import FigureReadingOut
from ahlan.kpis.api.room import Day, KpiKey, Method, Some, Zone
from ahlan.kpis.models import Mailing, Report
from ahlan.kpis.question import MOST_FIGURES


class ReportFigure(In):
    key: KpiKey
    method: Method = ""
    business: bool = False


class ReportLimits(In):
    """What is counted; null is no limit."""

    team: Some = None
    agent: Some = None
    inbox: Some = None
    tag: Some = None
    organisation: Some = None
    priority: Annotated[int | None, Field(ge=0, le=LARGEST_KEY)] = None
    channel: Annotated[Line, Field(max_length=20, examples=[""])] = ""
    language: Annotated[Line, Field(max_length=10, examples=[""])] = ""
    customer_kind: Literal["", "internal", "external"] = ""
    bot: bool | None = None


class ReportAsks(In):
    """What a report asks. `period` fixed: from `start` up to `until`, both included; weeks begin on Monday."""

    figures: Annotated[list[ReportFigure], Field(min_length=1, max_length=MOST_FIGURES)]
    by: Annotated[
        Literal["", "day", "week", "month", "hours", "team", "agent", "inbox", "channel", "language", "priority", "customer_kind", "tag", "bot"],
        Field(description="hours: by weekday and hour.", examples=["day"]),
    ] = ""  # fmt: skip
    period: Literal[
        "yesterday", "last_7_days", "last_28_days", "last_week", "last_month", "last_quarter", "last_year", "this_month", "fixed",
    ] = "last_28_days"  # fmt: skip
    start: Day | None = None
    until: Day | None = None
    against: Annotated[
        Literal["", "before", "year", "chosen"],
        Field(description="The time it is held against.", examples=["before"]),
    ] = ""
    other_start: Day | None = None
    other_until: Day | None = None
    limits: ReportLimits = ReportLimits()
    clock: Annotated[
        Literal["", "team"],
        Field(description="team: days by the clocks of the team it is limited to.", examples=[""]),
    ] = ""


class ReportIn(In):
    name: Annotated[Line, Field(min_length=1, max_length=120, examples=["Speed by team"])]
    asks: ReportAsks
    shared: Annotated[
        Literal["", "team", "all"], Field(description="With whom beside its owner.", examples=["all"])
    ] = ""
    team: Annotated[int | None, Field(ge=1, le=LARGEST_KEY, description="Of what is shared with a team.")] = (
        None
    )


class ReportMailingIn(In):
    every: Literal["day", "week", "month"]
    day: Annotated[
        int, Field(ge=0, le=28, description="Of the week, Monday is 0; or of the month.", examples=[0])
    ] = 0
    hour: Annotated[int, Field(ge=0, le=23, examples=[8])]
    zone: Zone
    people: Annotated[list[Key], Field(min_length=1, max_length=200, description="Agents.")]


class ReportMailingOut(Out):
    every: str
    day: int
    hour: int
    zone: str
    people: list[int]
    next_at: datetime | None

    @classmethod
    def told(cls, one: Mailing) -> "ReportMailingOut":
        return cls(
            every=one.every, day=one.day, hour=one.hour, zone=one.zone, people=sorted(p.pk for p in one.people.all()), next_at=one.next_at
        )  # fmt: skip


class ReportOut(Out):
    id: int
    name: str
    asks: dict[str, Any]
    owner: Ref | None
    shared: str
    team: Ref | None
    archived_at: datetime | None

    @classmethod
    def told(cls, one: Report) -> "ReportOut":
        return cls(
            id=one.pk, name=one.name, asks=one.asks, owner=Ref.to(one.owner), shared=one.shared, team=Ref.to(one.team), archived_at=one.archived_at,
        )  # fmt: skip


class ReportChangeOut(Out):
    """How much more or less; `verdict`: differs, same (not distinguishable) or unjudged."""

    by: float
    low: float | None
    high: float | None
    verdict: str


class ReportLineOut(Out):
    """A group, or a stretch of time by its first day."""

    key: str
    label: str
    reading: FigureReadingOut
    other: FigureReadingOut | None
    change: ReportChangeOut | None

    @classmethod
    def told(cls, one: reports.Line) -> "ReportLineOut":
        return cls(
            key=one.key, label=one.label, reading=FigureReadingOut.of(one.reading),
            other=FigureReadingOut.of(one.other) if one.other else None, change=ReportChangeOut(**one.change._asdict()) if one.change else None,
        )  # fmt: skip


class ReportHourOut(FigureReadingOut):
    weekday: Annotated[int, Field(description="Monday is 0.", examples=[0])]
    hour: int


class ReportFigureOut(Out):
    key: str
    method: str
    business: bool
    whole: ReportLineOut
    lines: list[ReportLineOut]
    hours: list[ReportHourOut]

    @classmethod
    def told(cls, one: reports.Told) -> "ReportFigureOut":
        hours = [
            ReportHourOut(weekday=day, hour=hour, **found._asdict())
            for (day, hour), found in sorted(one.heat.items())
        ]
        return cls(
            key=one.asked.key, method=one.asked.read_by, business=one.asked.business, whole=ReportLineOut.told(one.whole),
            lines=[ReportLineOut.told(line) for line in one.lines], hours=hours,
        )  # fmt: skip


class ReportAnswerOut(Out):
    """`until` and `other_until` are the last days, included."""

    start: date
    until: date
    other_start: date | None
    other_until: date | None
    zone: str
    figures: list[ReportFigureOut]
