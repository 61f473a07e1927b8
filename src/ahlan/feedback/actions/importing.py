"""Verb that brings in answers given elsewhere. Safe to repeat: a row is known by its key, or by what it says and where it stands."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_date, parse_datetime

from ahlan.core.languages import INSTALLED
from ahlan.events.log import record
from ahlan.feedback.actions.answering import put_down
from ahlan.feedback.instruments.checking import Refused
from ahlan.feedback.instruments.files import NotRead, delimiter_of, rows_of, sentence
from ahlan.feedback.models import Source, Survey, Version
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Ticket

FACTS = ("key", "answered_at", "ticket", "agent", "team", "language")
IN_ONE = 200  # rows a transaction


@dataclass
class Report:
    """What an import has come to."""

    taken: int = 0
    known: int = 0
    blank: int = 0
    refusals: list[tuple[int, str]] = field(default_factory=list)


class NotUsable(ValueError):
    """What stands beside the answers of a row cannot be used; its text says why."""


def import_answers(
    version: Version,
    lines: Iterable[str],
    *,
    actor: str,
    survey: Survey | None = None,
    at: datetime | None = None,
) -> Report:
    """Bring in a table: the instrument's columns in its order, or, under a header, by their names with facts beside them.

    `at` is when they were answered, where no column says so. Raises NotRead.
    """
    report = Report()
    held = iter(lines)
    first = next(held, "").removeprefix("\ufeff")
    names = [one.strip().casefold() for one in next(csv.reader([first], delimiter=delimiter_of(first)), [])]
    given = chain([first], held)
    if set(names) & set(FACTS):
        rows = _named_rows(version, names, held, delimiter_of(first))
    else:
        rows = ((row.line, row.answers, {}) for row in _plain_rows(version, given, report))
    batch: list[tuple[int, dict[str, Any], dict[str, str]]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == IN_ONE:
            _take(version, batch, report, survey, at)
            batch = []
    _take(version, batch, report, survey, at)
    with transaction.atomic():
        record(
            "answers.imported",
            version,
            actor=actor,
            taken=report.taken,
            known=report.known,
            refused=len(report.refusals),
        )
    return report


def _plain_rows(version: Version, lines: Iterable[str], report: Report) -> Iterable[Any]:
    for row in rows_of(version.instrument, lines):
        if row.refused:
            report.refusals.append((row.line, sentence(version.instrument, row.refused)))
        else:
            yield row


def _named_rows(version: Version, names: list[str], lines: Iterable[str], delimiter: str) -> Iterable[Any]:
    """What stands below the header."""
    columns = {one.casefold(): one for one in version.instrument.columns}
    unknown = [one for one in names if one and one not in columns and one not in FACTS]
    if unknown:
        raise NotRead(f"There is no column “{unknown[0]}” in {version.key}.")
    reader = csv.reader(lines, delimiter=delimiter)
    for cells in reader:
        both = dict(zip(names, cells, strict=False))
        answers = {columns[name]: value for name, value in both.items() if name in columns}
        yield (
            reader.line_num + 1,
            answers,
            {name: value.strip() for name, value in both.items() if name in FACTS and value.strip()},
        )


@transaction.atomic
def _take(
    version: Version, batch: list[Any], report: Report, survey: Survey | None, at: datetime | None
) -> None:
    for line, answers, facts in batch:
        if not any(value not in (None, "") for value in answers.values()):
            report.blank += 1
            continue
        try:
            more = _facts(facts)
            moment = more.pop("at", None) or at
            key = sha256(
                (
                    f"key:{facts['key']}"
                    if "key" in facts
                    else f"row:{line}:{sorted(answers.items())}:{moment}"
                ).encode()
            ).hexdigest()
            with transaction.atomic():
                taken = put_down(
                    version, answers, source=Source.IMPORT, at=moment, survey=survey, row_key=key, **more
                )
        except Refused as refused:
            report.refusals.append((line, sentence(version.instrument, refused)))
        except NotUsable as why:
            report.refusals.append((line, str(why)))
        else:
            report.taken += taken is not None
            report.known += taken is None


def _facts(given: Mapping[str, str]) -> dict[str, Any]:
    """Who is credited, and when. Raises NotUsable."""
    found: dict[str, Any] = {}
    if text := given.get("answered_at"):
        found["at"] = moment_of(text)
    if text := given.get("ticket"):
        ticket = (
            Ticket.objects.select_related("inbox", "customer__organisation").filter(pk=int(text)).first()
            if text.isdecimal() and len(text) < 18
            else None
        )
        if ticket is None:
            raise NotUsable(f"there is no ticket {text}")
        customer = ticket.customer.primary
        found |= {
            "ticket": ticket, "inbox": ticket.inbox, "channel": ticket.inbox.channel, "team": ticket.team, "customer": customer,
            "organisation": customer.organisation,
        }  # fmt: skip
    if text := given.get("agent"):
        found["agent"] = Agent.objects.filter(email__iexact=text).first()
        if found["agent"] is None:
            raise NotUsable(f"nobody has the address {text}")
    if text := given.get("team"):
        found["team"] = Team.objects.filter(name__iexact=text).first()
        if found["team"] is None:
            raise NotUsable(f"there is no team “{text}”")
    if text := given.get("language"):
        if text not in INSTALLED:
            raise NotUsable(f"“{text}” is none of our languages")
        found["language"] = text
    return found


def moment_of(text: str) -> datetime:
    """A day or a moment as ISO 8601 writes it; in UTC where it says no zone. Raises NotUsable."""
    try:
        moment = parse_datetime(text)
        day = parse_date(text)
    except ValueError:
        moment = day = None
    if moment is None and day is not None:
        moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    if moment is None or not 1990 <= moment.year <= 2200:
        raise NotUsable(f"“{text}” is not a day")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
