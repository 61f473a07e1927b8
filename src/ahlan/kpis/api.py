"""Figures and goals for programs."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field
from pydantic.functional_validators import AfterValidator

from ahlan.core.api.problems import refusal, wrong
from ahlan.core.api.rooms import Room
from ahlan.core.api.shapes import LARGEST_KEY, In, Key, Limit, Line, Listed, Out, all_of
from ahlan.core.clock import now
from ahlan.kpis import figures
from ahlan.kpis.actions import goals as verbs
from ahlan.kpis.actions.handling import add_minutes
from ahlan.kpis.declared import Kpi, kpi_for, kpis
from ahlan.kpis.handling import worked_on
from ahlan.kpis.models import Goal
from ahlan.kpis.policies import MANAGE, VIEW, scope_rows, seen_inboxes
from ahlan.kpis.reading import Filters, Period, Reading
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.models import Ticket
from ahlan.tickets.policies import ticket_for

READ, WRITE = "tickets:read", "settings:write"
LONGEST = 2 * 366  # days
MOST = 500
USUAL = 30  # days

room = Room(
    "figures",
    gettext_lazy("Figures"),
    "What the log comes to: each figure with its definition, and its goals.",
    order=45,
)
refusal(verbs.BadGoal, 422, gettext_lazy("There is no such goal, or there are as many as can be kept."))


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
