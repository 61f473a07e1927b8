"""A calendar invitation in words, for mails that hold nothing else."""

import logging
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Calendar, Component

MAX_SIZE = 200_000  # octets; a whole calendar exported into a mail is a file, not an invitation

log = logging.getLogger(__name__)


def summary(content: bytes) -> str:
    """What, when and where of the first event, one a line; "" when it cannot be read. Never raises."""
    if len(content) > MAX_SIZE:
        return ""
    from icalendar import Calendar  # noqa: PLC0415 -- rarely needed and slow to start

    try:
        calendar = Calendar.from_ical(content)
        event = next(iter(calendar.walk("VEVENT")), None)
        return "" if event is None else "\n".join(line for line in _lines(calendar, event) if line)
    except Exception:  # the library raises anything at all on a broken calendar
        log.info("A calendar part could not be read", exc_info=True)
        return ""


def _lines(calendar: "Calendar", event: "Component") -> tuple[str, ...]:
    method = str(calendar.get("METHOD", "")).upper()
    title = str(event.get("SUMMARY", ""))
    start, end = (_when(event, name) for name in ("DTSTART", "DTEND"))
    return (
        f"{title} ({method})" if method in {"CANCEL", "REPLY"} else title,
        f"{start} \N{EN DASH} {end}" if start and end else start,
        str(event.get("LOCATION", "")),
        str(event.get("DESCRIPTION", "")),
    )


def _when(event: "Component", name: str) -> str:
    moment = event.decoded(name) if name in event else None
    if isinstance(moment, datetime):
        return moment.strftime("%Y-%m-%d %H:%M") + (f" ({moment.tzinfo})" if moment.tzinfo else "")
    return moment.isoformat() if isinstance(moment, date) else ""
