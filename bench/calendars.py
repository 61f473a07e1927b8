"""What business-hours arithmetic costs: `python bench/calendars.py` prints a table.

Medians over random moments of three years, Jerusalem, Sunday to Thursday with a half day on Friday and forty days
that differ; against walking day by day, which is what the plain definition does. No database.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ahlan.calendars.calendar import BEGINNING, Calendar, Version
from ahlan.calendars.spans import Spans, spans

ZONE = ZoneInfo("Asia/Jerusalem")
TIMES = 5000
HOUR = timedelta(hours=1)


def made() -> Calendar:
    long, half = spans("08:00-12:00 13:00-17:00"), spans("08:00-12:00")
    week = (long, long, long, long, half, (), long)
    days: dict[date, Spans] = {date(2026, 1, 1) + timedelta(days=n * 27): () for n in range(40)}
    return Calendar((Version(BEGINNING, ZONE, week),), days)


def walked(hours: Calendar, start: datetime, end: datetime) -> timedelta:
    """The plain definition: every stretch of every day in between, cut to the interval."""
    total, day = timedelta(), start.astimezone(ZONE).date() - timedelta(days=1)
    while day <= end.astimezone(ZONE).date():
        midnight = datetime.combine(day, datetime.min.time())
        for opens, closes in hours.spans_on(day):
            first = (midnight + timedelta(minutes=opens)).replace(tzinfo=ZONE).astimezone(UTC)
            last = (midnight + timedelta(minutes=closes)).replace(tzinfo=ZONE).astimezone(UTC)
            total += max(min(last, end) - max(first, start), timedelta())
        day += timedelta(days=1)
    return total


def median(act: Callable[[datetime], object], times: int = TIMES) -> float:
    """Microseconds of one call, the middle one."""
    chosen = random.Random(7)
    spent = []
    for _n in range(times):
        start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chosen.randrange(2 * 365 * 1440))
        begun = time.perf_counter()
        act(start)
        spent.append((time.perf_counter() - begun) * 1e6)
    return statistics.median(spent)


def main() -> None:
    hours = made()
    year, week = timedelta(days=365), timedelta(days=7)
    rows = [
        ("measure over a year", lambda start: hours.measure(start, start + year)),
        ("measure over a week", lambda start: hours.measure(start, start + week)),
        ("add 40 hours", lambda start: hours.add(start, 40 * HOUR)),
        ("add 4 hours", lambda start: hours.add(start, 4 * HOUR)),
        ("add 3 working days", lambda start: hours.add_days(start, 3)),
        ("is_open", hours.is_open),
        ("next_opening", hours.next_opening),
    ]
    slow = median(lambda start: walked(hours, start, start + year), 200)
    first = median(lambda start: made().measure(start, start), 50)
    print(f"{'what':<28}{'median us':>12}{'times quicker than walking a year':>36}")
    for name, act in rows:
        taken = median(act)
        print(f"{name:<28}{taken:>12.1f}{slow / taken:>36.0f}")
    print(f"{'a year worked out, once':<28}{first:>12.0f}{slow / first:>36.1f}")
    print(f"{'walking a year day by day':<28}{slow:>12.0f}{1:>36}")


if __name__ == "__main__":
    main()
