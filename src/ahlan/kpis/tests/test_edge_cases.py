"""The matrix of edge cases (domain 0.10), row by row: stories through real verbs at set times, and what each figure makes of them."""

from datetime import date

import pytest
import time_machine
from django.db import transaction
from tests.makers import make_agent, make_team

from ahlan.assistant.tests.makers import make_bot
from ahlan.calendars.tests.makers import at
from ahlan.customers import actions as people
from ahlan.events.log import record
from ahlan.kpis.actions.rebuild import differences
from ahlan.kpis.declared import kpi_for
from ahlan.kpis.figures import read
from ahlan.kpis.reading import NO_FILTERS, Filters, Period
from ahlan.service_levels.tests.makers import make_hours, write
from ahlan.tickets.actions import answer, automatic, work
from ahlan.tickets.actions.merge import merge_tickets, unmerge_tickets
from ahlan.tickets.actions.passing import escalate_ticket
from ahlan.tickets.models import Merge, Message, State

pytestmark = pytest.mark.django_db
JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))
LATE = at("2026-06-01 00:00")  # everything is ripe
MINUTE, HOUR, DAY = 60, 3600, 86_400


class House:
    """A desk with two teams, whose first one has a next tier, told of in sentences: `house.asks("14 10:00")`."""

    def __init__(self, desk):
        self.desk = desk
        self.second = make_team(desk, name="Second")
        self.first = desk.teams.exclude(pk=self.second.pk).get()
        self.first.next_team = self.second
        self.first.save()
        self.ada, self.bob = (
            make_agent(self.first, name="Ada"),
            make_agent(self.first, self.second, name="Bob"),
        )
        self.sent = 0

    def when(self, text):
        return time_machine.travel(at(f"2026-01-{text}"), tick=False)

    def asks(self, on, /, ticket=None, **over):
        self.sent += 1
        if ticket:
            over["in_reply_to"] = Message.objects.filter(ticket=ticket, direction="in").first().external_id
        with self.when(on):
            found = write(self.desk, message_id=f"<{self.sent}.story@else.example>", **over)
        if not ticket and found.team_id is None:
            with self.when(on):
                work.transfer_ticket(found, self.first, actor="system")
        return found

    def answers(self, on, ticket, who=None, *, solved=False):
        with self.when(on):
            then = State.CLOSED if solved else None
            return answer.reply(
                ticket, author=who or self.ada, text="So it is", **({"then": then} if then else {})
            )

    def does(self, on, verb, /, *given, **more):
        with self.when(on):
            return verb(*given, **more)


@pytest.fixture
def house(desk):
    return House(desk)


def figure(key, filters=NO_FILTERS, method=None):
    """(value, n) when everything is ripe."""
    with time_machine.travel(LATE, tick=False):
        found = read(kpi_for(key), JANUARY, method=method, filters=filters)
    return found.value, found.n


@pytest.fixture(autouse=True)
def _the_log_agrees(db):
    yield
    with time_machine.travel(LATE, tick=False):
        assert differences() == []


