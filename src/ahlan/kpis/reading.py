"""What facts come to: the values that readings are made of and given as, which facts count, and adding them up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Expression, F, QuerySet, Sum

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.customers.models import Customer
from ahlan.feedback.instruments.intervals import wilson
from ahlan.kpis.declared import MEAN, MEDIAN, P90, P95, Kpi
from ahlan.kpis.models import Fact
from ahlan.tickets.models import Ticket

FEWEST = {P90: 10, P95: 20}  # under so many a percentile says nothing
QUANTILES = {P90: (9, 10), P95: (19, 20)}
Slot = F | Expression


class Reading(NamedTuple):
    """A figure at hand. `value` is None where there is nothing to measure; shares lie between 0 and 1, `low` and `high` bound them at 95 %."""

    value: float | None
    unit: str
    n: int
    method: str
    low: float | None = None
    high: float | None = None

    def bounded(self, span: tuple[float, float] | None) -> "Reading":
        return self._replace(low=span[0], high=span[1]) if span else self


@dataclass(frozen=True)
class Period:
    """Whole days by the clocks of a zone, `end` excluded."""

    start: date
    end: date
    zone: str = "UTC"

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.start, time(), ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.end, time(), ZoneInfo(self.zone)).astimezone(UTC)

    def weeks(self) -> Iterable["Period"]:
        """From Monday to Monday; the first and the last may be shorter."""
        start = self.start
        while start < self.end:
            monday = start + timedelta(days=7 - start.weekday())
            yield Period(start, min(monday, self.end), self.zone)
            start = monday

    def days(self) -> Iterable["Period"]:
        for n in range((self.end - self.start).days):
            day = self.start + timedelta(days=n)
            yield Period(day, day + timedelta(days=1), self.zone)


@dataclass(frozen=True)
class Filters:
    """What a reading is limited to. `business`: durations by business hours. `inboxes`: those its reader may see, None for all.

    `bot`: None keeps to what the figure itself says, which is people's work unless it is the bot's own.
    """

    agent: int | None = None
    team: int | None = None
    inbox: int | None = None
    channel: str = ""
    language: str = ""
    priority: int | None = None
    tag: int | None = None
    organisation: int | None = None
    customer_kind: str = ""  # internal or external
    business: bool = False
    bot: bool | None = None
    inboxes: tuple[int, ...] | None = None


NO_FILTERS = Filters()


class Sums(NamedTuple):
    """What is added up of the facts of a kind."""

    n: int = 0
    value: float = 0
    good: int = 0


def facts_of(kpi: Kpi, period: Period, filters: Filters) -> QuerySet[Fact]:
    return rows_of([kpi.kind], period, filters, kpi.matures, by_bot=kpi.by_bot)


def rows_of(
    kinds: Iterable[str], period: Period, filters: Filters, matures: int, *, by_bot: bool
) -> QuerySet[Fact]:
    """What counts: dated in the period, ripe by now, of tickets that are not gone."""
    end = min(period.ends, now() - timedelta(days=matures)) if matures else period.ends
    rows = Fact.objects.filter(kind__in=sorted(set(kinds)), at__gte=period.begins, at__lt=end, gone=False)
    return narrowed(rows, filters, by_bot=by_bot)


def narrowed(rows: QuerySet[Fact], filters: Filters, *, by_bot: bool) -> QuerySet[Fact]:
    rows = rows.filter(bot=by_bot if filters.bot is None else filters.bot)
    named = {
        key: getattr(filters, key)
        for key in ("agent", "team", "inbox", "priority")
        if getattr(filters, key) is not None
    }
    rows = rows.filter(**named)
    if filters.language:
        rows = rows.filter(language=filters.language)
    if filters.channel:
        rows = rows.filter(inbox__in=Inbox.objects.filter(channel=filters.channel).values("pk"))
    if filters.tag is not None:
        rows = rows.filter(ticket__in=Ticket.tags.through.objects.filter(tag=filters.tag).values("ticket"))
    if filters.organisation is not None:
        rows = rows.filter(
            customer__in=Customer.objects.filter(organisation=filters.organisation).values("pk")
        )
    if filters.customer_kind:
        rows = rows.filter(internal=filters.customer_kind == "internal")
    if filters.inboxes is not None:
        rows = rows.filter(inbox__in=filters.inboxes)
    return rows


def sums_by(rows: QuerySet[Fact], slot: Slot, business: bool) -> dict[Any, Sums]:
    """What is added up, by what stands in `slot`: a column, or anything worked out of one. One query."""
    found = (
        rows.order_by()
        .annotate(slot=slot)
        .values_list("slot")
        .annotate(n=Count("pk"), total=Sum("business" if business else "value"), goods=Sum("good"))
    )
    return {key: Sums(n, float(total or 0), goods or 0) for key, n, total, goods in found}


def ranks_by(
    rows: QuerySet[Fact], slot: Slot, business: bool, methods: set[str]
) -> dict[Any, dict[int, tuple[int, int]]]:
    """The same for order statistics: the values at the ranks that the methods need, {rank: (value, n)}. One query."""
    ranks = []
    if MEDIAN in methods:
        ranks += ["(n + 1) / 2", "(n + 2) / 2"]
    ranks += [f"({top} * n + {of - 1}) / {of}" for one, (top, of) in QUANTILES.items() if one in methods]
    found: dict[Any, dict[int, tuple[int, int]]] = {}
    for key, rank, value, n in at_ranks(rows, slot, business, ranks):
        found.setdefault(key, {})[rank] = (value, n)
    return found


def at_ranks(
    rows: QuerySet[Fact], slot: Slot, business: bool, ranks: Iterable[str]
) -> list[tuple[Any, int, int, int]]:
    """(slot, rank, value, n) of the values that stand at these ranks in each slot; a rank is a term of SQL over their number `n`. One query."""
    field = "business" if business else "value"
    known = rows.filter(**{f"{field}__isnull": False}).order_by().annotate(slot=slot)
    sql, params = known.values_list("slot", field).query.sql_with_params()
    asked = f"""SELECT slot, at_rank, found, n FROM (
        SELECT slot, {field} AS found, ROW_NUMBER() OVER (PARTITION BY slot ORDER BY {field}) AS at_rank,
               COUNT(*) OVER (PARTITION BY slot) AS n
        FROM ({sql}) AS facts) AS ranked WHERE at_rank IN ({", ".join(ranks)})"""  # noqa: S608 -- names and numbers of ours alone
    with connection.cursor() as cursor:
        cursor.execute(asked, params)
        return list(cursor.fetchall())


def readings_by(
    kpi: Kpi, rows: QuerySet[Fact], slot: Slot, method: str, *, business: bool
) -> dict[Any, Reading]:
    """A figure for each value of `slot` that facts have. One query."""
    if kpi.measure == "duration" and method != MEAN:
        found = ranks_by(rows, slot, business, {method})
        return {key: quantile(kpi, ranks, method) for key, ranks in found.items()}
    return {key: reading_of(kpi, one, method) for key, one in sums_by(rows, slot, business).items()}


def quantile(kpi: Kpi, ranks: dict[int, tuple[int, int]], method: str) -> Reading:
    n = next((n for _value, n in ranks.values()), 0)
    if not n or n < FEWEST.get(method, 1):
        return Reading(None, kpi.unit, n, method)
    if method == MEDIAN:
        return Reading((ranks[(n + 1) // 2][0] + ranks[(n + 2) // 2][0]) / 2, kpi.unit, n, method)
    top, of = QUANTILES[method]
    return Reading(float(ranks[ceil(top * n / of)][0]), kpi.unit, n, method)


def reading_of(kpi: Kpi, sums: Sums, method: str) -> Reading:
    """A figure from what was added up."""
    if kpi.measure == "count":
        return Reading(sums.n, kpi.unit, sums.n, method)
    if not sums.n:
        return Reading(None, kpi.unit, 0, method)
    if kpi.measure == "duration":
        return Reading(sums.value / sums.n, kpi.unit, sums.n, method)
    if kpi.measure == "mean":
        return Reading(sums.good / sums.n, kpi.unit, sums.n, method)
    return Reading(sums.good / sums.n, kpi.unit, sums.n, method, *wilson(sums.good, sums.n))
