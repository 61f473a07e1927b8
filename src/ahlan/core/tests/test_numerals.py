from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from ahlan.core import numerals

NOON = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "minutes", "hours", "number"),
    [
        ("en", "4 min", "5 hours ago", "12,345.6"),
        ("fi", "4 min", "5 tuntia sitten", "12\xa0345,6"),
        ("ru", "4 мин", "5 часов назад", "12\xa0345,6"),
        ("he", "4 דק׳", "לפני 5 שעות", "12,345.6"),
        ("ar", "4 د", "قبل 5 ساعات", "12,345.6"),
        ("fa", "۴ دقیقه", "۵ ساعت پیش", "۱۲٬۳۴۵٫۶"),
    ],
)
def test_each_language_tells_time_and_number_its_own_way(
    language: str, minutes: str, hours: str, number: str
) -> None:
    with translation.override(language):
        assert numerals.short_ago(NOON - timedelta(minutes=4, seconds=30), NOON) == minutes
        assert numerals.ago(NOON - timedelta(hours=5), NOON) == hours
        assert numerals.number(12345.6) == number


def test_after_a_week_the_day_is_told() -> None:
    with translation.override("en"):
        assert numerals.short_ago(NOON - timedelta(days=8), NOON) == "Mar 12"
        assert numerals.ago(NOON - timedelta(days=400), NOON) == "Feb 13, 2025"


@pytest.mark.parametrize(
    ("n", "told"), [(0, "0 byte"), (900, "900 byte"), (12_400, "12 kB"), (3_400_000, "3.4 MB")]
)
def test_sizes_are_told_in_round_figures(n: int, told: str) -> None:
    with translation.override("en"):
        assert numerals.size(n) == told


@pytest.mark.parametrize(
    ("day", "there"),
    [
        (date(2026, 11, 22), "یکشنبه ۱ آذر ۱۴۰۵"),
        (date(2025, 3, 20), "پنجشنبه ۳۰ اسفند ۱۴۰۳"),
        (date(2025, 3, 21), "جمعه ۱ فروردین ۱۴۰۴"),
        (date(1979, 2, 11), "یکشنبه ۲۲ بهمن ۱۳۵۷"),
        (date(2021, 3, 21), "یکشنبه ۱ فروردین ۱۴۰۰"),
    ],
)
def test_persian_days_are_told_in_the_persian_calendar(day: date, there: str) -> None:
    with translation.override("fa"):
        assert numerals.full_day(day) == there


@pytest.mark.parametrize(
    ("language", "day", "clock"),
    [
        ("en", "Sunday, January 18, 2026", "9:05\u202fAM"),
        ("fi", "sunnuntai 18. tammikuuta 2026", "9.05"),
        ("ru", "воскресенье, 18 января 2026\u202fг.", "09:05"),
        ("he", "יום ראשון, 18 בינואר 2026", "9:05"),
        ("ar", "الأحد، 18 يناير 2026", "9:05 ص"),
        ("fa", "یکشنبه ۲۸ دی ۱۴۰۴", "۹:۰۵"),
    ],
)
def test_a_day_and_a_time_of_day_are_told_in_full(language: str, day: str, clock: str) -> None:
    with translation.override(language):
        assert numerals.full_day(date(2026, 1, 18)) == day
        assert numerals.clock(9 * 60 + 5) == numerals.clock(1440 + 9 * 60 + 5) == clock


def test_persian_readers_get_their_calendar_and_digits() -> None:
    with translation.override("fa"):
        assert numerals.short_ago(NOON - timedelta(days=20), NOON) == "۹ اسفند"
        assert numerals.exact(NOON) == "۲۹ اسفند ۱۴۰۴، ۱۲:۰۰"


@pytest.mark.parametrize("language", ["en", "he", "fa"])
def test_a_moment_ago_is_now(language: str) -> None:
    with translation.override(language):
        assert numerals.ago(NOON - timedelta(seconds=20), NOON) == numerals.short_ago(NOON, NOON)


@pytest.mark.parametrize(
    ("language", "zone", "first"),
    [
        ("en", "UTC", "Sunday"),
        ("en", "Europe/Helsinki", "Monday"),
        ("fi", "UTC", "maanantai"),
        ("he", "UTC", "יום ראשון"),
        ("fa", "UTC", "شنبه"),
        ("ru", "Asia/Tehran", "суббота"),
    ],
)
def test_the_week_begins_where_the_reader_lives(language: str, zone: str, first: str) -> None:
    with translation.override(language), timezone.override(zone):
        days = numerals.weekdays()

    assert days[0][1] == first
    assert sorted(number for number, _name in days) == list(range(7))


def test_what_lies_between_two_moments_is_a_minute_at_least_and_never_a_day_of_the_calendar() -> None:
    with translation.override("en"):
        told = [numerals.apart(NOON + timedelta(minutes=n), NOON) for n in (0, 0.5, -90, 60 * 24 * 12)]

    assert told == ["1 min", "1 min", "1 hr", "12 days"]
