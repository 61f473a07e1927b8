"""Open stretches of a day, as they stand on the wall."""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

MINUTES = 24 * 60  # of a day


class Span(NamedTuple):
    """An open stretch, in minutes on the wall from the midnight its day begins with.

    0 <= opens < 1440 and opens < closes <= opens + 1440; above 1440 it closes on the day after.
    """

    opens: int
    closes: int


Spans = tuple[Span, ...]
Week = tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]  # Monday first


def spans(text: str) -> Spans:
    """Stretches from "08:00-12:00 13:00-17:00"; one that ends at or before it opens closes on the day after.

    Raises ValueError for anything else, and for stretches of a day that overlap.
    """
    return tidy(span(*part.split("-")) for part in text.split())


def span(opens: str, closes: str) -> Span:
    """One stretch from two times on the wall, "22:00" and "06:00"; "24:00" may close."""
    first, last = _minutes(opens), _minutes(closes)
    return Span(first, last if last > first else last + MINUTES)


def tidy(found: Iterable[Span]) -> Spans:
    """In order. Raises ValueError where two overlap or one is out of bounds."""
    ordered = sorted(found)
    for one in ordered:
        if not (0 <= one.opens < MINUTES and one.opens < one.closes <= one.opens + MINUTES):
            raise ValueError("a stretch begins on its day and is no longer than one")
    if any(later.opens < earlier.closes for earlier, later in pairwise(ordered)):
        raise ValueError("stretches of a day may not overlap")
    return tuple(ordered)


def within(found: Spans, until: int) -> Spans:
    """Of these stretches what lies before a minute of the day: a day that closes early."""
    return tuple(Span(opens, min(closes, until)) for opens, closes in found if opens < until)


def _minutes(text: str) -> int:
    hours, _colon, minutes = text.strip().partition(":")
    told = int(hours) * 60 + int(minutes)
    if not (0 <= told <= MINUTES and 0 <= int(minutes) < 60):
        raise ValueError(f"{text} is no time of day")
    return told
