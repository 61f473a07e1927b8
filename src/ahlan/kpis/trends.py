"""All figures day by day at once, for the small lines of a page: what is added up, so durations by their mean."""

from collections import defaultdict
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate

from ahlan.core.clock import now
from ahlan.kpis.declared import Kpi, kpis
from ahlan.kpis.models import Fact
from ahlan.kpis.own import OWN
from ahlan.kpis.reading import Filters, Period, narrowed

Line = list[float | None]


def trends(period: Period, filters: Filters) -> dict[str, Line]:
    """A value for each day of the period, None where there was nothing or it is not ripe yet. Two queries."""
    days = [one.start for one in period.days()]
    sums = {by_bot: _sums(period, filters, by_bot=by_bot) for by_bot in (False, True)}
    return {one.key: _line(one, days, sums[one.by_bot]) for one in kpis() if one.measure not in OWN}


Sums = dict[tuple[str, date], tuple[int, float, int]]


def _sums(period: Period, filters: Filters, *, by_bot: bool) -> Sums:
    kinds = sorted({one.kind for one in kpis() if one.measure not in OWN and one.by_bot == by_bot})
    rows = Fact.objects.filter(kind__in=kinds, at__gte=period.begins, at__lt=period.ends, gone=False)
    found = (
        narrowed(rows, filters, by_bot=by_bot)
        .annotate(on=TruncDate("at", tzinfo=ZoneInfo(period.zone)))
        .order_by()
        .values_list("kind", "on")
        .annotate(n=Count("pk"), total=Sum("business" if filters.business else "value"), goods=Sum("good"))
    )
    sums: Sums = defaultdict(lambda: (0, 0.0, 0))
    for kind, on, n, total, goods in found:
        sums[kind, on] = n, float(total or 0), goods or 0
    return sums


def _line(kpi: Kpi, days: list[date], sums: Sums) -> Line:
    ripe = (now() - timedelta(days=kpi.matures)).date() if kpi.matures else None
    return [
        None if ripe and on >= ripe else _value(kpi, sums.get((kpi.kind, on), (0, 0.0, 0))) for on in days
    ]


def _value(kpi: Kpi, summed: tuple[int, float, int]) -> float | None:
    n, total, goods = summed
    if kpi.measure == "count":
        return float(n)
    if not n:
        return None
    if kpi.measure == "duration":
        return total / n
    return (100 if kpi.measure == "net" else 1) * goods / n
