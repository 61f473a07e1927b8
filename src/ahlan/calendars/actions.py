"""Verbs on business hours. What has been is never re-judged: weeks and days change from today on."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ahlan.calendars.calendar import BEGINNING
from ahlan.calendars.models import BusinessHours, Day, HolidaySet, Week, new_stamp
from ahlan.calendars.public_holidays import Holiday, days_of
from ahlan.calendars.queries import today, users_of
from ahlan.calendars.spans import Spans, tidy
from ahlan.calendars.spans import Week as WeekValue
from ahlan.core.text import clean
from ahlan.events.log import record

MOST_WEEKS, MOST_DAYS = 100, 1000


@transaction.atomic
def create_hours(*, name: str, time_zone: str, week: WeekValue, actor: str) -> BusinessHours:
    """New hours, with a week that holds since ever. The first ones of the house become its default.

    Raises ValueError for a zone nobody knows, or a day whose stretches overlap.
    """
    is_default = not BusinessHours.objects.filter(is_default=True).exists()
    hours = BusinessHours.objects.create(name=clean(name)[:80], is_default=is_default)
    _put_week(hours, week, time_zone, BEGINNING)
    record("hours.created", hours, actor=actor)
    return hours


@transaction.atomic
def rename_hours(hours: BusinessHours, name: str, *, actor: str) -> None:
    name = clean(name)[:80]
    if name != hours.name:
        hours.name = name
        hours.save(update_fields=["name"])
        record("hours.renamed", hours, actor=actor)


@transaction.atomic
def set_week(hours: BusinessHours, week: WeekValue, *, time_zone: str, since: date, actor: str) -> Week:
    """The week that holds from a day on, until a later one does; a week of the same day is replaced.

    Raises ValidationError for a day that is over, and as `create_hours` does.
    """
    _lock(hours)
    _refuse_the_past(hours, since)
    if hours.weeks.count() >= MOST_WEEKS:
        raise ValidationError(_("These hours have changed too often; make new ones."))
    put = _put_week(hours, week, time_zone, since)
    _change(hours, "hours.week_set", actor, since=since.isoformat())
    return put


@transaction.atomic
def drop_week(week: Week, *, actor: str) -> None:
    """Take back a week that has not begun. Raises ValidationError for any other."""
    _lock(week.hours)
    if week.since <= today(week.hours):
        raise ValidationError(_("This week has begun; it can only be followed by another."))
    week.delete()
    _change(week.hours, "hours.week_dropped", actor, since=week.since.isoformat())


@transaction.atomic
def set_day(
    hours: BusinessHours, on: date, kind: str, *, name: str = "", stretches: Spans = (), actor: str
) -> Day:
    """A day of one's own, in place of an earlier one. `stretches` are those of HOURS, and of SHORT one from 0.

    Raises ValidationError for a day that is over or without the stretches it needs, ValueError for overlapping ones.
    """
    _lock(hours)
    _refuse_the_past(hours, on)
    if not stretches and kind in (Day.Kind.HOURS, Day.Kind.SHORT):
        raise ValidationError(_("Say from when to when the desk is open."))
    if hours.days.filter(is_own=True, on__gte=today(hours)).count() >= MOST_DAYS:
        raise ValidationError(_("There are too many days of your own."))
    values = {"name": clean(name)[:200], "kind": kind, "stretches": [list(one) for one in tidy(stretches)]}
    day, _made = Day.objects.update_or_create(hours=hours, on=on, is_own=True, defaults=values)
    _change(hours, "hours.day_set", actor, on=on.isoformat())
    return day


@transaction.atomic
def remove_day(day: Day, *, actor: str) -> None:
    """Take a day of one's own away; a public holiday of the same date holds again. Raises ValidationError for a past one."""
    _lock(day.hours)
    _refuse_the_past(day.hours, day.on)
    day.delete()
    _change(day.hours, "hours.day_removed", actor, on=day.on.isoformat())


@transaction.atomic
def set_holidays(chosen: HolidaySet, kinds: Mapping[date, str], *, actor: str) -> HolidaySet:
    """Keep the public holidays of a country for this year and next, from today on.

    `kinds` says what becomes of single days (CLOSED, SHORT, USUAL); others are closed. A set that was not
    saved before takes the place of the one there was. Raises KeyError for a country nobody knows.
    """
    hours = _lock(chosen.hours)
    HolidaySet.objects.filter(hours=hours).exclude(pk=chosen.pk).delete()
    chosen.save()
    first = today(hours)
    found = upcoming(chosen, first)
    _put_days(chosen, {one: kinds.get(one.on, Day.Kind.CLOSED) for one in found}, first)
    _change(hours, "hours.holidays_set", actor, country=chosen.country)
    return chosen


