"""Business hours through the API: weeks that hold from a day on, and days that differ."""

import datetime as dt
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from ahlan.calendars import actions
from ahlan.calendars.models import BusinessHours, Day, Week
from ahlan.calendars.policies import hours_for
from ahlan.calendars.spans import MINUTES, Spans, span, tidy
from ahlan.calendars.spans import Week as WeekValue
from ahlan.core.api.problems import wrong
from ahlan.core.api.rooms import Room
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Line, Listed, Out, listed
from ahlan.core.clock import now

MANAGE = "hours.manage"
MOST_DAYS = 400  # told: those to come
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

hours = Room(
    "hours", gettext_lazy("Business hours"), "When the desk is open, by the clocks of a place.", order=70
)

Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["08:00"])]
On = Annotated[dt.date, Field(ge=dt.date(2000, 1, 1), le=dt.date(2200, 1, 1), examples=["2026-12-24"])]


class StretchOut(Out):
    opens: Annotated[str, Field(examples=["08:00"])]
    closes: Annotated[str, Field(description="At or before it opens: on the day after.", examples=["16:00"])]


class WeekOut(Out):
    since: Annotated[dt.date | None, Field(description="The day it holds from; null: since ever.")]
    time_zone: Annotated[str, Field(examples=["Europe/Helsinki"])]
    days: Annotated[list[list[StretchOut]], Field(description="Seven, Monday first.")]


class DayOut(Out):
    on: dt.date
    name: str
    kind: Annotated[str, Field(description="closed, short, hours or usual.", examples=["closed"])]
    stretches: list[StretchOut]
    is_own: Annotated[bool, Field(description="Not a public holiday.")]


class HoursOut(Out):
    id: int
    name: Annotated[str, Field(examples=["Helsinki"])]
    is_default: bool
    weeks: list[WeekOut]
    days: Annotated[list[DayOut], Field(description="Days to come that differ from their week.")]


class Stretch(In):
    opens: Clock
    closes: Annotated[
        str,
        Field(
            pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
            description="At or before it opens: on the day after.",
            examples=["16:00"],
        ),
    ]


Stretches = Annotated[list[Stretch], Field(max_length=20)]


class WeekGiven(In):
    """What is left out is closed."""

    time_zone: Annotated[Line, Field(max_length=64, examples=["Europe/Helsinki"])]
    monday: Stretches = []
    tuesday: Stretches = []
    wednesday: Stretches = []
    thursday: Stretches = []
    friday: Stretches = []
    saturday: Stretches = []
    sunday: Stretches = []


class NewHours(In):
    name: Annotated[Line, Field(min_length=1, max_length=80, examples=["Helsinki"])]
    week: WeekGiven


class Name(In):
    name: Annotated[Line, Field(min_length=1, max_length=80, examples=["Helsinki"])]


class WeekSince(WeekGiven):
    since: Annotated[On, Field(description="Today or later.")]


class DayGiven(In):
    name: Annotated[Line, Field(examples=["Christmas Eve"])] = ""
    kind: Annotated[
        Literal["closed", "short", "hours", "usual"],
        Field(description="short needs one stretch from 00:00, hours one or more."),
    ] = "closed"
    stretches: Annotated[Stretches, Field(examples=[[]])] = []


def clock(minutes: int) -> str:
    return "24:00" if minutes == MINUTES else f"{minutes % MINUTES // 60:02}:{minutes % 60:02}"


def _stretches(stored: list[list[int]]) -> list[StretchOut]:
    return [StretchOut(opens=clock(opens), closes=clock(closes)) for opens, closes in stored]


def _whole() -> QuerySet[Any]:
    """Hours with their weeks, and the days to come as `coming`: of each the first so many."""
    ahead = Day.objects.filter(on__gte=now().date() - dt.timedelta(days=1)).order_by("on", "is_own")
    return BusinessHours.objects.prefetch_related(
        "weeks", Prefetch("days", ahead[:MOST_DAYS], to_attr="coming")
    )


def _told(one: Any) -> HoursOut:
    """One of `_whole`."""
    weeks = [_week_told(week) for week in one.weeks.all()]
    days = [
        DayOut(
            on=day.on, name=day.name, kind=day.kind, stretches=_stretches(day.stretches), is_own=day.is_own
        )
        for day in one.coming
    ]
    return HoursOut(id=one.pk, name=one.name, is_default=one.is_default, weeks=weeks, days=days)


def _week_told(week: Week) -> WeekOut:
    since = None if week.is_first else week.since
    return WeekOut(since=since, time_zone=week.time_zone, days=[_stretches(day) for day in week.stretches])


