"""What always holds, looked for by hypothesis against a slow reference that walks minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ahlan.calendars.calendar import BEGINNING, HORIZON, Calendar, NoOpenHours, Version, always
from ahlan.calendars.spans import Span, spans, within
from ahlan.calendars.tests.makers import at, calendar, week

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONES = [
    "Asia/Jerusalem", "Asia/Tehran", "Europe/Helsinki", "America/New_York", "Australia/Lord_Howe",
    "Africa/Casablanca", "Africa/Cairo",
]  # fmt: skip
CHANGES = [  # days around which the clocks of some of them change
    date(2026, 3, 26), date(2026, 10, 24), date(2022, 3, 21), date(2022, 9, 21), date(2026, 3, 28), date(2026, 3, 7),
    date(2026, 10, 31), date(2026, 4, 4), date(2026, 10, 3), date(2026, 2, 14), date(2026, 3, 21), date(2026, 4, 23),
    date(2026, 10, 28), date(2025, 12, 30),
]  # fmt: skip


@st.composite
def days(draw: st.DrawFn) -> tuple[Span, ...]:
    """The stretches of a day, apart, perhaps over midnight."""
    ends = sorted(draw(st.lists(st.integers(0, 1439), max_size=6, unique=True)))
    found = [Span(*pair) for pair in zip(ends[::2], ends[1::2], strict=False)]
    if found and draw(st.booleans()):
        found[-1] = Span(found[-1].opens, min(found[-1].closes + 600, found[-1].opens + 1440))
    return tuple(found)


weeks = st.tuples(*[days()] * 7)
moments = st.builds(
    lambda day, minutes: datetime.combine(day, time(), tzinfo=UTC) + minutes * MINUTE,
    st.sampled_from(CHANGES),
    st.integers(-1440, 4 * 1440),
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Two weeks, the second from one of the days of change on, and days that differ."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    first, change = draw(weeks), draw(st.sampled_from(CHANGES))
    second = Version(change + DAY, ZoneInfo(draw(st.sampled_from([zone.key, *ZONES]))), draw(weeks))
    near = st.builds(lambda day, n: day + n * DAY, st.sampled_from(CHANGES), st.integers(-1, 3))
    return Calendar(
        (Version(BEGINNING, zone, first), second), draw(st.dictionaries(near, days(), max_size=6))
    )


def shown(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which the clocks of a zone show this; in a gap, by the offset of the day before."""
    for shift in range(-15 * 60, 15 * 60):
        moment = wall.replace(tzinfo=UTC) + shift * MINUTE
        if moment.astimezone(zone).replace(tzinfo=None) == wall:
            return moment
    yesterday = (wall - DAY).replace(tzinfo=zone)
    return wall.replace(tzinfo=UTC) - (yesterday.utcoffset() or timedelta())


def open_minutes(hours: Calendar, start: datetime, end: datetime) -> set[datetime]:
    """Every minute from start to end that lies in a stretch, one by one."""
    found = set()
    day = start.date() - 3 * DAY
    while day <= end.date() + DAY:
        version = [one for one in hours.versions if one.since <= day][-1]
        for opens, closes in hours.days.get(day, version.week[day.weekday()]):
            midnight = datetime.combine(day, time())
            moment = shown(midnight + opens * MINUTE, version.zone)
            last = shown(midnight + closes * MINUTE, version.zone)
            while moment < last:
                found.add(moment)
                moment += MINUTE
        day += DAY
    return {one for one in found if start <= one < end}


@settings(max_examples=60, deadline=None)
@given(calendars(), moments, st.integers(0, 4 * 1440))
def test_measuring_is_counting_open_minutes(hours: Calendar, start: datetime, length: int) -> None:
    end = start + length * MINUTE
    minutes = open_minutes(hours, start, end)

    assert hours.measure(start, end) == len(minutes) * MINUTE
    assert all(
        hours.is_open(start + n * MINUTE) == (start + n * MINUTE in minutes) for n in range(0, length, 7)
    )


