"""Rows of a file, one after another, whatever its size; and what became of them."""

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ahlan.core.text import clean
from ahlan.importers.mapping import BadMapping, Layout

LONGEST_CELL = 100_000  # characters
KEPT = 20  # refusals told as text


class BadRow(ValueError):
    """A row that cannot be taken; the text says why."""


class Row(NamedTuple):
    """`line`: where it ends in the file. `read`: how many bytes of the file had been read by then."""

    line: int
    cells: Mapping[str, str]
    read: int = 0


@dataclass
class Report:
    """What became of the rows. `refused`: how many; `refusals`: the first of them; `each`: told of every one."""

    rows: int = 0
    taken: int = 0
    known: int = 0
    refused: int = 0
    tickets: int = 0
    refusals: list[tuple[int, str]] = field(default_factory=list)
    each: Callable[[int, str, Mapping[str, str]], None] | None = None

    def refuse(self, row: Row, why: str) -> None:
        self.refused += 1
        if len(self.refusals) < KEPT:
            self.refusals.append((row.line, why))
        if self.each is not None:
            self.each(row.line, why, row.cells)


@contextmanager
def opened(place: str) -> Iterator[BinaryIO]:
    """Raises BadMapping for a file that cannot be read."""
    try:
        with Path(place).open("rb") as file:
            yield file
    except OSError as error:
        raise BadMapping(f"{place} cannot be read: {error.strerror}.") from None


def rows_of(file: BinaryIO, layout: Layout, needed: set[str], report: Report) -> Iterator[Row]:
    """The rows under a header. One that is broken is refused, and reading goes on with the next.

    Raises BadMapping where a column the mapping names is missing.
    """
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(_lines(file, layout.encoding), delimiter=layout.delimiter)
    try:
        header = [clean(one).strip() for one in next(reader, [])]
    except csv.Error as error:
        raise BadMapping(f"The first line is no header: {error}.") from None
    missing = sorted(needed - set(header))
    if missing:
        raise BadMapping(f"The file has no column “{'”, “'.join(missing)}”.")
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            report.rows += 1
            report.refuse(Row(reader.line_num, {}), f"cannot be read: {error}")
            continue
        if cells is None:
            return
        if not cells:
            continue
        report.rows += 1
        row = Row(reader.line_num, dict(zip(header, cells, strict=False)), file.tell())
        why = _broken(cells, len(header))
        if why:
            report.refuse(row, why)
        else:
            yield row


def _lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    """Bytes that are no text stay in their row, which is refused for them. Lines are read here so that the place in the file is known."""
    first = True
    for line in file:
        if first and line.startswith(b"\xef\xbb\xbf"):
            line = line[3:]
        first = False
        yield line.decode("utf-8" if encoding == "utf-8-sig" else encoding, "surrogateescape")


def _broken(cells: list[str], wide: int) -> str:
    if len(cells) != wide:
        return f"has {len(cells)} columns, not {wide}"
    try:
        "".join(cells).encode()
    except UnicodeEncodeError:
        return "holds bytes that are no text"
    return "holds a control character" if any("\0" in one for one in cells) else ""


def value(cells: Mapping[str, str], column: str, layout: Layout) -> str:
    """What stands in a column; "" for nothing, or without a column."""
    found = clean(cells.get(column, "")).strip() if column else ""
    return "" if found in layout.nothing else found


def moment(text: str, layout: Layout) -> datetime:
    """An instant, in UTC; without a zone of its own it is of the file's zone. Raises BadRow."""
    try:
        found = datetime.strptime(text, layout.format) if layout.format else datetime.fromisoformat(text)
    except ValueError:
        raise BadRow(f"“{text[:40]}” is no time") from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=layout.zone)
    if not 1900 <= found.year <= 2200:
        raise BadRow(f"“{text[:40]}” is out of reach")
    return found.astimezone(UTC)


def whole(text: str) -> int:
    """Raises BadRow."""
    try:
        return int(text)
    except ValueError:
        raise BadRow(f"“{text[:40]}” is no whole number") from None
