"""Nothing is given to somebody who is not there, nobody gets more than he can carry, nothing is given twice."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.makers import make_agent, make_inbox, make_team

from ahlan.calendars.actions import set_day
from ahlan.calendars.models import Day
from ahlan.calendars.tests.makers import at
from ahlan.events import timers
from ahlan.events.models import Event, Job
from ahlan.routing.actions.plans import TooManyPlans, delete_plan, move_plan, save_plan, set_capacity
from ahlan.routing.actions.queue import gather, give_some, take_back
from ahlan.routing.models import Given, Nudge, Plan, Waiting
from ahlan.routing.queries import next_move
from ahlan.routing.tests.makers import arrive, assigned, go, make_plan, move_queue, reasons, there
from ahlan.service_levels.clocks import Kind, Target, Unit
from ahlan.service_levels.tests.makers import make_hours, make_policy
from ahlan.staff.actions.presence import notice_presence
from ahlan.staff.actions.skills import save_skill, set_skills
from ahlan.staff.models import Agent, Presence, Role, Team
from ahlan.tickets.actions import answer, work
from ahlan.tickets.actions.passing import escalate_ticket
from ahlan.tickets.actions.work import mark_seen
from ahlan.tickets.history import sentences_of
from ahlan.tickets.models import State, Ticket

pytestmark = pytest.mark.django_db
MORNING = at("2026-01-14 09:00")


def later(minutes: float) -> time_machine.travel:
    return time_machine.travel(MORNING + timedelta(minutes=minutes), tick=False)


@pytest.fixture
def care(desk) -> Team:
    return desk.teams.get()


@pytest.fixture
def crew(care) -> list[Agent]:
    """Three of one team, all there."""
    people = [make_agent(care, name=name) for name in ("One", "Two", "Three")]
    there(*people)
    return people


def history(ticket: Ticket) -> list[str]:
    events = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")
    return [sentence for _event, sentence in sentences_of(list(events))]


def test_without_a_plan_nothing_is_kept_and_nothing_is_given(desk, crew):
    ticket = arrive(desk)
    move_queue()

    assert (assigned(ticket), Waiting.objects.count(), next_move()) == ([None], 0, None)


def test_nobody_there_means_it_waits_and_who_comes_gets_it(desk, care):
    ada = make_agent(care, name="Ada")
    make_plan()
    ticket = arrive(desk)
    move_queue()
    before = assigned(ticket)
    there(ada)
    move_queue()

    assert (before, assigned(ticket)) == ([None], ["Ada"])
    assert Waiting.objects.count() == 0


@pytest.mark.parametrize("kind", ["busy", "away", "offline"])
def test_who_is_not_available_gets_nothing(desk, care, kind):
    ada = make_agent(care, name="Ada")
    there(ada)
    go(ada, kind)
    make_plan()
    ticket = arrive(desk)
    move_queue()

    assert assigned(ticket) == [None]


def test_the_log_knows_once_that_a_ticket_waits(desk, care):
    make_plan()
    ticket = arrive(desk)
    move_queue()
    work.set_priority(ticket, 4, actor="system")
    move_queue()

    events = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")
    assert list(events.values_list("kind", flat=True)) == [
        "ticket.opened",
        "ticket.queued",
        "ticket.priority_changed",
    ]


def test_who_left_may_not_answer_or_does_not_see_the_inbox_gets_nothing(desk, care, bo):
    viewer = make_agent(care, role="viewer", name="Viewer")
    gone = make_agent(care, name="Gone")
    there(viewer, gone, bo)
    Agent.objects.filter(pk=gone.pk).update(is_active=False)
    make_plan()
    ticket = arrive(desk)
    move_queue()

    assert assigned(ticket) == [None]


def test_in_turn_each_gets_the_next(desk, crew):
    make_plan(way="turn")
    tickets = [arrive(desk) for _n in range(5)]
    move_queue()

    assert assigned(*tickets) == ["One", "Two", "Three", "One", "Two"]


def test_by_load_whoever_has_the_most_room_by_his_own_measure(desk, crew):
    set_capacity(crew[0], {"email": 2}, actor="system")
    set_capacity(None, {"email": 4}, actor="system")
    make_plan()
    first = [arrive(desk) for _n in range(3)]
    move_queue()
    more = [arrive(desk) for _n in range(4)]
    move_queue()

    assert assigned(*first) == ["One", "Two", "Three"]
    assert assigned(*more) == [
        "Two",
        "Three",
        "One",
        "Two",
    ]  # a quarter and a quarter, then a half everywhere


def test_who_is_full_gets_nothing_until_he_closes_one(desk, care):
    ada = make_agent(care, name="Ada")
    there(ada)
    set_capacity(None, {"email": 1}, actor="system")
    make_plan()
    first, second = arrive(desk), arrive(desk)
    move_queue()
    full = assigned(first, second)
    work.close_ticket(first, actor=ada.actor)
    move_queue()

    assert full == ["Ada", None]
    assert assigned(second) == ["Ada"]


def test_what_waits_for_the_customer_takes_no_room(desk, care):
    ada = make_agent(care, name="Ada")
    there(ada)
    set_capacity(None, {"email": 1}, actor="system")
    make_plan()
    first, second = arrive(desk), arrive(desk)
    move_queue()
    work.set_state(first, State.WAITING, actor=ada.actor)
    move_queue()

    assert assigned(second) == ["Ada"]


def test_by_skill_the_best_of_those_who_can(desk, crew):
    hebrew, tea = save_skill(language="he", actor="system"), save_skill(name="Tea", actor="system")
    set_skills(crew[0], {hebrew.pk: 5}, actor="system")
    set_skills(crew[1], {hebrew.pk: 3, tea.pk: 3}, actor="system")
    set_skills(crew[2], {hebrew.pk: 4, tea.pk: 4}, actor="system")
    make_plan(way="skill", needs={tea.pk: 2}, language_level=3)
    tickets = [arrive(desk, language="he"), arrive(desk, language="he"), arrive(desk, language="fi")]
    move_queue()

    assert assigned(*tickets) == ["Three", "Three", None]
    assert reasons(tickets[0])[0] | {"agent": 0, "plan": 0} == {
        "agent": 0, "before": None, "plan": 0, "language": "he", "skills": [tea.pk], "load": 1, "most": 8,
    }  # fmt: skip
    assert (
        history(tickets[0])[-1]
        == "Assigned to Three by the plan “Everybody”: speaks Hebrew, can do Tea, 1 of 8"
    )


def test_who_learns_it_gets_what_waits(desk, care):
    ada = make_agent(care, name="Ada")
    there(ada)
    hebrew = save_skill(language="he", actor="system")
    make_plan(language_level=3)
    ticket = arrive(desk, language="he")
    move_queue()
    before = assigned(ticket)
    set_skills(ada, {hebrew.pk: 3}, actor="system")
    move_queue()

    assert (before, assigned(ticket)) == ([None], ["Ada"])


def test_a_plan_hands_over_to_a_team_and_says_so(desk, crew, care):
    other = make_team(desk, name="Second line")
    make_plan(way="hand", team=other)
    ticket = arrive(desk)
    move_queue()
    ticket.refresh_from_db()

    assert (ticket.team, ticket.assignee, Waiting.objects.count()) == (other, None, 0)
    assert history(ticket)[-1] == "Handed to Second line by the plan “Everybody”"


def test_a_plan_names_one_person_and_waits_for_him(desk, crew):
    go(crew[1])
    make_plan(way="hand", agent=crew[1])
    ticket = arrive(desk)
    move_queue()
    before = assigned(ticket)
    there(crew[1])
    move_queue()

    assert (before, assigned(ticket)) == ([None], ["Two"])


def test_the_plans_team_is_asked_and_gets_the_ticket(desk, crew):
    team = make_team(desk, name="Second line")
    tess = make_agent(team, name="Tess")
    there(tess)
    make_plan(team=team)
    ticket = arrive(desk)
    move_queue()
    ticket.refresh_from_db()

    assert (ticket.team, ticket.assignee) == (team, tess)


def test_the_first_plan_that_fits_holds_and_order_can_change(desk, crew):
    urgent = {"all": [{"facet": "priority", "is": "at_least", "value": ["4"]}]}
    make_plan(name="Urgent", conditions=urgent, way="hand", agent=crew[2])
    rest = make_plan(name="Rest", way="hand", agent=crew[0])
    high, low = arrive(desk, priority=4), arrive(desk)
    move_queue()
    move_plan(rest, -1, actor="system")
    again = arrive(desk, priority=4)
    move_queue()

    assert assigned(high, low, again) == ["Three", "One", "One"]
    assert list(Plan.objects.values_list("name", flat=True)) == ["Rest", "Urgent"]


def test_what_changes_while_it_waits_goes_by_the_plan_that_fits_then(desk, care):
    ada, bob = make_agent(care, name="Ada"), make_agent(care, name="Bob")
    urgent = {"all": [{"facet": "priority", "is": "at_least", "value": ["4"]}]}
    make_plan(name="Urgent", conditions=urgent, way="hand", agent=bob)
    make_plan(name="Rest", way="hand", agent=ada)
    ticket = arrive(desk)
    move_queue()
    work.set_priority(ticket, 4, actor="system")
    there(ada, bob)
    move_queue()

    assert assigned(ticket) == ["Bob"]


def test_order_is_deadline_then_priority_then_age(desk, care):
    day = {"all": [{"facet": "language", "is": "any_of", "value": ["fi"]}]}
    soon = {n: {kind: Target(60, Unit.MINUTES) for kind in Kind} for n in (1, 2, 3, 4)}
    make_policy(conditions=day, targets=soon)
    ada = make_agent(care, name="Ada")
    set_capacity(None, {"email": 1}, actor="system")
    make_plan()
    with later(0):
        old = arrive(desk)
    with later(1):
        high = arrive(desk, priority=4)
        young = arrive(desk)
        promised = arrive(desk, language="fi")
        work.tag_ticket(promised, ["x"], actor="system")
    order = []
    with later(2):
        there(ada)
        for _n in range(4):
            move_queue()
            taken = Ticket.objects.get(assignee=ada, state=State.OPEN)
            order.append(taken.pk)
            work.close_ticket(taken, actor=ada.actor)

    assert order == [promised.pk, high.pk, old.pk, young.pk]


def test_after_a_time_others_are_asked_as_well(desk, care):
    second = make_team(desk, name="Second line")
    tess = make_agent(second, name="Tess")
    make_plan(team=care, overflow_minutes=10, overflow_team=second)
    with later(0):
        there(tess)
        ticket = arrive(desk)
        move_queue()
    Presence.objects.update(seen_at=MORNING + timedelta(hours=1), active_at=MORNING + timedelta(hours=1))
    with later(9):
        move_queue()
        early = (assigned(ticket), next_move())
    with later(10):
        timers.ring()
        move_queue()

    assert early == ([None], MORNING + timedelta(minutes=10))
    assert assigned(ticket) == ["Tess"]
    assert history(ticket)[1:] == [
        "Nobody could take the ticket so far: Second line is asked as well",
        "Assigned to Tess by the plan “Everybody”: 1 of 8",
    ]
    assert Job.objects.filter(name__endswith="move_the_queue").exists()


def test_what_somebody_never_looked_at_goes_back_when_he_has_gone(desk, crew):
    make_plan(way="turn", returns=True)
    tickets = [arrive(desk) for _n in range(3)]
    move_queue()
    untouched, read, noted = [Ticket.objects.get(pk=one.pk) for one in tickets]
    for one in (read, noted):
        work.assign_ticket(one, crew[0], actor="system", because={"plan": 1, "load": 1, "most": 8})
        Given.objects.filter(ticket=one).update(agent=crew[0])
    mark_seen(crew[0], read)
    answer.note(noted, author=crew[0], text="Mine.")
    go(crew[0])
    go(crew[1], "away")
    go(crew[2], "away")
    taken = take_back(crew[0])
    back = assigned(untouched, read, noted)
    there(crew[1])
    move_queue()

    assert (taken, back) == (1, [None, "One", "One"])
    assert assigned(untouched) == ["Two"]
    assert "One has gone without touching the ticket: it waits again" in history(untouched)


def test_without_the_setting_what_was_given_stays(desk, crew):
    make_plan(way="turn")
    ticket = arrive(desk)
    move_queue()
    go(crew[0])

    assert (take_back(crew[0]), assigned(ticket)) == (0, ["One"])


def test_a_persons_hand_always_wins_even_for_who_is_away_or_full(desk, crew, ada):
    set_capacity(None, {"email": 0}, actor="system")
    make_plan()
    ticket = arrive(desk)
    work.assign_ticket(ticket, ada, actor=crew[0].actor)
    move_queue()

    assert assigned(ticket) == ["Ada"]
    assert Waiting.objects.count() == 0


def test_what_is_taken_from_somebody_goes_to_another(desk, crew):
    make_plan()
    ticket = arrive(desk)
    move_queue()
    held = Ticket.objects.get(pk=ticket.pk)
    work.assign_ticket(held, None, actor=crew[1].actor)
    go(crew[1])
    go(crew[2])
    move_queue()
    alone = assigned(ticket)
    there(crew[2])
    move_queue()

    assert (alone, assigned(ticket)) == ([None], ["Three"])


@pytest.mark.parametrize("act", ["close", "spam", "delete", "hold"])
def test_what_needs_nobody_any_more_leaves_the_queue(desk, care, act):
    make_plan()
    ticket = arrive(desk)
    move_queue()
    waiting = Waiting.objects.count()
    {
        "close": lambda: work.close_ticket(ticket, actor="system"),
        "spam": lambda: work.mark_spam(ticket, actor="system"),
        "delete": lambda: work.delete_ticket(ticket, actor="system"),
        "hold": lambda: work.set_state(ticket, State.ON_HOLD, actor="system"),
    }[act]()

    assert (waiting, Waiting.objects.count()) == (1, 0)


def test_what_comes_back_waits_again(desk, crew):
    ticket = arrive(desk)
    work.delete_ticket(ticket, actor="system")
    make_plan()
    work.restore_ticket(ticket, actor="system")
    move_queue()

    assert assigned(ticket) == ["One"]


def test_a_first_plan_takes_in_what_nobody_has(desk, crew):
    tickets = [arrive(desk), arrive(desk), arrive(desk, state=State.WAITING)]
    make_plan()
    job = Job.objects.filter(name__endswith="gather_tickets").count()
    gather()
    move_queue()

    assert job == 1
    assert assigned(*tickets) == ["One", "Two", None]


def test_deleting_a_plan_lets_its_tickets_go_by_the_next(desk, care):
    ada = make_agent(care, name="Ada")
    first = make_plan(name="First", way="hand", agent=make_agent(care))
    make_plan(name="Second", way="hand", agent=ada)
    ticket = arrive(desk)
    move_queue()
    delete_plan(first, actor="system")
    there(ada)
    move_queue()

    assert assigned(ticket) == ["Ada"]
    assert Event.objects.filter(kind="plan.deleted").count() == 1


@pytest.mark.parametrize(
    "over",
    [
        {"way": "magic"},
        {"way": "hand"},
        {"needs": {1: 6}},
        {"language_level": 9},
        {"overflow_minutes": 0},
        {"overflow_minutes": 99999},
    ],
)
def test_a_plan_that_cannot_be_is_refused(over):
    with pytest.raises(ValueError, match=r"."):
        make_plan(**over)

    assert Plan.objects.count() == 0


def test_plans_have_a_bound(monkeypatch):
    monkeypatch.setattr("ahlan.routing.actions.plans.MOST_PLANS", 1)
    make_plan()

    with pytest.raises(TooManyPlans):
        make_plan(name="Another")


def test_changing_a_plan_keeps_whose_turn_it_is(desk, crew):
    plan = make_plan(way="turn")
    first = arrive(desk)
    move_queue()
    save_plan(plan, name="Renamed", conditions={"all": []}, way="turn", actor="system")
    second = arrive(desk)
    move_queue()

    assert assigned(first, second) == ["One", "Two"]


def test_looking_whether_the_queue_moves_costs_three_steps(desk, care):
    make_plan()
    arrive(desk)
    move_queue()

    with CaptureQueriesContext(connection) as taken:
        assert next_move() is None
    assert len(taken) <= 3


def test_a_queue_nobody_can_take_is_passed_over_whatever_its_length(desk, care):
    make_plan()
    costs = []
    for _round in range(2):
        for _n in range(5):
            arrive(desk)
        move_queue()
        with CaptureQueriesContext(connection) as taken:
            assert give_some() == 0
        costs.append(len(taken))

    assert costs[0] == costs[1]


# Hours.


@pytest.mark.parametrize(
    ("zone", "days", "moment", "works"),
    [
        ("Asia/Jerusalem", {"sun": "09:00-17:00", "mon_thu": "09:00-17:00", "fri": "09:00-13:00"}, "2026-01-16 10:30", True),
        ("Asia/Jerusalem", {"sun": "09:00-17:00", "mon_thu": "09:00-17:00", "fri": "09:00-13:00"}, "2026-01-16 11:30", False),
        ("Asia/Jerusalem", {"sun": "09:00-17:00", "mon_thu": "09:00-17:00", "fri": "09:00-13:00"}, "2026-01-18 08:00", True),
        ("Asia/Tehran", {"sat": "08:00-16:00", "sun": "08:00-16:00", "mon": "08:00-16:00", "tue": "08:00-16:00", "wed": "08:00-16:00"}, "2026-01-17 06:00", True),
        ("Asia/Tehran", {"sat": "08:00-16:00", "sun": "08:00-16:00", "mon": "08:00-16:00", "tue": "08:00-16:00", "wed": "08:00-16:00"}, "2026-01-15 06:00", False),
        ("Europe/Helsinki", {"mon_fri": "08:00-16:00"}, "2026-01-16 13:59", True),
        ("Europe/Helsinki", {"mon_fri": "08:00-16:00"}, "2026-01-17 10:00", False),
    ],
)  # fmt: skip
def test_outside_the_hours_of_his_team_nobody_gets_anything(desk, care, zone, days, moment, works):
    care.hours = make_hours(zone, zone, **days)
    care.save()
    ada = make_agent(care, name="Ada")
    make_plan()
    with time_machine.travel(at(moment), tick=False):
        there(ada)
        ticket = arrive(desk)
        move_queue()

    assert assigned(ticket) == (["Ada"] if works else [None])


def test_on_a_holiday_nobody_gets_anything_and_the_next_opening_moves_the_queue(desk, care):
    hours = make_hours("Helsinki", "Europe/Helsinki", mon_fri="08:00-16:00")
    with time_machine.travel(at("2026-01-01 10:00"), tick=False):
        set_day(hours, on=MORNING.date(), kind=Day.Kind.CLOSED, name="Fair", actor="system")
    care.hours = hours
    care.save()
    ada = make_agent(care, name="Ada")
    make_plan()
    with later(60):
        there(ada)
        ticket = arrive(desk)
        move_queue()
        before, look = assigned(ticket), next_move()
    opening = at("2026-01-15 06:00")
    Presence.objects.update(seen_at=opening, active_at=opening)
    with time_machine.travel(opening, tick=False):
        move_queue()

    assert (before, look) == ([None], opening)
    assert assigned(ticket) == ["Ada"]


def test_an_agents_own_hours_stand_before_his_teams(desk, care):
    care.hours = make_hours("Day", "UTC", mon_fri="09:00-17:00")
    care.save()
    night = make_agent(care, name="Night")
    day = make_agent(care, name="Day")
    Agent.objects.filter(pk=night.pk).update(hours=make_hours("Night", "UTC", mon_fri="20:00-23:00"))
    make_plan()
    with later(11 * 60 + 30):
        there(night, day)
        ticket = arrive(desk)
        move_queue()

    assert assigned(ticket) == ["Night"]


# Two at once.


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_give_each_ticket_once_and_nobody_too_much(desk, care):
    people = [make_agent(care, name=f"A{n}") for n in range(4)]
    with transaction.atomic():
        there(*people)
        set_capacity(None, {"email": 3}, actor="system")
        make_plan()
        tickets = [arrive(desk) for _n in range(20)]
    ready = threading.Barrier(3)

    def look() -> None:
        ready.wait()
        try:
            move_queue()
        finally:
            connection.close()

    workers = [threading.Thread(target=look) for _n in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    move_queue()

    carried = sorted(Ticket.objects.filter(assignee=one).count() for one in people)
    assert carried == [3, 3, 3, 3]
    assert sorted(len(reasons(one)) for one in tickets) == [0] * 8 + [1] * 12
    assert Waiting.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_a_look_that_is_killed_leaves_nothing_half_done(desk, care, monkeypatch):
    from ahlan.events import subscribe

    ada = make_agent(care, name="Ada")
    with transaction.atomic():
        there(ada)
        make_plan()
        ticket = arrive(desk)

    def die(event: Event) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setitem(subscribe._within, "ticket.assigned", [die])
        with pytest.raises(SystemExit):
            move_queue()
    killed = (assigned(ticket), Waiting.objects.count(), next_move() is not None)
    move_queue()

    assert killed == ([None], 1, True)
    assert (assigned(ticket), len(reasons(ticket)), Nudge.objects.count()) == (["Ada"], 1, 0)


# Whatever happens in whatever order.

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["arrive", "arrive", "come", "busy", "go", "close", "take", "hand", "reopen", "fewer", "more", "move", "move"]),
        st.integers(0, 9),
    ),
    max_size=30,
)  # fmt: skip


class Watch:
    """Looks at every assignment by a plan at the moment it is recorded."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def __call__(self, event: Event) -> None:
        if not event.facts.get("plan"):
            return
        agent = Agent.objects.select_related("presence").get(pk=event.facts["agent"])
        held = Ticket.objects.filter(assignee=agent, state=State.OPEN, removal="").count()
        if agent.presence.kind != "available":
            self.wrong.append(f"{agent} is {agent.presence.kind}")
        if held > event.facts["most"] or held != event.facts["load"]:
            self.wrong.append(f"{agent} has {held} of {event.facts['most']}")
        if event.facts["before"] is not None:
            self.wrong.append(f"#{event.subject_id} was somebody's already")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, way=st.sampled_from(["load", "turn"]))
