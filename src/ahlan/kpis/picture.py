"""Figures as pictures: a line with its interval, bars, a spark, a heat map; drawn by the server, mirrored for right to left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10

from django.utils.translation import get_language_bidi

from ahlan.core.numerals import day, number, weekdays
from ahlan.kpis.declared import COUNT, SECONDS, SHARE
from ahlan.kpis.reading import Reading
from ahlan.kpis.telling import told

WIDE, HIGH = 880, 260
START, END, TOP, FOOT = 76, 16, 14, 30
SPARK_WIDE, SPARK_HIGH = 160, 32
TICKS = 4
SHADES = 5  # of a heat map
DAYS_WIDE, HEAT_TOP, CELL_HIGH, SCALE_WIDE = 110, 24, 28, 120
HEAT_HIGH = HEAT_TOP + 7 * CELL_HIGH + 34
ROUND_TIMES = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000, 864_000)  # fmt: skip

Series = Sequence[tuple[date, Reading]]


@dataclass(frozen=True, slots=True)
class Mark:
    """A point or a bar: where it stands, and what of. `top` to the foot of the chart is the bar; `wide` its breadth; `query` leads to what is behind it."""

    x: float
    top: float
    high: float
    wide: float
    on: date
    reading: Reading
    query: str = ""

    @property
    def left(self) -> float:
        return self.x - self.wide / 2

    @property
    def words(self) -> str:
        return f"{day(self.on)}: {told(self.reading.value, self.reading.unit)}"


@dataclass(frozen=True, slots=True)
class Chart:
    """All in the units of its view box. `lines` and `bands`: one list of points for each stretch without a gap."""

    marks: list[Mark]
    is_bars: bool
    lines: list[str]
    bands: list[str]
    ticks: list[tuple[float, str]]
    days: list[tuple[float, str]]
    goal: float | None
    others: list[str]
    edge: float
    span: tuple[float, float]
    wide: int = WIDE
    high: int = HIGH


def chart_of(
    series: Series,
    *,
    goal: float | None = None,
    others: Sequence[float | None] = (),
    queries: Sequence[str] = (),
) -> Chart | None:
    """`others`: the same of another time, drawn thin. None where there is nothing to draw."""
    known = [one for _on, one in series if one.value is not None]
    if not known:
        return None
    rtl, unit = get_language_bidi(), known[0].unit
    bounds = [value for one in known for value in (one.value, one.low, one.high) if value is not None]
    beside = [one for one in [*others, goal] if one is not None]
    low, high = _room([*bounds, *beside], unit)
    step = (WIDE - START - END) / len(series)

    def y(value: float) -> float:
        return round(HIGH - FOOT - (HIGH - FOOT - TOP) * (value - low) / (high - low), 1)

    def x(n: int) -> float:
        along = START + step * (n + 0.5)
        return round(WIDE - along if rtl else along, 1)

    marks = [
        Mark(x(n), y(one.value), round(HIGH - FOOT - y(one.value), 1), round(min(step * 0.7, 40), 1), on, one, queries[n] if queries else "")
        for n, (on, one) in enumerate(series) if one.value is not None
    ]  # fmt: skip
    stretches = _stretches(series)
    return Chart(
        marks, unit == COUNT, [_line(part, series, x, y) for part in stretches],
        [band for part in stretches if (band := _band(part, series, x, y))],
        [(y(value), told(value, unit)) for value in _ticks(low, high, unit)], _days(series, x),
        y(goal) if goal is not None else None, _beside(others, x, y), WIDE - START + 8 if rtl else START - 8,
        (END, WIDE - START) if rtl else (START, WIDE - END),
    )  # fmt: skip


def _beside(
    values: Sequence[float | None], x: Callable[[int], float], y: Callable[[float], float]
) -> list[str]:
    found: list[list[str]] = [[]]
    for n, one in enumerate(values):
        if one is None:
            found.append([])
        else:
            found[-1].append(f"{x(n)},{y(one)}")
    return [" ".join(part) for part in found if len(part) > 1]


def spark_of(values: Sequence[float | None]) -> list[str]:
    """A small line without words, in a box of 160 by 32: points of each stretch without a gap."""
    known = [one for one in values if one is not None]
    if len(known) < 2:
        return []
    low, high = min(known), max(known)
    room = (high - low) or 1
    step = (SPARK_WIDE - 4) / (len(values) - 1)
    rtl = get_language_bidi()
    found: list[list[str]] = [[]]
    for n, one in enumerate(values):
        if one is None:
            found.append([])
            continue
        x = 2 + step * n
        y = SPARK_HIGH - 3 - (SPARK_HIGH - 6) * (one - low) / room
        found[-1].append(f"{round(SPARK_WIDE - x if rtl else x, 1)},{round(y, 1)}")
    return [" ".join(one) for one in found if len(one) > 1]


def _room(bounds: Sequence[float], unit: str) -> tuple[float, float]:
    """From nothing on, where a figure cannot be below it, so that twice as much looks twice as much."""
    low, high = min(bounds), max(bounds)
    if unit == SHARE:
        return 0.0, min(1.0, max(high * 1.15, 0.05))
    if low >= 0:
        return 0.0, high * 1.1 or 1.0
    room = (high - low) * 0.1 or 1.0
    return low - room, high + room


def _ticks(low: float, high: float, unit: str) -> list[float]:
    """Round values between the two, as many as can be told apart."""
    rough = (high - low) / TICKS
    size = 10.0 ** floor(log10(rough))
    step = next(size * one for one in (1, 2, 2.5, 5, 10) if size * one >= rough * 0.999)
    if unit == SECONDS:
        step = next((float(one) for one in ROUND_TIMES if one >= rough), step)
    if unit == COUNT:
        step = max(1.0, float(ceil(step)))
    return [n * step for n in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def _days(series: Series, x: Callable[[int], float]) -> list[tuple[float, str]]:
    """Some six days, so that no two words meet."""
    apart = max(1, ceil(len(series) / 6))
    return [(x(n), day(series[n][0])) for n in range(0, len(series), apart)]


def _stretches(series: Series) -> list[list[int]]:
    found: list[list[int]] = [[]]
    for n, (_on, one) in enumerate(series):
        if one.value is None:
            found.append([])
        else:
            found[-1].append(n)
    return [one for one in found if one]


def _line(part: list[int], series: Series, x: Callable[[int], float], y: Callable[[float], float]) -> str:
    return " ".join(f"{x(n)},{y(series[n][1].value or 0.0)}" for n in part)


def _band(part: list[int], series: Series, x: Callable[[int], float], y: Callable[[float], float]) -> str:
    bounds = [
        (n, one.low, one.high) for n in part if (one := series[n][1]).low is not None and one.high is not None
    ]
    if len(bounds) < 2:
        return ""
    above = [f"{x(n)},{y(high)}" for n, _low, high in bounds if high is not None]
    below = [f"{x(n)},{y(low)}" for n, low, _high in reversed(bounds) if low is not None]
    return " ".join([*above, *below])


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour of a weekday. `shade`: 0 where nothing was, else 1 to 5."""

    x: float
    y: float
    shade: int
    words: str
    n: int


