"""Figures that are read in ways of their own: by people, at an instant, from what customers answered, and from how people spent their time.

Each is read for as many points as are asked for (days, weeks or months that follow each other) in a fixed number of queries.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from ahlan.core.clock import now
from ahlan.customers.models import Customer
from ahlan.feedback.instruments.intervals import adjusted_wald, net_error, spread, student_span, wilson
from ahlan.kpis.declared import Kpi
from ahlan.kpis.models import Fact
from ahlan.kpis.reading import NO_FILTERS, Filters, Period, Reading, facts_of, narrowed
from ahlan.staff.models import Agent, Availability, PresenceSpan

Own = Callable[[Kpi, Sequence[Period], Filters], list[Reading]]


def _nth(field: str, moments: Sequence[datetime], until: str = "lt") -> Case:
    """Before which of these moments, in order, something lies: the first is 0."""
    whens = [When(**{f"{field}__{until}": at}, then=Value(n)) for n, at in enumerate(moments)]
    return Case(*whens, output_field=IntegerField())


def _whole(points: Sequence[Period]) -> Period:
    return Period(points[0].start, points[-1].end, points[0].zone)


def _ends(points: Sequence[Period]) -> list[datetime]:
    return [one.ends for one in points]


def _per_customer(kpi: Kpi, points: Sequence[Period], filters: Filters) -> list[Reading]:
    """Contacts by the people who made them; two who were made one person are one."""
    merged = Customer.objects.filter(pk=OuterRef("customer")).values("merged_into")
    rows = facts_of(kpi, _whole(points), filters).annotate(
        slot=_nth("at", _ends(points)), person=Coalesce(Subquery(merged), F("customer"))
    )
    counted = (
        rows.order_by().values_list("slot").annotate(n=Count("pk"), people=Count("person", distinct=True))
    )
    found = {slot: (n, people) for slot, n, people in counted}
    each = [found.get(n, (0, 0)) for n in range(len(points))]
    return [Reading(n / people if people else None, kpi.unit, people, "mean") for n, people in each]


def backlog_at(at: datetime, filters: Filters = NO_FILTERS) -> QuerySet[Fact]:
    """The stretches that lay unsolved at an instant: one for each ticket."""
    return _stretches(filters).filter(Q(until__gt=at) | Q(until=None), at__lte=at)


def _stretches(filters: Filters) -> QuerySet[Fact]:
    return narrowed(Fact.objects.filter(kind="backlog", gone=False), filters, by_bot=False)


def _backlog(kpi: Kpi, points: Sequence[Period], filters: Filters) -> list[Reading]:
    """At the end of each point, or now where that lies ahead: what lay there at the end of the first, with what came and went since."""
    only = {"good": 1} if kpi.measure == "actionable" else {}
    ends = [min(one.ends, now()) for one in points]
    n = backlog_at(ends[0], filters).filter(**only).count()
    change: Counter[int] = Counter()
    if len(ends) > 1:
        for field, sign in (("at", 1), ("until", -1)):
            moved = _stretches(filters).filter(**{f"{field}__gt": ends[0], f"{field}__lte": ends[-1]}, **only)
            counted = moved.order_by().annotate(slot=_nth(field, ends, "lte")).values_list("slot")
            change.update({slot: sign * many for slot, many in counted.annotate(n=Count("pk"))})
    found = []
    for slot in range(len(points)):
        n += change[slot]
        found.append(Reading(n, kpi.unit, n, "count"))
    return found


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


def _counts(kpi: Kpi, points: Sequence[Period], filters: Filters) -> list[dict[float, int]]:
    """How many gave each score, point by point."""
    found: list[dict[float, int]] = [{} for _one in points]
    if apps.is_installed("ahlan.feedback"):
        rows = answers_of(kpi, _whole(points), filters).annotate(slot=_nth("answered_at", _ends(points)))
        for slot, score, n in rows.order_by().values_list("slot", "score").annotate(n=Count("pk")):
            found[slot][float(score)] = n
    return found


def _answers(kpi: Kpi, points: Sequence[Period], filters: Filters) -> list[Reading]:
    return [_answered(kpi, counts) for counts in _counts(kpi, points, filters)]


def _answered(kpi: Kpi, counts: dict[float, int]) -> Reading:
    nothing, n = Reading(None, kpi.unit, 0, kpi.methods[0]), sum(counts.values())
    if not n:
        return nothing
    if kpi.measure == "answers_net":
        promoters, detractors = _sides(counts)
        value = 100 * (promoters - detractors) / n
        return nothing._replace(value=value, n=n).bounded(adjusted_wald(promoters, detractors, n))
    if kpi.measure == "answers_mean":
        many, mean, error = spread(counts)
        return nothing._replace(value=mean, n=many).bounded(student_span(mean, error, many, SCALES[kpi.kind]))
    good = sum(many for score, many in counts.items() if score >= TOPS[kpi.kind])
    return nothing._replace(value=good / n, n=n).bounded(wilson(good, n))


def _sides(counts: dict[float, int]) -> tuple[int, int]:
    """Promoters and detractors."""
    promoters = sum(many for score, many in counts.items() if score >= PROMOTER)
    return promoters, sum(many for score, many in counts.items() if score <= DETRACTOR)


def errors_of(kpi: Kpi, points: Sequence[Period], filters: Filters) -> list[float | None]:
    """The standard errors of a mean of answers, or of a net score from -100 to 100. None of anything else, or where there is too little."""
    if kpi.measure not in ("answers_mean", "answers_net"):
        return [None] * len(points)
    return [_error(kpi, counts) for counts in _counts(kpi, points, filters)]


def _error(kpi: Kpi, counts: dict[float, int]) -> float | None:
    n = sum(counts.values())
    if n < 2:
        return None
    if kpi.measure == "answers_mean":
        return spread(counts)[2]
    promoters, detractors = _sides(counts)
    return 100 * net_error(promoters / n, detractors / n, n)


@dataclass
class Spent:
    """Seconds that people were there for customers, away, and at work on contacts; and who they were."""

    there: int = 0
    away: int = 0
    worked: int = 0
    people: set[int] = field(default_factory=set)


def _spent(points: Sequence[Period], filters: Filters) -> list[Spent]:
    """Nothing where the reading is limited by what people are not. Work on what turned out to be spam was work too."""
    found = [Spent() for _one in points]
    if replace(filters, agent=None, team=None, inboxes=None, business=False) != NO_FILTERS:
        return found
    present, ends = now(), _ends(points)
    spans = PresenceSpan.objects.exclude(kind=Availability.OFFLINE).filter(
        Q(ended_at__gt=points[0].begins) | Q(ended_at=None), began_at__lt=ends[-1]
    )
    work = Fact.objects.filter(kind__in=("worked", "handle_call"), at__gte=points[0].begins, at__lt=ends[-1])
    if (people := _people(filters)) is not None:
        spans, work = spans.filter(agent__in=people), work.filter(agent__in=people)
    for slot, seconds in (
        work.order_by().annotate(slot=_nth("at", ends)).values_list("slot").annotate(Sum("value"))
    ):
        found[slot].worked = seconds or 0
    for agent, kind, began, ended in spans.values_list("agent", "kind", "began_at", "ended_at").iterator():
        until = min(ended or present, present)
        for n in range(bisect_right(ends, began), len(points)):
            if until <= points[n].begins:
                break
            seconds = (min(until, ends[n]) - max(began, points[n].begins)) // timedelta(seconds=1)
            found[n].people.add(agent)
            if kind == Availability.AWAY:
                found[n].away += seconds
            else:
                found[n].there += seconds
    return found


def _people(filters: Filters) -> "QuerySet[Agent, int] | None":
    """Whose time it is about, None for everybody's: one person's, a team's, of those who work on what the reader sees."""
    if filters.agent is None and filters.team is None and filters.inboxes is None:
        return None
    found = Agent.objects.all()
    if filters.agent is not None:
        found = found.filter(pk=filters.agent)
    if filters.team is not None:
        found = found.filter(teams=filters.team)
    if filters.inboxes is not None:
        found = found.filter(teams__inboxes__in=filters.inboxes)
    return found.values_list("pk", flat=True)