def test_never_to_somebody_absent_never_too_much_never_twice(acts: list[Any], way: str) -> None:
    from ahlan.events import subscribe

    watch = Watch()
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(subscribe._within, "ticket.assigned", [*subscribe._within["ticket.assigned"], watch])
        inbox = make_inbox()
        team = make_team(inbox)
        people = [make_agent(team) for _n in range(3)]
        set_capacity(None, {"email": 2}, actor="system")
        make_plan(name=f"Plan {inbox.pk}", way=way)
        tickets: list[Ticket] = []
        for act, n in acts:
            person = people[n % 3]
            ticket = Ticket.objects.get(pk=tickets[n % len(tickets)].pk) if tickets else None
            if act == "arrive":
                tickets.append(arrive(inbox, priority=1 + n % 4))
            elif act == "come":
                there(person)
            elif act in ("busy", "go"):
                go(person, "busy" if act == "busy" else "offline")
            elif act in ("fewer", "more"):
                set_capacity(person, {"email": 1 if act == "fewer" else 3}, actor="system")
            elif act == "move":
                move_queue()
            elif ticket and act == "close":
                work.close_ticket(ticket, actor=person.actor)
            elif ticket and act == "reopen":
                work.reopen_ticket(ticket, actor="system")
            elif ticket and act == "take":
                work.assign_ticket(ticket, None, actor=person.actor)
            elif ticket and act == "hand":
                work.assign_ticket(ticket, person, actor=person.actor)
        there(*people)
        set_capacity(None, {"email": 100}, actor="system")
        for person in people:
            set_capacity(person, {"email": None}, actor="system")
        notice_presence()
        move_queue()
        left = Ticket.objects.filter(inbox=inbox, state=State.OPEN, assignee=None).count()
        waiting = Waiting.objects.count()
        transaction.set_rollback(True)

    assert watch.wrong == []
    assert (left, waiting) == (0, 0)  # as soon as all have room, nothing waits


