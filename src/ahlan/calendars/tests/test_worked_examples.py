"""Worked examples by hand: days off on Friday, nights across the change of the clocks, deadlines of peers."""

from datetime import UTC, datetime, timedelta

import pytest

from ahlan.calendars.tests.makers import at, calendar

NINE_TO_FIVE = {"mon_fri": "09:00-17:00"}
HELSINKI = calendar("Europe/Helsinki", **NINE_TO_FIVE)
LONDON = calendar("Europe/London", **NINE_TO_FIVE)
PLAIN = calendar("UTC", **NINE_TO_FIVE)
ISRAEL = calendar("Asia/Jerusalem", sun_thu="09:00-18:00", fri="09:00-13:00")
ISRAEL_SHUT_FRIDAY = calendar("Asia/Jerusalem", sun_thu="09:00-18:00")
RIYADH = calendar("Asia/Riyadh", sun_thu="08:00-17:00")
IRAN = calendar("Asia/Tehran", sat_wed="08:00-16:00", thu="08:00-12:00")
IRAN_SHUT_THURSDAY = calendar("Asia/Tehran", sat_wed="08:00-16:00")
GERMANY = calendar("Europe/Berlin", {"2009-05-01": ""}, mon_fri="08:00-17:00")
NIGHT = calendar("Asia/Jerusalem", mon_sun="22:00-06:00")

ADD = [
    # weekends of Friday and Saturday (F2)
    (ISRAEL, "Asia/Jerusalem", "2026-01-15 16:30", 4 * 60, "2026-01-16 11:30"),
    (ISRAEL_SHUT_FRIDAY, "Asia/Jerusalem", "2026-01-15 16:30", 4 * 60, "2026-01-18 11:30"),
    (RIYADH, "Asia/Riyadh", "2026-01-15 16:00", 2 * 60, "2026-01-18 09:00"),
    (IRAN, "Asia/Tehran", "2026-01-14 15:00", 6 * 60, "2026-01-17 09:00"),
    (IRAN_SHUT_THURSDAY, "Asia/Tehran", "2026-01-14 15:00", 6 * 60, "2026-01-17 13:00"),
    # the one ticket (G, timeline 1)
    (HELSINKI, "Europe/Helsinki", "2026-01-15 16:10", 240, "2026-01-16 12:10"),
    (HELSINKI, "Europe/Helsinki", "2026-01-16 14:00", 240, "2026-01-19 10:00"),
    (HELSINKI, "Europe/Helsinki", "2026-01-19 16:30", 240, "2026-01-20 12:30"),
    (HELSINKI, "Europe/Helsinki", "2026-01-15 16:10", 960, "2026-01-19 16:10"),
    # Matrix42, example 4: the first of May is a holiday (G, timeline 2)
    (GERMANY, "Europe/Berlin", "2009-04-30 12:00", 8 * 60, "2009-05-04 11:00"),
    (GERMANY, "Europe/Berlin", "2009-04-30 12:00", 12 * 60, "2009-05-04 15:00"),
    (GERMANY, "Europe/Berlin", "2009-04-30 12:00", 24 * 60, "2009-05-06 09:00"),
    (GERMANY, "Europe/Berlin", "2009-04-30 12:00", 48 * 60, "2009-05-08 15:00"),
    # Intercom's day of 24 office hours (F2)
    (LONDON, "Europe/London", "2026-01-16 16:55", 24 * 60, "2026-01-21 16:55"),
    # Chatwoot 13392 (G, timeline 3)
    (PLAIN, "UTC", "2026-01-16 16:30", 60, "2026-01-19 09:30"),
    (PLAIN, "UTC", "2026-01-14 07:00", 120, "2026-01-14 11:00"),
    (PLAIN, "UTC", "2026-01-14 10:00", 120, "2026-01-14 12:00"),
    # a pause over a weekend: what was left, from when it goes on (G, timeline 4)
    (PLAIN, "UTC", "2026-01-17 11:00", 70, "2026-01-19 10:10"),
    # exactly a stretch is due when it closes, not when the next one opens (F2)
    (PLAIN, "UTC", "2026-01-16 09:00", 8 * 60, "2026-01-16 17:00"),
    (PLAIN, "UTC", "2026-01-16 17:00", 1, "2026-01-19 09:01"),
]


@pytest.mark.parametrize(("hours", "zone", "start", "minutes", "due"), ADD)
def test_a_target_is_due_when_its_business_time_is_over(hours, zone, start, minutes, due) -> None:
    assert hours.add(at(start, zone), timedelta(minutes=minutes)) == at(due, zone)
    assert hours.measure(at(start, zone), at(due, zone)) == timedelta(minutes=minutes)


TICKET = {
    "created": "2026-01-15 16:10", "answered": "2026-01-16 09:30", "asked": "2026-01-16 14:00",
    "hold": "2026-01-16 15:00", "unhold": "2026-01-19 10:00", "solved": "2026-01-19 11:15",
    "reopened": "2026-01-19 16:30", "solved again": "2026-01-20 09:20",
}  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("created", "answered", 80),  # A1, first response
        ("created", "solved", 665),  # A11, first resolution
        ("created", "solved again", 1030),  # A11, full resolution
        ("answered", "asked", 270),  # A19, agent wait
        ("asked", "hold", 60),
        ("hold", "unhold", 180),
        ("unhold", "solved", 75),
        ("solved", "reopened", 315),
        ("reopened", "solved again", 50),  # A20, second turn
        ("asked", "solved", 315),  # A20, first turn
    ],
)
def test_the_one_ticket_is_measured(start: str, end: str, minutes: int) -> None:
    counted = HELSINKI.measure(at(TICKET[start], "Europe/Helsinki"), at(TICKET[end], "Europe/Helsinki"))

    assert counted == timedelta(minutes=minutes)