class TestFirstResponse:
    def test_it_is_never_set_anew_by_a_reopening(self, house):
        ticket = house.asks("14 10:00")
        house.answers("14 10:20", ticket, solved=True)
        house.asks("15 10:00", ticket)
        house.answers("15 12:00", ticket)

        assert figure("first_response_time") == (20 * MINUTE, 1)
        assert figure("next_response_time") == (2 * HOUR, 1)

    def test_what_waited_in_a_merged_ticket_waits_in_the_other(self, house):
        one, two = house.asks("14 10:00"), house.asks("14 11:00")
        house.does("14 11:30", merge_tickets, one, two, actor=house.ada.actor)
        house.answers("14 12:00", two)

        assert figure("first_response_time") == (2 * HOUR, 1)
        assert figure("contacts")[0] == 1

    def test_it_waits_since_it_was_said_by_the_hours_of_the_desk_too(self, house):
        make_hours(zone="UTC", mon_fri="09:00-17:00")
        one, two = house.asks("14 16:00"), house.asks("15 09:30")
        house.does("15 10:00", merge_tickets, one, two, actor=house.ada.actor)
        house.answers("15 11:00", two)

        assert figure("first_response_time") == (19 * HOUR, 1)
        assert figure("first_response_time", Filters(business=True)) == (3 * HOUR, 1)

    def test_what_is_taken_out_again_waits_there_no_more(self, house):
        one, two = house.asks("14 10:00"), house.asks("14 11:00")
        house.does("14 11:30", merge_tickets, one, two, actor=house.ada.actor)
        house.does("14 11:45", unmerge_tickets, Merge.objects.get(), actor=house.ada.actor)
        house.answers("14 12:00", two)

        assert figure("first_response_time") == (HOUR, 1)

    def test_spam_counts_for_nothing_also_afterwards_and_does_again_when_it_comes_back(self, house):
        ticket = house.asks("14 10:00")
        house.answers("14 10:20", ticket, solved=True)
        assert figure("first_response_time")[1] == 1
        house.does("20 10:00", work.mark_spam, ticket, actor=house.ada.actor)
        keys = (
            "first_response_time",
            "full_resolution_time",
            "one_touch",
            "contacts",
            "first_contact_resolution",
            "reopen_rate",
            "transfer_rate",
        )
        assert [figure(key)[1] for key in keys] == [0] * len(keys)
        house.does("21 10:00", work.restore_ticket, ticket, actor=house.ada.actor)
        assert figure("first_response_time") == (20 * MINUTE, 1)

    def test_no_machine_note_or_forwarded_word_stops_the_clock(self, house):
        ticket = house.asks("14 10:00")
        house.does("14 10:00", automatic.write_by_itself, ticket, text="We have it.", actor="system")
        house.does("14 10:05", answer.note, ticket, author=house.ada, text="Hm")
        assert figure("first_response_time") == (None, 0)
        house.answers("14 11:00", ticket)

        assert figure("first_response_time") == (HOUR, 1)

    def test_answered_while_the_desk_is_closed_is_a_true_nothing_in_business_time(self, house):
        make_hours(zone="UTC", mon_fri="09:00-17:00")
        ticket = house.asks("14 20:00")
        house.answers("14 21:00", ticket)
        waiting = house.asks("17 10:00")  # a Saturday
        house.answers("19 09:30", waiting)

        assert figure("first_response_time", Filters(business=True), method="mean") == (15 * MINUTE, 2)

    def test_waiting_for_the_customer_or_a_transfer_does_not_pause_it(self, house):
        ticket = house.asks("14 10:00")
        house.does("14 10:10", work.set_state, ticket, State.ON_HOLD, actor=house.ada.actor)
        house.does("14 10:20", work.transfer_ticket, ticket, house.second, actor=house.ada.actor)
        house.answers("14 12:00", ticket, house.bob)

        assert figure("first_response_time") == (2 * HOUR, 1)


class TestNextResponse:
    def test_several_words_in_a_row_are_one_turn_and_the_oldest_counts(self, house):
        ticket = house.asks("14 10:00")
        house.answers("14 10:10", ticket)
        house.asks("14 11:00", ticket)
        house.asks("14 11:30", ticket)
        assert figure("next_response_time") == (None, 0)
        house.answers("14 12:00", ticket)

        assert figure("next_response_time") == (HOUR, 1)

    def test_each_turn_is_one(self, house):
        ticket = house.asks("14 10:00")
        for day in (15, 16, 17):
            house.answers(f"{day} 09:00", ticket)
            house.asks(f"{day} 10:00", ticket)
        house.answers("17 10:30", ticket)

        assert figure("next_response_time")[1] == 3