def test_roles_that_lose_the_right_to_answer_get_nothing(desk, care):
    role = Role.objects.create(own_name="Reader", permissions=["tickets.view"])
    ada = make_agent(care, name="Ada")
    Agent.objects.filter(pk=ada.pk).update(role=role)
    there(ada)
    make_plan()
    ticket = arrive(desk)
    move_queue()

    assert assigned(ticket) == [None]


def test_a_team_chosen_by_a_person_stays_and_one_chosen_by_a_plan_may_change(desk, care, ada):
    first, second, third = (make_team(desk, name=name) for name in ("First", "Second", "Third"))
    plan = make_plan(team=first)
    by_plan, by_hand = arrive(desk), arrive(desk)
    move_queue()
    work.transfer_ticket(Ticket.objects.get(pk=by_hand.pk), second, actor=ada.actor)
    save_plan(plan, name="Everybody", conditions={"all": []}, way="load", team=third, actor="system")
    gather()
    move_queue()
    tess = make_agent(second, name="Tess")
    there(tess)
    move_queue()

    assert [Ticket.objects.get(pk=one.pk).team for one in (by_plan, by_hand)] == [third, second]
    assert assigned(by_plan, by_hand) == [None, "Tess"]


def test_what_is_escalated_goes_to_the_next_tier_and_is_given_there(desk, care, ada):
    experts = make_team(desk, name="Experts")
    care.next_team = experts
    care.save()
    there(ada)
    make_plan(team=care)
    ticket = arrive(desk)
    move_queue()
    tess = make_agent(experts, name="Tess")
    there(tess)
    escalate_ticket(Ticket.objects.get(pk=ticket.pk), "functional", agent=ada, reason="Too hard for me.")
    move_queue()

    assert assigned(ticket) == ["Tess"]


