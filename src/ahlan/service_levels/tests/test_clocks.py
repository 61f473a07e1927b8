"""What is promised, as values: the ten rules, and the worked timelines of the domain reference."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ahlan.calendars.calendar import Calendar, always
from ahlan.calendars.tests.makers import at, calendar
from ahlan.service_levels.clocks import (
    Clock,
    Happening,
    Kind,
    State,
    Target,
    Terms,
    Unit,
    What,
    left,
    notice,
    replay,
)

HELSINKI = calendar("Europe/Helsinki", mon_fri="09:00-17:00")
UTC_DESK = calendar("UTC", mon_fri="09:00-17:00")
FIRST, NEXT, RESOLUTION = Kind.FIRST_RESPONSE, Kind.NEXT_RESPONSE, Kind.RESOLUTION
A, B, C = What.ASKED, What.ANSWERED, What.CAME_BACK


def minutes(n: int, unit: Unit = Unit.BUSINESS_MINUTES) -> Target:
    return Target(n, unit)


def terms(
    first: int = 0, following: int = 0, resolution: int = 0, *, policy: int = 1, hold: bool = True
) -> Terms:
    given = {FIRST: first, NEXT: following, RESOLUTION: resolution}
    return Terms(policy, {kind: minutes(n) for kind, n in given.items() if n}, hold)


@dataclass
class Story:
    """A ticket told line by line: `story("2026-01-15 16:10", A)`; state, terms and hours stay until told otherwise."""

    zone: str = "UTC"
    calendar: Calendar = UTC_DESK
    terms: Terms | None = None
    state: str = "open"
    gone: bool = False
    told: list[Happening] = field(default_factory=list)

    def __call__(self, moment: str, what: What = What.OTHER, message: int = 0, **changes: object) -> None:
        for key, value in changes.items():
            setattr(self, key, value)
        there = at(moment, self.zone)
        self.told.append(
            Happening(
                there, what, self.state, self.calendar, self.terms, message or len(self.told) + 1, self.gone
            )
        )

    def clocks(self, until: str = "") -> list[Clock]:
        clocks = replay(self.told)
        for clock in clocks:
            notice(clock, at(until, self.zone) if until else self.told[-1].at)
        return clocks

    def one(self, kind: Kind, until: str = "") -> Clock:
        return next(clock for clock in self.clocks(until) if clock.kind == kind)

    def wall(self, moment: datetime | None) -> str:
        return f"{moment.astimezone(ZoneInfo(self.zone)):%a %H:%M}" if moment else "-"


def the_one_ticket(given: Terms) -> Story:
    """The fixture of the domain reference, part A: Thu 15 to Tue 20 January 2026."""
    story = Story("Europe/Helsinki", HELSINKI, given)
    story("2026-01-15 16:10", A)
    story("2026-01-15 16:10:05")  # the automatic reply
    story("2026-01-15 16:40")  # a note among ourselves
    story("2026-01-16 09:30", B, state="waiting")
    story("2026-01-16 14:00", A, state="open")
    story("2026-01-16 15:00", state="on_hold")
    story("2026-01-19 10:00", state="open")
    story("2026-01-19 11:15", B, state="closed")
    story("2026-01-19 16:30", C, state="open")
    story("2026-01-19 16:30", A)
    story("2026-01-20 09:20", B, state="closed")
    return story


def test_timeline_1_the_one_ticket():
    story = the_one_ticket(terms(240, 240, 960))

    first, resolution, *turns = story.clocks()

    assert (story.wall(first.due_at), story.wall(first.met_at), first.state) == (
        "Fri 12:10",
        "Fri 09:30",
        "met",
    )
    assert [(story.wall(one.due_at), story.wall(one.met_at), one.state) for one in turns] == [
        ("Mon 10:00", "Mon 11:15", "breached"), ("Tue 12:30", "Tue 09:20", "met"),
    ]  # fmt: skip
    assert HELSINKI.measure(turns[0].breached_at, turns[0].met_at) == timedelta(minutes=75)
    assert (resolution.state, resolution.counted) == (State.MET, timedelta(minutes=445))
    assert resolution.counted_plain == timedelta(minutes=6205)


@pytest.mark.parametrize(("hold", "counted", "plain"), [(True, 445, 6205), (False, 265, 2185)])
def test_requester_wait_and_agent_work_are_those_of_the_reference(hold, counted, plain):
    clock = the_one_ticket(terms(resolution=960, hold=hold)).one(RESOLUTION)

    assert (clock.counted, clock.counted_plain) == (timedelta(minutes=counted), timedelta(minutes=plain))


@pytest.mark.parametrize(
    ("hours", "due"), [(8, "Mon 11:00"), (12, "Mon 15:00"), (24, "Wed 09:00"), (48, "Fri 15:00")]
)
def test_timeline_2_a_holiday_and_a_weekend(hours, due):
    desk = calendar("Europe/Berlin", {"2009-05-01": ""}, mon_fri="08:00-17:00")
    story = Story("Europe/Berlin", desk, terms(resolution=hours * 60))

    story("2009-04-30 12:00", A)

    assert story.wall(story.one(RESOLUTION).due_at) == due


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [("2026-01-16 16:30", 1, "Mon 09:30"), ("2026-01-14 07:00", 2, "Wed 11:00"), ("2026-01-14 10:00", 2, "Wed 12:00")],
)  # fmt: skip
def test_timeline_3_outside_and_inside_hours(start, hours, due):
    story = Story(terms=terms(hours * 60))

    story(start, A)

    assert story.wall(story.one(FIRST).due_at) == due


def test_timeline_4_a_pause_over_a_weekend():
    story = Story(terms=terms(resolution=130))
    story("2026-01-16 10:00", A)
    story("2026-01-16 11:00", state="waiting")
    paused = story.one(RESOLUTION)

    story("2026-01-17 11:00", A, state="open")

    assert (paused.state, paused.due_at, left(paused, at("2026-01-16 12:00"))) == (
        "paused",
        None,
        timedelta(minutes=70),
    )
    assert story.wall(story.one(RESOLUTION).due_at) == "Mon 10:10"


@pytest.mark.parametrize(
    ("zone", "days", "start", "hours", "due"),
    [
        ("Asia/Jerusalem", {"sun_thu": "09:00-18:00", "fri": "09:00-13:00"}, "2026-01-15 16:30", 4, "Fri 11:30"),
        ("Asia/Jerusalem", {"sun_thu": "09:00-18:00"}, "2026-01-15 16:30", 4, "Sun 11:30"),
        ("Asia/Riyadh", {"sun_thu": "08:00-17:00"}, "2026-01-15 16:00", 2, "Sun 09:00"),
        ("Asia/Tehran", {"sat": "08:00-16:00", "sun_wed": "08:00-16:00", "thu": "08:00-12:00"}, "2026-01-14 15:00", 6, "Sat 09:00"),
        ("Asia/Tehran", {"sat": "08:00-16:00", "sun_wed": "08:00-16:00"}, "2026-01-14 15:00", 6, "Sat 13:00"),
    ],
)  # fmt: skip
def test_any_week_is_kept(zone, days, start, hours, due):
    story = Story(zone, calendar(zone, **days), terms(hours * 60))

    story(start, A)

    assert story.wall(story.one(FIRST).due_at) == due


def test_rule_2_response_clocks_never_pause():
    story = Story(terms=terms(120))
    story("2026-01-14 10:00", A)
    for state in ("waiting", "on_hold"):
        story("2026-01-14 10:30", state=state)

    assert story.wall(story.one(FIRST).due_at) == "Wed 12:00"


def test_rules_3_and_5_waiting_and_hold_are_one_pause_when_both_pause():
    story = Story(terms=terms(resolution=120, hold=False))
    story("2026-01-14 10:00", A)
    story("2026-01-14 10:30", state="waiting")
    story("2026-01-14 11:00", state="on_hold")
    story("2026-01-14 13:00", state="open")

    assert story.wall(story.one(RESOLUTION).due_at) == "Wed 14:30"


def test_rule_3_hold_counts_unless_switched_off():
    story = Story(terms=terms(resolution=120))
    story("2026-01-14 10:00", A)
    story("2026-01-14 10:30", state="on_hold")

    assert story.one(RESOLUTION, "2026-01-14 12:01").state == State.BREACHED


def test_rule_6_a_new_priority_reads_the_target_from_the_same_start():
    story = Story(terms=terms(240, resolution=480))
    story("2026-01-14 10:00", A)
    story("2026-01-14 11:00", terms=terms(120, resolution=120))

    assert [story.wall(one.due_at) for one in story.clocks()] == ["Wed 12:00", "Wed 12:00"]


def test_rule_6_a_breach_stays_whatever_is_promised_afterwards():
    story = Story(terms=terms(60))
    story("2026-01-14 10:00", A)
    story("2026-01-14 12:00", terms=terms(480))
    clock = story.one(FIRST)

    assert (clock.state, story.wall(clock.breached_at)) == (State.BREACHED, "Wed 11:00")


def test_rules_6_and_7_a_shorter_promise_may_have_been_broken_already():
    story = Story(terms=terms(480))
    story("2026-01-14 10:00", A)
    story("2026-01-14 12:00", terms=terms(60))
    clock = story.one(FIRST)

    assert (clock.state, story.wall(clock.breached_at)) == (State.BREACHED, "Wed 11:00")


def test_rule_7_an_answer_tells_of_the_breach_before_it():
    story = Story(terms=terms(60))
    story("2026-01-14 10:00", A)
    story("2026-01-14 15:00", B)
    clock = story.one(FIRST)

    assert (clock.state, story.wall(clock.breached_at), story.wall(clock.met_at)) == (
        "breached",
        "Wed 11:00",
        "Wed 15:00",
    )
    assert not clock.waiting


def test_an_answer_at_the_very_deadline_is_in_time():
    story = Story(terms=terms(60))
    story("2026-01-14 10:00", A)
    story("2026-01-14 11:00", B)

    assert story.one(FIRST).state == State.MET


def test_rule_8_without_a_target_there_is_no_promise_but_its_start_is_known():
    story = Story()
    story("2026-01-14 10:00", A)
    before = story.one(FIRST)
    story("2026-01-14 11:00", terms=terms(120))

    assert (before.state, before.due_at) == (State.NA, None)
    assert story.wall(story.one(FIRST).due_at) == "Wed 12:00"


def test_rule_9_spam_has_no_promises_and_gets_them_back():
    story = Story(terms=terms(60, resolution=600))
    story("2026-01-14 10:00", A)
    story("2026-01-14 10:30", gone=True)
    gone = story.clocks("2026-01-14 12:00")
    story("2026-01-14 12:00", gone=False)

    assert {(one.state, one.breached_at, one.waiting) for one in gone} == {(State.NA, None, False)}
    assert [one.state for one in story.clocks()] == [State.BREACHED, State.RUNNING]
    assert story.wall(story.one(FIRST).breached_at) == "Wed 11:00"


def test_rule_9_what_was_met_or_breached_before_is_dropped_with_spam():
    story = Story(terms=terms(60, resolution=60))
    story("2026-01-14 10:00", A)
    story("2026-01-14 10:30", B, state="closed")
    story("2026-01-14 11:30", gone=True)

    assert {one.state for one in story.clocks()} == {State.NA}


def test_rule_10_it_warns_at_four_fifths():
    story = Story(terms=terms(100))
    story("2026-01-14 10:00", A)

    assert story.wall(story.one(FIRST).notice_at) == "Wed 11:20"
    assert story.one(FIRST, "2026-01-14 11:19").warned_at is None
    warned = story.one(FIRST, "2026-01-14 11:30")
    assert (story.wall(warned.warned_at), story.wall(warned.notice_at)) == ("Wed 11:20", "Wed 11:40")


def test_a_longer_promise_warns_again():
    story = Story(terms=terms(100))
    story("2026-01-14 10:00", A)
    story("2026-01-14 11:30", terms=terms(200))
    clock = story.one(FIRST)

    assert (clock.warned_at, story.wall(clock.notice_at)) == (None, "Wed 12:40")


def test_several_questions_in_a_row_are_one_turn():
    story = Story(terms=terms(60, 60))
    story("2026-01-14 10:00", A)
    story("2026-01-14 10:10", A)
    story("2026-01-14 10:20", B)
    story("2026-01-14 10:30", A, message=7)
    story("2026-01-14 10:40", A)

    turns = [(one.kind, one.turn, story.wall(one.due_at)) for one in story.clocks() if one.is_response]
    assert turns == [(FIRST, 0, "Wed 11:00"), (NEXT, 7, "Wed 11:30")]


def test_an_answer_taken_back_was_never_given():
    story = Story(terms=terms(60, 60))
    story("2026-01-14 10:00", A)
    story("2026-01-14 10:30", B, message=5)
    story("2026-01-14 10:31", A)
    story("2026-01-14 10:32", What.UNSENT, message=5)

    (clock,) = [one for one in story.clocks() if one.is_response]
    assert (clock.kind, clock.state, story.wall(clock.due_at)) == (FIRST, State.RUNNING, "Wed 11:00")


def test_a_closed_ticket_waits_for_no_answer_and_goes_on_when_opened_by_us():
    story = Story(terms=terms(60))
    story("2026-01-14 10:00", A)
    story("2026-01-14 10:30", state="closed")
    closed = story.one(FIRST, "2026-01-14 12:00")
    story("2026-01-14 10:40", state="open")

    assert (closed.state, closed.waiting) == (State.NA, False)
    assert story.wall(story.one(FIRST).due_at) == "Wed 11:00"


def test_a_customer_who_comes_back_begins_anew():
    story = Story(terms=terms(60))
    story("2026-01-14 10:00", A)
    story("2026-01-14 10:30", state="closed")
    story("2026-03-10 10:00", C, state="open")
    story("2026-03-10 10:00", A)

    assert story.wall(story.one(FIRST).due_at) == "Tue 11:00"


def test_the_resolution_clock_resumes_on_reopening_and_rests_in_between():
    story = Story(terms=terms(resolution=120))
    story("2026-01-14 10:00", A)
    story("2026-01-14 11:00", state="closed")
    closed = story.one(RESOLUTION)
    story("2026-01-15 09:00", state="open")

    assert (closed.state, closed.waiting) == (State.MET, False)
    assert story.wall(story.one(RESOLUTION).due_at) == "Thu 10:00"


def test_a_changed_policy_never_touches_a_finished_clock():
    story = Story(terms=terms(60))
    story("2026-01-14 10:00", A)
    story("2026-01-14 10:30", B)
    story("2026-01-14 12:00", terms=terms(10, policy=2))
    clock = story.one(FIRST)

    assert (clock.state, clock.policy, story.wall(clock.due_at)) == (State.MET, 1, "Wed 11:00")


def test_another_team_counts_by_its_own_hours_from_then_on():
    story = Story(terms=terms(240))
    story("2026-01-14 15:00", A)
    story("2026-01-14 16:00", calendar=always())

    assert story.wall(story.one(FIRST).due_at) == "Wed 19:00"


@pytest.mark.parametrize(("days", "due"), [(1, "Thu 16:00"), (3, "Mon 16:00")])
def test_working_days_keep_the_time_of_day(days, due):
    story = Story(terms=Terms(1, {RESOLUTION: Target(days, Unit.WORKING_DAYS)}))

    story("2026-01-14 16:00", A)

    assert story.wall(story.one(RESOLUTION).due_at) == due


def test_working_days_go_on_after_a_pause_with_what_is_left_of_their_hours():
    story = Story(terms=Terms(1, {RESOLUTION: Target(2, Unit.WORKING_DAYS)}))
    story("2026-01-14 10:00", A)  # until Friday 10:00: sixteen hours
    story("2026-01-14 17:00", state="waiting")  # seven are gone
    story("2026-01-19 09:00", state="open")

    assert story.wall(story.one(RESOLUTION).due_at) == "Tue 10:00"


def test_a_target_by_the_clock_on_the_wall_knows_no_weekend():
    story = Story(terms=Terms(1, {FIRST: minutes(180, Unit.MINUTES), RESOLUTION: minutes(600, Unit.MINUTES)}))
    story("2026-01-16 16:00", A)
    story("2026-01-16 20:00", state="waiting")
    story("2026-01-18 12:00", state="open")

    assert [story.wall(one.due_at) for one in story.clocks()] == ["Fri 19:00", "Sun 18:00"]


def test_hours_that_never_open_make_no_deadline():
    story = Story(
        calendar=calendar("UTC"),
        terms=Terms(1, {FIRST: minutes(5), RESOLUTION: Target(1, Unit.WORKING_DAYS)}),
    )
    story("2026-01-16 16:00", A)

    assert {(one.state, one.due_at, one.notice_at) for one in story.clocks("2036-01-01 00:00")} == {
        ("running", None, None)
    }
    assert left(story.one(RESOLUTION), datetime(2026, 2, 1, tzinfo=UTC)) is None


def test_what_was_overdrawn_before_a_pause_is_due_when_it_goes_on():
    story = Story(terms=terms(resolution=400))
    story("2026-01-14 10:00", A)
    story("2026-01-14 13:00", state="waiting")
    story("2026-01-14 15:00", state="open")
    story("2026-01-14 16:00", terms=terms(resolution=60))

    assert story.wall(story.one(RESOLUTION).breached_at) == "Wed 15:00"


def test_a_ticket_that_begins_closed_has_no_clock_until_it_is_opened():
    story = Story(terms=terms(60, 60, 60), state="closed")
    story("2026-01-14 10:00")
    quiet = story.clocks()
    story("2026-01-14 12:00", C, state="open")
    story("2026-01-14 12:00", A)

    assert quiet == []
    assert [(one.kind, story.wall(one.due_at)) for one in story.clocks()] == [
        (RESOLUTION, "Wed 13:00"), (FIRST, "Wed 13:00"),
    ]  # fmt: skip


def test_a_target_is_at_least_one():
    with pytest.raises(ValueError, match="at least one"):
        minutes(0)
