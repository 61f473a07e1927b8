"""Opening hours as a value, and business time by it. No database, no Django.

A stretch belongs to the day it begins on and is told by the clock on the wall. Both its ends are turned into
instants first; business time is the time those instants enclose, so a night of 22:00-06:00 has seven hours when
the clocks go forward and nine when they go back. A wall time that does not exist is read with the offset before
the gap, one that comes twice means the first (RFC 5545, 3.3.5). Stretches that meet or overlap count once.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ahlan.calendars.spans import MINUTES, Span, Spans, Week

HORIZON = 10  # years: an open hour that lies farther ahead is as good as never
BEGINNING = date(1970, 1, 1)  # "since ever": the first version of any hours
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WALL_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_NONE = timedelta()
_DAY = timedelta(days=1)


class NoOpenHours(ValueError):
    """These hours hold no open time, or not enough of it, within `HORIZON` years."""


@dataclass(frozen=True, slots=True)
class Version:
    """The week that holds from a day on, by the clocks of a zone."""

    since: date
    zone: ZoneInfo
    week: Week


class _Year(NamedTuple):
    """Open time of one UTC year in microseconds since 1970, apart, in order and within the year.

    `before[i]` is the open time of the year before `opens[i]`.
    """

    opens: list[int]
    closes: list[int]
    before: list[int]
    total: int

    def until(self, moment: int) -> int:
        """Open time of the year before a moment of it."""
        i = bisect_right(self.opens, moment) - 1
        return 0 if i < 0 else self.before[i] + min(moment, self.closes[i]) - self.opens[i]


@dataclass(frozen=True)
class Calendar:
    """Opening hours: weeks that hold from a day on, in order, and the days that differ.

    Before the first version everything is closed. `days` gives the stretches of single days, none for a
    closed one. A day is judged by the version that held on it, so a change never touches the days before.
    Each year's open time is worked out once, when first asked for.
    """

    versions: tuple[Version, ...]
    days: Mapping[date, Spans] = field(default_factory=dict)
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.versions:
            raise ValueError("a calendar needs a week")

    def measure(self, start: datetime, end: datetime) -> timedelta:
        """Business time from start to end: positive, zero, or negative when end lies before start.

        Raises ValueError for a moment without a zone, as all of these do.
        """
        first, last = _instant(start), _instant(end)
        year, last_year = _year_of(start), _year_of(end)
        counted = self._year(last_year).until(last) - self._year(year).until(first)
        if year <= last_year:
            counted += sum(self._year(one).total for one in range(year, last_year))
        else:
            counted -= sum(self._year(one).total for one in range(last_year, year))
        return timedelta(microseconds=counted)

    def add(self, start: datetime, target: timedelta) -> datetime:
        """The first moment, in UTC, at which `target` of business time has passed since start.

        A target that ends with a stretch is due when it closes, not when the next one opens; none at all is
        due at the start. Raises NoOpenHours, and ValueError for a negative target.
        """
        left = target // _MICROSECOND
        if left < 0:
            raise ValueError("a target lies ahead, not behind")
        moment = _instant(start)
        if not left:
            return _moment(moment)
        left += self._year(_year_of(start)).until(moment)
        for year in self._years_from(start):
            table = self._year(year)
            if left <= table.total:
                i = bisect_left(table.before, left) - 1
                return _moment(table.opens[i] + left - table.before[i])
            left -= table.total
        raise NoOpenHours(f"less than {target} of open time in {HORIZON} years")

    def add_days(self, start: datetime, days: int) -> datetime:
        """The same time of day `days` working days later, in UTC.

        Days are counted from the one on which the desk was open at the start, or next opened. Where that
        time of day lies outside the hours of the day reached, the deadline is the closing before it, or
        the opening when there is none before. A working day is one on which a stretch begins. Raises
        NoOpenHours, and ValueError for less than one day.
        """
        if days < 1:
            raise ValueError("working days are counted from one")
        begin = self.next_opening(start)
        day = self._day_of(begin)
        clock = begin.astimezone(self._version(day).zone).replace(tzinfo=None) - datetime.combine(day, time())
        for _n in range(HORIZON * 366):
            day += _DAY
            spans = self._on(day)
            days -= bool(spans)
            if not days:
                return _moment(_clamped(_wall(day, clock, self._version(day).zone), spans))
        raise NoOpenHours(f"no such working day in {HORIZON} years")

    def is_open(self, at: datetime) -> bool:
        moment, table = _instant(at), self._year(_year_of(at))
        i = bisect_right(table.opens, moment) - 1
        return i >= 0 and moment < table.closes[i]

    def next_opening(self, at: datetime) -> datetime:
        """The first open moment at or after this one, in UTC: itself while open. Raises NoOpenHours."""
        for opens, _closes in self._stretches(at):
            return _moment(max(opens, _instant(at)))
        raise NoOpenHours(f"no open hour in {HORIZON} years")

    def next_closing(self, at: datetime) -> datetime | None:
        """When the stretch that is open, or opens next, ends, in UTC; None when it never does.

        Raises NoOpenHours.
        """
        end = None
        for opens, closes in self._stretches(at):
            if end is not None and opens > end:
                return _moment(end)
            end = closes
        if end is None:
            raise NoOpenHours(f"no open hour in {HORIZON} years")
        last = _instant(datetime(_year_of(at) + HORIZON + 1, 1, 1, tzinfo=UTC))
        return None if end == last else _moment(end)

    def spans_on(self, day: date) -> Spans:
        """The stretches that begin on a day, as they stand on the wall."""
        if day in self.days:
            return self.days[day]
        version = self._version(day)
        return version.week[day.weekday()] if version.since <= day else ()

    def stretches(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open time between two moments, piece by piece, in UTC."""
        first, last = _instant(start), _instant(end)
        for opens, closes in self._stretches(start):
            if opens >= last:
                return
            yield _moment(max(opens, first)), _moment(min(closes, last))

    def zone_on(self, day: date) -> ZoneInfo:
        return self._version(day).zone

    def _day_of(self, moment: datetime) -> date:
        """The day on which the stretch that holds this moment begins: the later one where two do."""
        tomorrow = moment.astimezone(UTC).date() + _DAY
        days = (tomorrow - n * _DAY for n in range(4))
        return next(day for day in days if any(o <= _instant(moment) < c for o, c in self._on(day)))

    def _version(self, day: date) -> Version:
        """The one that holds on a day; before all of them, the first."""
        held = bisect_right(self.versions, day, key=lambda one: one.since)
        return self.versions[max(held - 1, 0)]

    def _on(self, day: date) -> list[tuple[int, int]]:
        """The stretches that begin on a day, as instants; what the clocks leap over is gone."""
        spans = self.spans_on(day)
        if not spans:
            return []
        zone = self._version(day).zone
        walls = ((timedelta(minutes=opens), timedelta(minutes=closes)) for opens, closes in spans)
        instants = ((_wall(day, opens, zone), _wall(day, closes, zone)) for opens, closes in walls)
        return sorted((opens, closes) for opens, closes in instants if opens < closes)

    def _stretches(self, at: datetime) -> Iterator[tuple[int, int]]:
        """Open time from the stretch that holds `at` or follows it; one that crosses a new year comes in two."""
        moment = _instant(at)
        for year in self._years_from(at):
            table = self._year(year)
            for i in range(bisect_right(table.closes, moment), len(table.opens)):
                yield table.opens[i], table.closes[i]

    def _years_from(self, start: datetime) -> range:
        year = _year_of(start)
        return range(year, year + HORIZON + 1)

    def _year(self, year: int) -> _Year:
        table = self._years.get(year)
        if table is None:
            table = self._years[year] = self._work_out(year)
        return table

    def _work_out(self, year: int) -> _Year:
        begin, end = (_instant(datetime(one, 1, 1, tzinfo=UTC)) for one in (year, year + 1))
        first = date(year, 1, 1) - 3 * _DAY  # local days begin up to 14 h off and stretches run on for 48
        found = sorted(span for n in range(371) for span in self._on(first + n * _DAY))
        table = _Year([], [], [], 0)
        total = 0
        for opens, closes in _joined(found):
            opens, closes = max(opens, begin), min(closes, end)
            if opens < closes:
                table.opens.append(opens)
                table.closes.append(closes)
                table.before.append(total)
                total += closes - opens
        return table._replace(total=total)