def test_what_frees_no_room_does_not_move_the_queue(desk, care, ada):
    make_plan()
    ticket = arrive(desk)
    move_queue()
    work.assign_ticket(ticket, ada, actor=ada.actor)
    move_queue()
    Nudge.objects.all().delete()
    answer.note(ticket, author=ada, text="Nothing new.")
    still = Nudge.objects.count()
    work.close_ticket(ticket, actor=ada.actor)

    assert (still, Nudge.objects.count()) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_a_person_and_a_worker_at_once_never_both_give_it(desk, care, ada):
    people = [make_agent(care) for _n in range(2)]
    with transaction.atomic():
        there(*people)
        make_plan()
        tickets = [arrive(desk) for _n in range(12)]
    ready = threading.Barrier(2)

    def by_hand() -> None:
        ready.wait()
        try:
            for ticket in Ticket.objects.order_by("-pk"):
                work.assign_ticket(ticket, ada, actor=people[0].actor)
        finally:
            connection.close()

    def by_plan() -> None:
        ready.wait()
        try:
            move_queue()
        finally:
            connection.close()

    both = [threading.Thread(target=one) for one in (by_hand, by_plan)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    move_queue()

    assert set(assigned(*tickets)) == {ada.name}  # whoever gave it first, the person's hand wins
    plans = [fact["before"] for one in tickets for fact in reasons(one) if fact.get("plan")]
    assert set(plans) <= {None}
