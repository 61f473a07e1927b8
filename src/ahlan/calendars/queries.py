"""Hours as values, worked out once in each process for as long as their stamp holds."""

from datetime import date
from functools import lru_cache

from django.db import DEFAULT_DB_ALIAS
from django.db.models import ProtectedError, Q
from django.db.models.deletion import Collector

from ahlan.calendars.calendar import Calendar, Version, always
from ahlan.calendars.models import BusinessHours, Day, Week, spans_of
from ahlan.calendars.spans import Spans, within
from ahlan.core.clock import now

ALWAYS = always()


def calendar_for(pk: int | None) -> Calendar:
    """The hours of this id; the house's default without one, or when they are gone; else round the clock.

    One query when they are known to this process, three when not.
    """
    chosen = hours_of(pk)
    return calendar_of(chosen) if chosen else ALWAYS


def hours_of(pk: int | None) -> BusinessHours | None:
    """The hours of this id, else the house's default; None means round the clock. One query."""
    found = {one.pk: one for one in BusinessHours.objects.filter(Q(pk=pk) | Q(is_default=True))}
    return found.get(pk or 0) or next((one for one in found.values() if one.is_default), None)


def calendar_of(hours: BusinessHours) -> Calendar:
    """The value of hours just read. No query when they are known to this process, two when not."""
    return _load(hours.pk, hours.stamp)


@lru_cache(maxsize=256)
def _load(pk: int, _stamp: str) -> Calendar:
    """A stamp is never given twice, so what was kept under it stays right, across processes and rollbacks."""
    weeks = Calendar(
        tuple(
            Version(one.since, one.zone, one.value)
            for one in Week.objects.filter(hours_id=pk).order_by("since")
        )
    )
    days = Day.objects.filter(hours_id=pk).order_by("on", "is_own")  # one's own come last and win
    differing = {day.on: _spans_on(day, weeks) for day in days}
    return Calendar(weeks.versions, {on: spans for on, spans in differing.items() if spans is not None})


def _spans_on(day: Day, weeks: Calendar) -> Spans | None:
    if day.kind == Day.Kind.SHORT:
        return within(weeks.spans_on(day.on), day.stretches[0][1])
    if day.kind == Day.Kind.USUAL:
        return weeks.spans_on(day.on)
    return spans_of(day.stretches) if day.kind == Day.Kind.HOURS else ()


def week_on(hours: BusinessHours, day: date) -> Week:
    """The week that holds on a day."""
    return hours.weeks.filter(since__lte=day).order_by("since").reverse()[0]


def today(hours: BusinessHours) -> date:
    """The present day by the clocks of these hours."""
    present = now()
    return present.astimezone(calendar_of(hours).zone_on(present.date())).date()


def users_of(hours: BusinessHours) -> list[str]:
    """The names of whatever stands on these hours and keeps them from being deleted."""
    collector = Collector(using=DEFAULT_DB_ALIAS, origin=hours)
    try:
        collector.collect([hours])
    except ProtectedError as error:
        return sorted(map(str, error.protected_objects))
    return []