@dataclass(frozen=True, slots=True)
class Heat:
    """Weekdays by hours, in the units of its view box. `table`: name of the day and its cells, for those who would rather read."""

    cells: list[Cell]
    names: list[tuple[float, str]]
    hours: list[tuple[float, str]]
    table: list[tuple[str, list[Cell]]]
    scale: list[tuple[float, int, str]]
    edge: float
    box: tuple[float, float]
    wide: int = WIDE
    high: int = HEAT_HIGH


def heat_of(found: Mapping[tuple[int, int], Reading]) -> Heat | None:
    """From the reader's first weekday on; hours run as his writing does. None where there is nothing to draw."""
    values = [one.value for one in found.values() if one.value is not None]
    if not values:
        return None
    low, high, rtl = min(values), max(values), get_language_bidi()
    unit = next(iter(found.values())).unit
    wide = (WIDE - DAYS_WIDE) / 24

    def x(hour: int) -> float:
        along = DAYS_WIDE + hour * wide
        return round(WIDE - along - wide if rtl else along, 1)

    table = [
        (
            name,
            [
                _cell(found.get((day, hour)), x(hour), HEAT_TOP + row * CELL_HIGH, low, high)
                for hour in range(24)
            ],
        )
        for row, (day, name) in enumerate(weekdays())
    ]
    names = [(HEAT_TOP + (row + 0.5) * CELL_HIGH, name) for row, (name, _cells) in enumerate(table)]
    hours = [(round(x(hour) + wide / 2, 1), number(hour)) for hour in range(24)]
    return Heat(
        [one for _name, cells in table for one in cells], names, hours, table, _scale(low, high, unit),
        WIDE if rtl else 0, (round(wide - 2, 1), CELL_HIGH - 2),
    )  # fmt: skip


def _cell(reading: Reading | None, x: float, y: float, low: float, high: float) -> Cell:
    if reading is None or reading.value is None:
        return Cell(x, y, 0, "", 0)
    shade = 1 + min(SHADES - 1, int(SHADES * (reading.value - low) / ((high - low) or 1)))
    return Cell(x, y, shade, told(reading.value, reading.unit), reading.n)


def _scale(low: float, high: float, unit: str) -> list[tuple[float, int, str]]:
    """What the shades mean: each from so much on."""
    steps = range(SHADES if high > low else 1)
    rtl = get_language_bidi()
    along = [DAYS_WIDE + n * SCALE_WIDE for n in steps]
    return [
        (WIDE - at - 14 if rtl else at, n + 1, told(low + (high - low) * n / SHADES, unit))
        for n, at in zip(steps, along, strict=True)
    ]
