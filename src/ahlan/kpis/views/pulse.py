"""The first page of a manager: every figure; one of them by day and by groups; the tickets behind any point."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from ahlan.core.clock import now
from ahlan.core.numerals import number
from ahlan.kpis import figures, goals
from ahlan.kpis.asked import SPANS, Asked, asked_of
from ahlan.kpis.comparing import SAME, Sample, change_of
from ahlan.kpis.declared import DOWN, SECONDS, SHARE, UP, Kpi, kpi_for, kpis
from ahlan.kpis.files import ways
from ahlan.kpis.models import Fact, Goal
from ahlan.kpis.own import OWN, backlog_ages, errors_of
from ahlan.kpis.picture import Heat, chart_of, heat_of, spark_of
from ahlan.kpis.policies import VIEW
from ahlan.kpis.reading import Period, Reading
from ahlan.kpis.telling import between, signed, told
from ahlan.kpis.trends import trends
from ahlan.kpis.words import GROUPS, METHODS, NAMES, group_name
from ahlan.staff.requests import AgentRequest

MOST_POINTS = 62  # days drawn one by one; more are drawn week by week


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def pulse(request: AgentRequest) -> HttpResponse:
    """Every figure with its change and its line."""
    asked = asked_of(request.user, request.GET)
    now_read = figures.read_all(asked.period, asked.filters)
    before = figures.read_all(asked.before, asked.filters)
    lines = trends(asked.period, asked.filters)
    wanted = goals.goals_on(asked.last, *goals.scope_of(asked.filters))
    groups: dict[str, list[dict[str, Any]]] = {}
    for kpi in kpis():
        if not kpi.variant_of:
            tile = {
                **_tile(kpi, asked, now_read[kpi.key], before[kpi.key]),
                **_goal(wanted.get(kpi.key), now_read[kpi.key]),
                "spark": spark_of(lines.get(kpi.key, [])),
            }
            groups.setdefault(str(GROUPS[kpi.group]), []).append(tile)
    return render(request, "kpis/pulse.html", {"groups": groups, **_choices(asked)})


def _tile(kpi: Kpi, asked: Asked, reading: Reading, before: Reading) -> dict[str, Any]:
    samples = [
        Sample(one, errors_of(kpi, [period], asked.filters)[0])
        for one, period in ((reading, asked.period), (before, asked.before))
    ]
    return {
        "kpi": kpi,
        "reading": reading,
        "value": told(reading.value, reading.unit),
        "n": number(reading.n),
        "change": change_words(kpi, *samples),
    }


def _goal(goal: Goal | None, reading: Reading) -> dict[str, Any]:
    """What a tile says of its goal."""
    if goal is None:
        return {}
    return {"goal": told(goal.value, reading.unit), "verdict": goals.verdict_of(goal, reading)}


def change_words(kpi: Kpi, one: Sample, before: Sample) -> dict[str, str]:
    """Against the time before: in words, and whether it is for the better. What cannot be told apart says so; {} without both."""
    change = change_of(kpi, one, before)
    if change is None or not before.reading.n:
        return {}
    if change.verdict == SAME:
        return {"way": "same", "words": _("no clear change")}
    if not change.by:
        return {"way": "same", "words": _("as before")}
    was = before.reading.value or 0
    if kpi.unit == SHARE:
        words = _("%(points)s points") % {"points": signed(round(change.by * 100, 1))}
    elif was > 0 and kpi.unit != "score":
        words = f"{signed(round(100 * change.by / was))}\u00a0%"
    else:
        words = signed(round(change.by, 2))
    way = "better" if (change.by > 0) == (kpi.good == UP) else "worse"
    return {"way": way if kpi.good in (UP, DOWN) else "same", "words": words}


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def definitions(request: AgentRequest) -> HttpResponse:
    """Every figure and variant: what it tells, how it is counted, what is left out."""
    groups: dict[str, list[Kpi]] = {}
    for kpi in kpis():
        groups.setdefault(str(GROUPS[kpi.group]), []).append(kpi)
    return render(request, "kpis/definitions.html", {"groups": groups})


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def one(request: AgentRequest, key: str) -> HttpResponse:
    """One figure: by day, by groups, by the hour, with all that is said of it."""
    kpi, asked = kpi_named(key), asked_of(request.user, request.GET)
    method = (
        request.GET.get("method")
        if request.GET.get("method") in kpi.methods
        else kpi.methods[0]
        if kpi.methods
        else None
    )
    reading = figures.read(kpi, asked.period, method=method, filters=asked.filters)
    before = figures.read(kpi, asked.before, method=method, filters=asked.filters)
    goal = goals.goals_on(asked.last, *goals.scope_of(asked.filters)).get(kpi.key)
    if goal is not None:
        reading = goals.bounded(kpi, asked.period, asked.filters, reading)
    weekly = is_long(asked.period)
    read = figures.by_day(kpi, asked.period, method=method, filters=asked.filters, weekly=weekly)
    series = [(point.start, found) for point, found in read]
    wanted = request.GET.get("by", "")
    by = wanted if wanted in kpi.splits else next(iter(kpi.splits), "")
    context = {
        **_tile(kpi, asked, reading, before), **_goal(goal, reading), "between": between(reading), "method": method,
        "chart": chart_of(series, goal=goal.value if goal else None, queries=[_on(asked, on, weekly) for on, _found in series]),
        "series": [(on, told(found.value, found.unit), between(found), found.n) for on, found in series],
        "by": by, "splits": [(one, NAMES[one]) for one in kpi.splits if one in NAMES], "groups": _groups(kpi, asked, by, method),
        "heat": _heat(kpi, asked), "ages": _ages(kpi, asked), "methods": [(one, METHODS[one]) for one in kpi.methods if one in METHODS],
        "take": ways("kpis:days", key, query=asked.also(**({"method": method} if method else {}))), "by_week": weekly, "variants": _variants(kpi, asked), **_choices(asked),
    }  # fmt: skip
    return render(request, "kpis/kpi.html", context)


def _on(asked: Asked, on: date, weekly: bool) -> str:
    """The same question for one day, or one week, alone."""
    last = min(on + timedelta(days=6 - on.weekday()), asked.last) if weekly else on
    return asked.also(start=on.isoformat(), until=last.isoformat())


def is_long(period: Period) -> bool:
    """Whether it is told week by week."""
    return (period.end - period.start).days > MOST_POINTS


def _groups(kpi: Kpi, asked: Asked, by: str, method: str | None) -> list[dict[str, Any]]:
    if not by:
        return []
    found = figures.split(kpi, asked.period, by, method=method, filters=asked.filters)
    most = (
        max((abs(reading.value) for _key, _label, reading in found if reading.value is not None), default=0)
        or 1
    )
    return [
        {
            "label": group_name(by, label), "value": told(reading.value, reading.unit), "n": reading.n,
            "between": between(reading), "wide": round(100 * abs(reading.value or 0) / most, 1),
            "query": asked.also(**{by: key}) if by in LIMITS else "",
        }
        for key, label, reading in found
    ]  # fmt: skip


def _variants(kpi: Kpi, asked: Asked) -> list[dict[str, Any]]:
    found = [(one, figures.read(one, asked.period, filters=asked.filters)) for one in kpi.variants]
    return [
        {"kpi": one, "value": told(reading.value, reading.unit), "n": reading.n} for one, reading in found
    ]


def _heat(kpi: Kpi, asked: Asked) -> Heat | None:
    """Weekdays by hours; None where it says nothing."""
    if kpi.measure in OWN:
        return None
    return heat_of(figures.by_hour_and_weekday(kpi, asked.period, filters=asked.filters))


def _ages(kpi: Kpi, asked: Asked) -> list[tuple[str, str]]:
    """Of what waits: how many are how old."""
    if kpi.measure != "backlog":
        return []
    found = backlog_ages(min(asked.period.ends, now()), asked.filters)
    return [(AGES[name](), number(n)) for name, n in found.items()]


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def behind(request: AgentRequest, key: str) -> HttpResponse:
    """The tickets a figure is made of, the latest first."""
    kpi, asked = kpi_named(key), asked_of(request.user, request.GET)
    try:
        page = figures.behind(kpi, asked.period, asked.filters, after=request.GET.get("after") or None)
    except ValueError:
        page = figures.behind(kpi, asked.period, asked.filters)
    rows = [{"fact": fact, "ticket": fact.shown, "value": _of_one(kpi, fact, asked)} for fact in page.facts]  # type: ignore[attr-defined]
    context = {
        "kpi": kpi,
        "rows": rows,
        "after": page.after,
        "take": ways("kpis:facts", key, query=asked.query),
        **_choices(asked),
    }
    return render(request, "kpis/behind.html", context)


def _of_one(kpi: Kpi, fact: Fact, asked: Asked) -> str:
    if kpi.unit == SECONDS:
        return told(fact.business if asked.filters.business else fact.value, SECONDS)
    if kpi.unit == SHARE:
        return _("yes") if fact.good else _("no")
    return number(fact.good) if kpi.measure in ("mean", "net") else ""


def kpi_named(key: str) -> Kpi:
    """Raises Http404."""
    try:
        return kpi_for(key)
    except KeyError:
        raise Http404("no such figure") from None


def _choices(asked: Asked) -> dict[str, Any]:
    """What the head of each page of figures offers."""
    spans = [(one, ngettext("%(n)s day", "%(n)s days", one) % {"n": number(one)}) for one in SPANS]
    return {"asked": asked, "spans": spans}


AGES = {
    "<1d": lambda: _("less than a day"), "1-3d": lambda: _("one to three days"), "3-7d": lambda: _("three to seven days"),
    "7-30d": lambda: _("seven to thirty days"), ">30d": lambda: _("longer"),
}  # fmt: skip
LIMITS = ("team", "agent", "inbox", "channel", "language", "priority", "tag", "customer_kind", "bot")
