"""Deadlines are kept as things happen and noticed as they fall due, and are always what the log alone would tell."""

import threading
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.makers import make_agent, make_ticket

from ahlan.calendars.models import BusinessHours
from ahlan.calendars.queries import calendar_of
from ahlan.calendars.tests.makers import at
from ahlan.core.clock import now
from ahlan.events import timers
from ahlan.events.models import Event, Job
from ahlan.service_levels import clocks
from ahlan.service_levels.actions.keeping import judge_anew, notice_due
from ahlan.service_levels.actions.terms import delete_policy, save_policy
from ahlan.service_levels.clocks import Clock, Terms, replay
from ahlan.service_levels.log import Seen, told
from ahlan.service_levels.models import Deadline, Policy
from ahlan.service_levels.queries import SAME, next_notice
from ahlan.service_levels.tests.makers import make_hours, make_policy, states, targets, write
from ahlan.staff.models import Team
from ahlan.tickets.actions import answer, work
from ahlan.tickets.actions.merge import merge_tickets, unmerge_tickets
from ahlan.tickets.actions.snooze import snooze_ticket
from ahlan.tickets.actions.split import split_ticket
from ahlan.tickets.lists import counts_of, page_of, saved_view
from ahlan.tickets.models import SavedView, State, Ticket

pytestmark = pytest.mark.django_db

WEDNESDAY = at("2026-01-14 10:00")
FIRST, NEXT, RESOLUTION = "first_response", "next_response", "resolution"


def later(minutes: float) -> time_machine.travel:
    return time_machine.travel(WEDNESDAY + timedelta(minutes=minutes), tick=False)


@pytest.fixture
def hours(db):
    return make_hours()


@pytest.fixture
def policy(hours):
    return make_policy()


@pytest.fixture
def asked(policy, desk) -> Ticket:
    """A ticket opened on Wednesday at ten."""
    with later(0):
        return write(desk, message_id="<one@else.example>")


def due(ticket: Ticket, kind: str = FIRST) -> datetime | None:
    return Deadline.objects.filter(ticket=ticket, kind=kind).latest("turn").due_at


def told_of(ticket: Ticket) -> list[tuple[str, str]]:
    events = Event.objects.filter(
        subject_id=ticket.pk, kind__startswith="service_level.", subject_kind="ticket"
    )
    return [(event.kind.partition(".")[2], event.facts["deadline"]) for event in events.order_by("id")]


def test_a_mail_starts_two_clocks(asked):
    assert states(asked) == {FIRST: "running", RESOLUTION: "running"}
    assert (due(asked), due(asked, RESOLUTION)) == (at("2026-01-14 11:00"), at("2026-01-14 14:00"))


def test_without_a_policy_nothing_is_written(desk):
    assert states(write(desk)) == {}


def test_an_answer_meets_a_note_and_a_forward_do_not(asked, ada):
    with later(10):
        answer.note(asked, author=ada, text="Looking into it")
        answer.forward(asked, author=ada, text="Can you?", to=[("", "helper@else.example")])
        before = states(asked)
    with later(20):
        answer.reply(asked, author=ada, text="Here you are")

    assert before == {FIRST: "running", RESOLUTION: "running"}
    assert states(asked) == {FIRST: "met", RESOLUTION: "paused"}


def test_a_machines_word_neither_asks_nor_answers(asked, ada, desk):
    with later(5):
        answer.reply(asked, author=ada, text="Here you are")
    with later(6):
        write(desk, in_reply_to="<one@else.example>", auto_submitted="auto-replied", subject="Out of office")

    assert states(asked) == {FIRST: "met", RESOLUTION: "paused"}


def test_the_next_question_is_a_turn_of_its_own(asked, ada, desk):
    with later(5):
        answer.reply(asked, author=ada, text="Here you are")
    with later(30):
        write(desk, in_reply_to="<one@else.example>")

    assert states(asked) == {FIRST: "met", RESOLUTION: "running", NEXT: "running"}
    assert due(asked, NEXT) == at("2026-01-14 11:30")