def _occupancy(kpi: Kpi, points: Sequence[Period], filters: Filters) -> list[Reading]:
    """Of the time people were there, what they worked (domain A15). More work than time there is all of it."""
    return [_part(kpi, min(one.worked, one.there), one.there, one.people) for one in _spent(points, filters)]


def _utilisation(kpi: Kpi, points: Sequence[Period], filters: Filters) -> list[Reading]:
    return [_part(kpi, one.there, one.there + one.away, one.people) for one in _spent(points, filters)]


def _part(kpi: Kpi, some: int, whole: int, people: set[int]) -> Reading:
    if not whole:
        return Reading(None, kpi.unit, 0, kpi.methods[0])
    return Reading(some / whole, kpi.unit, len(people), kpi.methods[0])


TOPS = {"csat": 4, "ces": 5, "fcr": 1}
PROMOTER, DETRACTOR = 9, 6
SCALES = {"csat": (1.0, 5.0), "ces": (1.0, 7.0), "ces1": (1.0, 5.0)}
OWN: dict[str, Own] = {
    "per_customer": _per_customer, "backlog": _backlog, "actionable": _backlog,
    "answers_top": _answers, "answers_mean": _answers, "answers_net": _answers,
    "occupancy": _occupancy, "utilisation": _utilisation,
}  # fmt: skip
