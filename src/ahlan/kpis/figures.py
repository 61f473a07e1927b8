"""Reading figures: what facts come to over a time, one by one, day by day, by groups, and the facts behind them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.customers.models import Customer
from ahlan.feedback.instruments.intervals import adjusted_wald, spread, student_span, wilson
from ahlan.kpis.declared import MEAN, MEDIAN, P90, P95, Kpi, kpis
from ahlan.kpis.models import Fact
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Ticket

FEWEST = {P90: 10, P95: 20}  # under so many a percentile says nothing
QUANTILES = {P90: (9, 10), P95: (19, 20)}
PAGE = 50
MOST_GROUPS = 200


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


def read(kpi: Kpi, period: Period, *, method: str | None = None, filters: Filters = NO_FILTERS) -> Reading:
    """One figure. `method` is one of its own, the first by default. Raises ValueError for another."""
    chosen = method_of(kpi, method)
    if kpi.measure in OWN:
        return OWN[kpi.measure](kpi, period, filters)
    rows = facts_of(kpi, period, filters)
    if kpi.measure == "duration" and chosen != MEAN:
        return _quantile(kpi, _values(rows, filters.business, {chosen}).get(kpi.kind, {}), chosen)
    sums = _sums(rows, filters.business).get((kpi.kind,), Sums())
    return _read(kpi, sums, chosen)


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
    own = {one.key: OWN[one.measure](one, period, filters) for one in kpis() if one.measure in OWN}
    return {one.key: own[one.key] if one.key in own else found[one.key] for one in kpis()}


def _read_some(
    some: Sequence[Kpi], period: Period, filters: Filters, method: str | None
) -> dict[str, Reading]:
    """Figures that become ripe alike: three queries at most."""
    rows = _rows([one.kind for one in some], period, filters, some[0].matures, by_bot=some[0].by_bot)
    sums = _sums(rows, filters.business)
    durations = {one.kind for one in some if one.measure == "duration"}
    methods = {_method_in(one, method) for one in some if one.kind in durations} - {MEAN}
    values = _values(rows.filter(kind__in=durations), filters.business, methods) if methods else {}
    found = {}
    for one in some:
        chosen = _method_in(one, method)
        if one.kind in durations and chosen != MEAN:
            found[one.key] = _quantile(one, values.get(one.kind, {}), chosen)
        else:
            found[one.key] = _read(one, sums.get((one.kind,), Sums()), chosen)
    return found


def method_of(kpi: Kpi, method: str | None) -> str:
    """Raises ValueError for one that the figure does not have."""
    if method is not None and method not in kpi.methods:
        raise ValueError(f"{kpi.key} is not read by {method}")
    return method or kpi.methods[0]


def _method_in(kpi: Kpi, method: str | None) -> str:
    return method if method in kpi.methods else kpi.methods[0]


def by_day(
    kpi: Kpi, period: Period, *, method: str | None = None, filters: Filters = NO_FILTERS
) -> list[tuple[date, Reading]]:
    """The figure of each day."""
    return [(one.start, read(kpi, one, method=method, filters=filters)) for one in period.days()]


def by_hour_and_weekday(
    kpi: Kpi, period: Period, *, method: str | None = None, filters: Filters = NO_FILTERS
) -> dict[tuple[int, int], Reading]:
    """By (weekday, hour): Monday is 0, by the clocks of the period's zone. Means, shares and counts; of durations the mean."""
    if kpi.measure in OWN:
        raise ValueError(f"{kpi.key} is not told by the hour")
    zone = ZoneInfo(period.zone)
    field = "business" if filters.business else "value"
    sums: dict[tuple[int, int], Sums] = {}
    for at, value, good in facts_of(kpi, period, filters).values_list("at", field, "good").iterator():
        local = at.astimezone(zone)
        key = (local.weekday(), local.hour)
        one = sums.get(key, Sums())
        sums[key] = Sums(one.n + 1, one.value + (value or 0), one.good + good)
    return {
        key: _read(kpi, one, MEAN if kpi.measure == "duration" else kpi.methods[0])
        for key, one in sums.items()
    }


