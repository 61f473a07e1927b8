"""Settings pages of business hours."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import get_current_timezone, get_current_timezone_name
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ahlan.calendars import actions
from ahlan.calendars.forms import DayForm, TrialForm, WeekForm
from ahlan.calendars.models import BusinessHours, Day, HolidaySet, Week
from ahlan.calendars.picture import rows_of, told
from ahlan.calendars.policies import hours_for
from ahlan.calendars.presets import PRESETS
from ahlan.calendars.queries import calendar_of, today, users_of, week_on
from ahlan.calendars.spans import Span
from ahlan.calendars.spans import Week as WeekValue
from ahlan.calendars.trial import outcome_of
from ahlan.core.clock import now
from ahlan.core.numerals import clock, full_day, locale

MOST = 200


def _actor(request: HttpRequest) -> str:
    return f"agent:{request.user.pk}"


@login_required
@permission_required("hours.manage", raise_exception=True)
@require_GET
def hours_list(request: HttpRequest) -> HttpResponse:
    """All hours with their week as a picture, and whether each is open now."""
    found = [_summary(one) for one in BusinessHours.objects.all()[:MOST]]
    context = {"found": found, "presets": _presets()}
    return render(request, "calendars/list.html", context)


def _presets() -> list[dict[str, Any]]:
    return [{"key": one.key, "name": one.name, "rows": rows_of(one.week)} for one in PRESETS.values()]


def _summary(hours: BusinessHours) -> dict[str, Any]:
    calendar, present = calendar_of(hours), now()
    version = next(one for one in reversed(calendar.versions) if one.since <= today(hours))
    opening = next(iter(calendar.stretches(present, datetime(present.year + 2, 1, 1, tzinfo=UTC))), None)
    is_open = calendar.is_open(present)
    turns = calendar.next_closing(present) if is_open else opening and opening[0]
    return {
        "hours": hours,
        "zone": version.zone.key.replace("_", " "),
        "rows": rows_of(version.week),
        "is_open": is_open,
        "turns": turns and _told(turns.astimezone(version.zone), present.astimezone(version.zone).date()),
    }


def _told(moment: datetime, this_day: date) -> str:
    time = clock(moment.hour * 60 + moment.minute)
    return time if moment.date() == this_day else f"{full_day(moment.date())}, {time}"


@login_required
@permission_required("hours.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    preset = PRESETS.get(request.GET.get("preset", ""), PRESETS["mon-fri"])
    form = WeekForm(
        request.POST or None, week=preset.week, initial={"time_zone": get_current_timezone_name()}
    )
    if request.method == "POST" and form.is_valid():
        made = actions.create_hours(
            name=form.cleaned_data["name"], time_zone=form.cleaned_data["time_zone"], week=form.week,
            actor=_actor(request),
        )  # fmt: skip
        return redirect("calendars:hours", pk=made.pk)
    return _week_page(request, form, preset.week, title=_("New business hours"), preset=preset.key)


def _week_page(request: HttpRequest, form: WeekForm, drawn: WeekValue, **more: Any) -> HttpResponse:
    week = form.week if form.is_bound else drawn
    context = {"form": form, "rows": rows_of(week), "presets": _presets(), **more}
    return render(request, "calendars/week_page.html", context, status=422 if form.is_bound else 200)


@login_required
@permission_required("hours.manage", raise_exception=True)
@require_POST
def picture(request: HttpRequest) -> HttpResponse:
    """The week of a form as it is being filled in."""
    form = WeekForm(request.POST, week=PRESETS["mon-fri"].week)
    form.is_valid()
    return render(request, "calendars/_week.html", {"rows": rows_of(form.week)})


@login_required
@permission_required("hours.manage", raise_exception=True)
@require_GET
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    """One set of hours: its week, the weeks before and to come, the days that differ, and a trial."""
    return _page(request, hours_for(request, pk), DayForm())


def _page(request: HttpRequest, found: BusinessHours, day_form: DayForm, status: int = 200) -> HttpResponse:
    if request.headers.get("HX-Target") == "trial-outcome":
        return render(request, "calendars/_trial.html", {"hours": found, **_trial(request, found)})
    this_day = today(found)
    held = week_on(found, this_day)
    ahead = found.days.filter(on__gte=this_day).order_by("on", "is_own")[: 2 * actions.MOST_DAYS]
    days_ahead = {one.on: one for one in ahead}  # one's own come last and win
    summary = _summary(found)
    kept = HolidaySet.objects.filter(hours=found).first()
    context = {
        **summary,
        "turning": summary,
        "weeks": [_change(one, this_day, held) for one in found.weeks.all()[: actions.MOST_WEEKS + 1]],
        "days": [_day(one) for one in days_ahead.values()],
        "holidays": kept,
        "country_name": kept and locale().territories.get(kept.country, kept.country),
        "day_form": day_form,
        **_trial(request, found),
    }
    return render(request, "calendars/hours.html", context, status=status)


def _trial(request: HttpRequest, found: BusinessHours) -> dict[str, Any]:
    calendar = calendar_of(found)
    begin = now().astimezone(calendar.zone_on(today(found))).replace(tzinfo=None)
    initial = {"start": begin.strftime("%Y-%m-%dT%H:%M"), "amount": "8", "unit": "hours"}
    asked = {key: request.GET.get(key, value) for key, value in initial.items()}
    form = TrialForm(asked)
    reader = get_current_timezone()
    zone = reader if isinstance(reader, ZoneInfo) and reader.key != "UTC" else None
    return {"trial": form, "outcome": outcome_of(calendar, form, zone) if form.is_valid() else None}


def _change(week: Week, this_day: date, held: Week) -> dict[str, Any]:
    return {"week": week, "rows": rows_of(week.value), "is_held": week.pk == held.pk, "is_ahead": week.since > this_day,
            "since": "" if week.is_first else full_day(week.since)}  # fmt: skip


def _day(day: Day) -> dict[str, Any]:
    spans = [Span(*one) for one in day.stretches]
    if day.kind == Day.Kind.SHORT:
        what = _("Closes at %(time)s") % {"time": clock(spans[0].closes)}
    else:
        what = ", ".join(told(tuple(spans))) if day.kind == Day.Kind.HOURS else day.get_kind_display()
    return {"day": day, "on": full_day(day.on), "what": what}


@login_required
@permission_required("hours.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def week(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the hours from a day on."""
    found = hours_for(request, pk)
    held = week_on(found, today(found))
    preset = PRESETS.get(request.GET.get("preset", ""))
    drawn = preset.week if preset else held.value
    initial = {"name": found.name, "time_zone": held.time_zone, "since": today(found)}
    form = WeekForm(request.POST or None, week=drawn, hours=found, first=today(found), initial=initial)
    if request.method == "POST" and form.is_valid() and _save_week(request, found, form):
        messages.success(request, _("Saved."))
        return redirect("calendars:hours", pk=pk)
    return _week_page(
        request, form, drawn, title=found.name, hours=found, preset=preset.key if preset else ""
    )


