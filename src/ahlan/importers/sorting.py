"""A log of any size and order, case by case in the order in which they began: laid into a file that SQLite sorts."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from ahlan.importers.reading import Row

AT_ONCE = 1_000


class Step(NamedTuple):
    """A row of a case, and when it was."""

    case: str
    at: datetime
    row: Row


class Sorted:
    """`cases`: how many. Iterating gives each case's steps, the earliest first; of one moment in the order of the file."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self.file = file
        self.cases: int = file.execute("SELECT count(DISTINCT name) FROM step").fetchone()[0]

    def __iter__(self) -> Iterator[list[Step]]:
        found = self.file.execute(
            "SELECT name, at, line, cells FROM step JOIN (SELECT name, min(at) AS began, min(line) AS first FROM step GROUP BY name)"
            " USING (name) ORDER BY began, first, at, line"
        )
        for _name, rows in groupby(found, lambda one: one[0]):
            yield [Step(name, _moment(at), Row(line, json.loads(cells))) for name, at, line, cells in rows]


@contextmanager
def in_order(steps: Iterable[Step]) -> Iterator[Sorted]:
    with TemporaryDirectory(prefix="ahlan-import-") as folder:
        file = sqlite3.connect(Path(folder) / "steps")
        file.execute("PRAGMA journal_mode = off")
        file.execute("CREATE TABLE step (name TEXT, at INTEGER, line INTEGER, cells TEXT)")
        try:
            _lay(file, steps)
            file.execute("CREATE INDEX by_case ON step (name, at, line)")
            yield Sorted(file)
        finally:
            file.close()


def _lay(file: sqlite3.Connection, steps: Iterable[Step]) -> None:
    some: list[tuple[str, int, int, str]] = []
    for step in steps:
        some.append((step.case, _number(step.at), step.row.line, json.dumps(step.row.cells)))
        if len(some) == AT_ONCE:
            file.executemany("INSERT INTO step VALUES (?, ?, ?, ?)", some)
            some.clear()
    file.executemany("INSERT INTO step VALUES (?, ?, ?, ?)", some)
    file.commit()


def _number(at: datetime) -> int:
    """Microseconds, exact."""
    past = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds


def _moment(number: int) -> datetime:
    seconds, micro = divmod(number, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micro)
