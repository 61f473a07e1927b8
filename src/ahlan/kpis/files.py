"""Reports and facts as tables to take away: without end, in flat memory, with the time zone in them."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ahlan.channels.models import Inbox
from ahlan.core.numerals import weekdays
from ahlan.core.tables import DAY, MOMENT, NUMBER, WHOLE, Column, Table, forms
from ahlan.kpis import figures
from ahlan.kpis.declared import Kpi
from ahlan.kpis.question import HOURS, TIMES, Question
from ahlan.kpis.reading import Filters, Period, Reading
from ahlan.kpis.reports import Answer, Line, Told, keys_of
from ahlan.kpis.words import days_of, figure_name, group_name, limits_of
from ahlan.staff.models import Agent, Team

AT_ONCE = 1_000  # facts


def ways(name: str, *args: Any, query: str = "") -> list[tuple[str, str]]:
    """In which forms something can be taken away, and where."""
    found = [(form, reverse(name, args=[*args, form])) for form in forms()]
    return [
        (form.upper() if form != "parquet" else "Parquet", f"{address}?{query}" if query else address)
        for form, address in found
    ]


def table_of(answer: Answer, *, title: str, seen: tuple[int, ...] | None) -> Table:
    """A row for each line, a few columns for each figure. Seconds, shares between 0 and 1, numbers; empty where there was nothing."""
    question = answer.question
    columns, rows = [*_heads(question), *_columns(answer)], list(_rows(answer))
    return Table(columns, rows, title, answer.period.zone, _notes(answer, seen))


def _notes(answer: Answer, seen: tuple[int, ...] | None) -> dict[str, str]:
    """What stands above the table on the page."""
    notes = {_("Days"): days_of(answer.period), _("Time zone"): answer.period.zone}
    if answer.other:
        notes[_("Compared with")] = days_of(answer.other)
    if limits := limits_of(answer.question, seen):
        notes[_("Limited to")] = "; ".join(limits)
    for one in answer.figures:
        notes[figure_name(one.asked)] = f"{one.kpi.tells} {one.kpi.formula}"
    return notes


def _heads(question: Question) -> list[Column]:
    if question.by in TIMES:
        return [Column("from", _("From"), DAY), Column("until", _("Until"), DAY)]
    if question.by == HOURS:
        return [Column("weekday", _("Weekday")), Column("hour", _("Hour"), WHOLE)]
    return [Column("group_key", _("Key")), Column("group", _("Group"))] if question.by else []


def _columns(answer: Answer) -> list[Column]:
    found = []
    for n, one in enumerate(answer.figures, start=1):
        name, key = (
            figure_name(one.asked),
            one.kpi.key
            if len({o.kpi.key for o in answer.figures}) == len(answer.figures)
            else f"{one.kpi.key}_{n}",
        )
        found += [
            Column(key, name, NUMBER), Column(f"{key}_n", _("%(name)s: counted") % {"name": name}, WHOLE),
            Column(f"{key}_low", _("%(name)s: from (95 %%)") % {"name": name}, NUMBER),
            Column(f"{key}_high", _("%(name)s: to (95 %%)") % {"name": name}, NUMBER),
        ]  # fmt: skip
        if answer.other:
            found += [
                Column(f"{key}_before", _("%(name)s: compared with") % {"name": name}, NUMBER),
                Column(f"{key}_change", _("%(name)s: difference") % {"name": name}, NUMBER),
                Column(f"{key}_verdict", _("%(name)s: told apart") % {"name": name}),
            ]
    return found


def _rows(answer: Answer) -> Iterator[list[Any]]:
    by = answer.question.by
    if by == HOURS:
        yield from _hours(answer)
        return
    if not by:
        yield _cells([(one, one.whole) for one in answer.figures], compared=bool(answer.other))
        return
    found = [{line.key: line for line in one.lines} for one in answer.figures]
    for key, first in keys_of(answer.figures):
        head = (
            [first.at.start, list(first.at.days())[-1].start]
            if first.at
            else [key, group_name(by, first.label)]
        )
        pairs = [(one, lines.get(key)) for one, lines in zip(answer.figures, found, strict=True)]
        yield head + _cells(pairs, compared=bool(answer.other))


def _hours(answer: Answer) -> Iterator[list[Any]]:
    for day, name in weekdays():
        for hour in range(24):
            readings = [one.heat.get((day, hour)) for one in answer.figures]
            yield [name, hour, *(cell for one in readings for cell in _reading(one))]


def _cells(pairs: list[tuple[Told, Line | None]], *, compared: bool) -> list[Any]:
    found: list[Any] = []
    for _one, line in pairs:
        found += _reading(line.reading if line else None)
        if compared:
            change = line.change if line else None
            before = line.other.value if line and line.other else None
            found += [before, change.by if change else None, change.verdict if change else None]
    return found


def _reading(reading: Reading | None) -> list[Any]:
    return [reading.value, reading.n, reading.low, reading.high] if reading else [None, 0, None, None]


def facts_table(kpi: Kpi, period: Period, filters: Filters) -> Table:
    """Every single thing a figure is made of, as far as its reader may see it, the latest first."""
    columns = [
        Column("at", _("When"), MOMENT), Column("kind", _("Kind")), Column("number", _("Number"), WHOLE), Column("ticket", _("Ticket"), WHOLE),
        Column("subject", _("Subject")), Column("agent", _("Agent")), Column("team", _("Team")), Column("inbox", _("Inbox")),
        Column("language", _("Language")), Column("priority", _("Priority"), WHOLE), Column("seconds", _("Seconds"), WHOLE),
        Column("business_seconds", _("Seconds in opening hours"), WHOLE), Column("counts", _("Counts"), WHOLE),
    ]  # fmt: skip
    notes = {
        _("Days"): days_of(period),
        _("Time zone"): period.zone,
        str(kpi.name): f"{kpi.tells} {kpi.formula}",
    }
    return Table(columns, _facts(kpi, period, filters), str(kpi.name), period.zone, notes)


def _facts(kpi: Kpi, period: Period, filters: Filters) -> Iterator[list[Any]]:
    agents, teams, inboxes = (dict(one.objects.values_list("pk", "name")) for one in (Agent, Team, Inbox))
    after: str | None = None
    while True:
        page = figures.behind(kpi, period, filters, after=after, size=AT_ONCE)
        for fact in page.facts:
            ticket = fact.shown  # type: ignore[attr-defined]
            yield [
                fact.at, fact.subject_kind, fact.subject_id, fact.ticket, ticket.subject if ticket else "",
                agents.get(fact.agent or 0), teams.get(fact.team or 0), inboxes.get(fact.inbox or 0), fact.language, fact.priority,
                fact.value, fact.business, fact.good,
            ]  # fmt: skip
        after = page.after
        if after is None:
            return