class TestFirstContactResolution:
    def test_solved_once_and_nobody_came_back(self, house):
        house.answers("14 11:00", house.asks("14 10:00"), solved=True)

        assert figure("first_contact_resolution") == (1, 1)

    def test_not_solved_is_not_resolved(self, house):
        house.asks("14 10:00")

        assert figure("first_contact_resolution") == (0, 1)

    def test_a_reopening_within_the_week_is_a_repeat_and_later_is_not(self, house):
        soon, late = (
            house.asks("01 10:00", from_="A <a@else.example>"),
            house.asks("01 10:00", from_="B <b@else.example>"),
        )
        for ticket in (soon, late):
            house.answers("01 11:00", ticket, solved=True)
        house.asks("05 10:00", soon, from_="A <a@else.example>")
        house.asks("09 10:01", late, from_="B <b@else.example>")

        assert figure("first_contact_resolution") == (0.5, 2)
        assert figure("reopen_rate") == (1, 2)

    def test_another_contact_about_the_same_is_a_repeat_also_when_it_is_merged(self, house):
        one = house.asks("14 10:00")
        house.answers("14 11:00", one, solved=True)
        two = house.asks("16 10:00")
        assert figure("first_contact_resolution") == (0, 1)
        house.does("16 11:00", merge_tickets, two, one, actor=house.ada.actor)
        assert figure("first_contact_resolution") == (0, 1)
        house.does("16 12:00", unmerge_tickets, Merge.objects.get(), actor=house.ada.actor)
        house.does("16 13:00", work.mark_spam, two, actor=house.ada.actor)
        assert figure("contacts") == (1, 1)

    def test_two_customers_found_to_be_one_repeat_each_other(self, house):
        one = house.asks("14 10:00", from_="A <a@else.example>")
        house.answers("14 11:00", one, solved=True)
        two = house.asks("16 10:00", from_="A. <a2@else.example>")
        house.answers("16 11:00", two, solved=True)
        assert figure("first_contact_resolution") == (1, 2)
        house.does("17 10:00", people.merge, two.customer, one.customer, actor="system")

        assert figure("first_contact_resolution") == (0, 1)

    def test_a_transfer_is_allowed_and_the_strict_variant_forbids_it(self, house):
        ticket = house.asks("14 10:00")
        house.does("14 10:10", work.transfer_ticket, ticket, house.second, actor=house.ada.actor)
        house.answers("14 11:00", ticket, house.bob, solved=True)

        assert figure("first_contact_resolution") == (1, 1)
        assert figure("first_contact_resolution_strict") == (0, 1)

    def test_what_went_to_a_higher_tier_is_left_out_of_net(self, house):
        house.answers("14 11:00", house.asks("14 10:00", from_="A <a@else.example>"), solved=True)
        ticket = house.asks("14 10:00", from_="B <b@else.example>")
        house.does("14 10:10", escalate_ticket, ticket, "functional", agent=house.ada, reason="Too deep")

        assert figure("first_contact_resolution") == (0.5, 2)
        assert figure("first_contact_resolution_net") == (1, 1)

    def test_before_the_week_is_over_nobody_knows(self, house):
        house.answers("14 11:00", house.asks("14 10:00"), solved=True)
        with house.when("20 10:00"):
            assert read(kpi_for("first_contact_resolution"), JANUARY).value is None


class TestPassing:
    def test_a_ticket_is_escalated_once_however_often(self, house):
        ticket, other = house.asks("14 10:00"), house.asks("14 10:00")
        house.answers("14 10:05", other)
        house.does("14 10:10", escalate_ticket, ticket, "functional", agent=house.ada, reason="Deep")
        house.does("14 10:20", work.transfer_ticket, ticket, house.first, actor=house.bob.actor)
        house.does("14 10:30", escalate_ticket, ticket, "functional", agent=house.ada, reason="Deep again")

        assert figure("escalation_rate_functional") == (0.5, 2)
        assert figure("escalation_rate_hierarchic") == (0, 2)

    def test_to_a_colleague_of_the_same_tier_is_a_transfer_and_no_escalation(self, house):
        ticket = house.asks("14 10:00")
        house.does("14 10:00", work.assign_ticket, ticket, house.ada, actor=house.ada.actor)
        house.does("14 10:10", work.assign_ticket, ticket, house.bob, actor=house.ada.actor)
        house.does("14 10:20", work.transfer_ticket, ticket, house.second, actor=house.bob.actor)

        assert (figure("transfer_rate"), figure("transfers_per_contact")) == ((1, 1), (2, 1))
        assert figure("escalation_rate_functional") == (0, 1)

    def test_the_house_giving_it_out_is_no_transfer(self, house):
        ticket = house.asks("14 10:00")
        house.does("14 10:00", work.assign_ticket, ticket, house.ada, actor="system")
        house.does("14 10:10", work.assign_ticket, ticket, house.bob, actor="system")
        house.answers("14 11:00", ticket, house.bob)

        assert figure("transfer_rate") == (0, 1)