def test_an_answer_taken_back_lets_the_clock_run(asked, ada):
    with later(5):
        said = answer.reply(asked, author=ada, text="Here you are")
        answer.unsend(said, agent=ada)

    assert states(asked) == {FIRST: "running", RESOLUTION: "running"}
    assert due(asked) == at("2026-01-14 11:00")


def test_it_warns_and_breaches_once_and_says_so_on_the_ticket(asked):
    with later(47):
        assert notice_due() == 0
    with later(49):
        assert notice_due() == 1
        assert notice_due() == 0
    with later(75):
        assert notice_due() == 1

    row = Deadline.objects.get(ticket=asked, kind=FIRST)
    assert told_of(asked) == [("warned", FIRST), ("breached", FIRST)]
    assert (row.warned_at, row.breached_at) == (at("2026-01-14 10:48"), at("2026-01-14 11:00"))
    event = Event.objects.get(kind="service_level.breached")
    assert event.facts == {
        "deadline": FIRST, "turn": 0, "policy": row.policy_id, "due_at": "2026-01-14T11:00:00+00:00",
    }  # fmt: skip
    assert event.audience == asked.audience


def test_a_verb_that_comes_before_the_look_tells_of_the_breach(asked, ada):
    with later(75):
        answer.reply(asked, author=ada, text="Late")
        assert notice_due() == 0

    assert told_of(asked) == [("breached", FIRST)]


def test_what_broke_while_nobody_looked_is_told_once(asked):
    with later(1000):
        notice_due()

    assert told_of(asked) == [("breached", FIRST), ("breached", RESOLUTION)]


def test_the_alarm_goes_off_for_the_next_deadline_only(asked, monkeypatch):
    path = "ahlan.service_levels.subscribers.notice_deadlines"
    monkeypatch.setattr(timers, "alarms", {path: timers.alarms[path]})
    with later(47):
        assert timers.ring() == 0
    with time_machine.travel(WEDNESDAY + timedelta(minutes=47, seconds=59.5), tick=False):
        assert (timers.ring(), timers.ring()) == (1, 0)

    job = Job.objects.get(name=path)
    assert (job.run_at, job.priority) == (at("2026-01-14 10:48"), 50)


