"""When a report goes by mail next."""

from datetime import datetime
from zoneinfo import ZoneInfo

from ahlan.kpis.models import Every, Mailing
from ahlan.rules.timetable import next_after

LAST_DAY = 28  # of a month: every month has it
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
BEGINNING = datetime(2020, 1, 1)


def rule_of(mailing: Mailing) -> str:
    """As RFC 5545 writes it."""
    if mailing.every == Every.WEEK:
        return f"FREQ=WEEKLY;BYDAY={DAYS[mailing.day]}"
    return f"FREQ=MONTHLY;BYMONTHDAY={mailing.day}" if mailing.every == Every.MONTH else "FREQ=DAILY"


def next_of(mailing: Mailing, after: datetime) -> datetime | None:
    """The first time after a moment, by the clocks of its zone."""
    start = BEGINNING.replace(hour=mailing.hour)
    return next_after(rule_of(mailing), start, ZoneInfo(mailing.zone), after)
