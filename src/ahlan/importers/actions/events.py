"""The verb that takes in an event log."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from django.db import transaction
from django.utils import translation

from ahlan.importers.life import Teller, Told
from ahlan.importers.mapping import EventMapping
from ahlan.importers.reading import BadRow, Report, Row, moment, rows_of, value
from ahlan.importers.sorting import Step, in_order

BATCH = 10  # cases in one transaction: nobody else waits long for his

Progress = Callable[[int, int], None]


def import_events(
    file: BinaryIO,
    mapping: EventMapping,
    report: Report,
    *,
    dry: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Tickets out of a log, each at the times of the log. Safe to repeat, and to go on with after it was stopped anywhere.

    Nobody hears of it: see `events/history.py`. `dry`: everything is done and undone. `progress` is told cases done and all of them.
    Raises BadMapping.
    """
    teller = Teller(mapping)
    with translation.override("en"), in_order(_steps(file, teller, report)) as cases:
        some: list[list[Step]] = []
        for done, case in enumerate(cases, 1):
            some.append(case)
            if len(some) == BATCH or done == cases.cases:
                _tell(teller, some, report, dry=dry)
                some = []
                if progress is not None:
                    progress(done, cases.cases)
    return report


def needed(mapping: EventMapping) -> set[str]:
    """The columns a mapping names."""
    named = [
        mapping.case,
        mapping.activity,
        mapping.at,
        mapping.agent,
        mapping.team,
        mapping.customer,
        mapping.priority,
        mapping.opened_at,
    ]
    named += [one.needs for one in mapping.activities.values()]
    named += [one.column for one in mapping.tags]
    named += [one.column for one in mapping.fields]
    return {one for one in named if one}


def _steps(file: BinaryIO, teller: Teller, report: Report) -> Iterator[Step]:
    for row in rows_of(file, teller.layout, needed(teller.mapping), report):
        try:
            yield _step(row, teller)
        except BadRow as why:
            report.refuse(row, str(why))


def _step(row: Row, teller: Teller) -> Step:
    """Everything a row can be refused for by itself is seen here. Raises BadRow."""
    mapping, layout = teller.mapping, teller.layout
    case = value(row.cells, mapping.case, layout)
    if not 0 < len(case) <= 120:
        raise BadRow("names no case" if not case else "names its case in more than 120 characters")
    step = Step(case, moment(value(row.cells, mapping.at, layout), layout), row)
    teller.check(step)
    return step


def _tell(teller: Teller, cases: list[list[Step]], report: Report, *, dry: bool) -> None:
    with transaction.atomic():
        for steps in cases:
            _count(_told(teller, steps), report)
        if dry:
            transaction.set_rollback(True)
    if dry:
        teller.forget()


def _told(teller: Teller, steps: list[Step]) -> Told:
    """A case that the desk itself refuses is refused whole, and nothing of it stays."""
    try:
        with transaction.atomic():
            return teller.tell(steps)
    except ValueError as why:
        teller.forget()
        return Told(0, 0, [(step, f"the desk refuses its case: {why}") for step in steps], is_new=False)


def _count(told: Told, report: Report) -> None:
    report.taken += told.taken
    report.known += told.known
    report.tickets += told.is_new
    for step, why in told.refused:
        report.refuse(step.row, why)