def test_what_is_next_is_one_step_along_an_index(asked):
    with CaptureQueriesContext(connection) as taken:
        assert next_notice() == at("2026-01-14 10:48")

    sql = taken[0]["sql"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
        assert "deadline_notice" in str(cursor.fetchall())


def test_priority_and_conditions_choose_the_terms(hours, desk):
    urgent = {"all": [{"facet": "priority", "is": "at_least", "value": ["4"]}]}
    make_policy()
    first = make_policy(name="Urgent", conditions=urgent, targets={4: targets(15, 15, 60)})
    Policy.objects.filter(pk=first.pk).update(order=0)
    with later(0):
        ticket = write(desk)
    with later(5):
        work.set_priority(ticket, 4, actor="system")

    assert due(ticket) == at("2026-01-14 10:15")
    assert set(Deadline.objects.values_list("policy__name", flat=True)) == {"Urgent"}


def test_a_policy_that_comes_later_reads_the_log_and_judges_nothing_that_is_over(hours, desk, ada):
    with later(0):
        ticket = write(desk)
    with later(100):
        answer.reply(ticket, author=ada, text="Here you are", then=State.OPEN)
    policy = make_policy()
    before = states(ticket)
    with later(120):
        answer.note(ticket, author=ada, text="Let me see")

    assert before == {}
    assert states(ticket) == {FIRST: "na", RESOLUTION: "running"}
    row = Deadline.objects.get(kind=RESOLUTION)
    assert (row.due_at, row.policy) == (at("2026-01-14 14:00"), policy)


def test_a_ticket_without_a_log_began_with_a_question(policy, ada):
    with later(0):
        ticket = make_ticket()
    with later(30):
        work.assign_ticket(ticket, ada, actor="system")

    assert due(ticket) == at("2026-01-14 11:00")


def test_a_changed_policy_holds_with_the_next_event_and_a_deleted_one_no_more(asked, policy, ada):
    save_policy(
        policy, name="Slower", conditions=policy.conditions, targets={2: targets(120)}, actor="system"
    )
    unchanged = due(asked)
    with later(5):
        answer.note(asked, author=ada, text="Let me see")
    changed = due(asked)
    delete_policy(policy, actor="system")
    kept = states(asked)
    with later(6):
        answer.note(asked, author=ada, text="Let me see")

    assert (unchanged, changed) == (at("2026-01-14 11:00"), at("2026-01-14 12:00"))
    assert (kept[FIRST], states(asked)[FIRST]) == ("running", "na")


def test_a_transfer_counts_by_the_other_teams_hours(asked):
    night = make_hours("Night", sun="18:00-23:00", mon_sat="18:00-23:00")
    team = Team.objects.create(name="Owls", hours=night)
    with later(30):
        work.transfer_ticket(asked, team, actor="system")

    assert due(asked) == at("2026-01-14 18:30")


def test_spam_promises_nothing(asked):
    with later(5):
        work.mark_spam(asked, actor="system")
    gone = states(asked)
    with later(100):
        notice_due()
        work.restore_ticket(asked, actor="system")

    assert set(gone.values()) == {"na"}
    assert states(asked) == {FIRST: "breached", RESOLUTION: "running"}


def test_a_merged_ticket_is_not_judged_and_the_other_ones_clocks_go_on(asked, desk):
    with later(5):
        other = write(desk, message_id="<other@else.example>")
    due_before = due(other)
    with later(10):
        merge = merge_tickets(asked, other, actor="system")
    with later(100):
        notice_due()
        merged = (set(states(asked).values()), states(other)[FIRST], due(other))
        unmerge_tickets(merge, actor="system")

    assert merged == ({"na"}, "breached", due_before)
    assert states(asked) == {FIRST: "breached", RESOLUTION: "running"}
    rows, calendar = (
        Deadline.objects.filter(ticket=asked).order_by("kind"),
        calendar_of(BusinessHours.objects.get()),
    )
    events = Event.objects.filter(subject_kind="ticket", subject_id=asked.pk).order_by("id")
    terms = Policy.objects.get().terms(2)
    with later(100):
        replayed = replay(told(events, lambda seen: calendar, lambda seen: terms))
    assert [row.state for row in rows] == [one.state.value for one in replayed]


def test_what_is_split_off_is_promised_anew_from_then_on(asked, desk):
    with later(5):
        second = write(desk, in_reply_to="<one@else.example>").messages.latest("id")
    with later(10):
        made = split_ticket(asked, [second.pk], actor="system")

    assert states(made) == {FIRST: "running", RESOLUTION: "running"}
    assert (due(asked), due(made)) == (at("2026-01-14 11:00"), at("2026-01-14 11:10"))
    with later(20):
        kept = list(Deadline.objects.filter(ticket=made).order_by("kind").values_list("kind", "due_at"))
        judge_anew(made)
    assert kept == list(Deadline.objects.filter(ticket=made).order_by("kind").values_list("kind", "due_at"))


def test_a_snooze_promises_nothing_less(asked):
    before = (states(asked), due(asked), due(asked, RESOLUTION))
    with later(5):
        snooze_ticket(asked, WEDNESDAY + timedelta(hours=30), actor="system")
    slept = (states(asked), due(asked), due(asked, RESOLUTION))
    with later(70):
        notice_due()

    assert (slept, states(asked)[FIRST]) == (before, "breached")


def test_the_house_gets_a_view_of_what_is_overdue_and_it_is_kept(asked, ada):
    view = SavedView.objects.get(name="Overdue")
    shown = []
    for minutes, act in (
        (30, notice_due),
        (75, notice_due),
        (80, lambda: answer.reply(asked, author=ada, text="Late")),
    ):
        with later(minutes):
            act()
        shown.append(
            (len(page_of(ada, saved_view(view)).items), counts_of(ada, [saved_view(view)])[view.key])
        )

    assert shown == [(0, 0), (1, 1), (0, 0)]


def test_history_is_judged_anew(asked, ada):
    Event.objects.filter(subject_id=asked.pk).update(at=WEDNESDAY - timedelta(days=1))
    with later(0):
        judge_anew(asked)

    assert states(asked) == {FIRST: "breached", RESOLUTION: "breached"}
    assert told_of(asked) == []


def test_a_closed_ticket_costs_the_same_however_many_turns_it_had(asked, ada, desk):
    def turn(n: int) -> None:
        with later(n):
            write(desk, in_reply_to="<one@else.example>")
            answer.reply(asked, author=ada, text="Here you are", then=State.OPEN)

    costs = []
    for turns in (2, 4):
        for n in range(turns):
            turn(n + turns)
        with later(30), CaptureQueriesContext(connection) as taken:
            work.close_ticket(asked, actor="system")
        costs.append(len(taken))
        with later(31):
            work.reopen_ticket(asked, actor="system")
    assert costs[0] == costs[1]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_notice_everything_once(desk):
    make_hours()
    make_policy()
    with later(0):
        tickets = [write(desk) for _n in range(12)]
    ready = threading.Barrier(2)

    def look() -> None:
        ready.wait()
        notice_due()
        connection.close()

    with later(1000):
        crew = [threading.Thread(target=look) for _n in range(2)]
        for thread in crew:
            thread.start()
        for thread in crew:
            thread.join()
        notice_due()

    assert [told_of(one) for one in tickets] == [[("breached", FIRST), ("breached", RESOLUTION)]] * 12


@pytest.mark.django_db(transaction=True)
def test_a_look_that_is_killed_leaves_nothing_half_done(asked, monkeypatch):
    from ahlan.events import subscribe

    def die(event: Event) -> None:
        raise SystemExit

    with monkeypatch.context() as patch, later(75):
        patch.setitem(subscribe._within, "service_level.breached", [die])
        with pytest.raises(SystemExit):
            notice_due()
    before = (states(asked), told_of(asked))
    with later(76):
        notice_due()

    assert before == ({FIRST: "running", RESOLUTION: "running"}, [])
    assert told_of(asked) == [("breached", FIRST)]


# Whatever is done in whatever order: the rows are what the log alone tells.


class World:
    """Two teams with hours of their own, two policies, one ticket, and a clock that goes on by itself."""

    def __init__(self, desk, ada) -> None:
        self.desk, self.ada, self.minutes = desk, ada, 0.0
        self.day = make_hours()
        self.night = make_hours("Night", "Asia/Jerusalem", sun_thu="16:00-23:00")
        self.teams = [
            None,
            Team.objects.create(name="Owls", hours=self.night),
            Team.objects.create(name="Early"),
        ]
        high = {"all": [{"facet": "priority", "is": "at_least", "value": ["3"]}]}
        days = {clocks.Kind.RESOLUTION: clocks.Target(2, clocks.Unit.WORKING_DAYS)}
        self.quick = make_policy(
            name="Quick",
            conditions=high,
            hold_counts=False,
            targets={3: targets(30, 20, 90), 4: days | targets(9, 9, 0)},
        )
        self.usual = make_policy(name="Usual", targets={2: targets(120, 90, 600), 1: targets(0, 0, 2400)})
        with later(0):
            self.ticket = write(desk, message_id="<one@else.example>")
        self.said = None

    def act(self, verb: str, choice: int, minutes: float) -> None:
        self.minutes += minutes
        self.ticket.refresh_from_db()
        with later(self.minutes):
            getattr(self, verb)(choice)

    def ask(self, choice: int) -> None:
        write(self.desk, in_reply_to="<one@else.example>")

    def drone(self, choice: int) -> None:
        write(self.desk, in_reply_to="<one@else.example>", auto_submitted="auto-replied")

    def answer(self, choice: int) -> None:
        then = [State.WAITING, State.CLOSED, State.OPEN, State.ON_HOLD][choice]
        self.said = answer.reply(self.ticket, author=self.ada, text="So", then=then)

    def unsend(self, choice: int) -> None:
        if self.said:
            answer.unsend(self.said, agent=self.ada)
            self.said = None

    def note(self, choice: int) -> None:
        answer.note(self.ticket, author=self.ada, text="Hm")

    def state(self, choice: int) -> None:
        work.set_state(self.ticket, State.values[choice], actor=self.ada.actor)

    def priority(self, choice: int) -> None:
        work.set_priority(self.ticket, choice + 1, actor=self.ada.actor)

    def transfer(self, choice: int) -> None:
        work.transfer_ticket(self.ticket, self.teams[choice % 3], actor=self.ada.actor)

    def spam(self, choice: int) -> None:
        (work.mark_spam, work.delete_ticket)[choice % 2](self.ticket, actor=self.ada.actor)

    def restore(self, choice: int) -> None:
        work.restore_ticket(self.ticket, actor=self.ada.actor)

    def look(self, choice: int) -> None:
        notice_due()

    def rows(self) -> list[dict[str, object]]:
        rows = Deadline.objects.filter(ticket=self.ticket).order_by("kind", "turn")
        return [
            {"kind": row.kind, "state": row.state, "policy": row.policy_id, "target": row.target}
            | {name: getattr(row, name) for name in SAME}
            for row in rows
        ]

    def from_the_log(self) -> list[dict[str, object]]:
        events = Event.objects.filter(subject_kind="ticket", subject_id=self.ticket.pk).order_by("id")
        held = replay(told(events, self.calendar, self.terms))
        for clock in held:
            clocks.notice(clock, now())
        held.sort(key=lambda clock: (clock.kind.value, clock.turn))
        return [self.plain(clock) for clock in held]

    def calendar(self, seen: Seen):
        return calendar_of(self.night if seen.team == self.teams[1].pk else self.day)

    def terms(self, seen: Seen) -> Terms:
        return (self.quick if seen.priority >= 3 else self.usual).terms(seen.priority)

    def plain(self, clock: Clock) -> dict[str, object]:
        told = {
            "kind": clock.kind.value,
            "state": clock.state.value,
            "policy": clock.policy,
            "target": clock.target,
        }
        return told | {name: getattr(clock, name) for name in SAME}


VERBS = st.sampled_from(
    ["ask", "ask", "drone", "answer", "answer", "unsend", "note", "state", "state", "priority", "transfer", "spam", "restore", "look"]
)  # fmt: skip
STEPS = st.lists(
    st.tuples(VERBS, st.integers(0, 3), st.one_of(st.just(0.1), st.integers(1, 240), st.integers(600, 4000))),
    max_size=14,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
@example([("answer", 0, 0.1), ("transfer", 1, 0.1), ("unsend", 0, 0.1)])
def test_rows_are_always_what_the_log_alone_tells(desk, ada, steps):
    with transaction.atomic():
        world = World(desk, ada)
        for verb, choice, minutes in steps:
            world.act(verb, choice, minutes)
            with later(world.minutes):
                notice_due()
                assert world.rows() == world.from_the_log()
        transaction.set_rollback(True)


def test_an_agent_of_another_role_is_no_customer(asked, desk):
    """An answer counts because a person of ours wrote it, whoever that is."""
    with later(5):
        answer.reply(asked, author=make_agent(role="lead"), text="Here you are")

    assert states(asked)[FIRST] == "met"
