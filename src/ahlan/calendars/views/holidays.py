"""The page on which a country's holidays are chosen."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ahlan.calendars import actions
from ahlan.calendars.forms import HolidaysForm
from ahlan.calendars.models import BusinessHours, Day, HolidaySet
from ahlan.calendars.policies import hours_for
from ahlan.calendars.public_holidays import days_of
from ahlan.calendars.queries import today
from ahlan.core.numerals import full_day

MOST = 200


@login_required
@permission_required("hours.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def holidays(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a country, see its days of this year and next, leave some out or make them half days."""
    found = hours_for(request, pk)
    saved = HolidaySet.objects.filter(hours=found).first()
    if request.method == "POST" and not request.POST.get("country"):
        actions.drop_holidays(found, actor=f"agent:{request.user.pk}")
        return redirect("calendars:hours", pk=pk)
    form = HolidaysForm(request.POST or _asked(request.GET, saved))
    chosen = _chosen(found, form) if form.is_valid() else None
    if request.method == "POST" and chosen:
        actions.set_holidays(chosen, _kinds(request.POST, chosen, found), actor=f"agent:{request.user.pk}")
        messages.success(request, _("Saved."))
        return redirect("calendars:hours", pk=pk)
    rows = _holiday_rows(found, chosen, saved) if chosen else []
    context = {"hours": found, "form": form, "rows": rows, "saved": saved, "chosen": chosen}
    context["closes_at"] = chosen and f"{chosen.closes_at // 60:02}:{chosen.closes_at % 60:02}"
    template = (
        "calendars/_holidays.html"
        if request.headers.get("HX-Target") == "holidays"
        else "calendars/holidays.html"
    )
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _asked(asked: QueryDict, saved: HolidaySet | None) -> QueryDict:
    """What was asked for; at first what is saved; where the country is new, what is usual there."""
    given = asked.copy()
    if saved and (
        "country" not in given or (given["country"] == saved.country and given.get("was") != saved.country)
    ):
        given["country"], given["subdivision"], given["language"] = (
            saved.country,
            saved.subdivision,
            saved.language,
        )
        given.setlist("categories", saved.categories)
        given["closes_at"] = f"{saved.closes_at // 60:02}:{saved.closes_at % 60:02}"
    elif given.get("was") != given.get("country"):
        for key in ("subdivision", "language", "categories"):
            given.pop(key, None)
        known = HolidaysForm(given)
        given["language"] = known.known.usual_language if hasattr(known, "known") else ""
        given.setlist("categories", ["public"])
    given.setdefault("closes_at", "13:00")
    return given


def _chosen(found: BusinessHours, form: HolidaysForm) -> HolidaySet:
    given = form.cleaned_data
    kinds = (
        given.get("categories") if "categories" in form.fields else [code for code, _name in form.known.kinds]
    )
    closes = given.get("closes_at")
    return HolidaySet(
        hours=found,
        country=given["country"],
        subdivision=given.get("subdivision") or "",
        language=given.get("language") or form.known.usual_language,
        categories=kinds,
        closes_at=closes.hour * 60 + closes.minute if closes else 13 * 60,
    )


def _kinds(sent: QueryDict, chosen: HolidaySet, found: BusinessHours) -> dict[date, str]:
    """From the boxes: unticked days are as usual, the half ones close early."""
    kept, half = set(sent.getlist("kept")), set(sent.getlist("half"))
    kinds: dict[date, str] = {}
    for one in actions.upcoming(chosen, today(found)):
        told = one.on.isoformat()
        kinds[one.on] = (
            Day.Kind.USUAL if told not in kept else Day.Kind.SHORT if told in half else Day.Kind.CLOSED
        )
    return kinds


def _holiday_rows(found: BusinessHours, chosen: HolidaySet, saved: HolidaySet | None) -> list[dict[str, Any]]:
    coming = actions.upcoming(chosen, today(found))
    years = {one.on.year for one in coming}
    short = {
        one.on
        for one in days_of(chosen.country, subdivision=chosen.subdivision, kinds=["half_day"], years=years)
    }
    was = (
        dict(found.days.filter(is_own=False).values_list("on", "kind"))
        if saved and saved.country == chosen.country
        else {}
    )
    rows = []
    for one in coming:
        kind = was.get(one.on) or (Day.Kind.SHORT if one.on in short else Day.Kind.CLOSED)
        rows.append(
            {"on": one.on.isoformat(), "told": full_day(one.on), "name": one.name, "kept": kind != Day.Kind.USUAL,
             "half": kind == Day.Kind.SHORT, "year": one.on.year}
        )  # fmt: skip
    return rows
