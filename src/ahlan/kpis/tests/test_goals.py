"""Goals: in force from a day on, judged by intervals, told of once."""

from datetime import date

import pytest
import time_machine
from django.core import mail
from django.test import Client
from tests.makers import make_agent

from ahlan.calendars.tests.makers import at
from ahlan.events.models import Event
from ahlan.kpis import goals
from ahlan.kpis.actions.goals import BadGoal, drop_goal, look_at_goals, set_goal
from ahlan.kpis.declared import kpi_for
from ahlan.kpis.figures import read
from ahlan.kpis.models import Fact, Goal
from ahlan.kpis.reading import Filters, Period, Reading

pytestmark = pytest.mark.django_db
SECOND_OF_JANUARY = at("2026-01-02 12:00")
JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))


def make_goal(key="first_response_time", value=3600.0, since=date(2026, 1, 1), **over):
    return set_goal(key, value, since=since, actor="system", **over)


def make_facts(values, *, kind="first_response", at=SECOND_OF_JANUARY, **over):
    start = Fact.objects.count()
    Fact.objects.bulk_create(
        Fact(
            kind=kind, subject_kind="ticket", subject_id=start + n + 1, value=value,
            at=at, **over,
        )
        for n, value in enumerate(values)
    )  # fmt: skip


def client_of(agent):
    client = Client()
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_latest_goal_of_a_day_is_in_force_and_the_one_before_comes_back(desk):
    make_goal(value=7200.0)
    later = make_goal(value=3600.0, since=date(2026, 1, 15))
    make_goal(value=60.0, scope="team", scope_id=desk.teams.get().pk)

    def on(day):
        return goals.goals_on(date(2026, 1, day))["first_response_time"].value

    assert (on(14), on(15)) == (7200.0, 3600.0)
    assert goals.goals_on(date(2025, 12, 31)) == {}
    drop_goal(later, actor="system")
    assert on(20) == 7200.0


@pytest.mark.parametrize(("value", "low", "high", "verdict"), [
    (0.70, 0.62, 0.78, "unsure"), (0.60, 0.52, 0.68, "missed"), (0.90, 0.82, 0.95, "met"), (None, None, None, "nothing"),
])  # fmt: skip
def test_a_share_misses_its_goal_only_where_all_it_may_be_lies_below(value, low, high, verdict):
    goal = Goal(key="first_contact_resolution", value=0.75)

    assert goals.verdict_of(goal, Reading(value, "share", 100, "share", low, high)) == verdict


def test_what_is_better_low_is_judged_the_other_way(db):
    goal = Goal(key="first_response_time", value=3600)

    judged = [
        goals.verdict_of(goal, Reading(one, "seconds", 1, "median")) for one in (3000.0, 3600.0, 4000.0)
    ]

    assert judged == ["met", "met", "missed"]


def test_a_median_is_bounded_by_order_statistics_and_a_mean_by_student(db):
    make_facts([60 * n for n in range(1, 101)])
    kpi = kpi_for("first_response_time")

    median = goals.bounded(kpi, JANUARY, Filters(), read(kpi, JANUARY, method="median"))
    mean = goals.bounded(kpi, JANUARY, Filters(), read(kpi, JANUARY, method="mean"))

    assert (median.value, median.low, median.high) == (50.5 * 60, 40 * 60, 61 * 60)  # ranks 40 and 61 of 100
    assert mean.value == 50.5 * 60
    assert (round(mean.low), round(mean.high)) == (2685, 3375)  # 3030 ± 1.9842 · 1740.69 / 10


def test_a_goal_of_a_team_is_read_of_its_facts_alone(desk):
    team = desk.teams.get().pk
    make_facts([60] * 10, team=team)
    make_facts([9000] * 10, team=team + 1)

    whole = goals.standing(make_goal(), JANUARY)
    own = goals.standing(make_goal(scope="team", scope_id=team), JANUARY)

    assert (own.reading.n, own.verdict) == (10, "met")
    assert whole.reading.n == 20


