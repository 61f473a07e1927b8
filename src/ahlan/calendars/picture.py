"""A week as it is drawn: one row a day in the reader's order, bars along the hours, and the same in words."""

from dataclasses import dataclass

from django.utils.translation import gettext, pgettext

from ahlan.calendars.spans import MINUTES, Spans, Week
from ahlan.core.numerals import clock, weekdays


@dataclass(frozen=True, slots=True)
class Bar:
    """Minutes from midnight, and how many; `spills` when the night before began it."""

    begins: int
    length: int
    spills: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    bars: list[Bar]
    told: list[str]


def rows_of(week: Week) -> list[Row]:
    return [Row(name, _bars(week, number), told(week[number])) for number, name in weekdays()]


def _bars(week: Week, number: int) -> list[Bar]:
    over = [Bar(0, closes - MINUTES, spills=True) for _opens, closes in week[number - 1] if closes > MINUTES]
    return over + [Bar(opens, min(closes, MINUTES) - opens) for opens, closes in week[number]]


def told(spans: Spans) -> list[str]:
    """Each stretch in words; one word for none, or for a whole day."""
    if not spans:
        return [pgettext("a day", "Closed")]
    return [_told(opens, closes) for opens, closes in spans]


def _told(opens: int, closes: int) -> str:
    if (opens, closes) == (0, MINUTES):
        return pgettext("a day", "Open all day")
    if closes > MINUTES:
        return gettext("%(opens)s – %(closes)s the next day") % {
            "opens": clock(opens),
            "closes": clock(closes),
        }
    return f"{clock(opens)} – {clock(closes)}"
