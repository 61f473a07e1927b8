from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

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


@pytest.mark.parametrize(("n", "told"), [(0, "0 byte"), (900, "900 byte"), (12_400, "12 kB"), (3_400_000, "3.4 MB")])
def test_sizes_are_told_in_round_figures(n: int, told: str) -> None:
    with translation.override("en"):
        assert numerals.size(n) == told