def test_where_it_is_heading_weighs_what_is_over_and_how_it_went_lately(db):
    make_facts([9000] * 14, at=at("2025-12-22 12:00"))
    make_facts([600] * 10)  # on the second
    make_facts([4000] * 32, at=at("2026-01-14 12:00"))

    found = goals.standing_of_month(make_goal(method="mean"), date(2026, 1, 16), "UTC")

    so_far = (10 * 600 + 32 * 4000) / 42
    lately = (14 * 9000 + 10 * 600 + 32 * 4000) / 56
    assert found.reading.value == pytest.approx(so_far)
    assert found.forecast == pytest.approx(
        (so_far * 42 + lately * 32) / 74
    )  # 56 in 28 days, for 16 days to come
    assert goals.standing_of_month(make_goal(), date(2026, 1, 5), "UTC").forecast is None


@time_machine.travel("2026-01-20 05:00:00+00:00")
def test_who_sets_goals_is_told_once_of_one_that_is_missed(desk, settings):
    settings.TIME_ZONE = "UTC"
    lead = make_agent(*desk.teams.all(), role="lead", email="lead@desk.example", language="fi")
    make_agent(*desk.teams.all(), email="agent@desk.example")
    make_facts([9000] * 20)
    make_goal()

    assert (look_at_goals(), look_at_goals()) == (1, 0)

    assert [one.to for one in mail.outbox] == [[lead.email]]
    assert Event.objects.filter(kind="goal.missed").count() == 1
    make_facts([60] * 200, at=at("2026-01-19 12:00"))
    assert look_at_goals() == 0


def test_a_goal_nobody_can_have_is_refused(db):
    for key, more in (
        ("nothing", {}), ("contacts", {}), ("first_response_time", {"method": "share"}), ("first_response_time", {"scope": "team"}),
        ("first_response_time", {"scope": "moon", "scope_id": 1}), ("first_response_time", {"value": float("inf")}),
    ):  # fmt: skip
        with pytest.raises(BadGoal):
            make_goal(key, **more)


@time_machine.travel("2026-01-20 05:00:00+00:00")
def test_goals_are_set_on_their_page_and_shown_on_pulse(desk, settings):
    settings.TIME_ZONE = "UTC"
    lead = make_agent(*desk.teams.all(), role="lead", email="lead@desk.example")
    make_facts([9000] * 20, inbox=desk.pk)
    client = client_of(lead)

    given = {"key": "first_response_time", "scope": "", "value": "60", "since": "2026-01-01"}
    assert client.post("/pulse/goals/", given).status_code == 302
    assert client.post("/pulse/goals/", {**given, "value": "x"}).status_code == 422

    assert Goal.objects.get().value == 3600.0
    listed, pulse = (
        client.get("/pulse/goals/").content.decode(),
        client.get("/pulse/?days=30").content.decode(),
    )
    assert "verdict--missed" in listed and "verdict--missed" in pulse
    figure = client.get("/pulse/first_response_time/?days=30")
    assert figure.context["verdict"] == "missed" and figure.context["chart"].goal is not None
    assert "first_response_time" in client.get("/pulse/definitions/").content.decode()
    client.post(f"/pulse/goals/{Goal.objects.get().pk}/deletion/")
    assert list(Event.objects.filter(kind__startswith="goal.").order_by("id").values_list("kind", flat=True)) == [
        "goal.set", "goal.dropped",
    ]  # fmt: skip


def test_who_may_not_sees_no_goal_and_sets_none(desk, ada):
    goal = make_goal()
    client = client_of(ada)

    assert client.get("/pulse/goals/").status_code == 403
    assert client.post("/pulse/goals/", {}).status_code == 403
    assert client.post(f"/pulse/goals/{goal.pk}/deletion/").status_code == 403
