"""Figures, goals and reports for programs."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field
from pydantic.functional_validators import AfterValidator

from ahlan.core.api.problems import refusal, wrong
from ahlan.core.api.rooms import Room
from ahlan.core.api.shapes import LARGEST_KEY, Cursor, In, Key, Limit, Line, Listed, Out, Ref, all_of, listed
from ahlan.core.clock import now
from ahlan.core.tables import Table, forms, handed_out
from ahlan.kpis import figures, reports
from ahlan.kpis.actions import goals as verbs
from ahlan.kpis.actions import mailing
from ahlan.kpis.actions import reports as report_verbs
from ahlan.kpis.actions.handling import add_minutes
from ahlan.kpis.asking import MOST_FIGURES, BadQuestion, question_of
from ahlan.kpis.declared import Kpi, kpi_for, kpis
from ahlan.kpis.files import facts_table, table_of
from ahlan.kpis.handling import worked_on
from ahlan.kpis.models import Goal, Mailing, Report
from ahlan.kpis.policies import MANAGE, VIEW, report_for, reports_of, scope_rows, seen_inboxes
from ahlan.kpis.printing import report_pdf
from ahlan.kpis.reading import Filters, Period, Reading
from ahlan.kpis.shown import shown
from ahlan.staff.models import Agent, Team
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.models import Ticket
from ahlan.tickets.policies import ticket_for

READ, WRITE = "tickets:read", "settings:write"
LONGEST = 2 * 366  # days
MOST = 500
USUAL = 30  # days
BYTES = "application/octet-stream"  # as the contract has all files

room = Room(
    "figures",
    gettext_lazy("Figures"),
    "What the log comes to: each figure with its definition, its goals, and reports of them.",
    order=45,
)
refusal(verbs.BadGoal, 422, gettext_lazy("There is no such goal, or there are as many as can be kept."))


refusal(report_verbs.TooManyReports, 422, gettext_lazy("There are as many reports as can be kept."))
refusal(mailing.BadMailing, 422, gettext_lazy("Give a day, an hour and somebody who sees figures."))


def _near(day: date) -> date:
    if not 1900 <= day.year <= 2200:
        raise ValueError("out of reach")
    return day


Day = Annotated[date, AfterValidator(_near), Field(examples=["2026-11-01"])]
KpiKey = Annotated[str, Field(pattern=r"^[a-z_0-9]{1,60}$", examples=["first_response_time"])]
Zone = Annotated[
    str, Field(max_length=60, description="By whose clocks a day begins and ends.", examples=["UTC"])
]
Method = Annotated[
    str, Field(max_length=10, description="One of the figure’s own; empty: its first.", examples=[""])
]
By = Annotated[
    Literal["team", "agent", "inbox", "channel", "language", "priority", "customer_kind", "tag", "bot"],
    Field(description="One of the splits of the figure."),
]
Start = Annotated[Day | None, Field(description="The first day; by default 30 days ago.")]
End = Annotated[Day | None, Field(description="The day after the last; by default tomorrow.")]
Some = Annotated[int | None, Field(ge=1, le=LARGEST_KEY, description="Of this one alone.")]


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


class GoalOut(Out):
    id: int
    figure: Annotated[str, Field(examples=["first_response_time"])]
    scope: Annotated[
        str, Field(description="team, agent, inbox, tag, organisation; empty: the house.", examples=["team"])
    ]
    of: Annotated[int, Field(description="Its id; 0 for the house.", examples=[3])]
    value: Annotated[float, Field(description="In the unit of the figure.", examples=[3600])]
    method: str
    business: bool
    since: date

    @classmethod
    def told(cls, one: Goal) -> "GoalOut":
        return cls(
            id=one.pk, figure=one.key, scope=one.scope, of=one.scope_id, value=one.value, method=one.method,
            business=one.business, since=one.since,
        )  # fmt: skip


class GoalIn(In):
    figure: KpiKey
    scope: Literal["", "team", "agent", "inbox", "tag", "organisation"] = ""
    of: Annotated[int, Field(ge=0, le=LARGEST_KEY)] = 0
    value: Annotated[float, Field(ge=-1e9, le=1e9, examples=[3600])]
    method: Annotated[Line, Field(max_length=10, examples=[""])] = ""
    business: bool = False
    since: Day


@room.reads("/goals", READ)
def list_goals(request: ApiRequest) -> Listed[GoalOut]:
    """List the goals."""
    must(request.user, VIEW)
    return all_of(Goal.objects.all()[:MOST], GoalOut.told)


@room.writes("POST", "/goals", WRITE, makes="/goals/{id}")
def set_goal(request: ApiRequest, given: GoalIn) -> GoalOut:
    """Set a goal. One of the same figure, scope and day gives way."""
    must(request.user, MANAGE)
    if given.scope and not scope_rows(given.scope).filter(pk=given.of).exists():
        raise wrong("of", _("There is no such thing."))
    return GoalOut.told(
        verbs.set_goal(
            given.figure, given.value, since=given.since, scope=given.scope, scope_id=given.of, method=given.method,
            business=given.business, actor=request.user.actor,
        )
    )  # fmt: skip


@room.reads("/goals/{int:pk}", READ)
def get_goal(request: ApiRequest, pk: Key) -> GoalOut:
    """Get a goal."""
    must(request.user, VIEW)
    return GoalOut.told(_goal(pk))


@room.writes("DELETE", "/goals/{int:pk}", WRITE)
def drop_goal(request: ApiRequest, pk: Key) -> None:
    """Take a goal away. The one before it is in force again."""
    must(request.user, MANAGE)
    verbs.drop_goal(_goal(pk), actor=request.user.actor)


def _goal(pk: int) -> Goal:
    found = Goal.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("no such goal")
    return found


class HandlerOut(Out):
    agent: int
    seconds: int


class HandlingOut(Out):
    """How long people worked on a ticket, all in all and each."""

    seconds: int
    people: list[HandlerOut]

    @classmethod
    def told(cls, ticket: Ticket) -> "HandlingOut":
        people = [HandlerOut(agent=pk, seconds=seconds) for pk, seconds in worked_on(ticket)]
        return cls(seconds=sum(one.seconds for one in people), people=people)


class HandlingIn(In):
    minutes: Annotated[int, Field(ge=1, le=720, description="Worked on it just now.", examples=[10])]


@room.reads("/tickets/{int:number}/handling", READ)
def read_handling(request: ApiRequest, number: Key) -> HandlingOut:
    """Read how long people worked on a ticket."""
    return HandlingOut.told(ticket_for(request.user, number))


@room.writes("POST", "/tickets/{int:number}/handling", "tickets:write")
def add_handling(request: ApiRequest, number: Key, given: HandlingIn) -> HandlingOut:
    """Add minutes to what you worked on a ticket."""
    ticket = ticket_for(request.user, number, "tickets.change")
    add_minutes(request.user, ticket, given.minutes)
    return HandlingOut.told(ticket)


class ReportFigure(In):
    key: KpiKey
    method: Method = ""
    business: bool = False


Form = Annotated[
    Literal["csv", "xlsx", "json", "parquet"],
    Field(description="parquet only where its library stands.", examples=["csv"]),
]


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


def _asks(given: ReportAsks) -> dict[str, Any]:
    asks = given.model_dump()
    try:
        question_of(asks)
    except BadQuestion as refused:
        raise wrong("asks", f"{_('This cannot be asked.')} ({refused})") from None
    return asks


def _reports(request: ApiRequest) -> Any:
    must(request.user, VIEW)
    return reports_of(request.user).select_related("owner", "team")


@room.reads("/reports", READ)
def list_reports(
    request: ApiRequest, archived: bool = False, cursor: Cursor = "", limit: Limit = 30
) -> Listed[ReportOut]:
    """List the reports one may see. One’s own, those shared, and those one gets by mail."""
    found = _reports(request).filter(archived_at__isnull=not archived)
    return listed(found, ReportOut.told, cursor=cursor, limit=limit)


@room.writes("POST", "/reports", WRITE, makes="/reports/{id}")
def make_report(request: ApiRequest, given: ReportIn) -> ReportOut:
    """Keep a report. It is the caller’s own."""
    must(request.user, VIEW)
    return ReportOut.told(_saved(request, None, given))


def _saved(request: ApiRequest, report: Report | None, given: ReportIn) -> Report:
    team = Team.objects.filter(pk=given.team or 0).first()
    if given.shared == "team" and team is None:
        raise wrong("team", _("There is no such thing."))
    if not given.name.strip():
        raise wrong("name", _("Give it a name."))
    return report_verbs.save_report(
        report,
        name=given.name,
        asks=_asks(given.asks),
        owner=request.user,
        shared=given.shared,
        team=team,
        actor=request.user.actor,
    )


@room.reads("/reports/{int:pk}", READ)
def get_report(request: ApiRequest, pk: Key) -> ReportOut:
    """Get a report. What it asks, not what it answers."""
    must(request.user, VIEW)
    return ReportOut.told(report_for(request.user, pk))


@room.writes("PUT", "/reports/{int:pk}", WRITE)
def change_report(request: ApiRequest, pk: Key, given: ReportIn) -> ReportOut:
    """Change a report."""
    must(request.user, VIEW)
    return ReportOut.told(_saved(request, report_for(request.user, pk, changing=True), given))


@room.writes("POST", "/reports/{int:pk}/copy", WRITE, makes="/reports/{id}")
def copy_report(request: ApiRequest, pk: Key) -> ReportOut:
    """Duplicate a report. The copy is the caller’s own."""
    must(request.user, VIEW)
    return ReportOut.told(
        report_verbs.duplicate_report(
            report_for(request.user, pk), owner=request.user, actor=request.user.actor
        )
    )


@room.writes("POST", "/reports/{int:pk}/archive", WRITE)
def archive_report(request: ApiRequest, pk: Key) -> None:
    """Archive a report. It goes by mail no more."""
    must(request.user, VIEW)
    report_verbs.archive_report(report_for(request.user, pk, changing=True), actor=request.user.actor)


@room.writes("DELETE", "/reports/{int:pk}/archive", WRITE)
def restore_report(request: ApiRequest, pk: Key) -> None:
    """Bring a report back."""
    must(request.user, VIEW)
    report_verbs.restore_report(report_for(request.user, pk, changing=True), actor=request.user.actor)


@room.reads("/reports/{int:pk}/answer", READ)
def read_report(request: ApiRequest, pk: Key) -> ReportAnswerOut:
    """Read what a report answers today. Days by the caller’s time zone, or the team’s; of the inboxes the caller sees."""
    must(request.user, VIEW)
    told = reports.answer(question_of(report_for(request.user, pk).asks), request.user)
    one = timedelta(days=1)
    return ReportAnswerOut(
        start=told.period.start, until=told.period.end - one, zone=told.period.zone, other_start=told.other.start if told.other else None,
        other_until=told.other.end - one if told.other else None, figures=[ReportFigureOut.told(found) for found in told.figures],
    )  # fmt: skip


@room.reads("/reports/{int:pk}/file", READ)
def download_report(request: ApiRequest, pk: Key, form: Form = "csv") -> StreamingHttpResponse:
    """Take the table of a report away. As CSV, XLSX, JSON or Parquet."""
    must(request.user, VIEW)
    report = report_for(request.user, pk)
    told = reports.answer(question_of(report.asks), request.user)
    table = table_of(told, title=report.name, seen=seen_inboxes(request.user))
    return _file(table, form, f"{report.name}-{told.period.start}")


@room.reads("/reports/{int:pk}/paper", READ)
def print_report(request: ApiRequest, pk: Key) -> HttpResponse:
    """Take a report away as PDF."""
    must(request.user, VIEW)
    report = report_for(request.user, pk)
    found = shown(reports.answer(question_of(report.asks), request.user), seen_inboxes(request.user))
    return HttpResponse(report_pdf(report.name, found), content_type=BYTES)


@room.reads("/figures/{key}/file", READ)
def download_figure_facts(
    request: ApiRequest, key: KpiKey, start: Start = None, end: End = None, zone: Zone = "UTC", form: Form = "csv", team: Some = None,
    agent: Some = None, inbox: Some = None,
) -> StreamingHttpResponse:  # fmt: skip
    """Take away all that a figure is made of. Without a limit of rows, streamed, the latest first."""
    kpi, filters = _asked(request, key, team=team, agent=agent, inbox=inbox)
    period = _period(start, end, zone)
    return _file(facts_table(kpi, period, filters), form, f"{key}-{period.start}")


def _file(table: Table, form: str, name: str) -> StreamingHttpResponse:
    if form not in forms():
        raise wrong("form", _("This cannot be written here."), where="query")
    response = handed_out(table, form, name)
    response["Content-Type"] = BYTES
    return response


@room.reads("/reports/{int:pk}/mailing", READ)
def get_report_mailing(request: ApiRequest, pk: Key) -> ReportMailingOut:
    """See when a report goes by mail."""
    must(request.user, VIEW)
    return ReportMailingOut.told(_mailing(report_for(request.user, pk)))


def _mailing(report: Report) -> Mailing:
    found = Mailing.objects.prefetch_related("people").filter(report=report).first()
    if found is None:
        raise Http404("it does not go by mail")
    return found


@room.writes("PUT", "/reports/{int:pk}/mailing", WRITE)
def set_report_mailing(request: ApiRequest, pk: Key, given: ReportMailingIn) -> ReportMailingOut:
    """Let a report go by mail. Each gets a PDF and a sheet in his language, of what he may see."""
    must(request.user, VIEW)
    report = report_for(request.user, pk, changing=True)
    people = Agent.objects.active().select_related("role").filter(pk__in=given.people)
    chosen = {**given.model_dump(), "people": people}
    mailing.set_mailing(report, actor=request.user.actor, **chosen)
    return ReportMailingOut.told(_mailing(report))


@room.writes("DELETE", "/reports/{int:pk}/mailing", WRITE)
def stop_report_mailing(request: ApiRequest, pk: Key) -> None:
    """Send a report by mail no more."""
    must(request.user, VIEW)
    mailing.stop_mailing(report_for(request.user, pk, changing=True), actor=request.user.actor)


@room.writes("POST", "/reports/{int:pk}/sending", WRITE)
def send_report_now(request: ApiRequest, pk: Key) -> None:
    """Have a report sent to oneself, now."""
    must(request.user, VIEW)
    mailing.send_now(report_for(request.user, pk), request.user)
