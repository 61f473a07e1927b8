"""`ahlan import`: other systems' history, on the command line."""

import csv
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from ahlan.importers.actions.calls import import_calls
from ahlan.importers.actions.events import import_events
from ahlan.importers.mapping import BadMapping, read_call_mapping, read_event_mapping
from ahlan.importers.reading import Report, opened

Refuse = Callable[[int, str, Mapping[str, str]], None]


def bring_in(
    kind: str, file: str, mapping: str, *, dry: bool, refused: str, as_json: bool
) -> tuple[str, int]:
    """What came of it, and how many rows were refused. Raises BadMapping."""
    with (
        opened(file) as rows,
        _refusals(refused) as each,
        _progress(kind, Path(file).stat().st_size) as progress,
    ):
        report = Report(each=each)
        if kind == "events":
            import_events(rows, read_event_mapping(mapping), report, dry=dry, progress=progress)
        else:
            import_calls(
                rows,
                read_call_mapping(mapping),
                report,
                dry=dry,
                progress=lambda _rows, read: progress(read, 0),
            )
    told = _told(kind, report, dry)
    return (orjson.dumps(told).decode() if as_json else _as_text(told, refused)), report.refused


@contextmanager
def _refusals(place: str) -> Iterator[Refuse | None]:
    """A table of the rows that were refused: line, reason, and what stood in them."""
    if not place:
        yield None
        return
    try:
        file = Path(place).open("w", encoding="utf-8", newline="")  # noqa: SIM115 -- closed below
    except OSError as error:
        raise BadMapping(f"{place} cannot be written: {error.strerror}.") from None
    with file:
        table = csv.writer(file)
        table.writerow(["line", "reason", "row"])
        yield lambda line, why, cells: table.writerow([line, why, *cells.values()])


@contextmanager
def _progress(kind: str, size: int) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, and nothing elsewhere. Told what is done, and of how much (0: of the bytes of the file)."""
    columns = (TextColumn(kind), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(kind, total=size)
        yield lambda done, total: bar.update(task, completed=done, total=total or size)


def _told(kind: str, report: Report, dry: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"dry_run": dry, "rows": report.rows, "taken": report.taken, "known": report.known}
    if kind == "events":
        told["tickets"] = report.tickets
    refusals = [{"line": line, "reason": why} for line, why in report.refusals]
    return {**told, "refused": report.refused, "refusals": refusals}


def _as_text(told: dict[str, Any], refused: str) -> str:
    new = "would be taken" if told["dry_run"] else "taken"
    tickets = f" for {told['tickets']} new tickets" if "tickets" in told else ""
    lines = [
        f"{told['rows']} rows: {told['taken']} {new}{tickets}, {told['known']} known already, {told['refused']} refused."
    ]
    lines += [f"line {one['line']}: {one['reason']}" for one in told["refusals"]]
    more = told["refused"] - len(told["refusals"])
    if more:
        lines.append(
            f"and {more} more" + (f", all in {refused}" if refused else "; --refused FILE keeps them all")
        )
    return "\n".join(lines)