def split(
    kpi: Kpi, period: Period, by: str = "team", *, method: str | None = None, filters: Filters = NO_FILTERS
) -> list[tuple[str, str, Reading]]:
    """(key, label, reading) of each group, the largest first. Raises ValueError for what the figure is not split by."""
    if by not in kpi.splits:
        raise ValueError(f"{kpi.key} is not split by {by}")
    labels = groups_of(kpi, period, by, filters)
    found = [
        (key, label, read(kpi, period, method=method, filters=limited(filters, by, key)))
        for key, label in labels
    ]
    return sorted(found, key=lambda one: -one[2].n)


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


def facts_of(kpi: Kpi, period: Period, filters: Filters) -> QuerySet[Fact]:
    return _rows([kpi.kind], period, filters, kpi.matures, by_bot=kpi.by_bot)


def _rows(
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


def _sums(rows: QuerySet[Fact], business: bool) -> dict[tuple[str], Sums]:
    field = "business" if business else "value"
    found = rows.order_by().values_list("kind").annotate(
        n=Count("pk"), total=Sum(field), goods=Sum("good")
    )  # fmt: skip
    return {(kind,): Sums(n, float(total or 0), goods or 0) for kind, n, total, goods in found}


def _values(rows: QuerySet[Fact], business: bool, methods: set[str]) -> dict[str, dict[int, tuple[int, int]]]:
    """By kind, the values at the ranks that the methods need: {rank: (value, n)}. One query, whatever the number of kinds."""
    field = "business" if business else "value"
    sql, params = (
        rows.filter(**{f"{field}__isnull": False})
        .order_by()
        .values_list("kind", field)
        .query.sql_with_params()
    )
    ranks = []
    if MEDIAN in methods:
        ranks += ["(n + 1) / 2", "(n + 2) / 2"]
    ranks += [f"({top} * n + {of - 1}) / {of}" for one, (top, of) in QUANTILES.items() if one in methods]
    asked = f"""SELECT kind, at_rank, found, n FROM (
        SELECT kind, {field} AS found, ROW_NUMBER() OVER (PARTITION BY kind ORDER BY {field}) AS at_rank,
               COUNT(*) OVER (PARTITION BY kind) AS n
        FROM ({sql}) AS facts) AS ranked WHERE at_rank IN ({", ".join(ranks)})"""  # noqa: S608 -- names of ours alone
    with connection.cursor() as cursor:
        cursor.execute(asked, params)
        rows_found = cursor.fetchall()
    found: dict[str, dict[int, tuple[int, int]]] = {}
    for kind, rank, value, n in rows_found:
        found.setdefault(kind, {})[rank] = (value, n)
    return found


def _quantile(kpi: Kpi, ranks: dict[int, tuple[int, int]], method: str) -> Reading:
    n = next((n for _value, n in ranks.values()), 0)
    if not n or n < FEWEST.get(method, 1):
        return Reading(None, kpi.unit, n, method)
    if method == MEDIAN:
        return Reading((ranks[(n + 1) // 2][0] + ranks[(n + 2) // 2][0]) / 2, kpi.unit, n, method)
    top, of = QUANTILES[method]
    return Reading(float(ranks[ceil(top * n / of)][0]), kpi.unit, n, method)


def _read(kpi: Kpi, sums: Sums, method: str) -> Reading:
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


Own = Callable[[Kpi, Period, Filters], Reading]


def _per_customer(kpi: Kpi, period: Period, filters: Filters) -> Reading:
    """Contacts by the people who made them; two who were made one person are one."""
    rows = facts_of(kpi, period, filters)
    people = Customer.objects.filter(pk__in=rows.filter(customer__isnull=False).values("customer"))
    customers = people.aggregate(n=Count(Coalesce("merged_into", "pk"), distinct=True))["n"]
    contacts = rows.count()
    return Reading(contacts / customers if customers else None, kpi.unit, customers, "mean")


def backlog_at(at: datetime, filters: Filters = NO_FILTERS, *, by_bot: bool | None = None) -> QuerySet[Fact]:
    """The stretches that lay unsolved at an instant: one for each ticket."""
    rows = Fact.objects.filter(Q(until__gt=at) | Q(until=None), kind="backlog", at__lte=at, gone=False)
    return narrowed(rows, filters, by_bot=bool(by_bot))


def _backlog(kpi: Kpi, period: Period, filters: Filters) -> Reading:
    """At the end of the period, or now where that lies ahead."""
    rows = backlog_at(min(period.ends, now()), filters)
    n = (rows.filter(good=1) if kpi.measure == "actionable" else rows).count()
    return Reading(n, kpi.unit, n, "count")


AGES = (("<1d", 0, 1), ("1-3d", 1, 3), ("3-7d", 3, 7), ("7-30d", 7, 30), (">30d", 30, None))


def backlog_ages(at: datetime, filters: Filters = NO_FILTERS) -> dict[str, int]:
    """How many of them are how old, in days."""
    found = dict.fromkeys((name for name, _low, _high in AGES), 0)
    for began, before in backlog_at(at, filters).values_list("at", "value").iterator():
        days = ((at - began).total_seconds() + (before or 0)) / 86_400
        found[next(name for name, low, high in AGES if days >= low and (high is None or days < high))] += 1
    return found


def answers_of(kpi: Kpi, period: Period, filters: Filters) -> Any:
    """The answers to an instrument. Anonymous ones count for the whole house alone: nothing may lead to who gave them."""
    from ahlan.feedback.models import Answer  # noqa: PLC0415 -- the house stands without that room

    found = Answer.objects.filter(
        version__key=kpi.kind,
        answered_at__gte=period.begins,
        answered_at__lt=period.ends,
        score__isnull=False,
    )
    internal = filters.customer_kind == "internal" if filters.customer_kind else None
    named = {
        "agent": filters.agent, "team": filters.team, "inbox": filters.inbox, "channel": filters.channel or None,
        "language": filters.language or None, "organisation": filters.organisation, "ticket__priority": filters.priority,
        "ticket__tags": filters.tag, "ticket__internal": internal, "inbox__in": filters.inboxes,
    }  # fmt: skip
    given = {key: value for key, value in named.items() if value is not None}
    return found.filter(anonymous=False, **given) if given else found


def _answers(kpi: Kpi, period: Period, filters: Filters) -> Reading:
    nothing = Reading(None, kpi.unit, 0, kpi.methods[0])
    if not apps.is_installed("ahlan.feedback"):
        return nothing
    rows = answers_of(kpi, period, filters).order_by().values_list("score").annotate(n=Count("pk"))
    counts = {float(score): n for score, n in rows}
    n = sum(counts.values())
    if not n:
        return nothing
    if kpi.measure == "answers_net":
        promoters = sum(many for score, many in counts.items() if score >= PROMOTER)
        detractors = sum(many for score, many in counts.items() if score <= DETRACTOR)
        value = 100 * (promoters - detractors) / n
        return nothing._replace(value=value, n=n).bounded(adjusted_wald(promoters, detractors, n))
    if kpi.measure == "answers_mean":
        many, mean, error = spread(counts)
        return nothing._replace(value=mean, n=many).bounded(student_span(mean, error, many, SCALES[kpi.kind]))
    good = sum(many for score, many in counts.items() if score >= TOPS[kpi.kind])
    return nothing._replace(value=good / n, n=n).bounded(wilson(good, n))


TOPS = {"csat": 4, "ces": 5}
PROMOTER, DETRACTOR = 9, 6
SCALES = {"csat": (1.0, 5.0), "ces": (1.0, 7.0), "ces1": (1.0, 5.0)}
OWN: dict[str, Own] = {
    "per_customer": _per_customer, "backlog": _backlog, "actionable": _backlog,
    "answers_top": _answers, "answers_mean": _answers, "answers_net": _answers,
}  # fmt: skip
