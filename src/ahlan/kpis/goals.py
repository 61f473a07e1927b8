"""Goals: what a figure shall come to, how it stands, whether the difference is real, and where it is heading."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from ahlan.kpis import figures
from ahlan.kpis.comparing import FEWEST, sampled
from ahlan.kpis.declared import COUNT, NONE, UP, Kpi, kpi_for, kpis
from ahlan.kpis.models import Goal
from ahlan.kpis.policies import scope_rows
from ahlan.kpis.reading import NO_FILTERS, Filters, Period, Reading

MET, MISSED, UNSURE, NOTHING = "met", "missed", "unsure", "nothing"
LATELY = 28  # days by which the rest of a period is guessed: whole weeks
SOONEST = 7  # days of a month; before, a forecast says nothing


class Standing(NamedTuple):
    """How a goal stands. `forecast`: what the period comes to if it goes on as lately; None where that cannot be said."""

    goal: Goal
    reading: Reading
    verdict: str
    forecast: float | None = None

    @property
    def is_endangered(self) -> bool:
        """Not missed yet, but about to be."""
        return (
            self.verdict in (MET, UNSURE) and self.forecast is not None and is_short(self.goal, self.forecast)
        )


def may_have_goal(kpi: Kpi) -> bool:
    return kpi.good != NONE


def goal_keys() -> list[Kpi]:
    return [one for one in kpis() if may_have_goal(one)]


def goals_on(day: date, scope: str = "", scope_id: int = 0) -> dict[str, Goal]:
    """The goals in force on a day, by figure. One query."""
    found = Goal.objects.filter(scope=scope, scope_id=scope_id, since__lte=day).order_by("since")
    return {one.key: one for one in found}


def in_force(day: date) -> list[Goal]:
    """Those of every scope."""
    found = Goal.objects.filter(since__lte=day).order_by("since", "id")
    return list({(one.key, one.scope, one.scope_id): one for one in found}.values())


def names_of(goals: Iterable[Goal]) -> dict[int, str]:
    """Whom each goal is for, by its id. A query for each kind of scope."""
    by_scope: dict[str, list[Goal]] = {}
    for one in goals:
        by_scope.setdefault(one.scope, []).append(one)
    named: dict[int, str] = {}
    for scope, found in by_scope.items():
        rows = scope_rows(scope).in_bulk([one.scope_id for one in found]) if scope else {}
        house = str(dict(Goal.SCOPES)[""])
        named |= {one.pk: str(rows.get(one.scope_id, "–")) if scope else house for one in found}
    return named


def scope_of(filters: Filters) -> tuple[str, int]:
    """Whose goals a page shows: those of the narrowest it is limited to."""
    for scope in ("agent", "team", "inbox", "tag", "organisation"):
        if (pk := getattr(filters, scope)) is not None:
            return scope, pk
    return "", 0


def filters_of(goal: Goal, filters: Filters = NO_FILTERS) -> Filters:
    """What a goal is about, beside what its reader may see."""
    found = replace(filters, business=goal.business)
    named: dict[str, Any] = {goal.scope: goal.scope_id} if goal.scope else {}
    return replace(found, **named)


def is_short(goal: Goal, value: float) -> bool:
    """Whether a value lies on the bad side."""
    return value < goal.value if kpi_for(goal.key).good == UP else value > goal.value


def verdict_of(goal: Goal, reading: Reading) -> str:
    """Missed only where all that the figure may be lies on the bad side, met where none of it does (domain 0.9)."""
    if reading.value is None:
        return NOTHING
    ends = (
        reading.value if reading.low is None else reading.low,
        reading.value if reading.high is None else reading.high,
    )
    short = [is_short(goal, end) for end in ends]
    return MISSED if all(short) else UNSURE if any(short) else MET


def standing(goal: Goal, period: Period, filters: Filters = NO_FILTERS) -> Standing:
    """Of days that are over."""
    kpi, limited = kpi_for(goal.key), filters_of(goal, filters)
    reading = bounded(
        kpi, period, limited, figures.read(kpi, period, method=goal.method or None, filters=limited)
    )
    return Standing(goal, reading, verdict_of(goal, reading))


def standing_of_month(goal: Goal, today: date, zone: str) -> Standing:
    """Of the month so far, without the day that is going on, with what it comes to at its end."""
    first = today.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    found = standing(goal, Period(first, today, zone))
    passed, left = (today - first).days, (after - today).days
    if passed < SOONEST or found.reading.value is None:
        return found
    kpi = kpi_for(goal.key)
    if kpi.unit == COUNT:
        return found._replace(forecast=found.reading.value)  # a stock, such as the backlog: as it stands
    lately = figures.read(
        kpi, Period(today - timedelta(days=LATELY), today, zone), method=goal.method or None, filters=filters_of(goal)
    )  # fmt: skip
    if lately.value is None:
        return found
    rest = lately.n / LATELY * left
    whole = found.reading.n + rest
    return found._replace(
        forecast=(found.reading.value * found.reading.n + lately.value * rest) / whole if whole else None
    )


def bounded(kpi: Kpi, period: Period, filters: Filters, reading: Reading) -> Reading:
    """A duration with its interval: Student's round a mean, order statistics round a median or a percentile."""
    if kpi.measure != "duration" or reading.value is None or reading.n < FEWEST:
        return reading
    return sampled(kpi, period, filters, reading).reading