def always(zone: str = "UTC") -> Calendar:
    """Round the clock."""
    return Calendar((Version(BEGINNING, ZoneInfo(zone), ((Span(0, MINUTES),),) * 7),))


def _instant(moment: datetime) -> int:
    """Microseconds since 1970. Only ever in UTC: within one zone Python subtracts wall times."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return (moment - _EPOCH) // _MICROSECOND if moment.tzinfo is UTC else _instant(moment.astimezone(UTC))


def _moment(instant: int) -> datetime:
    return _EPOCH + timedelta(microseconds=instant)


def _year_of(moment: datetime) -> int:
    return moment.astimezone(UTC).year


def _wall(day: date, clock: timedelta, zone: ZoneInfo) -> int:
    """The instant at which the wall shows a time of a day (fold 0: before a gap, the first of two)."""
    wall = datetime(day.year, day.month, day.day) + clock
    return (wall - _WALL_EPOCH - (wall.replace(tzinfo=zone).utcoffset() or _NONE)) // _MICROSECOND


def _clamped(moment: int, found: list[tuple[int, int]]) -> int:
    before = [min(moment, closes) for opens, closes in found if opens <= moment]
    return max(before) if before else found[0][0]


def _joined(found: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches in order, each apart from the next."""
    held: tuple[int, int] | None = None
    for opens, closes in found:
        if held is None:
            held = opens, closes
        elif opens <= held[1]:
            held = held[0], max(held[1], closes)
        else:
            yield held
            held = opens, closes
    if held is not None:
        yield held
