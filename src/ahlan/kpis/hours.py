"""Open time by the hours a team really had: which these were at each moment stands in the log, so no later change re-judges the past."""

from bisect import bisect_right
from collections import defaultdict
from typing import NamedTuple

from ahlan.calendars.calendar import Calendar
from ahlan.calendars.models import BusinessHours
from ahlan.calendars.queries import ALWAYS, calendar_of
from ahlan.events.definitions import Definitions
from ahlan.events.models import Event
from ahlan.kpis.course import MICRO, micro, moment
from ahlan.staff.models import Team

EVER = -(2**62)
Turns = list[tuple[int, int | None]]  # from a moment on, these hours


class Known(NamedTuple):
    """Which hours each team had since when, which held for everybody else, and what they are worth."""

    teams: dict[int, Turns]
    default: Turns
    calendars: dict[int, Calendar]


def _read() -> Known:
    rows = list(BusinessHours.objects.order_by("pk"))
    teams: dict[int, Turns] = defaultdict(list)
    default: Turns = []
    kinds = ["team.created", "team.changed", "hours.created", "hours.made_default"]
    for kind, pk, at, facts in (
        Event.objects.filter(kind__in=kinds).order_by("id").values_list("kind", "subject_id", "at", "facts")
    ):
        if kind.startswith("team."):
            _turn(teams[pk], micro(at), facts.get("hours"))
        elif kind == "hours.made_default" or not default:
            _turn(default, micro(at), pk)
    for team, hours in Team.objects.values_list("pk", "hours"):
        if team not in teams:
            teams[team] = [(EVER, hours)]
    if not default:
        default = [(EVER, next((one.pk for one in rows if one.is_default), None))]
    return Known(dict(teams), default, {one.pk: calendar_of(one) for one in rows})


def _turn(turns: Turns, at: int, hours: int | None) -> None:
    """The first that is known of holds from ever on."""
    if not turns:
        turns.append((EVER, hours))
    elif turns[-1][1] != hours:
        turns.append((at, hours))


known = Definitions("kpi hours", read=_read, of=[Team, BusinessHours])


def open_time(team: int | None, start: int, end: int) -> int:
    """Microseconds of open time between two moments, by the hours that held at each."""
    held = known()
    total = 0
    for begin, stop, hours in _pieces(held.teams.get(team or 0, [(EVER, None)]), start, end):
        if hours in held.calendars:
            total += _measured(held.calendars[hours], begin, stop)
            continue
        for one, other, usual in _pieces(held.default, begin, stop):
            total += _measured(held.calendars.get(usual or 0, ALWAYS), one, other)
    return total


def _pieces(turns: Turns, start: int, end: int) -> list[tuple[int, int, int | None]]:
    first = max(bisect_right(turns, start, key=lambda one: one[0]) - 1, 0)
    found = []
    for n in range(first, len(turns)):
        since, hours = turns[n]
        until = turns[n + 1][0] if n + 1 < len(turns) else end
        if max(since, start) < min(until, end):
            found.append((max(since, start), min(until, end), hours))
    return found


def _measured(calendar: Calendar, start: int, end: int) -> int:
    return calendar.measure(moment(start), moment(end)) // MICRO