def test_a_week_of_nine_to_five_has_forty_hours() -> None:
    assert PLAIN.measure(at("2022-03-20 00:00"), at("2022-03-26 23:59")) == timedelta(seconds=144_000)


def test_outside_opening_hours_nothing_is_counted() -> None:
    assert PLAIN.measure(at("2026-01-16 18:00"), at("2026-01-19 08:00")) == timedelta()


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-26 22:00", "2026-03-27 06:00", 7),  # clocks go forward
        ("2026-10-24 22:00", "2026-10-25 06:00", 9),  # and back
        ("2026-03-26 23:00", "2026-03-27 23:00", 7),
        ("2026-01-15 22:00", "2026-01-16 06:00", 8),
    ],
)
def test_a_night_shift_is_as_long_as_the_night_really_was(start: str, end: str, hours: int) -> None:
    counted = NIGHT.measure(at(start, "Asia/Jerusalem"), at(end, "Asia/Jerusalem"))

    assert counted == timedelta(hours=hours)


def test_a_ticket_in_the_spring_night_takes_five_hours() -> None:
    start, end = at("2026-03-26 23:00", "Asia/Jerusalem"), at("2026-03-27 05:00", "Asia/Jerusalem")

    assert NIGHT.measure(start, end) == timedelta(hours=5)
    assert NIGHT.add(start, timedelta(hours=5)) == end


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Africa/Cairo", "2026-04-24", 23),
        ("Asia/Beirut", "2026-03-29", 23),
        ("Africa/Cairo", "2026-10-29", 25),
    ],
)
def test_a_day_whose_midnight_is_missing_or_late_is_whole(zone: str, day: str, hours: int) -> None:
    one_day = calendar(zone, {day: "00:00-24:00"})

    assert one_day.measure(at("2026-01-01 00:00"), at("2026-12-31 00:00")) == timedelta(hours=hours)


def test_a_time_the_clocks_leap_over_is_read_with_the_offset_before() -> None:
    """RFC 5545: 02:30 on 11 March 2007 in New York is 03:30 EDT; 01:30 on 4 November is the first of two."""
    opening = calendar("America/New_York", {"2007-03-11": "02:30-05:00", "2007-11-04": "01:30-05:00"})

    assert opening.next_opening(at("2007-03-01 00:00")) == datetime(2007, 3, 11, 7, 30, tzinfo=UTC)
    assert opening.next_opening(at("2007-04-01 00:00")) == datetime(2007, 11, 4, 5, 30, tzinfo=UTC)


def test_a_stretch_inside_the_missing_hour_is_gone_when_it_would_end_before_it_begins() -> None:
    leapt = calendar("America/New_York", {"2007-03-11": "02:30-03:15"})

    assert leapt.measure(at("2007-03-01 00:00"), at("2007-04-01 00:00")) == timedelta()


@pytest.mark.parametrize(
    ("hours", "zone", "start", "days", "due"),
    [
        (PLAIN, "UTC", "2026-01-14 10:00", 1, "2026-01-15 10:00"),
        (PLAIN, "UTC", "2026-01-16 16:55", 1, "2026-01-19 16:55"),
        (PLAIN, "UTC", "2026-01-16 16:55", 3, "2026-01-21 16:55"),
        (PLAIN, "UTC", "2026-01-17 12:00", 1, "2026-01-20 09:00"),  # it begins on Monday at nine
        (PLAIN, "UTC", "2026-01-16 20:00", 1, "2026-01-20 09:00"),
        (ISRAEL, "Asia/Jerusalem", "2026-01-15 16:30", 1, "2026-01-16 13:00"),  # Friday closes at one
        (ISRAEL, "Asia/Jerusalem", "2026-01-15 16:30", 2, "2026-01-18 16:30"),
        (IRAN_SHUT_THURSDAY, "Asia/Tehran", "2026-01-14 15:00", 3, "2026-01-19 15:00"),
        (GERMANY, "Europe/Berlin", "2009-04-30 12:00", 1, "2009-05-04 12:00"),
        (
            NIGHT,
            "Asia/Jerusalem",
            "2026-01-15 02:00",
            1,
            "2026-01-16 02:00",
        ),  # the shift of the evening before
        (NIGHT, "Asia/Jerusalem", "2026-03-26 02:30", 1, "2026-03-27 03:30"),  # an hour that is missing
    ],
)
def test_working_days_keep_the_time_of_day(hours, zone, start, days, due) -> None:
    assert hours.add_days(at(start, zone), days) == at(due, zone)


def test_working_days_before_the_first_opening_and_in_a_break_are_clamped() -> None:
    split = calendar("UTC", {"2026-01-15": "10:00-12:00 14:00-18:00"}, mon_fri="08:00-18:00")

    assert split.add_days(at("2026-01-14 08:30"), 1) == at("2026-01-15 10:00")
    assert split.add_days(at("2026-01-14 13:00"), 1) == at("2026-01-15 12:00")
