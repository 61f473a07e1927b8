"""Pages of results: all instruments, one of them, its answers, and the same as a table to take away."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from ahlan.core import keyset
from ahlan.core.clock import now
from ahlan.core.languages import said
from ahlan.core.tables import Column, Table, forms, handed_out
from ahlan.feedback import reports
from ahlan.feedback.chart import chart_of
from ahlan.feedback.clusters import Group, groups_by_language
from ahlan.feedback.instruments.scores import FEWEST, Reading
from ahlan.feedback.marks import OVERLAPPING, mark
from ahlan.feedback.models import Answer, Version
from ahlan.feedback.policies import (
    MANAGE,
    VIEW,
    anonymous_keys,
    answers_for,
    is_anonymous,
    recoveries_for,
    seen_inboxes,
)
from ahlan.feedback.queries import versions
from ahlan.staff.requests import AgentRequest

PERIODS = (7, 30, 90, 365)
PAGE = 30
LOOKED_AT = 90  # days
COMMENTS = 8
GROUPED = 1_000  # comments, the latest, of which words are looked at
LONGEST = 5 * 366  # days
ORDER = ("-answered_at", "-id")
FACTS = (
    "answered_at",
    "ticket",
    "agent",
    "team",
    "channel",
    "language",
    "survey",
    "source",
    "spoken",
    "marks",
)


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def results(request: AgentRequest) -> HttpResponse:
    """Every instrument that is in use, the last 90 days of each."""
    until = now().date()
    inboxes = seen_inboxes(request.user)
    anonymous = anonymous_keys()
    counted = reports.counted_since(until - timedelta(days=LOOKED_AT + 7))
    asked = [
        _asked_plain(one, until, inboxes, one.key in anonymous) for one in versions() if one.pk in counted
    ]
    found = sorted(reports.overview(asked), key=lambda one: one.asked.version.pk)
    used = [one for one in found if one.reading.n or one.rate.invited or one.veiled]
    open_work = len(recoveries_for(request.user).filter(outcome="").values_list("pk")[:100])
    return render(
        request, "feedback/results.html", {"found": [_told(one) for one in used], "open_work": open_work}
    )


def _asked_plain(version: Version, until: date, inboxes: list[int] | None, anonymous: bool) -> reports.Asked:
    on = until - timedelta(days=LOOKED_AT - 1)
    if anonymous:
        on, until = reports.whole_weeks(on, until)
    return reports.Asked(version, on, until, inboxes, anonymous=anonymous)


def _told(found: reports.Report) -> dict[str, Any]:
    measure = found.asked.version.instrument.measure
    return {
        "report": found, "version": found.asked.version, "unit": unit_of(measure.kind), "trend": reports.trend_words(found.stands),
        "chart": chart_of(found.points, measure.runs),
    }  # fmt: skip


def unit_of(kind: str) -> str:
    return "%" if kind == "share" else ""


def version_for(key: str, number: str) -> Version:
    """Raises Http404."""
    found = Version.objects.filter(key=key)
    if number.isdecimal() and len(number) < 9:
        found = found.filter(number=int(number))
    chosen = found.order_by("-number").first()
    if chosen is None:
        raise Http404("no such instrument")
    return chosen


def asked_of(request: AgentRequest, key: str) -> reports.Asked:
    """What the address asks for. Raises Http404."""
    version = version_for(key, request.GET.get("version", ""))
    until = _day(request.GET.get("until", "")) or now().date()
    days = request.GET.get("days", "90")
    long = int(days) if days.isdecimal() and len(days) < 5 else 90
    on = _day(request.GET.get("on", "")) or until - timedelta(days=max(long, 1) - 1)
    on = max(min(on, until), until - timedelta(days=LONGEST))
    anonymous = is_anonymous(key)
    if anonymous:
        on, until = reports.whole_weeks(on, until)
    facet, group = request.GET.get("facet", ""), request.GET.get("key", "")[:40]
    if facet not in reports.SPLITS or not group or not _fits(facet, group):
        facet = group = ""
    return reports.Asked(version, on, until, seen_inboxes(request.user), facet, group, anonymous)


def _fits(facet: str, group: str) -> bool:
    return facet not in reports.TABLES or (group.isdecimal() and len(group) < 18)


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and 1990 <= found.year <= 2200 else None


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def instrument(request: AgentRequest, key: str) -> HttpResponse:
    """One instrument: score over time, distribution, groups, comments."""
    asked = asked_of(request, key)
    by = request.GET.get("by", "team")
    by = by if by in reports.SPLITS else "team"
    found = reports.report(asked)
    if asked.anonymous and asked.facet and _is_veiled(asked):
        found = reports.Report(asked, Reading(None, 0), Reading(None, 0), "", reports.Rate(), veiled=True)
    context = {
        **_told(found), "asked": asked, "by": by, "splits": reports.SPLITS.items(), "by_name": reports.SPLITS[by],
        "groups": [] if asked.facet or found.veiled else reports.split(asked, by), "bars": bars(found.reading),
        "dimensions": dimensions(found), "numbers": list(Version.objects.filter(key=key).order_by("-number").values_list("number", flat=True)[:50]),
        "periods": PERIODS, "days": (asked.until - asked.on).days + 1, "comments": _comments(request, asked, found),
        "group_name": reports.names_of(asked.facet, [asked.key])[asked.key] if asked.facet else "", "here_query": _query(asked, by),
    }  # fmt: skip
    return render(request, "feedback/result.html", context)


def _is_veiled(asked: reports.Asked) -> bool:
    whole = reports.Asked(asked.version, asked.on, asked.until, asked.inboxes, anonymous=True)
    shown = {one.key: one.reading for one in reports.split(whole, asked.facet)}
    return shown.get(asked.key) is None


def _query(asked: reports.Asked, by: str) -> str:
    group = f"&facet={asked.facet}&key={asked.key}" if asked.facet else ""
    return f"on={asked.on}&until={asked.until}&version={asked.version.number}&by={by}{group}"


def bars(reading: Reading) -> list[dict[str, Any]]:
    """The distribution: value, n, percent of all, and of the longest bar."""
    most = max(reading.distribution.values(), default=0)
    return [
        {"value": value, "n": n, "percent": 100 * n / reading.n, "long": round(100 * n / most, 1)}
        for value, n in reading.distribution.items() if most
    ]  # fmt: skip


def dimensions(found: reports.Report) -> list[dict[str, Any]]:
    """The dimensions in words, each as a bar from the middle of what can be."""
    read, measure = found.reading.more.get("dimensions"), found.asked.version.instrument.measure
    if not read:
        return []
    points = next((one for one in found.asked.version.instrument.items if one.kind == "points"), None)
    names = [said(one.label, get_language() or "") for one in points.options] if points else list(read)
    low, high = measure.runs
    zero = min(max(0.0, low), high) if low < 0 else low
    weights = found.reading.more.get("weights") or {}
    told = []
    for (key, one), name in zip(read.items(), names, strict=False):
        ends = sorted((zero, one["score"])) if one["score"] is not None else (zero, zero)
        told.append({
            "name": name, **one, "weight": weights.get(key), "below": (one["score"] or 0) < zero,
            "x": round(100 * (ends[0] - low) / (high - low), 1), "long": round(100 * (ends[1] - ends[0]) / (high - low), 1),
        })  # fmt: skip
    return told


def _comments(request: AgentRequest, asked: reports.Asked, found: reports.Report) -> list[Answer]:
    if found.veiled:
        return []
    return list(chosen_answers(request, asked).exclude(comment="").order_by(*ORDER)[:COMMENTS])


def chosen_answers(request: AgentRequest, asked: reports.Asked) -> QuerySet[Answer]:
    """The answers behind a report. By groups only those that promised nobody to be anonymous."""
    found = answers_for(request.user).filter(version=asked.version)
    found = (
        found.filter(answered_at__date__gte=asked.on, answered_at__date__lte=asked.until)
        if asked.anonymous
        else found.filter(
            answered_at__gte=f"{asked.on}T00:00Z", answered_at__lt=f"{asked.until + timedelta(days=1)}T00:00Z"
        )
    )
    if asked.facet:
        found = found.filter(_in_group(asked.facet, asked.key), anonymous=False)
    return found.select_related("agent", "team", "ticket", "survey", "customer", "recovery", "version")


def _in_group(facet: str, key: str) -> Q:
    if facet in OVERLAPPING:
        return Q(marks__contains=mark(facet, key))
    return Q((facet if facet in ("channel", "language") else f"{facet}_id", key))


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def answers(request: AgentRequest, key: str) -> HttpResponse:
    """The answers themselves, newest first; of one value, or those with words alone."""
    asked = asked_of(request, key)
    found = chosen_answers(request, asked)
    value = request.GET.get("value", "")
    if value.lstrip("-").isdecimal() and len(value) < 6:
        found = found.filter(score=int(value))
    with_words = "words" in request.GET
    if with_words:
        found = found.exclude(comment="")
    veiled = asked.anonymous and reports.report(asked).reading.n < FEWEST
    page = keyset.page(found.none() if veiled else found, ORDER, request.GET.get("after"), PAGE)
    context = {
        "page": page, "asked": asked, "version": asked.version, "value": value, "with_words": with_words, "veiled": veiled,
        "here_query": _query(asked, request.GET.get("by", "team")),
    }  # fmt: skip
    return render(request, "feedback/answers.html", context)


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def words(request: AgentRequest, key: str) -> HttpResponse:
    """Words that stand together in the latest comments of each language: somebody may name them as a theme."""
    asked = asked_of(request, key)
    found = chosen_answers(request, asked).exclude(spoken="").exclude(comment="").order_by(*ORDER)
    veiled = asked.anonymous and reports.report(asked).reading.n < FEWEST
    said = () if veiled else found.values_list("spoken", "comment")[:GROUPED]
    languages = [
        {"code": code, "n": len(texts), "groups": [_told_group(one, texts) for one in groups]}
        for code, texts, groups in groups_by_language(said)
    ]
    context = {
        "version": asked.version, "asked": asked, "found": languages, "here_query": _query(asked, request.GET.get("by", "team")),
        "may_name": request.user.may(MANAGE),
    }  # fmt: skip
    return render(request, "feedback/words.html", context)


def _told_group(group: Group, texts: Sequence[str]) -> dict[str, Any]:
    return {
        "words": group.words,
        "joined": ",".join(group.words),
        "n": len(group.texts),
        "texts": [texts[n] for n in group.texts[:COMMENTS]],
    }


@login_required
@permission_required(VIEW, raise_exception=True)
@require_GET
def export(request: AgentRequest, key: str) -> HttpResponseBase:
    """Every answer as a row of a file, streamed. Of anonymous ones only what was answered, in no order of time, and from five on."""
    asked, form = asked_of(request, key), request.GET.get("form", "csv")
    found = chosen_answers(request, asked)
    if asked.anonymous:
        enough = reports.report(asked).reading.n >= FEWEST
        found = (
            found.filter(anonymous=True).order_by("language", "score", "comment") if enough else found.none()
        )
    else:
        found = found.order_by(*ORDER)
    columns = [*asked.version.instrument.columns, *(() if asked.anonymous else FACTS)]
    table = Table([Column(one, one) for one in columns], _rows(found, asked), title=str(asked.version))
    return handed_out(table, form if form in forms() else "csv", f"{key}-{asked.on}-{asked.until}")


def _rows(found: QuerySet[Answer], asked: reports.Asked) -> Iterator[list[Any]]:
    columns = asked.version.instrument.columns
    for one in found.iterator(chunk_size=1000):
        cells = [one.answers.get(column, "") for column in columns]
        if not asked.anonymous:
            cells += [
                one.answered_at.isoformat(), one.ticket_id or "", str(one.agent or ""), str(one.team or ""), one.channel,
                one.language, str(one.survey or ""), one.source, one.spoken, one.marks.strip(),
            ]  # fmt: skip
        yield cells
