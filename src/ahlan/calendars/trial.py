"""What comes of a start and a target, told so that one can follow it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from ahlan.calendars.calendar import Calendar, NoOpenHours
from ahlan.calendars.forms import TrialForm
from ahlan.core.numerals import clock, full_day

MOST = 8  # pieces shown


@dataclass(frozen=True, slots=True)
class Outcome:
    """When it is due, by the clocks of the hours and of the reader; None, and nothing else, when never."""

    due: str | None = None
    due_here: str = ""
    begun: str = ""
    pieces: tuple[str, ...] = ()
    more: bool = False


def outcome_of(calendar: Calendar, form: TrialForm, reader: ZoneInfo | None) -> Outcome:
    """Of a form that is valid; its start is told by the clocks of these hours."""
    wall: datetime = form.cleaned_data["start"].replace(tzinfo=None)
    zone = calendar.zone_on(wall.date())
    start = wall.replace(tzinfo=zone)
    try:
        if form.cleaned_data["unit"] == "days":
            due = calendar.add_days(start, form.cleaned_data["amount"])
        else:
            due = calendar.add(start, form.target)
    except NoOpenHours:
        return Outcome()
    pieces = list(islice(calendar.stretches(start, due), MOST + 1))
    there = calendar.zone_on(due.date())
    return Outcome(
        due=told(due.astimezone(there)),
        due_here=told(due.astimezone(reader)) if reader and _differ(due, reader, there) else "",
        begun=told(start),
        pieces=tuple(
            _piece(opens.astimezone(there), closes.astimezone(there)) for opens, closes in pieces[:MOST]
        ),
        more=len(pieces) > MOST,
    )


def _differ(moment: datetime, one: ZoneInfo, other: ZoneInfo) -> bool:
    return moment.astimezone(one).utcoffset() != moment.astimezone(other).utcoffset()


def told(moment: datetime) -> str:
    """Weekday, day and time, by its own clocks, in the reader's calendar and language."""
    return f"{full_day(moment.date())}, {clock(moment.hour * 60 + moment.minute)}"


def _piece(opens: datetime, closes: datetime) -> str:
    last = closes - timedelta(microseconds=1)
    end = clock(closes.hour * 60 + closes.minute) if last.date() == opens.date() else told(closes)
    return f"{told(opens)} – {end}"
