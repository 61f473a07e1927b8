"""When something that comes again comes next: RRULE (RFC 5545) by the clocks of a place. No database, no Django.

Only the next time is ever worked out, so a rule without an end costs nothing. What falls into the hour that is
skipped in spring is read with the offset before it; days that do not exist (31 April) are left out, as the RFC has it.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

HORIZON = timedelta(days=3_660)  # what lies farther ahead is as good as never
LEEWAY = timedelta(hours=3)  # more than clocks are ever moved
EARLIEST = datetime(2000, 1, 1)
PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")


class BadRule(ValueError):
    """A rule that cannot be read, or that never comes."""


def next_after(rule: str, start: datetime, zone: ZoneInfo, after: datetime) -> datetime | None:
    """The first time after a moment, in UTC; None when it has ended. `start`: the first one, on the wall of `zone`.

    Raises BadRule.
    """
    parts = _parts(rule)
    until = _until(parts.pop("UNTIL", ""), zone)
    since = max(start, after.astimezone(zone).replace(tzinfo=None) - LEEWAY)
    for wall in _walls(parts, start, since, until or since + HORIZON):
        moment = wall.replace(tzinfo=zone).astimezone(UTC)
        if moment > after:
            return moment
    return None


def check(rule: str, start: datetime, zone: ZoneInfo) -> str:
    """The rule in one form. Raises BadRule for one that is not understood, or that never comes."""
    parts = _parts(rule)
    if start < EARLIEST:
        raise BadRule("too long ago")
    forever = {key: value for key, value in parts.items() if key not in ("COUNT", "UNTIL")}
    try:
        never = next(_walls(forever, start, start, start + HORIZON), None) is None
    except (ValueError, TypeError, OverflowError) as error:
        raise BadRule(str(error)) from error
    if never or int(parts.get("COUNT", "1")) < 1 or int(parts.get("INTERVAL", "1")) < 1:
        raise BadRule("it never comes")
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadRule("it ends in two ways")
    _until(parts.get("UNTIL", ""), zone)
    return ";".join(f"{key}={value}" for key, value in parts.items())


def _parts(rule: str) -> dict[str, str]:
    pairs = [one.partition("=") for one in rule.strip().upper().removeprefix("RRULE:").split(";") if one]
    parts = {key: value for key, _equals, value in pairs}
    if not set(parts) <= PARTS or parts.get("FREQ") not in FREQUENCIES or len(parts) != len(pairs):
        raise BadRule("not a rule we keep")
    if not all(
        parts.get(key, "1").isdecimal() and len(parts.get(key, "1")) < 7 for key in ("COUNT", "INTERVAL")
    ):
        raise BadRule("not a number")
    return parts


def _until(text: str, zone: ZoneInfo) -> datetime | None:
    """The last moment on the wall; with a Z it was said in UTC. A day alone is meant to its end."""
    if not text:
        return None
    found = UNTIL.fullmatch(text)
    if not found:
        raise BadRule("an end that is no day")
    moment = datetime.strptime(found[1] + (found[2] or "235959"), "%Y%m%d%H%M%S")
    return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if found[3] else moment


def _walls(parts: dict[str, str], start: datetime, since: datetime, until: datetime) -> Iterator[datetime]:
    """The times on the wall from `since` on; a rule without a count ends at `until`, so that no search is endless."""
    text = ";".join(f"{key}={value}" for key, value in parts.items())
    if "COUNT" not in parts:
        text += f";UNTIL={until:%Y%m%dT%H%M%S}"
    for wall in rrulestr(text, dtstart=start).xafter(since, inc=True):
        if wall > until and "COUNT" not in parts:
            return
        yield wall
