"""Every figure as a declared value. Its page, goal, glossary, export, API and tests are drawn from here.

A figure is read from the facts of one `kind` (`course.py` and `legs.py` make them); how is its `measure`:

    duration   seconds of each fact: mean, median, p90, p95; plain and by business hours
    share      sum of `good` by number of facts
    count      number of facts
    mean       sum of `good` by number of facts, told as a number
    …          anything else is read by a function of its own (`own.OWN`)

`matures`: how many days must have passed before what is dated on a day can be judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.functional import Promise

Words = str | Promise
SECONDS, SHARE, COUNT, SCORE, EACH = "seconds", "share", "count", "score", "per_contact"
UP, DOWN, BAND, NONE = "up", "down", "band", "none"
MEAN, MEDIAN, P90, P95 = "mean", "median", "p90", "p95"
DURATION = (MEDIAN, MEAN, P90, P95)
SPLITS = ("team", "agent", "inbox", "channel", "language", "priority", "customer_kind", "tag", "bot")


@dataclass(frozen=True)
class Kpi:
    """One figure. `variant_of`: the figure it is another way of counting. `methods`: the first is the headline."""

    key: str
    name: Words
    tells: Words
    unit: str
    good: str
    population: Words
    left_out: Words
    dated_by: Words
    formula: Words
    group: str
    kind: str
    measure: str
    methods: tuple[str, ...] = ()
    splits: tuple[str, ...] = SPLITS
    matures: int = 0
    variant_of: str = ""
    by_bot: bool = False

    @property
    def variants(self) -> "list[Kpi]":
        return [one for one in kpis() if one.variant_of == self.key]

    @property
    def in_business_time(self) -> bool:
        return self.measure == "duration"


@cache
def _registry() -> dict[str, Kpi]:
    from ahlan.kpis.catalogue import CATALOGUE  # noqa: PLC0415 -- it is made of these values

    return {one.key: one for one in CATALOGUE}


def kpis() -> Sequence[Kpi]:
    """All of them, in the order in which they are shown."""
    return tuple(_registry().values())


def kpi_for(key: str) -> Kpi:
    """Raises KeyError."""
    return _registry()[key]
