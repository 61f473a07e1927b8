"""Who is there: chosen, noticed when nothing moves or nobody is left, and kept as stretches of time."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.makers import make_agent, make_ticket

from ahlan.calendars.tests.makers import at
from ahlan.events import timers
from ahlan.events.models import Event, Job
from ahlan.staff.actions import change_agent
from ahlan.staff.actions.presence import (
    GONE,
    TooManyStates,
    be_heard,
    choose_presence,
    leave,
    notice_presence,
    retire_state,
    save_state,
    set_idle_minutes,
)
from ahlan.staff.models import Agent, Presence, PresenceSpan, PresenceState
from ahlan.staff.queries import next_look

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MORNING = at("2026-01-14 09:00")


def later(minutes: float) -> time_machine.travel:
    return time_machine.travel(MORNING + timedelta(minutes=minutes), tick=False)


def heard(agent: Agent, minutes: float, *, idle: float = 0) -> None:
    """A browser speaks, then whatever has fallen due is noticed."""
    with later(minutes):
        be_heard(agent, idle=timedelta(minutes=idle))


def noticed(minutes: float) -> None:
    with later(minutes):
        notice_presence()


def kinds(agent: Agent) -> list[tuple[str, float, float | None]]:
    """His spans: kind, begin and end in minutes after the morning began."""
    return [
        (one.kind, minute(one.began_at), minute(one.ended_at))
        for one in PresenceSpan.objects.filter(agent=agent).order_by("began_at", "id")
    ]


def minute(moment: Any) -> Any:
    return moment and (moment - MORNING).total_seconds() / 60


def told(agent: Agent) -> list[tuple[str, str | None, str]]:
    events = Event.objects.filter(kind="agent.presence_changed", subject_id=agent.pk).order_by("id")
    return [(one.facts["presence"], one.facts["before"], one.actor) for one in events]


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


def test_who_opens_a_browser_is_available_and_everybody_hears_of_it(ada):
    heard(ada, 0)

    event = Event.objects.get(kind="agent.presence_changed")
    assert (Agent.objects.get(pk=ada.pk).presence.kind, event.audience) == ("available", "everyone")
    assert kinds(ada) == [("available", 0, None)]
    assert told(ada) == [("available", None, ada.actor)]


def test_a_second_word_from_the_browser_changes_nothing(ada):
    heard(ada, 0)
    heard(ada, 1)

    assert kinds(ada) == [("available", 0, None)]
    assert len(told(ada)) == 1


def test_what_is_chosen_holds_and_is_recorded(ada):
    lunch = save_state(name="Lunch", kind="away", actor="system")
    heard(ada, 0)
    with later(10):
        choose_presence(ada, "busy")
    with later(30):
        choose_presence(ada, "", lunch)

    row = Presence.objects.get(agent=ada)
    assert (row.kind, row.word) == ("away", "Lunch")
    assert kinds(ada) == [("available", 0, 10), ("busy", 10, 30), ("away", 30, None)]
    assert told(ada)[1:] == [("busy", "available", ada.actor), ("away", "busy", ada.actor)]


def test_two_states_of_one_kind_are_two_spans(ada):
    lunch = save_state(name="Lunch", kind="away", actor="system")
    course = save_state(name="Course", kind="away", actor="system")
    with later(0):
        choose_presence(ada, "", lunch)
    with later(30):
        choose_presence(ada, "", course)

    assert list(PresenceSpan.objects.order_by("id").values_list("state__name", flat=True)) == [
        "Lunch",
        "Course",
    ]


def test_who_does_not_move_is_away_from_that_moment_and_back_with_the_first_move(ada):
    heard(ada, 0)
    heard(ada, 14, idle=14)
    heard(ada, 15, idle=15)
    away = Presence.objects.get(agent=ada)
    heard(ada, 40)

    assert (away.kind, away.idle, away.chosen) == ("away", True, "available")
    assert kinds(ada) == [("available", 0, 15), ("away", 15, 40), ("available", 40, None)]


def test_idleness_is_noticed_without_a_word_from_the_browser_and_dated_by_its_moment(ada):
    set_idle_minutes(1, actor="system")
    heard(ada, 0)
    noticed(0.9)
    before = kinds(ada)
    noticed(1.1)

    assert before == [("available", 0, None)]
    assert kinds(ada) == [("available", 0, 1), ("away", 1, None)]
    assert told(ada)[-1] == ("away", "available", "system")


def test_a_browser_that_went_is_offline_after_a_while(ada):
    heard(ada, 0)
    gone = GONE.total_seconds() / 60
    noticed(gone - 0.1)
    before = kinds(ada)
    noticed(gone + 0.1)

    assert before == [("available", 0, None)]
    assert kinds(ada) == [("available", 0, gone), ("offline", gone, None)]
    assert next_look() is None


def test_what_was_chosen_holds_again_when_he_comes_back(ada):
    with later(0):
        choose_presence(ada, "busy")
    noticed(10)
    heard(ada, 600)

    assert [one[0] for one in kinds(ada)] == ["busy", "offline", "busy"]


def test_idleness_leaves_who_is_busy_as_he_is(ada):
    with later(0):
        choose_presence(ada, "busy")
    heard(ada, 1, idle=500)

    assert [one[0] for one in kinds(ada)] == ["busy"]


def test_no_minutes_means_nobody_is_away_by_idleness(ada):
    set_idle_minutes(0, actor="system")
    heard(ada, 0, idle=5000)

    assert [one[0] for one in kinds(ada)] == ["available"]


def test_signing_out_is_offline_at_once_and_so_is_leaving_the_house(ada, chief):
    client = client_of(ada)
    client.post("/presence/beat/", {"idle": "0"})
    client.post("/accounts/logout/")
    be_heard(chief)
    make_agent(role="admin")
    change_agent(chief, actor="system", is_active=False)

    assert [one[0] for one in kinds(ada)] == ["available", "offline"]
    assert [one[0] for one in kinds(chief)] == ["available", "offline"]


def test_the_timer_rings_at_the_moment_and_costs_one_step_while_it_waits(ada):
    with later(0):
        be_heard(ada)
        with CaptureQueriesContext(connection) as taken:
            next_look()
        timers.ring()
        early = Job.objects.filter(name__endswith="notice_who_has_gone").count()
    with later(2.5):
        timers.ring()

    assert (len(taken), early) == (1, 0)
    assert Job.objects.filter(name__endswith="notice_who_has_gone").count() == 1


def test_states_of_the_house_are_made_changed_and_retired(ada):
    made = save_state(name="Lunch", kind="away", actor="system")
    save_state(made, name="Long lunch", kind="busy", actor="system")
    choose_presence(ada, "", made)
    retire_state(made, actor="system")

    assert list(PresenceState.objects.values_list("name", "kind", "is_active")) == [
        ("Long lunch", "busy", False)
    ]
    assert Presence.objects.get(agent=ada).kind == "busy"
    assert list(Event.objects.filter(kind__startswith="presence.").order_by("id").values_list("kind", flat=True)) == [
        "presence.state_saved", "presence.state_saved", "presence.state_retired",
    ]  # fmt: skip


def test_states_have_a_bound(monkeypatch):
    monkeypatch.setattr("ahlan.staff.actions.presence.MOST_STATES", 1)
    save_state(name="Lunch", kind="away", actor="system")

    with pytest.raises(TooManyStates):
        save_state(name="Course", kind="away", actor="system")


ACTS = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from(["heard", "idle", "busy", "available", "offline", "leave", "notice"]),
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_happens_spans_follow_one_another_without_gap_and_tell_what_holds(ada, acts):
    PresenceSpan.objects.all().delete()
    Presence.objects.all().delete()
    moment = 0.0
    for minutes, act in acts:
        moment += minutes
        with later(moment):
            notice_presence()
            if act == "heard":
                be_heard(ada)
            elif act == "idle":
                be_heard(ada, idle=timedelta(minutes=20))
            elif act == "leave":
                leave(ada)
            elif act != "notice":
                choose_presence(ada, act)

    spans = list(PresenceSpan.objects.order_by("began_at", "id"))
    row = Presence.objects.filter(agent=ada).first()
    for one, following in pairwise(spans):
        assert one.ended_at == following.began_at
        assert (one.kind, one.idle) != (following.kind, following.idle)
    assert [one.ended_at for one in spans[-1:]] == [None] * bool(spans)
    assert [one.kind for one in spans[-1:]] == ([row.kind] if row else [])


# The pages.


def test_the_menu_chooses_and_shows_what_is_chosen(ada):
    client = client_of(ada)
    lunch = save_state(name="Lunch", kind="away", actor="system")

    answer = client.post("/presence/", {"presence": f"state-{lunch.pk}"}, headers={"HX-Request": "true"})
    bad = client.post("/presence/", {"presence": "asleep"})

    assert 'value="state-1" aria-pressed="true"'.replace("1", str(lunch.pk), 1) in answer.content.decode()
    assert (bad.status_code, Presence.objects.get(agent=ada).state) == (422, lunch)


def test_dots_are_given_for_those_asked_for_with_a_word(ada, bo):
    be_heard(bo)

    page = (
        client_of(ada).get(f"/presence/?agent={bo.pk}&agent={ada.pk}&agent=x&agent=999999").content.decode()
    )

    assert f'presence--available" data-presence="{bo.pk}"' in page
    assert f'presence--offline" data-presence="{ada.pk}"' in page
    assert "Offline</span>" in page


def test_lists_of_people_show_who_is_there_under_the_same_number_of_queries(chief, desk, ada):
    client = client_of(chief)
    be_heard(ada)
    ticket = make_ticket(inbox=desk, assignee=ada)
    costs: dict[str, list[int]] = {}
    for _round in range(2):
        for place in ("/settings/people/", "/settings/teams/", f"/tickets/{ticket.pk}/", "/settings/skills/"):
            client.get(place)
            with CaptureQueriesContext(connection) as taken:
                page = client.get(place).content.decode()
            costs.setdefault(place, []).append(len(taken))
            assert place == "/settings/skills/" or f'presence--available" data-presence="{ada.pk}"' in page
        for _n in range(3):
            be_heard(make_agent(*desk.teams.all()))

    assert [one[0] for one in costs.values()] == [one[1] for one in costs.values()]


def test_settings_of_presence_are_for_those_who_may(ada, chief):
    state = save_state(name="Lunch", kind="away", actor="system")
    stranger, lead = client_of(ada), client_of(make_agent(role="lead"))

    for place in ("", "new/", f"{state.pk}/"):
        assert stranger.get(f"/settings/presence/{place}").status_code == 403
        assert lead.get(f"/settings/presence/{place}").status_code == 200
    assert stranger.post(f"/settings/presence/{state.pk}/retirement/").status_code == 403


def test_a_lead_sets_minutes_and_states(ada):
    lead = client_of(make_agent(role="lead"))

    lead.post("/settings/presence/", {"minutes": "5"})
    wrong = lead.post("/settings/presence/", {"minutes": "-1"})
    lead.post("/settings/presence/new/", {"name": "Lunch", "kind": "away"})
    twice = lead.post("/settings/presence/new/", {"name": "Lunch", "kind": "busy"})

    heard(ada, 0)
    heard(ada, 5, idle=5)
    assert (wrong.status_code, twice.status_code) == (422, 422)
    assert Presence.objects.get(agent=ada).kind == "away"
    assert list(PresenceState.objects.values_list("name", "kind")) == [("Lunch", "away")]
