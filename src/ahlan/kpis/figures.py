"""Reading figures: one by one, all at once, day by day, by groups, and the facts behind them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, ExtractHour, ExtractIsoWeekDay, Trunc

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.kpis.declared import MEAN, Kpi, kpis
from ahlan.kpis.models import Fact
from ahlan.kpis.own import OWN, backlog_at
from ahlan.kpis.reading import (
    NO_FILTERS,
    Filters,
    Period,
    Reading,
    Slot,
    Sums,
    facts_of,
    quantile,
    ranks_by,
    reading_of,
    readings_by,
    rows_of,
    sums_by,
)
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Ticket

PAGE = 50
MOST_GROUPS = 200
CHANNEL = Inbox.objects.filter(pk=OuterRef("inbox")).values("channel")
INTERNAL = Case(
    When(internal=True, then=Value("internal")), default=Value("external"), output_field=CharField()
)
TAGGED = Ticket.tags.through._meta.db_table
SLOTS: dict[str, Any] = {  # by which facts are grouped in one query
    **{name: F(name) for name in ("team", "agent", "inbox", "priority", "language")},
    "channel": Subquery(CHANNEL), "customer_kind": INTERNAL,
    "tag": RawSQL(f"{TAGGED}.tag_id", [], output_field=BigIntegerField()),  # noqa: S611 -- the same; see `by_slot`
}  # fmt: skip


def read(kpi: Kpi, period: Period, *, method: str | None = None, filters: Filters = NO_FILTERS) -> Reading:
    """One figure. `method` is one of its own, the first by default. Raises ValueError for another."""
    chosen = method_of(kpi, method)
    if kpi.measure in OWN:
        return OWN[kpi.measure](kpi, [period], filters)[0]
    rows = facts_of(kpi, period, filters)
    found = readings_by(kpi, rows, F("kind"), chosen, business=filters.business)
    return found.get(kpi.kind) or _nothing(kpi, chosen)


def _nothing(kpi: Kpi, method: str) -> Reading:
    """Of no facts."""
    return reading_of(kpi, Sums(), method)


def read_all(
    period: Period, filters: Filters = NO_FILTERS, *, method: str | None = None
) -> dict[str, Reading]:
    """Every figure by its key, in a fixed number of queries: sums, order statistics, and those read in ways of their own."""
    found: dict[str, Reading] = {}
    for by_bot in (False, True):
        for days in sorted({one.matures for one in kpis()}):
            some = [
                one
                for one in kpis()
                if one.matures == days and one.by_bot == by_bot and one.measure not in OWN
            ]
            if some:
                found |= _read_some(some, period, filters, method)
    own = {one.key: OWN[one.measure](one, [period], filters)[0] for one in kpis() if one.measure in OWN}
    return {one.key: own[one.key] if one.key in own else found[one.key] for one in kpis()}


def _read_some(
    some: Sequence[Kpi], period: Period, filters: Filters, method: str | None
) -> dict[str, Reading]:
    """Figures that become ripe alike: three queries at most."""
    rows = rows_of([one.kind for one in some], period, filters, some[0].matures, by_bot=some[0].by_bot)
    sums = sums_by(rows, F("kind"), filters.business)
    durations = {one.kind for one in some if one.measure == "duration"}
    methods = {_method_in(one, method) for one in some if one.kind in durations} - {MEAN}
    values = (
        ranks_by(rows.filter(kind__in=durations), F("kind"), filters.business, methods) if methods else {}
    )
    found = {}
    for one in some:
        chosen = _method_in(one, method)
        if one.kind in durations and chosen != MEAN:
            found[one.key] = quantile(one, values.get(one.kind, {}), chosen)
        else:
            found[one.key] = reading_of(one, sums.get(one.kind, Sums()), chosen)
    return found


def method_of(kpi: Kpi, method: str | None) -> str:
    """Raises ValueError for one that the figure does not have."""
    if method is not None and method not in kpi.methods:
        raise ValueError(f"{kpi.key} is not read by {method}")
    return method or kpi.methods[0]


def _method_in(kpi: Kpi, method: str | None) -> str:
    return method if method in kpi.methods else kpi.methods[0]


def by_day(
    kpi: Kpi,
    period: Period,
    *,
    method: str | None = None,
    filters: Filters = NO_FILTERS,
    weekly: bool = False,
) -> list[tuple[Period, Reading]]:
    """The figure of each day, or of each week from Monday on; the first and the last week may be shorter. One query, a few of
    figures that are read in ways of their own."""
    points = list(period.weeks() if weekly else period.days())
    return by_step(kpi, points, "week" if weekly else "day", method=method, filters=filters)


def by_step(
    kpi: Kpi, points: Sequence[Period], step: str, *, method: str | None = None, filters: Filters = NO_FILTERS
) -> list[tuple[Period, Reading]]:
    """The same for days, weeks or months (`step`) that follow each other."""
    chosen = method_of(kpi, method)
    if not points:
        return []
    if kpi.measure in OWN:
        return list(zip(points, OWN[kpi.measure](kpi, points, filters), strict=True))
    whole = Period(points[0].start, points[-1].end, points[0].zone)
    found = readings_by(
        kpi, facts_of(kpi, whole, filters), step_slot(step, whole.zone), chosen, business=filters.business
    )
    read_on = {str(key): reading for key, reading in found.items()}  # SQLite tells a day as text
    return [(one, read_on.get(step_key(step, one)) or _nothing(kpi, chosen)) for one in points]


def step_slot(step: str, zone: str) -> Slot:
    """The day on which the step begins that a fact falls into. Cast, for PostgreSQL tells its midnight."""
    return Cast(Trunc("at", step, tzinfo=ZoneInfo(zone), output_field=DateField()), DateField())


def text_slot(slot: Slot) -> Slot:
    """The same as text, as keys of groups and days are told."""
    return Cast(slot, CharField())


def step_key(step: str, point: Period) -> str:
    """The same of a point: a week begins on its Monday and a month on its first, also where the point is shorter."""
    day = point.start
    if step == "week":
        day -= timedelta(days=day.weekday())
    return str(day.replace(day=1) if step == "month" else day)


def by_hour_and_weekday(
    kpi: Kpi, period: Period, *, method: str | None = None, filters: Filters = NO_FILTERS
) -> dict[tuple[int, int], Reading]:
    """By (weekday, hour): Monday is 0, by the clocks of the period's zone. Of durations the mean by default. One query."""
    if kpi.measure in OWN:
        raise ValueError(f"{kpi.key} is not told by the hour")
    zone = ZoneInfo(period.zone)
    slot = ExtractIsoWeekDay("at", tzinfo=zone) * 24 + ExtractHour("at", tzinfo=zone)
    chosen = method_of(kpi, method or (MEAN if kpi.measure == "duration" else None))
    found = readings_by(kpi, facts_of(kpi, period, filters), slot, chosen, business=filters.business)
    return {((key - 24) // 24, key % 24): reading for key, reading in found.items()}


def split(
    kpi: Kpi, period: Period, by: str = "team", *, method: str | None = None, filters: Filters = NO_FILTERS
) -> list[tuple[str, str, Reading]]:
    """(key, label, reading) of each group, the largest first. Raises ValueError for what the figure is not split by."""
    if by not in kpi.splits:
        raise ValueError(f"{kpi.key} is not split by {by}")
    labels = groups_of(kpi, period, by, filters)
    if by in SLOTS and kpi.measure not in OWN:
        rows, chosen = by_slot(facts_of(kpi, period, filters), by), method_of(kpi, method)
        read_of = readings_by(kpi, rows, SLOTS[by], chosen, business=filters.business)
        by_key = {str(key): reading for key, reading in read_of.items()}
        found = [(key, label, by_key.get(key) or _nothing(kpi, chosen)) for key, label in labels]
    else:
        found = [
            (key, label, read(kpi, period, method=method, filters=limited(filters, by, key)))
            for key, label in labels
        ]
    return sorted(found, key=lambda one: -one[2].n)


def by_slot(rows: QuerySet[Fact], by: str) -> QuerySet[Fact]:
    """Facts as SLOTS groups them: once for each tag of their ticket, where that is asked for."""
    if by != "tag":
        return rows
    return rows.extra(tables=[TAGGED], where=[f"{TAGGED}.ticket_id = {Fact._meta.db_table}.ticket"])  # noqa: S610 -- names of tables


def limited(filters: Filters, by: str, key: str) -> Filters:
    """The same, for one group alone."""
    if by in ("team", "agent", "inbox", "priority", "tag", "organisation"):
        named: dict[str, Any] = {by: int(key)}
        return replace(filters, **named)
    if by == "bot":
        return replace(filters, bot=key == "1")
    worded: dict[str, Any] = {by: key}
    return replace(filters, **worded)


def groups_of(kpi: Kpi, period: Period, by: str, filters: Filters) -> list[tuple[str, str]]:
    """The groups there are, with what they are called."""
    if by == "customer_kind":
        return [("external", "external"), ("internal", "internal")]
    if by == "bot":
        return [("0", "people"), ("1", "bot")]
    rows = facts_of(kpi, period, filters)
    if by == "channel":
        inboxes = Inbox.objects.filter(pk__in=rows.values("inbox"))
        return [
            (one, one) for one in inboxes.order_by("channel").values_list("channel", flat=True).distinct()
        ]
    if by == "tag":
        tags = Ticket.tags.through.objects.filter(ticket__in=rows.values("ticket"))
        return [(str(pk), name) for pk, name in tags.values_list("tag", "tag__name").distinct()[:MOST_GROUPS]]
    keys = [
        one
        for one in rows.order_by(by).values_list(by, flat=True).distinct()[:MOST_GROUPS]
        if one not in (None, "")
    ]
    names: dict[Any, str] = {}
    if by in ("team", "agent", "inbox"):
        table: Any = {"team": Team, "agent": Agent, "inbox": Inbox}[by]
        names = dict(table.objects.filter(pk__in=keys).values_list("pk", "name"))
    return [(str(one), names.get(one, str(one))) for one in keys]


class Behind(NamedTuple):
    """A page of the facts a figure is made of, the latest first, and where the next begins (None at the end)."""

    facts: list[Fact]
    after: str | None


def behind(
    kpi: Kpi, period: Period, filters: Filters = NO_FILTERS, *, after: str | None = None, size: int = PAGE
) -> Behind:
    """The facts, each with its ticket as `fact.shown` (None where it has none). `after`: where the page before ended.

    `filters.inboxes` keeps to what the reader may see. Raises ValueError for a place that is none.
    """
    if kpi.measure in ("backlog", "actionable"):
        rows = backlog_at(min(period.ends, now()), filters)
        rows = rows.filter(good=1) if kpi.measure == "actionable" else rows
    else:
        rows = facts_of(kpi, period, filters)
    if after:
        text, _, pk = after.rpartition("/")
        at = datetime.fromisoformat(text)
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=int(pk)))
    found = list(rows.order_by("-at", "-pk")[: size + 1])
    tickets = Ticket.objects.select_related("customer", "inbox", "assignee", "team").in_bulk(
        {one.ticket for one in found if one.ticket}
    )
    for one in found:
        one.shown = tickets.get(one.ticket or 0)  # type: ignore[attr-defined]
    last = found[size - 1] if len(found) > size else None
    return Behind(found[:size], f"{last.at.isoformat()}/{last.pk}" if last else None)
