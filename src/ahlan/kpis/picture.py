"""Figures as pictures: a line with its interval, bars, a spark; drawn by the server, mirrored for right to left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10

from django.utils.translation import get_language_bidi

from ahlan.core.numerals import day
from ahlan.kpis.declared import COUNT, SECONDS, SHARE
from ahlan.kpis.reading import Reading
from ahlan.kpis.telling import told

WIDE, HIGH = 880, 260
START, END, TOP, FOOT = 76, 16, 14, 30
SPARK_WIDE, SPARK_HIGH = 160, 32
TICKS = 4
ROUND_TIMES = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000, 864_000)  # fmt: skip

Series = Sequence[tuple[date, Reading]]


@dataclass(frozen=True, slots=True)
class Mark:
    """A point or a bar: where it stands, and what of. `top` to the foot of the chart is the bar; `wide` its breadth."""

    x: float
    top: float
    high: float
    wide: float
    on: date
    reading: Reading

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
    edge: float
    span: tuple[float, float]
    wide: int = WIDE
    high: int = HIGH


def chart_of(series: Series, *, goal: float | None = None) -> Chart | None:
    """None where there is nothing to draw."""
    known = [one for _on, one in series if one.value is not None]
    if not known:
        return None
    rtl, unit = get_language_bidi(), known[0].unit
    bounds = [value for one in known for value in (one.value, one.low, one.high) if value is not None]
    low, high = _room([*bounds, *([goal] if goal is not None else [])], unit)
    step = (WIDE - START - END) / len(series)

    def y(value: float) -> float:
        return round(HIGH - FOOT - (HIGH - FOOT - TOP) * (value - low) / (high - low), 1)

    def x(n: int) -> float:
        along = START + step * (n + 0.5)
        return round(WIDE - along if rtl else along, 1)

    marks = [
        Mark(x(n), y(one.value), round(HIGH - FOOT - y(one.value), 1), round(min(step * 0.7, 40), 1), on, one)
        for n, (on, one) in enumerate(series) if one.value is not None
    ]  # fmt: skip
    stretches = _stretches(series)
    return Chart(
        marks, unit == COUNT, [_line(part, series, x, y) for part in stretches],
        [band for part in stretches if (band := _band(part, series, x, y))],
        [(y(value), told(value, unit)) for value in _ticks(low, high, unit)], _days(series, x),
        y(goal) if goal is not None else None, WIDE - START + 8 if rtl else START - 8,
        (END, WIDE - START) if rtl else (START, WIDE - END),
    )  # fmt: skip


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
