"""By which day something is due: calendar days, working days, weeks, months. Pure; what a working day is, is told.

Counting begins on the day after the one of receipt, and a deadline lasts to the end of its day.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
HORIZON = 3660  # days walked for working days before there are none
IsWorkday = Callable[[date], bool]


class Unit(StrEnum):
    DAYS = "days"
    BUSINESS_DAYS = "business_days"
    WEEKS = "weeks"
    MONTHS = "months"


class NoWorkday(ValueError):
    """There are not so many working days within ten years."""


@dataclass(frozen=True, slots=True)
class Within:
    """So many of a unit after the day of receipt."""

    count: int
    unit: Unit

    def after(self, day: date, is_workday: IsWorkday) -> date:
        """The last day. A month ends where it is shorter than the day asked for. Raises NoWorkday."""
        if self.unit == Unit.BUSINESS_DAYS:
            return workday_after(day, self.count, is_workday)
        if self.unit == Unit.MONTHS:
            return _months_after(day, self.count)
        return day + DAY * self.count * (7 if self.unit == Unit.WEEKS else 1)


def workday_after(day: date, count: int, is_workday: IsWorkday) -> date:
    """The working day so many after a day, which may be none itself and is never counted. Raises NoWorkday."""
    left = count
    for _n in range(HORIZON):
        if not left:
            return day
        day += DAY
        left -= is_workday(day)
    raise NoWorkday(f"no {count} working days in ten years")


def workday_before(day: date, count: int, is_workday: IsWorkday) -> date:
    """The same backwards: when to warn. Raises NoWorkday."""
    left = count
    for _n in range(HORIZON):
        if not left:
            return day
        day -= DAY
        left -= is_workday(day)
    raise NoWorkday(f"no {count} working days in ten years")


def _months_after(day: date, count: int) -> date:
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day is over by the clocks of a zone, in UTC: the beginning of the next."""
    return datetime.combine(day + DAY, time(), zone).astimezone(UTC)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
