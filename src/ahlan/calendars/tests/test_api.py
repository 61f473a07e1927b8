"""Business hours through the API."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.makers import make_caller

from ahlan.calendars.models import BusinessHours
from ahlan.events.models import Event

pytestmark = pytest.mark.django_db
DAY = [{"opens": "08:00", "closes": "16:00"}]
WEEK = {"time_zone": "Europe/Helsinki", "monday": DAY, "friday": [{"opens": "22:00", "closes": "06:00"}]}


@pytest.fixture
def caller(chief):
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False):
        yield make_caller(chief)


def test_hours_are_made_and_told(caller):
    made = caller.say("POST", "/hours", {"name": "Helsinki", "week": WEEK})

    told = made.json()
    assert (made.status_code, told["is_default"], told["weeks"][0]["since"]) == (201, True, None)
    assert told["weeks"][0]["days"] == [DAY, [], [], [], [{"opens": "22:00", "closes": "06:00"}], [], []]


def test_weeks_and_days_change_from_today_on(caller):
    path = f"/hours/{caller.say('POST', '/hours', {'name': 'Helsinki', 'week': WEEK}).json()['id']}"

    week = caller.say(
        "PUT", f"{path}/week", {"time_zone": "Europe/Helsinki", "tuesday": DAY, "since": "2026-12-01"}
    )
    past = caller.say("PUT", f"{path}/week", {"time_zone": "Europe/Helsinki", "since": "2026-11-01"})
    day = caller.say(
        "PUT",
        f"{path}/days/2026-12-24",
        {"kind": "short", "stretches": [{"opens": "00:00", "closes": "12:00"}], "name": "Eve"},
    )
    none = caller.say("PUT", f"{path}/days/2026-12-23", {"kind": "hours"})
    gone = caller.say("DELETE", f"{path}/days/2026-12-24")
    again = caller.say("DELETE", f"{path}/days/2026-12-24")
    renamed = caller.say("PATCH", path, {"name": "Home"})

    assert [one["since"] for one in week.json()["weeks"]] == [None, "2026-12-01"]
    assert [(one["on"], one["kind"]) for one in day.json()["days"]] == [("2026-12-24", "short")]
    assert [one.status_code for one in (past, none, gone, again)] == [422, 422, 204, 404]
    assert (renamed.json()["name"], renamed.json()["days"]) == ("Home", [])
    assert "hours.day_removed" in Event.objects.values_list("kind", flat=True)


@pytest.mark.parametrize(
    "week",
    [
        {"time_zone": "Moon/Crater"},
        {**WEEK, "monday": DAY * 2},
        {**WEEK, "monday": [{"opens": "8", "closes": "9"}]},
        {**WEEK, "monday": [{"opens": "24:00", "closes": "09:00"}]},
        {**WEEK, "monday": [{"opens": "24:30", "closes": "09:00"}]},
    ],
)
def test_a_week_that_is_none_says_why(caller, week):
    assert caller.say("POST", "/hours", {"name": "Odd", "week": week}).status_code == 422
    assert not BusinessHours.objects.exists()


def test_the_default_hours_stay_while_others_could_be(caller):
    first = caller.say("POST", "/hours", {"name": "One", "week": WEEK}).json()
    second = caller.say("POST", "/hours", {"name": "Two", "week": WEEK}).json()

    refused = caller.say("DELETE", f"/hours/{first['id']}")
    caller.say("POST", f"/hours/{second['id']}/default")
    gone = caller.say("DELETE", f"/hours/{first['id']}")

    assert (refused.status_code, gone.status_code) == (422, 204)


def test_a_list_costs_the_same_for_more_hours(caller):
    costs = []
    for names in ("A", "BC"):
        for name in names:
            caller.say("POST", "/hours", {"name": name, "week": WEEK})
        with CaptureQueriesContext(connection) as taken:
            assert caller.say("GET", "/hours").status_code == 200
        costs.append(len(taken))

    assert costs[0] == costs[1]


def test_agents_set_no_hours(ada):
    assert make_caller(ada).say("GET", "/hours").status_code == 403
    assert make_caller(ada).say("POST", "/hours", {"name": "X", "week": WEEK}).status_code == 403


def test_public_holidays_are_kept_and_dropped(caller):
    path = f"/hours/{caller.say('POST', '/hours', {'name': 'Helsinki', 'week': WEEK}).json()['id']}"

    kept = caller.say("PUT", f"{path}/holidays", {"country": "FI", "days": {"2026-12-24": "short"}})
    told = caller.get_json(f"{path}/holidays")
    nowhere = caller.say("PUT", f"{path}/holidays", {"country": "XX"})
    odd = caller.say("PUT", f"{path}/holidays", {"country": "FI", "categories": ["moon"]})
    gone = caller.say("DELETE", f"{path}/holidays")

    days = {one["on"]: one["kind"] for one in kept.json()["days"]}
    assert days["2026-12-06"] == "closed"
    assert (told["country"], told["closes_at"]) == ("FI", "13:00")
    assert [one.status_code for one in (nowhere, odd, gone)] == [422, 422, 204]
    assert caller.say("GET", f"{path}/holidays").status_code == 404
    assert "FI" in {one["code"] for one in caller.get_json("/holiday-countries")["items"]}