class TestResolution:
    def test_the_first_stays_and_the_full_one_goes_on(self, house):
        ticket = house.asks("14 10:00")
        house.answers("14 12:00", ticket, solved=True)
        house.asks("15 12:00", ticket)
        assert figure("full_resolution_time") == (None, 0)
        house.answers("15 14:00", ticket, solved=True)

        assert figure("first_resolution_time") == (2 * HOUR, 1)
        assert figure("full_resolution_time") == (DAY + 4 * HOUR, 1)
        assert figure("total_resolution_time") == (4 * HOUR, 1)

    def test_waiting_is_not_paused_but_counts_for_the_customer(self, house):
        ticket = house.asks("14 10:00")
        house.answers("14 11:00", ticket)
        house.does("14 11:00", work.set_state, ticket, State.WAITING, actor=house.ada.actor)
        house.asks("14 13:00", ticket)
        house.does("14 13:30", work.set_state, ticket, State.ON_HOLD, actor=house.ada.actor)
        house.does("14 14:30", work.set_state, ticket, State.OPEN, actor=house.ada.actor)
        house.answers("14 15:00", ticket, solved=True)

        got = {
            key: figure(f"{key}_time")[0]
            for key in ("full_resolution", "requester_wait", "agent_wait", "on_hold", "agent_work")
        }
        assert got == {
            "full_resolution": 5 * HOUR,
            "requester_wait": 3 * HOUR,
            "agent_wait": 2 * HOUR,
            "on_hold": HOUR,
            "agent_work": 2 * HOUR,
        }

    def test_merged_away_is_no_resolution(self, house):
        one, two = house.asks("14 10:00"), house.asks("14 11:00")
        house.does("14 11:30", merge_tickets, one, two, actor=house.ada.actor)
        house.answers("14 12:00", two, solved=True)

        assert figure("full_resolution_time") == (HOUR, 1)

    def test_what_the_bot_solves_stands_apart(self, house):
        make_bot(house.desk)
        ticket = house.asks("14 10:00")
        house.does("14 10:05", work.close_ticket, ticket, actor="bot:1")

        assert figure("full_resolution_time") == (None, 0)
        assert figure("full_resolution_time_bot") == (5 * MINUTE, 1)


class TestComingBack:
    def test_only_a_customer_comes_back(self, house):
        one, two = (
            house.asks("14 10:00", from_="A <a@else.example>"),
            house.asks("14 10:00", from_="B <b@else.example>"),
        )
        for ticket in (one, two):
            house.answers("14 11:00", ticket, solved=True)
        house.does("15 10:00", work.reopen_ticket, one, actor=house.ada.actor)
        house.asks("15 10:00", two, auto_submitted="auto-replied", from_="B <b@else.example>")

        assert figure("reopen_rate") == (0, 2)
        assert figure("reopens_per_ticket") == (0, 2)

    def test_events_for_each_ticket_stand_beside(self, house):
        ticket = house.asks("10 10:00")
        for day in (11, 12):
            house.answers(f"{day} 09:00", ticket, solved=True)
            house.asks(f"{day} 10:00", ticket)

        assert (figure("reopen_rate"), figure("reopens_per_ticket")) == ((1, 1), (2, 1))

    def test_a_merge_is_no_reopening(self, house):
        one = house.asks("14 10:00")
        house.answers("14 11:00", one, solved=True)
        two = house.asks("15 10:00")
        house.does("15 10:10", merge_tickets, two, one, actor=house.ada.actor)

        assert figure("reopens_per_ticket")[0] == 0


class TestBacklog:
    def test_it_holds_what_is_not_solved_and_what_came_back(self, house):
        one, two, three = (house.asks("14 10:00", from_=f"{n} <{n}@else.example>") for n in "abc")
        house.answers("15 10:00", one, solved=True)
        house.does("15 10:00", work.set_state, two, State.ON_HOLD, actor=house.ada.actor)
        house.does("15 10:00", work.mark_spam, three, actor=house.ada.actor)
        assert (figure("backlog")[0], figure("backlog_actionable")[0]) == (1, 0)
        house.asks("16 10:00", one, from_="a <a@else.example>")
        assert (figure("backlog")[0], figure("backlog_actionable")[0]) == (2, 1)

    def test_it_lies_with_the_team_of_now(self, house):
        ticket = house.asks("14 10:00")
        house.does("15 10:00", work.transfer_ticket, ticket, house.second, actor=house.ada.actor)

        assert figure("backlog", Filters(team=house.second.pk))[0] == 1
        assert figure("backlog", Filters(team=house.first.pk))[0] == 0

    def test_end_is_start_and_created_and_reopened_less_solved(self, house):
        tickets = [house.asks(f"{day} 10:00", from_=f"{day} <c{day}@else.example>") for day in range(10, 20)]
        for ticket in tickets[:6]:
            house.answers("21 10:00", ticket, solved=True)
        house.asks("22 10:00", tickets[0], from_="10 <c10@else.example>")

        assert figure("backlog")[0] == 0 + 10 + 1 - 6


