"""The first page of a manager: every figure; one of them by day and by groups; the tickets behind any point."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from ahlan.channels.registry import channels
from ahlan.core.clock import now
from ahlan.core.numerals import language_name, number, weekdays
from ahlan.kpis import figures, goals
from ahlan.kpis.asked import SPANS, Asked, asked_of
from ahlan.kpis.declared import DOWN, SECONDS, SHARE, UP, Kpi, kpi_for, kpis
from ahlan.kpis.models import Fact, Goal
from ahlan.kpis.own import OWN, backlog_ages
from ahlan.kpis.picture import chart_of, spark_of
from ahlan.kpis.policies import VIEW
from ahlan.kpis.reading import Period, Reading
from ahlan.kpis.telling import between, told
from ahlan.kpis.trends import trends
from ahlan.staff.requests import AgentRequest
from ahlan.tickets.models import Priority

MOST_POINTS = 62  # days drawn one by one; more are drawn week by week
SHADES = 5  # of a heat map


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
                **_tile(kpi, now_read[kpi.key], before[kpi.key]),
                **_goal(wanted.get(kpi.key), now_read[kpi.key]),
                "spark": spark_of(lines.get(kpi.key, [])),
            }
            groups.setdefault(GROUPS[kpi.group](), []).append(tile)
    return render(request, "kpis/pulse.html", {"groups": groups, **_choices(asked)})


def _tile(kpi: Kpi, reading: Reading, before: Reading) -> dict[str, Any]:
    return {
        "kpi": kpi,
        "reading": reading,
        "value": told(reading.value, reading.unit),
        "n": number(reading.n),
        "change": change_of(kpi, reading, before),
    }


def _goal(goal: Goal | None, reading: Reading) -> dict[str, Any]:
    """What a tile says of its goal."""
    if goal is None:
        return {}
    return {"goal": told(goal.value, reading.unit), "verdict": goals.verdict_of(goal, reading)}


def change_of(kpi: Kpi, reading: Reading, before: Reading) -> dict[str, str]:
    """Against the time before: in words, and whether it is for the better. Shares that cannot be told apart say so; {} without both."""
    if reading.value is None or before.value is None or not before.n:
        return {}
    if None not in (reading.low, reading.high, before.low, before.high):
        assert (
            reading.low is not None
            and reading.high is not None
            and before.low is not None
            and before.high is not None
        )
        if reading.low <= before.high and before.low <= reading.high:
            return {"way": "same", "words": _("no clear change")}
    less = reading.value - before.value
    if not less:
        return {"way": "same", "words": _("as before")}
    if reading.unit == SHARE:
        words = _("%(points)s points") % {"points": _signed(round(less * 100, 1))}
    elif before.value > 0 and reading.unit != "score":
        words = f"{_signed(round(100 * less / before.value))}\u00a0%"
    else:
        words = _signed(round(less, 2))
    return {
        "way": "same"
        if kpi.good not in (UP, DOWN)
        else "better"
        if (less > 0) == (kpi.good == UP)
        else "worse",
        "words": words,
    }


def _signed(n: float) -> str:
    return f"{'+' if n > 0 else '−'}{number(abs(int(n) if n == int(n) else n))}"


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def definitions(request: AgentRequest) -> HttpResponse:
    """Every figure and variant: what it tells, how it is counted, what is left out."""
    groups: dict[str, list[Kpi]] = {}
    for kpi in kpis():
        groups.setdefault(GROUPS[kpi.group](), []).append(kpi)
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
        **_tile(kpi, reading, before), **_goal(goal, reading), "between": between(reading), "method": method,
        "chart": chart_of(series, goal=goal.value if goal else None),
        "series": [(on, told(found.value, found.unit), between(found), found.n) for on, found in series],
        "by": by, "splits": [(one, NAMES[one]()) for one in kpi.splits if one in NAMES], "groups": _groups(kpi, asked, by, method),
        "heat": _heat(kpi, asked), "ages": _ages(kpi, asked), "methods": [(one, METHODS[one]()) for one in kpi.methods if one in METHODS],
        "by_week": weekly, "variants": _variants(kpi, asked), **_choices(asked),
    }  # fmt: skip
    return render(request, "kpis/kpi.html", context)


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
            "label": _label(by, label), "value": told(reading.value, reading.unit), "n": reading.n,
            "between": between(reading), "wide": round(100 * abs(reading.value or 0) / most, 1),
            "query": asked.also(**{by: key}) if by in LIMITS else "",
        }
        for key, label, reading in found
    ]  # fmt: skip


def _label(by: str, label: str) -> str:
    """What a group is called, where it is more than a name."""
    if by == "priority" and label.isdecimal() and int(label) in Priority.values:
        return str(Priority(int(label)).label)
    if by == "language":
        return language_name(label)
    if by == "channel":
        found = channels().get(label)
        return str(found.name) if found else label
    return LABELS[label]() if label in LABELS else label


def _variants(kpi: Kpi, asked: Asked) -> list[dict[str, Any]]:
    found = [(one, figures.read(one, asked.period, filters=asked.filters)) for one in kpi.variants]
    return [
        {"kpi": one, "value": told(reading.value, reading.unit), "n": reading.n} for one, reading in found
    ]


def _heat(kpi: Kpi, asked: Asked) -> dict[str, Any] | None:
    """Weekdays by hours, each with a shade of its own; None where it says nothing."""
    if kpi.measure in OWN:
        return None
    found = figures.by_hour_and_weekday(kpi, asked.period, filters=asked.filters)
    values = [one.value for one in found.values() if one.value is not None]
    if not values:
        return None
    low, high = min(values), max(values)
    rows = [
        (name, [_cell(found.get((day, hour)), low, high) for hour in range(24)]) for day, name in weekdays()
    ]
    return {"rows": rows, "hours": [number(hour) for hour in range(24)]}


def _ages(kpi: Kpi, asked: Asked) -> list[tuple[str, str]]:
    """Of what waits: how many are how old."""
    if kpi.measure != "backlog":
        return []
    found = backlog_ages(min(asked.period.ends, now()), asked.filters)
    return [(AGES[name](), number(n)) for name, n in found.items()]


def _cell(reading: Reading | None, low: float, high: float) -> tuple[int, str, int]:
    """Its shade from 1 to 5 (0: nothing there), its words, and how many."""
    if reading is None or reading.value is None:
        return 0, "", 0
    shade = 1 + min(SHADES - 1, int(SHADES * (reading.value - low) / ((high - low) or 1)))
    return shade, told(reading.value, reading.unit), reading.n


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
    context = {"kpi": kpi, "rows": rows, "after": page.after, **_choices(asked)}
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


NAMES = {
    "team": lambda: _("team"), "agent": lambda: _("agent"), "inbox": lambda: _("inbox"), "channel": lambda: _("channel"),
    "language": lambda: _("language"), "priority": lambda: _("priority"), "customer_kind": lambda: _("kind of customer"),
    "tag": lambda: _("tag"), "bot": lambda: _("people and bot"),
}  # fmt: skip
LABELS = {
    "external": lambda: _("Customers"), "internal": lambda: _("Own divisions"), "people": lambda: _("People"), "bot": lambda: _("Bot"),
}  # fmt: skip
METHODS = {
    "median": lambda: _("median"), "mean": lambda: _("mean"), "p90": lambda: _("nine of ten within"), "p95": lambda: _("19 of 20 within"),
}  # fmt: skip
AGES = {
    "<1d": lambda: _("less than a day"), "1-3d": lambda: _("one to three days"), "3-7d": lambda: _("three to seven days"),
    "7-30d": lambda: _("seven to thirty days"), ">30d": lambda: _("longer"),
}  # fmt: skip
LIMITS = ("team", "agent", "inbox", "channel", "language", "priority", "tag")
GROUPS = {
    "volume": lambda: _("How many"), "speed": lambda: _("Speed"), "quality": lambda: _("Quality"), "load": lambda: _("Load"),
    "voice": lambda: _("What customers say"),
}  # fmt: skip
