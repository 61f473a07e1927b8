"""What a report answers: each of its figures as a whole and line by line, held against another time where it asks so."""

from collections.abc import Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ahlan.core.clock import now
from ahlan.kpis import figures
from ahlan.kpis.comparing import Change, Sample, change_of, sampled, sampled_by
from ahlan.kpis.declared import Kpi
from ahlan.kpis.own import OWN, errors_of
from ahlan.kpis.question import (
    HOURS,
    TIMES,
    Question,
    Wanted,
    filters_of,
    other_of,
    period_of,
    steps_of,
    zone_of,
)
from ahlan.kpis.reading import Filters, Period, Reading, Sums, facts_of, reading_of
from ahlan.staff.models import Agent

MOST_POINTS = 366  # days, weeks or months of one report


class Line(NamedTuple):
    """One group, or one stretch of time (`at`), of one figure. `key` is what it goes by among the lines of the others."""

    key: str
    label: str
    reading: Reading
    at: Period | None = None
    other: Reading | None = None
    change: Change | None = None


class Told(NamedTuple):
    """One figure of a report. `heat`: by (weekday, hour), where it asks for that."""

    asked: Wanted
    whole: Line
    lines: list[Line]
    heat: dict[tuple[int, int], Reading]

    @property
    def kpi(self) -> Kpi:
        return self.asked.kpi


class Answer(NamedTuple):
    """`other`: the time it is held against."""

    question: Question
    period: Period
    other: Period | None
    figures: list[Told]


def answer(question: Question, reader: Agent) -> Answer:
    """By the clocks the report names, of the inboxes its reader sees. A fixed number of queries for each figure."""
    zone = zone_of(question, reader)
    period = period_of(question, zone, now().astimezone(ZoneInfo(zone)).date())
    other = other_of(question, period)
    told = [
        _told(question, one, period, other, filters_of(question, reader, business=one.business))
        for one in question.figures
    ]
    return Answer(question, period, other, told)


def _told(question: Question, one: Wanted, period: Period, other: Period | None, filters: Filters) -> Told:
    kpi, by = one.kpi, question.by
    whole, before = _whole(one, period, filters), _whole(one, other, filters) if other else None
    total = _line("", "", whole, before, kpi)
    if by == HOURS:
        return Told(
            one,
            total,
            [],
            figures.by_hour_and_weekday(kpi, period, method=one.method or None, filters=filters),
        )
    if by in TIMES:
        return Told(one, total, _by_time(one, by, period, other, filters), {})
    return Told(one, total, _by_group(one, by, period, other, filters) if by else [], {})


def _whole(one: Wanted, period: Period, filters: Filters) -> Sample:
    reading = figures.read(one.kpi, period, method=one.method or None, filters=filters)
    return sampled(one.kpi, period, filters, reading)


def _line(
    key: str, label: str, one: Sample, other: Sample | None, kpi: Kpi, at: Period | None = None
) -> Line:
    if other is None:
        return Line(key, label, one.reading, at)
    return Line(key, label, one.reading, at, other.reading, change_of(kpi, one, other))


def _by_time(one: Wanted, by: str, period: Period, other: Period | None, filters: Filters) -> list[Line]:
    """Each day, week or month beside the one that stands as far from the start of the other time."""
    points = steps_of(period, by)[:MOST_POINTS]
    before = steps_of(other, by)[:MOST_POINTS] if other else []
    found, held = _at_points(one, by, points, filters), _at_points(one, by, before, filters)
    return [
        _line(point.start.isoformat(), "", sample, held[n] if n < len(held) else None, one.kpi, point)
        for n, (point, sample) in enumerate(zip(points, found, strict=True))
    ]


def _at_points(one: Wanted, by: str, points: list[Period], filters: Filters) -> list[Sample]:
    kpi = one.kpi
    readings = figures.by_step(kpi, points, by, method=one.method or None, filters=filters)
    if not points:
        return []
    if kpi.measure in OWN:
        errors = errors_of(kpi, points, filters)
        return [Sample(reading, error) for (_point, reading), error in zip(readings, errors, strict=True)]
    whole = Period(points[0].start, points[-1].end, points[0].zone)
    keyed = {figures.step_key(by, point): reading for point, reading in readings}
    slot = figures.text_slot(figures.step_slot(by, whole.zone))
    found = sampled_by(kpi, facts_of(kpi, whole, filters), slot, keyed, business=filters.business)
    return [found[figures.step_key(by, point)] for point in points]


def _by_group(one: Wanted, by: str, period: Period, other: Period | None, filters: Filters) -> list[Line]:
    """Each group beside itself in the other time, those of both times, the largest first."""
    found = _groups(one, by, period, filters)
    before = _groups(one, by, other, filters) if other else {}
    nothing = Sample(reading_of(one.kpi, Sums(), one.read_by))
    labels = {key: label for key, (label, _sample) in [*before.items(), *found.items()]}
    lines = [
        _line(
            key,
            label,
            found.get(key, ("", nothing))[1],
            before.get(key, ("", nothing))[1] if other else None,
            one.kpi,
        )
        for key, label in labels.items()
    ]
    return sorted(lines, key=lambda line: -line.reading.n)


def _groups(one: Wanted, by: str, period: Period, filters: Filters) -> dict[str, tuple[str, Sample]]:
    kpi = one.kpi
    found = figures.split(kpi, period, by, method=one.method or None, filters=filters)
    if by not in figures.SLOTS or kpi.measure in OWN:
        return {
            key: (label, sampled(kpi, period, figures.limited(filters, by, key), reading))
            for key, label, reading in found
        }
    slot = figures.text_slot(figures.SLOTS[by])
    readings = {key: reading for key, _label, reading in found}
    rows = figures.by_slot(facts_of(kpi, period, filters), by)
    samples = sampled_by(kpi, rows, slot, readings, business=filters.business)
    return {key: (label, samples[key]) for key, label, _reading in found}


def keys_of(told: Iterable[Told]) -> list[tuple[str, Line]]:
    """The lines that the figures have together, each by its key, in the order of the first figure that has it."""
    found: dict[str, Line] = {}
    for one in told:
        for line in one.lines:
            found.setdefault(line.key, line)
    return list(found.items())