class TestOneTouch:
    @pytest.mark.parametrize(("answers", "expected"), [(0, 0), (1, 1), (2, 0)])
    def test_exactly_one_answer_of_a_person(self, house, answers, expected):
        ticket = house.asks("14 10:00")
        house.does("14 10:00", automatic.write_by_itself, ticket, text="We have it.", actor="system")
        for n in range(answers):
            house.answers(f"14 1{n + 1}:00", ticket)
        house.does("14 15:00", work.close_ticket, ticket, actor=house.ada.actor)

        assert figure("one_touch") == (expected, 1)

    def test_a_thank_you_that_is_closed_again_keeps_it(self, house):
        ticket = house.asks("14 10:00")
        house.answers("14 11:00", ticket, solved=True)
        house.asks("14 12:00", ticket, text="Thank you!")
        house.does("14 12:10", work.close_ticket, ticket, actor=house.ada.actor)

        assert figure("one_touch") == (1, 1)


class TestSolvedShare:
    def test_solved_in_time_stayed_solved_and_was_not_denied(self, house):
        def solved(name):
            ticket = house.asks("02 10:00", from_=f"{name} <{name}@else.example>")
            house.answers("03 10:00", ticket, solved=True)
            return ticket

        solved("good")
        house.asks("04 10:00", solved("back"), from_="back <back@else.example>")
        denied, spam = solved("denied"), solved("spam")
        with house.when("05 10:00"), transaction.atomic():
            record("survey.answered", denied, actor=denied.customer.actor, settled=False)
        house.does("05 10:00", work.mark_spam, spam, actor=house.ada.actor)
        house.asks("02 10:00", from_="open <open@else.example>")

        assert figure("solved_share") == (3 / 4, 4)
        assert figure("successfully_solved") == (1 / 4, 4)

    def test_who_takes_the_denial_back_is_believed(self, house):
        ticket = house.asks("02 10:00")
        house.answers("03 10:00", ticket, solved=True)
        for settled in (False, True):
            with house.when("05 10:00"), transaction.atomic():
                record("survey.answer_changed", ticket, actor=ticket.customer.actor, settled=settled)

        assert figure("successfully_solved") == (1, 1)


class TestClocks:
    def test_an_hour_that_never_was_is_not_counted(self, desk):
        """In Jerusalem the clocks go from 02:00 to 03:00 on 27 March 2026."""
        house = House(desk)
        with time_machine.travel(at("2026-03-26 23:00", "Asia/Jerusalem"), tick=False):
            ticket = write(desk)
        with time_machine.travel(at("2026-03-27 05:00", "Asia/Jerusalem"), tick=False):
            answer.reply(ticket, author=house.ada, text="Yes")

        day = Period(date(2026, 3, 27), date(2026, 3, 28), "Asia/Jerusalem")
        assert (day.ends - day.begins).total_seconds() == 23 * HOUR
        assert read(kpi_for("first_response_time"), day).value == 5 * HOUR

    def test_friday_is_no_working_day_where_the_week_ends_so(self, desk):
        house = House(desk)
        sunday_to_thursday = dict.fromkeys(("sun", "mon", "tue", "wed", "thu"), "09:00-17:00")
        make_hours(zone="Asia/Jerusalem", **sunday_to_thursday)
        with time_machine.travel(at("2026-01-15 16:00", "Asia/Jerusalem"), tick=False):  # a Thursday
            ticket = write(desk)
        with time_machine.travel(at("2026-01-18 10:00", "Asia/Jerusalem"), tick=False):
            answer.reply(ticket, author=house.ada, text="Yes")

        assert figure("first_response_time", Filters(business=True)) == (2 * HOUR, 1)

    def test_a_day_is_that_of_the_readers_clocks(self, house):
        house.asks("14 23:30")
        there = Period(date(2026, 1, 15), date(2026, 1, 16), "Europe/Helsinki")
        here = Period(date(2026, 1, 14), date(2026, 1, 15), "UTC")
        with time_machine.travel(LATE, tick=False):
            assert [read(kpi_for("contacts"), one).n for one in (there, here)] == [1, 1]
