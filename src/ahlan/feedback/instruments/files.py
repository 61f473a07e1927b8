"""A file of answers given elsewhere: one row an answer, one column an item in the instrument's order, a header or none."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ahlan.feedback.instruments.checking import Refused, checked
from ahlan.feedback.instruments.scores import Reading, tallied
from ahlan.feedback.instruments.shape import Instrument, Kind

NUMBER = re.compile(r"\s*[+-]?\d+(?:[.,]\d+)?\s*")
DELIMITERS = ",;\t"


class NotRead(ValueError):
    """The file cannot be read at all; its text says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """`answers` of one row, or why it was refused. `line`: where it begins. Both empty: nothing was answered."""

    line: int
    answers: dict[str, Any]
    refused: Refused | None = None


def rows_of(instrument: Instrument, lines: Iterable[str]) -> Iterator[Row]:
    """Each row that says something or should have. Raises NotRead."""
    held = iter(lines)
    try:
        first = next(held, "").removeprefix("\ufeff")
        reader = csv.reader(_with(first, held), delimiter=delimiter_of(first))
        for n, cells in enumerate(reader):
            if (n == 0 and _is_header(instrument, cells)) or not cells:
                continue
            yield _row(instrument, cells, reader.line_num)
    except UnicodeDecodeError:
        raise NotRead("The file is not text in UTF-8.") from None
    except csv.Error as error:
        raise NotRead(f"The file is not a table: {error}.") from None


def _with(first: str, others: Iterator[str]) -> Iterator[str]:
    yield first
    yield from others


def delimiter_of(line: str) -> str:
    return max(DELIMITERS, key=line.count)


def _is_header(instrument: Instrument, cells: list[str]) -> bool:
    """Words and no number, where numbers are asked; or the columns' own names."""
    if [cell.strip().casefold() for cell in cells] == [
        one.casefold() for one in instrument.columns[: len(cells)]
    ]:
        return True
    asked = [
        cell
        for cell, column in zip(cells, instrument.columns, strict=False)
        if instrument.item_of(column).kind in (Kind.SCALE, Kind.MATRIX, Kind.POINTS)
    ]
    return any(cell.strip() for cell in asked) and not any(NUMBER.fullmatch(cell) for cell in asked)


def _row(instrument: Instrument, cells: list[str], line: int) -> Row:
    columns = instrument.columns
    if any(cell.strip() for cell in cells[len(columns) :]):
        return Row(line, {}, Refused("columns", value=len(cells)))
    try:
        return Row(line, checked(instrument, dict(zip(columns, cells, strict=False))))
    except Refused as reason:
        return Row(line, {}, reason)


REASONS = {
    "number": "{column}: “{value}” is not a whole number",
    "range": "{column}: {value} is outside {low} to {high}",
    "option": "{column}: “{value}” is not one of the answers",
    "long": "{column}: the text is longer than is kept",
    "points": "the points come to {value}, not 100",
    "points_missing": "some of the points are missing",
    "columns": "there are {value} columns, more than the instrument has",
}


def sentence(instrument: Instrument, refused: Refused) -> str:
    item = instrument.item_of(refused.column) if refused.column in instrument.columns else instrument.first
    text = REASONS.get(refused.reason, refused.reason)
    return text.format(column=refused.column, value=refused.value, low=item.low, high=item.high)


@dataclass(frozen=True, slots=True)
class Scored:
    """A file's reading. `rows`: those with an answer or a refusal; `blank`: those in which nothing is answered."""

    reading: Reading
    rows: int
    blank: int
    refusals: list[tuple[int, str]]


def score(instrument: Instrument, lines: Iterable[str]) -> Scored:
    """Raises NotRead."""
    counts: Counter[str] = Counter()
    refusals: list[tuple[int, str]] = []
    kept = []
    for row in rows_of(instrument, lines):
        if row.refused:
            refusals.append((row.line, sentence(instrument, row.refused)))
        parts = instrument.measure.parts(row.answers)
        counts["rows" if parts or row.refused else "blank"] += 1
        kept.append(parts)
    return Scored(instrument.measure.reading(tallied(kept)), counts["rows"], counts["blank"], refusals)
