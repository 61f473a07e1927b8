"""A series as a picture: a line within the pale band of its intervals, mirrored for right to left, drawn by the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from django.utils.translation import get_language_bidi

from ahlan.core.numerals import number
from ahlan.feedback.reports import Point

WIDE, HIGH = 720, 220
START, END, TOP, FOOT = 44, 12, 12, 26
TICKS = 4


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    point: Point


@dataclass(frozen=True, slots=True)
class Chart:
    """All in the units of its view box. `bands` and `lines` are lists of points, one for each stretch without a gap."""

    dots: list[Dot]
    bands: list[str]
    lines: list[str]
    ticks: list[tuple[float, str]]
    first: Dot | None
    last: Dot | None
    wide: int = WIDE
    high: int = HIGH
    rtl: bool = False

    @property
    def edge(self) -> int:
        """Where the words of the ticks stand."""
        return WIDE - START + 8 if self.rtl else START - 8

    @property
    def span(self) -> tuple[int, int]:
        return (END, WIDE - START) if self.rtl else (START, WIDE - END)


def chart_of(points: Sequence[Point], runs: tuple[float, float]) -> Chart | None:
    """None where there is no line to draw."""
    known = [one.reading for one in points if one.reading and one.reading.score is not None]
    if len(known) < 2:
        return None
    rtl = get_language_bidi()
    values = [value for one in known for value in (one.score, one.low, one.high) if value is not None]
    low, high = _room(min(values), max(values), runs)

    def y(value: float) -> float:
        return round(HIGH - FOOT - (HIGH - FOOT - TOP) * (value - low) / (high - low), 1)

    def x(n: int) -> float:
        along = (WIDE - START - END) * (n + 0.5) / len(points)
        return round(WIDE - START - along if rtl else START + along, 1)

    stretches = _stretches(points)
    dots = [
        Dot(x(n), y(one.reading.score), one)
        for n, one in enumerate(points)
        if one.reading and one.reading.score is not None
    ]
    lines = [" ".join(f"{x(n)},{y(_score(points[n]))}" for n in part) for part in stretches]
    bands = [_band([n for n in part if _low(points[n]) is not None], points, x, y) for part in stretches]
    ticks = [(y(value), number(round(value, 2))) for value in _ticks(low, high)]
    return Chart(dots, [one for one in bands if one], lines, ticks, dots[0], dots[-1], rtl=rtl)


def _room(low: float, high: float, runs: tuple[float, float]) -> tuple[float, float]:
    """A little more than what is drawn, within what can be."""
    more = max((high - low) * 0.1, (runs[1] - runs[0]) * 0.05)
    return max(runs[0], low - more), min(runs[1], high + more)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between the two, as many as can be told apart."""
    rough = (high - low) / TICKS
    size = 10.0 ** floor(log10(rough))
    step = next(size * one for one in (1, 2, 2.5, 5, 10) if size * one >= rough)
    return [n * step for n in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def _stretches(points: Sequence[Point]) -> list[list[int]]:
    found: list[list[int]] = [[]]
    for n, one in enumerate(points):
        if one.reading and one.reading.score is not None:
            found[-1].append(n)
        elif found[-1]:
            found.append([])
    return [one for one in found if one]


def _score(point: Point) -> float:
    return point.reading.score or 0.0 if point.reading else 0.0


def _low(point: Point) -> float | None:
    return point.reading.low if point.reading else None


def _band(part: list[int], points: Sequence[Point], x: object, y: object) -> str:
    if not part or not callable(x) or not callable(y):
        return ""
    above = [(x(n), y(one.high)) for n in part if (one := points[n].reading) and one.high is not None]
    below = [(x(n), y(one.low)) for n in reversed(part) if (one := points[n].reading) and one.low is not None]
    return " ".join(f"{a},{b}" for a, b in above + below)
