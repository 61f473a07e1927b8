"""What a report answers, made ready to be shown: values in the reader's words, and pictures. The page and the paper are drawn from it."""

from typing import Any, NamedTuple

from ahlan.core.numerals import number
from ahlan.kpis.comparing import DIFFERS
from ahlan.kpis.declared import DOWN, UP, Kpi
from ahlan.kpis.picture import Chart, Heat, chart_of, heat_of
from ahlan.kpis.question import TIMES, Question, query_of
from ahlan.kpis.reading import Period
from ahlan.kpis.reports import Answer, Line, Told
from ahlan.kpis.telling import between, difference, told
from ahlan.kpis.words import days_of, figure_name, group_name, limits_of, step_name


class Row(NamedTuple):
    """A line in words. `way`: better, worse or "" of a real difference; `verdict`: differs, same, unjudged or "". `wide`: of a bar, in percent."""

    label: str
    value: str
    between: str
    n: str
    before: str
    change: str
    verdict: str
    way: str
    wide: float
    query: str


class Part(NamedTuple):
    """One figure of a report."""

    kpi: Kpi
    name: str
    whole: Row
    rows: list[Row]
    chart: Chart | None
    heat: Heat | None


class Shown(NamedTuple):
    """`days`, `other`: in words. `limits`: what it is limited to."""

    parts: list[Part]
    days: str
    other: str
    zone: str
    limits: list[str]
    by: str
    has_table: bool


def shown(answer: Answer, seen: tuple[int, ...] | None) -> Shown:
    """`seen`: the inboxes the reader may know of, None for all."""
    question = answer.question
    parts = [_part(question, one, answer.period) for one in answer.figures]
    return Shown(
        parts, days_of(answer.period), days_of(answer.other) if answer.other else "", answer.period.zone,
        limits_of(question, seen), question.by, any(one.rows for one in parts),
    )  # fmt: skip


def _part(question: Question, one: Told, period: Period) -> Part:
    values = [abs(line.reading.value) for line in one.lines if line.reading.value is not None]
    most = max(values, default=0) or 1
    rows = [_row(question, one, line, period, most) for line in one.lines]
    chart = None
    if question.by in TIMES:
        series = [(line.at.start, line.reading) for line in one.lines if line.at]
        others = [line.other.value if line.other else None for line in one.lines]
        chart = chart_of(series, others=others, queries=[row.query for row in rows])
    whole = _row(question, one, one.whole, period, 1)
    return Part(one.kpi, figure_name(one.asked), whole, rows, chart, heat_of(one.heat) if one.heat else None)


def _row(question: Question, one: Told, line: Line, period: Period, most: float) -> Row:
    reading, change, by = line.reading, line.change, question.by
    more: dict[str, Any] = {by: line.key} if line.key and not line.at else {}
    words, verdict, way = "", "", ""
    if change is not None:
        words, verdict = difference(change, one.kpi.unit), change.verdict
        if verdict == DIFFERS and one.kpi.good in (UP, DOWN):
            way = "better" if (change.by > 0) == (one.kpi.good == UP) else "worse"
    label = step_name(by, line.at) if line.at else group_name(by, line.label)
    return Row(
        label, told(reading.value, reading.unit), between(reading), number(reading.n), told(line.other.value, reading.unit) if line.other else "",
        words, verdict, way, round(100 * abs(reading.value or 0) / most, 1), query_of(question, one.asked, line.at or period, **more),
    )  # fmt: skip
