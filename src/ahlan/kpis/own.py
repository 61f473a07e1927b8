"""Figures that are read in ways of their own: by people, at an instant, and from what customers answered."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from ahlan.core.clock import now
from ahlan.customers.models import Customer
from ahlan.feedback.instruments.intervals import adjusted_wald, net_error, spread, student_span, wilson
from ahlan.kpis.declared import Kpi
from ahlan.kpis.models import Fact
from ahlan.kpis.reading import NO_FILTERS, Filters, Period, Reading, facts_of, narrowed
from ahlan.staff.models import Agent, Availability, PresenceSpan

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
    counts = _counts(kpi, period, filters)
    n = sum(counts.values())
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


def _seconds_of(period: Period, filters: Filters) -> dict[str, int] | None:
    """Seconds that people spent there for customers, away, and at work on them; None where the reading is limited by what people are not.

    Work on what turned out to be spam was work too.
    """
    about = replace(filters, agent=None, team=None, inboxes=None, business=False)
    if about != NO_FILTERS:
        return None
    end = min(period.ends, now())
    spans = PresenceSpan.objects.filter(began_at__lt=end).filter(
        Q(ended_at__gt=period.begins) | Q(ended_at=None)
    )
    work = Fact.objects.filter(kind__in=("worked", "handle_call"), at__gte=period.begins, at__lt=end)
    if filters.agent is not None:
        spans, work = spans.filter(agent=filters.agent), work.filter(agent=filters.agent)
    people = Agent.objects.all()
    if filters.team is not None:
        people = people.filter(teams=filters.team)
    if filters.inboxes is not None:  # whoever works on those
        people = people.filter(teams__inboxes__in=filters.inboxes)
    if filters.team is not None or filters.inboxes is not None:
        spans, work = spans.filter(agent__in=people.values("pk")), work.filter(agent__in=people.values("pk"))
    found = {"there": 0, "away": 0, "worked": work.aggregate(sum=Sum("value"))["sum"] or 0, "people": 0}
    seen = set()
    for agent, kind, began, ended in (
        spans.exclude(kind=Availability.OFFLINE)
        .values_list("agent", "kind", "began_at", "ended_at")
        .iterator()
    ):
        seconds = (min(ended or end, end) - max(began, period.begins)) // timedelta(seconds=1)
        found["away" if kind == Availability.AWAY else "there"] += max(0, seconds)
        seen.add(agent)
    return {**found, "people": len(seen)}


def _occupancy(kpi: Kpi, period: Period, filters: Filters) -> Reading:
    """Of the time people were there, what they worked (domain A15). More work than time there is all of it."""
    nothing = Reading(None, kpi.unit, 0, kpi.methods[0])
    spent = _seconds_of(period, filters)
    if spent is None or not spent["there"]:
        return nothing
    return nothing._replace(value=min(1.0, spent["worked"] / spent["there"]), n=spent["people"])


def _utilisation(kpi: Kpi, period: Period, filters: Filters) -> Reading:
    nothing = Reading(None, kpi.unit, 0, kpi.methods[0])
    spent = _seconds_of(period, filters)
    signed_in = spent["there"] + spent["away"] if spent else 0
    return (
        nothing._replace(value=spent["there"] / signed_in, n=spent["people"])
        if spent and signed_in
        else nothing
    )


def _counts(kpi: Kpi, period: Period, filters: Filters) -> dict[float, int]:
    rows = answers_of(kpi, period, filters).order_by().values_list("score").annotate(n=Count("pk"))
    return {float(score): n for score, n in rows}


def _sides(counts: dict[float, int]) -> tuple[int, int]:
    """Promoters and detractors."""
    promoters = sum(many for score, many in counts.items() if score >= PROMOTER)
    return promoters, sum(many for score, many in counts.items() if score <= DETRACTOR)


def error_of(kpi: Kpi, period: Period, filters: Filters) -> float | None:
    """The standard error of a mean of answers, or of a net score from -100 to 100. None of anything else, or where there is too little."""
    if kpi.measure not in ("answers_mean", "answers_net") or not apps.is_installed("ahlan.feedback"):
        return None
    counts = _counts(kpi, period, filters)
    n = sum(counts.values())
    if n < 2:
        return None
    if kpi.measure == "answers_mean":
        return spread(counts)[2]
    promoters, detractors = _sides(counts)
    return 100 * net_error(promoters / n, detractors / n, n)


TOPS = {"csat": 4, "ces": 5, "fcr": 1}
PROMOTER, DETRACTOR = 9, 6
SCALES = {"csat": (1.0, 5.0), "ces": (1.0, 7.0), "ces1": (1.0, 5.0)}
OWN: dict[str, Own] = {
    "per_customer": _per_customer, "backlog": _backlog, "actionable": _backlog,
    "answers_top": _answers, "answers_mean": _answers, "answers_net": _answers,
    "occupancy": _occupancy, "utilisation": _utilisation,
}  # fmt: skip