def _save_week(request: HttpRequest, found: BusinessHours, form: WeekForm) -> bool:
    given = form.cleaned_data
    held = week_on(found, max(given["since"], today(found)))
    actions.rename_hours(found, given["name"], actor=_actor(request))
    if (held.value, held.time_zone) == (form.week, given["time_zone"]):
        return True
    try:
        actions.set_week(
            found, form.week, time_zone=given["time_zone"], since=given["since"], actor=_actor(request)
        )
    except ValidationError as error:
        form.add_error("since", error)
    return form.is_valid()


@login_required
@permission_required("hours.manage", raise_exception=True)
@require_POST
def week_removal(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    found = hours_for(request, pk)
    try:
        actions.drop_week(get_object_or_404(found.weeks, pk=other), actor=_actor(request))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("calendars:hours", pk=pk)


@login_required
@permission_required("hours.manage", raise_exception=True)
@require_POST
def days(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a day of one's own."""
    found = hours_for(request, pk)
    form = DayForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    given = form.cleaned_data
    try:
        actions.set_day(
            found,
            given["on"],
            given["kind"],
            name=given["name"],
            stretches=given["stretches"],
            actor=_actor(request),
        )
    except ValidationError as error:
        form.add_error("on", error)
        return _page(request, found, form, status=422)
    messages.success(request, _("Saved."))
    return redirect("calendars:hours", pk=pk)


@login_required
@permission_required("hours.manage", raise_exception=True)
@require_POST
def day_removal(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    found = hours_for(request, pk)
    try:
        actions.remove_day(get_object_or_404(found.days, pk=other, is_own=True), actor=_actor(request))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("calendars:hours", pk=pk)


@login_required
@permission_required("hours.manage", raise_exception=True)
@require_POST
def default(request: HttpRequest, pk: int) -> HttpResponse:
    """Have these hold wherever no others are chosen."""
    actions.make_default(hours_for(request, pk), actor=_actor(request))
    return redirect("calendars:hours", pk=pk)


@login_required
@permission_required("hours.manage", raise_exception=True)
@require_http_methods(["GET", "POST"])
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what deleting will do, and who keeps it from being done; then do it."""
    found = hours_for(request, pk)
    if request.method == "POST":
        try:
            actions.delete_hours(found, actor=_actor(request))
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect("calendars:removal", pk=pk)
        messages.success(request, _("Deleted."))
        return redirect("calendars:list")
    context = {
        "hours": found,
        "users": users_of(found),
        "weeks": found.weeks.count(),
        "days": found.days.filter(on__gte=today(found)).count(),
        "others": BusinessHours.objects.exclude(pk=pk).exists(),
    }
    return render(request, "calendars/removal.html", context)