@settings(max_examples=60, deadline=None)
@given(calendars(), moments, st.integers(1, 1000))
def test_adding_is_walking_open_minutes(hours: Calendar, start: datetime, target: int) -> None:
    minutes = sorted(open_minutes(hours, start, start + 4 * DAY))
    assume(len(minutes) >= target)

    assert hours.add(start, target * MINUTE) == minutes[target - 1] + MINUTE
    assert hours.next_opening(start) == minutes[0]


anytime = st.datetimes(datetime(2021, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))
targets = st.timedeltas(timedelta(microseconds=1), timedelta(days=40))


@settings(max_examples=200, deadline=None)
@given(calendars(), anytime, targets)
def test_what_was_added_is_measured_and_not_a_moment_earlier(
    hours: Calendar, start: datetime, target: timedelta
) -> None:
    try:
        due = hours.add(start, target)
    except NoOpenHours:
        assume(False)

    assert hours.measure(start, due) == target
    assert hours.measure(start, due - timedelta(microseconds=1)) == target - timedelta(microseconds=1)


@settings(max_examples=200, deadline=None)
@given(calendars(), anytime, anytime)
def test_what_was_measured_is_due_no_later(hours: Calendar, start: datetime, end: datetime) -> None:
    start, end = min(start, end), max(start, end)

    due = hours.add(start, hours.measure(start, end))

    assert due <= end
    assert hours.measure(due, end) == timedelta()


