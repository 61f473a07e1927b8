from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from ahlan.core import numerals
from ahlan.core.persian import persian

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
        (date(2026, 11, 22), (1405, 9, 1)),
        (date(2025, 3, 20), (1403, 12, 30)),
        (date(2025, 3, 21), (1404, 1, 1)),
        (date(1979, 2, 11), (1357, 11, 22)),
        (date(2021, 3, 21), (1400, 1, 1)),
    ],
)
def test_persian_days_are_told_in_the_persian_calendar(day: date, there: tuple[int, int, int]) -> None:
    assert persian(day) == there


def test_persian_readers_get_their_calendar_and_digits() -> None:
    with translation.override("fa"):
        assert numerals.short_ago(NOON - timedelta(days=20), NOON) == "۹ اسفند"
        assert numerals.exact(NOON) == "۲۹ اسفند ۱۴۰۴، ۱۲:۰۰"


@pytest.mark.parametrize("language", ["en", "he", "fa"])
def test_a_moment_ago_is_now(language: str) -> None:
    with translation.override(language):
        assert numerals.ago(NOON - timedelta(seconds=20), NOON) == numerals.short_ago(NOON, NOON)
