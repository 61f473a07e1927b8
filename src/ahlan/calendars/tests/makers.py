"""Calendars and moments, told shortly: `week(sun_thu="08:00-16:00", fri="08:00-12:00")`."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ahlan.calendars.calendar import BEGINNING, Calendar, Version
from ahlan.calendars.spans import Spans, Week, spans

NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def week(**hours: str) -> Week:
    """Days by name (`fri`) or from one to another (`sun_thu`)."""
    found: list[Spans] = [()] * 7
    for key, text in hours.items():
        first, _, last = key.partition("_")
        day = NAMES.index(first)
        found[day] = spans(text)
        while last and NAMES[day] != last:
            day = (day + 1) % 7
            found[day] = spans(text)
    return tuple(found)  # type: ignore[return-value]


def calendar(zone: str, days: dict[str, str] | None = None, **hours: str) -> Calendar:
    """One week for ever; `days` by date, "" for a closed one."""
    differing = {date.fromisoformat(day): spans(text) for day, text in (days or {}).items()}
    return Calendar((Version(BEGINNING, ZoneInfo(zone), week(**hours)),), differing)


def at(text: str, zone: str = "UTC") -> datetime:
    """A moment by the clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