@settings(max_examples=200, deadline=None)
@given(calendars(), anytime, anytime, anytime)
def test_parts_add_up_in_any_order(hours: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    assert hours.measure(a, b) + hours.measure(b, c) == hours.measure(a, c)
    assert hours.measure(a, b) == -hours.measure(b, a)


@settings(max_examples=100, deadline=None)
@given(calendars(), anytime, targets, targets)
def test_targets_add_up(hours: Calendar, start: datetime, first: timedelta, second: timedelta) -> None:
    try:
        whole = hours.add(start, first + second)
    except NoOpenHours:
        assume(False)

    assert hours.add(hours.add(start, first), second) == whole


@settings(max_examples=100, deadline=None)
@given(calendars(), anytime)
def test_openings_and_closings_follow_each_other(hours: Calendar, moment: datetime) -> None:
    try:
        opening = hours.next_opening(moment)
    except NoOpenHours:
        assume(False)
    closing = hours.next_closing(moment)

    assert hours.is_open(opening)
    assert hours.measure(moment, opening) == timedelta()
    assert closing is None or (
        hours.measure(opening, closing) == closing - opening > timedelta() and not hours.is_open(closing)
    )


@settings(max_examples=100, deadline=None)
@given(calendars(), weeks, st.sampled_from(CHANGES), anytime, anytime)
def test_a_change_from_a_day_on_touches_nothing_before(
    hours: Calendar, later, day: date, a: datetime, b: datetime
) -> None:
    zone = hours.versions[-1].zone
    changed_on = max(day, hours.versions[-1].since + DAY)
    changed = Calendar((*hours.versions, Version(changed_on, zone, later)), hours.days)
    midnight = datetime.combine(changed_on, time(), tzinfo=zone) - HOUR  # a leap at midnight included
    a, b = min(a, b, midnight), min(max(a, b), midnight)

    assert changed.measure(a, b) == hours.measure(a, b)


@settings(max_examples=100, deadline=None)
@given(calendars(), moments, st.integers(1, 12))
def test_working_days_end_in_open_time_and_grow(hours: Calendar, start: datetime, n: int) -> None:
    try:
        due, later = hours.add_days(start, n), hours.add_days(start, n + 1)
    except NoOpenHours:
        assume(False)

    assert due <= later
    assert hours.is_open(due) or hours.is_open(due - timedelta(microseconds=1))


def test_hours_that_never_open_are_an_error_and_not_a_loop() -> None:
    shut = calendar("UTC")

    with pytest.raises(NoOpenHours):
        shut.add(at("2026-01-01 00:00"), MINUTE)
    with pytest.raises(NoOpenHours):
        shut.add_days(at("2026-01-01 00:00"), 1)
    with pytest.raises(NoOpenHours):
        shut.next_opening(at("2026-01-01 00:00"))
    with pytest.raises(NoOpenHours):
        shut.next_closing(at("2026-01-01 00:00"))
    assert shut.measure(at("2026-01-01 00:00"), at("2027-01-01 00:00")) == timedelta()


def test_a_single_open_day_far_ahead_is_found_within_the_horizon_only() -> None:
    start = at("2026-01-01 00:00")
    near = calendar("UTC", {f"{2026 + HORIZON}-06-01": "09:00-10:00"})
    far = calendar("UTC", {f"{2026 + HORIZON + 1}-06-01": "09:00-10:00"})

    assert near.add(start, HOUR) == at(f"{2026 + HORIZON}-06-01 10:00")
    with pytest.raises(NoOpenHours):
        far.add(start, HOUR)
    with pytest.raises(NoOpenHours):
        near.add(start, 2 * HOUR)


def test_round_the_clock_never_closes() -> None:
    start = at("2026-01-01 00:00")

    assert always().next_closing(start) is None
    assert always().add(start, 1000 * HOUR) == start + 1000 * HOUR
    assert always("Asia/Jerusalem").measure(start, start + 365 * DAY) == 365 * DAY


def test_a_stretch_over_new_year_is_one() -> None:
    night = calendar("UTC", mon_sun="22:00-06:00")

    assert night.next_closing(at("2026-12-31 23:00")) == at("2027-01-01 06:00")
    assert night.measure(at("2026-12-31 20:00"), at("2027-01-01 12:00")) == 8 * HOUR
    assert night.add(at("2026-12-31 23:00"), 3 * HOUR) == at("2027-01-01 02:00")


def test_a_holiday_shuts_what_begins_on_it_and_not_the_night_before() -> None:
    night = calendar("UTC", {"2026-01-15": ""}, mon_sun="22:00-06:00")

    assert night.is_open(at("2026-01-15 05:00"))
    assert not night.is_open(at("2026-01-15 23:00"))
    assert not night.is_open(at("2026-01-16 05:00"))


def test_an_extra_day_is_open_and_a_half_day_closes_early() -> None:
    hours = calendar("UTC", {"2026-01-17": "10:00-12:00", "2026-01-16": "09:00-13:00"}, mon_fri="09:00-17:00")

    assert hours.measure(at("2026-01-16 00:00"), at("2026-01-19 00:00")) == 6 * HOUR


def test_before_the_first_week_everything_is_closed() -> None:
    hours = Calendar((Version(date(2026, 1, 1), ZoneInfo("UTC"), week(mon_sun="00:00-24:00")),))

    assert hours.measure(at("2025-12-01 00:00"), at("2026-01-02 00:00")) == DAY


def test_no_target_is_due_at_once_and_a_negative_one_is_refused() -> None:
    closed = at("2026-01-17 12:00")
    hours = calendar("UTC", mon_fri="09:00-17:00")

    assert hours.add(closed, timedelta()) == closed
    with pytest.raises(ValueError, match="ahead"):
        hours.add(closed, -MINUTE)
    with pytest.raises(ValueError, match="from one"):
        hours.add_days(closed, 0)
    with pytest.raises(ValueError, match="zone"):
        hours.measure(datetime(2026, 1, 1), closed)
    with pytest.raises(ValueError, match="week"):
        Calendar(())


@pytest.mark.parametrize(
    "wrong", ["09:00", "9-5-3", "09:00-25:00", "09:61-10:00", "09:00-12:00 11:00-13:00", "a-b", "24:00-25:00"]
)
def test_stretches_that_are_none_are_refused(wrong: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        spans(wrong)


def test_stretches_are_read_in_order_and_over_midnight() -> None:
    assert spans("13:00-17:00 08:00-12:00") == (Span(480, 720), Span(780, 1020))
    assert spans("22:00-06:00") == (Span(1320, 1800),)
    assert spans("00:00-00:00") == (Span(0, 1440),)
    assert within(spans("08:00-12:00 13:00-17:00"), 14 * 60) == (Span(480, 720), Span(780, 840))
