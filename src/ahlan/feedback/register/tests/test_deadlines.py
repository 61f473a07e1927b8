"""Deadlines by law: the worked examples, over Easter, month ends and the nights clocks change."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from tests.makers import make_inbox

from ahlan.calendars.actions import create_hours
from ahlan.calendars.spans import Span
from ahlan.feedback.register.deadlines import (
    NoWorkday,
    Unit,
    Within,
    end_of,
    workday_before,
)
from ahlan.feedback.register.profiles import NotInForce, keys, latest, profile_of, profiles, regions_of

APRIL_1 = date(2026, 4, 1)  # a Wednesday; Good Friday is the 3rd, Easter Monday the 6th


def due(key, step, received=APRIL_1, region=""):
    return profile_of(key, received).day_of(step, received, region)


@pytest.mark.parametrize(
    ("key", "step", "expected"),
    [
        ("gb-disp", "acknowledge", date(2026, 4, 2)),
        ("gb-disp", "short", date(2026, 4, 8)),
        ("gb-disp", "answer", date(2026, 5, 27)),
        ("gb-disp-payments", "short", date(2026, 4, 8)),
        ("gb-disp-payments", "answer", date(2026, 4, 24)),
        ("gb-disp-payments", "extended", date(2026, 5, 26)),
    ],
)
def test_uk_complaint_over_easter(key, step, expected):
    assert due(key, step) == expected


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("", date(2026, 4, 23)),  # Good Friday alone is the whole country's
        ("MD", date(2026, 4, 24)),  # and Maundy Thursday
        ("CT", date(2026, 4, 24)),  # and Easter Monday
    ],
)
def test_spanish_complaint_over_easter(region, expected):
    assert due("es-10-2025", "answer", region=region) == expected
    assert due("es-10-2025", "acknowledge", region=region) == date(2026, 4, 6 if region == "MD" else 2)


def test_eight_weeks_are_eight_weeks():
    assert due("gb-disp", "answer", date(2026, 3, 2)) == date(2026, 4, 27)


def test_the_clock_starts_on_the_real_day_of_receipt():
    saturday, monday = date(2026, 4, 11), date(2026, 4, 13)
    assert due("gb-disp", "short", saturday) == date(2026, 4, 15)
    assert due("gb-disp", "short", monday) == date(2026, 4, 16)
    assert due("gb-disp", "answer", saturday) == date(2026, 6, 6)


@pytest.mark.parametrize(
    ("day", "within", "expected"),
    [
        (date(2026, 1, 31), Within(1, Unit.MONTHS), date(2026, 2, 28)),
        (date(2027, 11, 30), Within(3, Unit.MONTHS), date(2028, 2, 29)),
        (date(2026, 12, 15), Within(2, Unit.MONTHS), date(2027, 2, 15)),
        (date(2026, 12, 30), Within(5, Unit.DAYS), date(2027, 1, 4)),
        (date(2026, 12, 30), Within(0, Unit.BUSINESS_DAYS), date(2026, 12, 30)),
    ],
)
def test_days_and_months_by_the_calendar(day, within, expected):
    assert within.after(day, lambda one: one.weekday() < 5) == expected


def test_the_year_turns_with_the_holidays_of_both():
    assert due("gb-disp", "short", date(2026, 12, 23)) == date(2026, 12, 30)
    assert due("gb-disp", "short", date(2026, 12, 30)) == date(2027, 1, 5)


def test_no_working_day_is_told_not_walked_for_ever():
    with pytest.raises(NoWorkday):
        Within(1, Unit.BUSINESS_DAYS).after(APRIL_1, lambda day: False)


def test_warning_counts_back_over_easter():
    is_workday = latest("gb-disp").is_workday()
    assert workday_before(date(2026, 4, 8), 3, is_workday) == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/London", date(2026, 4, 8), datetime(2026, 4, 8, 23, tzinfo=UTC)),
        ("Europe/Madrid", date(2026, 4, 23), datetime(2026, 4, 23, 22, tzinfo=UTC)),
        ("Europe/London", date(2026, 12, 30), datetime(2026, 12, 31, tzinfo=UTC)),
        ("Africa/Cairo", date(2026, 4, 23), datetime(2026, 4, 23, 22, tzinfo=UTC)),  # the next midnight is not there
    ],
)  # fmt: skip
def test_a_deadline_lasts_to_the_end_of_its_day(zone, day, expected):
    assert end_of(day, ZoneInfo(zone)) == expected


def test_a_law_does_not_hold_before_its_day():
    with pytest.raises(NotInForce):
        profile_of("es-10-2025", date(2025, 12, 27))
    assert profile_of("es-10-2025", date(2025, 12, 28)).valid_from == date(2025, 12, 28)
    with pytest.raises(KeyError):
        profile_of("nowhere", APRIL_1)


def test_every_profile_names_its_source_and_all_languages():
    assert keys() == ["house", "gb-disp", "gb-disp-payments", "es-10-2025"]
    for one in profiles():
        assert one.source
        assert set(one.names) == {"en", "he", "ar", "fi", "fa", "ru"}
        assert {"acknowledge", "answer"} <= set(one.steps)
        assert not one.country or (one.time_zone and one.workdays)


def test_regions_come_from_the_calendars():
    assert "MD" in dict(regions_of(latest("es-10-2025")))
    assert regions_of(latest("house")) == []


@pytest.mark.django_db
def test_the_house_counts_by_its_own_hours():
    make_inbox()
    week = tuple(() if day in (4, 5) else (Span(9 * 60, 17 * 60),) for day in range(7))
    create_hours(name="Sunday to Thursday", time_zone="Asia/Jerusalem", week=week, actor="system")

    assert due("house", "acknowledge", date(2026, 1, 15)) == date(2026, 1, 19)  # Thursday: Sunday, Monday
