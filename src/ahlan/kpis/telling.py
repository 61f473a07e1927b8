"""How a figure is written, in the reader's language."""

from babel.units import format_unit
from django.utils.translation import gettext as _

from ahlan.core.numerals import digits, locale, number
from ahlan.kpis.comparing import Change
from ahlan.kpis.declared import COUNT, EACH, SECONDS, SHARE
from ahlan.kpis.reading import Reading

NONE = "–"
SPANS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def told(value: float | None, unit: str) -> str:
    """A value with its unit: "1 h 20 min", "31.8 %", "4.2"; a dash where there is none."""
    if value is None:
        return NONE
    if unit == SECONDS:
        return duration(value)
    if unit == SHARE:
        return f"{number(_rounded(value * 100))}\u00a0%"
    return (
        number(round(value))
        if unit == COUNT
        else number(round(value, 2) if unit == EACH else _rounded(value))
    )


def duration(seconds: float) -> str:
    """Two units at most, the larger one first; less than ten seconds with a digit after the point."""
    whole = round(seconds)
    if 0 < seconds < 10 and seconds != whole:
        return _unit(round(seconds, 1), "second")
    first = next((n for n, (_name, length) in enumerate(SPANS) if whole >= length), len(SPANS) - 1)
    name, length = SPANS[first]
    much, rest = divmod(whole, length)
    parts = [_unit(much, name)]
    if first + 1 < len(SPANS) and much < 100:
        below, short = SPANS[first + 1]
        if less := round(rest / short) % (length // short):
            parts.append(_unit(less, below))
    return " ".join(parts)


def between(reading: Reading) -> str:
    """The interval in which it lies, where it is known; "" else."""
    if reading.low is None or reading.high is None:
        return ""
    return f"{told(reading.low, reading.unit)} – {told(reading.high, reading.unit)}"


def difference(change: Change, unit: str) -> str:
    """How much more or less: "+12 min", "−3.1 points"."""
    if unit == SHARE:
        words: str = _("%(points)s points") % {"points": signed(round(change.by * 100, 1))}
        return words
    if unit == SECONDS:
        return f"{'+' if change.by > 0 else '−' if change.by < 0 else ''}{duration(abs(change.by))}"
    return signed(round(change.by) if unit == COUNT else round(change.by, 2))


def signed(n: float) -> str:
    sign = "+" if n > 0 else "−" if n < 0 else ""
    return f"{sign}{number(abs(int(n) if n == int(n) else n))}"


def _rounded(value: float) -> float | int:
    """One digit after the point, two of what is small, none of what needs none."""
    found = round(value, 1 if abs(value) >= 10 else 2)
    return int(found) if found == int(found) else found


def _unit(n: float, unit: str) -> str:
    return digits(
        format_unit(n, f"duration-{unit}", length="short", locale=locale(), numbering_system="default")
    )