@transaction.atomic
def drop_holidays(hours: BusinessHours, *, actor: str) -> None:
    """Keep no country's holidays any more, from today on."""
    _lock(hours)
    first = today(hours)
    HolidaySet.objects.filter(hours=hours).delete()
    hours.days.filter(is_own=False, on__gte=first).delete()
    _change(hours, "hours.holidays_dropped", actor)


@transaction.atomic
def refresh_holidays(chosen: HolidaySet) -> bool:
    """Take in the days of a year that has come near, and dates that were corrected. Whether anything was new.

    A day is treated as before, or as the last one of its name was.
    """
    hours = _lock(chosen.hours)
    first = today(hours)
    kept = {(one.on, one.name): one.kind for one in hours.days.filter(is_own=False, on__gte=first)}
    found = upcoming(chosen, first)
    if kept.keys() == {(one.on, one.name) for one in found}:
        return False
    earlier = hours.days.filter(is_own=False).order_by("on").values_list("name", "kind")
    by_name = {_plain(name): kind for name, kind in earlier}
    by_day = {on: kind for (on, _name), kind in kept.items()}
    treated = {one: by_day.get(one.on) or by_name.get(_plain(one.name), Day.Kind.CLOSED) for one in found}
    _put_days(chosen, treated, first)
    _change(hours, "hours.holidays_set", "system", country=chosen.country)
    return True


def _plain(name: str) -> str:
    """Without the remark that a date is estimated, which goes when it has become known."""
    return re.sub(r"\s*\([^)]*\)$", "", name)


def upcoming(chosen: HolidaySet, first: date) -> list[Holiday]:
    """Its holidays of this year and next that are not over. Raises KeyError for a country nobody knows."""
    found = days_of(
        chosen.country,
        subdivision=chosen.subdivision,
        language=chosen.language,
        kinds=chosen.categories,
        years=(first.year, first.year + 1),
    )
    return [one for one in found if one.on >= first]


@transaction.atomic
def make_default(hours: BusinessHours, *, actor: str) -> None:
    """Have these hold wherever no others are chosen."""
    BusinessHours.objects.select_for_update().filter(is_default=True).exclude(pk=hours.pk).update(
        is_default=False
    )
    hours.is_default = True
    hours.save(update_fields=["is_default"])
    record("hours.made_default", hours, actor=actor)


@transaction.atomic
def delete_hours(hours: BusinessHours, *, actor: str) -> None:
    """Raises ValidationError while something uses them, or while they are the default and others could be."""
    _lock(hours)
    if users_of(hours):
        raise ValidationError(_("These hours are in use."))
    if hours.is_default and BusinessHours.objects.exclude(pk=hours.pk).exists():
        raise ValidationError(_("These are the default hours; make others the default first."))
    record("hours.deleted", hours, actor=actor)
    hours.delete()


def _lock(hours: BusinessHours) -> BusinessHours:
    """Two who change the same hours take turns."""
    return BusinessHours.objects.select_for_update().get(pk=hours.pk)


def _change(hours: BusinessHours, kind: str, actor: str, **facts: Any) -> None:
    """Last of all: what a process works out under the new stamp must be the whole change."""
    hours.stamp = new_stamp()
    hours.save(update_fields=["stamp"])
    record(kind, hours, actor=actor, **facts)


def _refuse_the_past(hours: BusinessHours, day: date) -> None:
    if day < today(hours):
        raise ValidationError(_("What has been stays as it was: choose today or a later day."))


def _put_week(hours: BusinessHours, week: WeekValue, time_zone: str, since: date) -> Week:
    ZoneInfo(time_zone)  # raises for one nobody knows
    stretches = [[list(one) for one in tidy(day)] for day in week]
    put, _made = Week.objects.update_or_create(
        hours=hours, since=since, defaults={"time_zone": time_zone, "stretches": stretches}
    )
    return put


def _put_days(chosen: HolidaySet, kinds: Mapping[Holiday, str], first: date) -> None:
    """These in place of the public holidays there were, from a day on."""
    chosen.hours.days.filter(is_own=False, on__gte=first).delete()
    Day.objects.bulk_create(
        Day(
            hours=chosen.hours,
            on=one.on,
            name=one.name,
            kind=kind,
            stretches=[[0, chosen.closes_at]] if kind == Day.Kind.SHORT else [],
            is_own=False,
        )
        for one, kind in kinds.items()
    )
