"""Whether two times differ: each figure with what is needed to tell it from the same of another time, and the judgement (domain 0.9, A9).

Shares by Newcombe's interval of their difference, means by Welch, NPS by its standard errors; medians and percentiles differ where their
intervals by order statistics do not meet. A count is no sample: it is what it is, and is not judged.
"""

from math import ceil, floor, inf, sqrt
from typing import Any, NamedTuple

from django.db.models import Count, F, FloatField, QuerySet, Sum
from django.db.models.functions import Cast

from ahlan.feedback.instruments.intervals import Z, student, student_span
from ahlan.kpis.declared import MEAN, MEDIAN, SHARE, Kpi
from ahlan.kpis.models import Fact
from ahlan.kpis.own import OWN, errors_of
from ahlan.kpis.reading import QUANTILES, Filters, Period, Reading, Slot, at_ranks, facts_of

DIFFERS, SAME, UNJUDGED = "differs", "same", "unjudged"
FEWEST = 6  # values; of fewer no order statistic bounds a median at 95 %


class Sample(NamedTuple):
    """A reading with its interval, and of a mean its standard error."""

    reading: Reading
    error: float | None = None


class Change(NamedTuple):
    """How much the one is above the other; `low` and `high` bound that at 95 %, None where only the verdict is known."""

    by: float
    low: float | None
    high: float | None
    verdict: str


def change_of(kpi: Kpi, one: Sample, other: Sample) -> Change | None:
    """None where either says nothing."""
    a, b = one.reading, other.reading
    if a.value is None or b.value is None:
        return None
    by = a.value - b.value
    if one.error is not None and other.error is not None:
        half = _reach(kpi, one, other) * sqrt(one.error**2 + other.error**2)
        return Change(by, by - half, by + half, _verdict(by - half, by + half))
    if a.low is None or a.high is None or b.low is None or b.high is None:
        return Change(by, None, None, UNJUDGED)
    if kpi.unit == SHARE:  # Newcombe 1998, method 10
        low = by - sqrt((a.value - a.low) ** 2 + (b.high - b.value) ** 2)
        high = by + sqrt((a.high - a.value) ** 2 + (b.value - b.low) ** 2)
        return Change(by, low, high, _verdict(low, high))
    return Change(by, None, None, SAME if a.low <= b.high and b.low <= a.high else DIFFERS)


def _verdict(low: float, high: float) -> str:
    return SAME if low <= 0 <= high else DIFFERS


def _reach(kpi: Kpi, one: Sample, other: Sample) -> float:
    """How many standard errors 95 % takes: NPS as domain A9 has it, means by Welch and Satterthwaite."""
    if kpi.measure == "answers_net":
        return Z
    a, b = (one.error or 0.0) ** 2, (other.error or 0.0) ** 2
    below = a**2 / (one.reading.n - 1) + b**2 / (other.reading.n - 1)
    return _student((a + b) ** 2 / below if below else inf)


def _student(freedom: float) -> float:
    """Between whole degrees of freedom by their reciprocals."""
    if freedom > 1e6:
        return Z
    below = max(1, floor(freedom))
    part = (1 / below - 1 / max(freedom, 1)) / (1 / below - 1 / (below + 1))
    return student(below) + part * (student(below + 1) - student(below))


def sampled(
    kpi: Kpi, period: Period, filters: Filters, reading: Reading, *, rows: QuerySet[Fact] | None = None
) -> Sample:
    """One reading made ready to be held against another. Two queries at most."""
    if kpi.measure in OWN:
        return Sample(reading, errors_of(kpi, [period], filters)[0])
    found = rows if rows is not None else facts_of(kpi, period, filters)
    return sampled_by(kpi, found, F("kind"), {kpi.kind: reading}, business=filters.business)[kpi.kind]


def sampled_by(
    kpi: Kpi, rows: QuerySet[Fact], slot: Slot, readings: dict[Any, Reading], *, business: bool
) -> dict[Any, Sample]:
    """The same for the readings of each `slot`. One query, whatever their number."""
    method = next((one.method for one in readings.values()), "")
    field = "business" if business else "value"
    if kpi.measure == "mean" or (kpi.measure == "duration" and method == MEAN):
        errors = _errors(rows, slot, "good" if kpi.measure == "mean" else field)
        return {
            key: Sample(_round_mean(one, errors.get(key)), errors.get(key)) for key, one in readings.items()
        }
    if kpi.measure == "duration":
        return {key: Sample(one) for key, one in _bounded(rows, slot, readings, business=business).items()}
    return {key: Sample(one) for key, one in readings.items()}


def _errors(rows: QuerySet[Fact], slot: Slot, field: str) -> dict[Any, float]:
    """By sums of squares, which both databases add up without an aggregate of Python's."""
    value = Cast(F(field), FloatField())
    found = (
        rows.filter(**{f"{field}__isnull": False})
        .order_by()
        .annotate(slot=slot)
        .values_list("slot")
        .annotate(n=Count("pk"), total=Sum(value), squares=Sum(value * value))
    )
    return {
        key: sqrt(max(0.0, squares - total**2 / n) / (n - 1) / n) for key, n, total, squares in found if n > 1
    }


def _round_mean(reading: Reading, error: float | None) -> Reading:
    return reading.bounded(student_span(reading.value, error, reading.n, (0.0, inf)))


def _bounded(
    rows: QuerySet[Fact], slot: Slot, readings: dict[Any, Reading], *, business: bool
) -> dict[Any, Reading]:
    """With the interval that order statistics give round a median or a percentile."""
    ends = {
        key: ranks_round(one.method, one.n)
        for key, one in readings.items()
        if one.value is not None and one.n >= FEWEST
    }
    ranks = sorted({rank for pair in ends.values() for rank in pair})
    told = at_ranks(rows, slot, business, map(str, ranks)) if ranks else []
    values = {(key, rank): float(value) for key, rank, value, _n in told}
    return {
        key: one.bounded((values[key, ends[key][0]], values[key, ends[key][1]])) if key in ends else one
        for key, one in readings.items()
    }


def ranks_round(method: str, n: int) -> tuple[int, int]:
    """Between which ranks of n values a median or percentile lies at 95 %."""
    top, of = (1, 2) if method == MEDIAN else QUANTILES[method]
    half = Z * sqrt(n * top / of * (1 - top / of))
    return max(1, floor(n * top / of - half)), min(n, ceil(n * top / of + half) + 1)
