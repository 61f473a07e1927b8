"""The verbs: what changed and what was recorded; the past is never judged anew."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction

from ahlan.calendars import actions
from ahlan.calendars.calendar import Calendar
from ahlan.calendars.chores import bring_holidays_up_to_date
from ahlan.calendars.models import BusinessHours, Day, HolidaySet
from ahlan.calendars.presets import PRESETS
from ahlan.calendars.queries import calendar_for, calendar_of, users_of
from ahlan.calendars.spans import spans
from ahlan.calendars.tests.makers import at, week
from ahlan.events.models import Event
from ahlan.staff.models import Team

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOON = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)  # a Wednesday


@pytest.fixture(autouse=True)
def a_wednesday():
    with time_machine.travel(NOON, tick=False):
        yield


def make_hours(name: str = "Desk", zone: str = "UTC", **days: str) -> BusinessHours:
    given = week(**(days or {"mon_fri": "09:00-17:00"}))
    return actions.create_hours(name=name, time_zone=zone, week=given, actor="agent:1")


def fresh(hours: BusinessHours) -> Calendar:
    return calendar_of(BusinessHours.objects.get(pk=hours.pk))


def kinds() -> list[str]:
    return list(Event.objects.filter(kind__startswith="hours.").order_by("pk").values_list("kind", flat=True))


def test_the_first_hours_are_the_default() -> None:
    first, second = make_hours("First"), make_hours("Second")

    assert (first.is_default, second.is_default) == (True, False)
    assert calendar_for(None) == calendar_of(first)
    assert calendar_for(second.pk) == calendar_of(second)
    assert calendar_for(999_999) == calendar_of(first)
    assert kinds() == ["hours.created", "hours.created"]


def test_without_any_hours_every_hour_counts() -> None:
    assert calendar_for(None).measure(NOON, NOON + 100 * HOUR) == 100 * HOUR


def test_another_default_takes_the_place_of_the_first() -> None:
    first, second = make_hours("First"), make_hours("Second")

    actions.make_default(second, actor="agent:1")

    assert list(BusinessHours.objects.filter(is_default=True)) == [second]
    assert calendar_for(None) == calendar_of(second)
    assert kinds()[-1] == "hours.made_default"
    assert not BusinessHours.objects.get(pk=first.pk).is_default


def test_a_changed_week_holds_from_its_day_and_never_before() -> None:
    hours = make_hours()
    before = fresh(hours)

    actions.set_week(
        hours, week(mon_sun="00:00-24:00"), time_zone="UTC", since=date(2026, 1, 20), actor="agent:1"
    )

    assert fresh(hours).measure(at("2026-01-01"), at("2026-01-20")) == before.measure(
        at("2026-01-01"), at("2026-01-20")
    )
    assert fresh(hours).measure(at("2026-01-20"), at("2026-01-21")) == 24 * HOUR
    assert kinds()[-1] == "hours.week_set"
    with pytest.raises(ValidationError):
        actions.set_week(hours, week(), time_zone="UTC", since=date(2026, 1, 13), actor="agent:1")


def test_a_move_to_another_zone_leaves_the_past_where_it_was() -> None:
    hours = make_hours(zone="Asia/Jerusalem", mon_fri="09:00-17:00")

    actions.set_week(
        hours,
        week(mon_fri="09:00-17:00"),
        time_zone="America/New_York",
        since=date(2026, 1, 15),
        actor="agent:1",
    )

    assert fresh(hours).is_open(at("2026-01-14 09:30", "Asia/Jerusalem"))
    assert not fresh(hours).is_open(at("2026-01-15 09:30", "Asia/Jerusalem"))
    assert fresh(hours).is_open(at("2026-01-15 09:30", "America/New_York"))


def test_only_a_week_to_come_is_taken_back() -> None:
    hours = make_hours()
    coming = actions.set_week(hours, week(), time_zone="UTC", since=date(2026, 1, 20), actor="agent:1")

    actions.drop_week(coming, actor="agent:1")

    assert hours.weeks.count() == 1
    assert kinds()[-1] == "hours.week_dropped"
    with pytest.raises(ValidationError):
        actions.drop_week(hours.weeks.get(), actor="agent:1")


def test_a_day_of_ones_own_is_closed_short_or_at_other_times() -> None:
    hours = make_hours()

    actions.set_day(hours, date(2026, 1, 15), Day.Kind.CLOSED, name="Picnic", actor="agent:1")
    actions.set_day(hours, date(2026, 1, 16), Day.Kind.SHORT, stretches=spans("00:00-13:00"), actor="agent:1")
    actions.set_day(
        hours, date(2026, 1, 17), Day.Kind.HOURS, stretches=spans("10:00-11:00 12:00-14:00"), actor="agent:1"
    )
    actions.set_day(hours, date(2026, 1, 18), Day.Kind.SHORT, stretches=spans("00:00-13:00"), actor="agent:1")

    lengths = [fresh(hours).measure(at(f"2026-01-{n}"), at(f"2026-01-{n + 1}")) for n in (15, 16, 17, 18)]
    assert lengths == [0 * HOUR, 4 * HOUR, 3 * HOUR, 0 * HOUR]  # closing early opens no Sunday
    assert kinds()[-4:] == ["hours.day_set"] * 4
    for kind in (Day.Kind.HOURS, Day.Kind.SHORT):
        with pytest.raises(ValidationError):
            actions.set_day(hours, date(2026, 1, 15), kind, actor="agent:1")
    with pytest.raises(ValidationError):
        actions.set_day(hours, date(2026, 1, 13), Day.Kind.CLOSED, actor="agent:1")


def make_set(hours: BusinessHours, country: str = "FI", **over: object) -> HolidaySet:
    return HolidaySet(
        hours=hours, **{"country": country, "language": "en_US", "categories": ["public"], **over}
    )


def test_holidays_are_closed_half_days_or_left_out() -> None:
    hours = make_hours()
    left_out, half = date(2027, 1, 6), date(2026, 12, 24)

    actions.set_holidays(make_set(hours), {left_out: Day.Kind.USUAL, half: Day.Kind.SHORT}, actor="agent:1")

    calendar = fresh(hours)
    assert calendar.spans_on(date(2026, 12, 25)) == ()
    assert calendar.spans_on(half) == spans("09:00-13:00")
    assert calendar.spans_on(left_out) == spans("09:00-17:00")
    assert not hours.days.filter(on__lt=date(2026, 1, 14)).exists()  # Epiphany 2026 is over
    assert {one.on.year for one in hours.days.all()} == {2026, 2027}
    assert kinds()[-1] == "hours.holidays_set"


def test_another_country_takes_the_place_of_the_first() -> None:
    hours = make_hours()
    actions.set_holidays(make_set(hours), {}, actor="agent:1")

    actions.set_holidays(make_set(hours, "IL", language="he"), {}, actor="agent:1")

    assert HolidaySet.objects.get().country == "IL"
    assert fresh(hours).spans_on(date(2026, 12, 25)) == spans("09:00-17:00")
    assert hours.days.get(on=date(2026, 4, 2)).name == "פסח"
    actions.drop_holidays(hours, actor="agent:1")
    assert not hours.days.exists()
    assert kinds()[-1] == "hours.holidays_dropped"


def test_ones_own_day_stands_before_the_holiday_until_it_is_removed() -> None:
    hours = make_hours()
    actions.set_holidays(make_set(hours), {}, actor="agent:1")
    day = actions.set_day(
        hours, date(2026, 12, 25), Day.Kind.HOURS, stretches=spans("10:00-12:00"), actor="agent:1"
    )

    assert fresh(hours).spans_on(date(2026, 12, 25)) == spans("10:00-12:00")
    actions.remove_day(day, actor="agent:1")
    assert fresh(hours).spans_on(date(2026, 12, 25)) == ()
    assert kinds()[-1] == "hours.day_removed"


def test_next_years_holidays_follow_by_themselves_and_are_treated_as_last_time() -> None:
    hours = make_hours()
    kinds_of = {date(2026, 12, 24): Day.Kind.SHORT, date(2027, 1, 6): Day.Kind.USUAL}
    actions.set_holidays(make_set(hours), kinds_of, actor="agent:1")
    events = len(kinds())

    bring_holidays_up_to_date()
    assert len(kinds()) == events  # nothing new

    with time_machine.travel(datetime(2027, 2, 1, tzinfo=UTC), tick=False):
        bring_holidays_up_to_date()

    assert fresh(hours).spans_on(date(2028, 12, 25)) == ()
    assert hours.days.get(on=date(2028, 1, 6)).kind == Day.Kind.USUAL
    assert hours.days.get(on=date(2026, 12, 24)).kind == Day.Kind.SHORT  # the past stays
    assert len(kinds()) == events + 1


def test_a_day_left_out_while_it_was_estimated_stays_left_out_when_its_date_is_known() -> None:
    hours = make_hours()
    feast = next(one for one in actions.upcoming(make_set(hours, "SA"), date(2026, 1, 14)) if "(" in one.name)
    actions.set_holidays(make_set(hours, "SA"), {feast.on: Day.Kind.USUAL}, actor="agent:1")
    estimated = hours.days.get(on=feast.on)
    hours.days.filter(pk=estimated.pk).update(name="Feast (estimated) (estimated)", on=feast.on)

    assert actions.refresh_holidays(HolidaySet.objects.get())

    assert hours.days.get(on=feast.on).kind == Day.Kind.USUAL
    assert hours.days.get(on=feast.on).name == feast.name


def test_hours_in_use_are_not_deleted() -> None:
    hours, other = make_hours(), make_hours("Other")
    team = Team.objects.create(name="Care", hours=other)

    assert users_of(other) == ["Care"]
    with pytest.raises(ValidationError):
        actions.delete_hours(other, actor="agent:1")
    with pytest.raises(ValidationError):
        actions.delete_hours(hours, actor="agent:1")  # the default
    team.hours = None
    team.save()
    actions.delete_hours(other, actor="agent:1")
    actions.delete_hours(hours, actor="agent:1")

    assert not BusinessHours.objects.exists()
    assert kinds()[-2:] == ["hours.deleted", "hours.deleted"]


def test_a_team_keeps_its_own_hours_or_the_default() -> None:
    hours, other = make_hours(), make_hours("Other", sat_sun="10:00-12:00")

    assert Team(name="Care", hours=other).calendar() == calendar_of(other)
    assert Team(name="Billing").calendar() == calendar_of(hours)


def test_loading_costs_three_queries_once_and_one_afterwards(django_assert_num_queries) -> None:
    hours = make_hours()
    actions.set_holidays(make_set(hours), {}, actor="agent:1")

    with django_assert_num_queries(3):
        calendar_for(hours.pk)
    with django_assert_num_queries(1):
        calendar_for(hours.pk)


def test_what_was_rolled_back_is_not_remembered() -> None:
    hours = make_hours()
    with transaction.atomic():
        actions.set_day(hours, date(2026, 1, 15), Day.Kind.CLOSED, actor="agent:1")
        assert fresh(hours).spans_on(date(2026, 1, 15)) == ()
        transaction.set_rollback(True)

    assert fresh(hours).spans_on(date(2026, 1, 15)) == spans("09:00-17:00")


def test_the_presets_are_weeks_as_they_say() -> None:
    lengths = {}
    for key, one in PRESETS.items():
        made = actions.create_hours(name=key, time_zone="UTC", week=one.week, actor="agent:1")
        lengths[key] = calendar_of(made).measure(at("2026-01-05"), at("2026-01-12")) / HOUR

    assert lengths == {"mon-fri": 40, "sun-thu": 44, "sat-wed": 40, "always": 168}


def test_renaming_is_recorded_once() -> None:
    hours = make_hours()

    actions.rename_hours(hours, "Desk", actor="agent:1")
    actions.rename_hours(hours, "Front desk", actor="agent:1")

    assert BusinessHours.objects.get().name == "Front desk"
    assert kinds() == ["hours.created", "hours.renamed"]