def _spans(given: list[Stretch], field: str) -> Spans:
    """Raises Problem for stretches that overlap."""
    try:
        return tidy(span(one.opens, one.closes) for one in given)
    except ValueError:
        raise wrong(field, _("These times overlap, or are no times of a day.")) from None


def _week(given: WeekGiven) -> WeekValue:
    if given.time_zone not in available_timezones():
        raise wrong("time_zone", _("This time zone is not known."))
    first, second, third, fourth, fifth, sixth, seventh = (_spans(getattr(given, day), day) for day in DAYS)
    return first, second, third, fourth, fifth, sixth, seventh


def _actor(request: HttpRequest) -> str:
    return f"agent:{request.user.pk}"


def _name(given: str, but: int | None = None) -> str:
    name = given.strip()
    if not name:
        raise wrong("name", _("A name is needed."))
    if BusinessHours.objects.filter(name=name).exclude(pk=but or 0).exists():
        raise wrong("name", _("There is one of this name already."))
    return name


def hours_told(pk: int) -> HoursOut:
    return _told(_whole().get(pk=pk))


@hours.reads("/hours", "settings:read")
def list_hours(request: HttpRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[HoursOut]:
    """List business hours. By name."""
    if not request.user.has_perm(MANAGE):
        raise PermissionDenied
    return listed(_whole(), _told, order=("name", "id"), cursor=cursor, limit=limit)


@hours.reads("/hours/{int:pk}", "settings:read")
def get_hours(request: HttpRequest, pk: Key) -> HoursOut:
    """Get business hours."""
    return hours_told(hours_for(request, pk).pk)


@hours.writes("POST", "/hours", "settings:write", makes="/hours/{id}")
def make_hours(request: HttpRequest, given: NewHours) -> HoursOut:
    """Make business hours. With a week that holds since ever."""
    if not request.user.has_perm(MANAGE):
        raise PermissionDenied
    name, week = _name(given.name), _week(given.week)
    made = actions.create_hours(name=name, time_zone=given.week.time_zone, week=week, actor=_actor(request))
    return hours_told(made.pk)


@hours.writes("PATCH", "/hours/{int:pk}", "settings:write")
def rename_hours(request: HttpRequest, pk: Key, given: Name) -> HoursOut:
    """Rename business hours."""
    found = hours_for(request, pk)
    actions.rename_hours(found, _name(given.name, but=pk), actor=_actor(request))
    return hours_told(pk)


@hours.writes("PUT", "/hours/{int:pk}/week", "settings:write")
def set_week(request: HttpRequest, pk: Key, given: WeekSince) -> HoursOut:
    """Set the week that holds from a day on. What has been is never judged anew."""
    found = hours_for(request, pk)
    actions.set_week(found, _week(given), time_zone=given.time_zone, since=given.since, actor=_actor(request))
    return hours_told(pk)


@hours.writes("PUT", "/hours/{int:pk}/days/{on}", "settings:write")
def set_day(request: HttpRequest, pk: Key, on: On, given: DayGiven) -> HoursOut:
    """Set a day of your own. In place of what its week, or a public holiday, says."""
    found, stretches = hours_for(request, pk), _spans(given.stretches, "stretches")
    if given.kind == "short" and (len(stretches) != 1 or stretches[0].opens != 0):
        raise wrong("stretches", _("Say from when to when the desk is open."))
    actions.set_day(
        found, on, Day.Kind(given.kind), name=given.name, stretches=stretches, actor=_actor(request)
    )
    return hours_told(pk)


@hours.writes("DELETE", "/hours/{int:pk}/days/{on}", "settings:write")
def remove_day(request: HttpRequest, pk: Key, on: On) -> None:
    """Take a day of your own away. A public holiday of the same date holds again."""
    found = hours_for(request, pk).days.select_related("hours").filter(on=on, is_own=True).first()
    if found is None:
        raise Http404("no such day")
    actions.remove_day(found, actor=_actor(request))


@hours.writes("POST", "/hours/{int:pk}/default", "settings:write")
def make_default(request: HttpRequest, pk: Key) -> HoursOut:
    """Have these hours hold wherever no others are chosen."""
    actions.make_default(hours_for(request, pk), actor=_actor(request))
    return hours_told(pk)


@hours.writes("DELETE", "/hours/{int:pk}", "settings:write")
def delete_hours(request: HttpRequest, pk: Key) -> None:
    """Delete business hours that nothing uses."""
    actions.delete_hours(hours_for(request, pk), actor=_actor(request))
