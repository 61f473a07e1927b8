"""Routing plans through the API."""

import pytest
from tests.makers import make_caller

from ahlan.events.models import Event
from ahlan.routing.models import Plan
from ahlan.staff.actions.skills import save_skill

pytestmark = pytest.mark.django_db
GIVEN = {"name": "Turns", "conditions": {"all": []}, "way": "turn"}


def test_a_plan_is_made_changed_moved_and_deleted(chief, ada, desk):
    caller, team = make_caller(chief), desk.teams.get()
    skill = save_skill(name="Refunds", actor="system")
    made = caller.say(
        "POST",
        "/routing-plans",
        {
            **GIVEN,
            "team": team.pk,
            "needs": [{"skill": skill.pk, "level": 3}],
            "overflow_minutes": 30,
            "overflow_team": team.pk,
        },
    ).json()
    other = caller.say(
        "POST", "/routing-plans", {**GIVEN, "name": "To Ada", "way": "hand", "agent": ada.pk}
    ).json()
    changed = caller.say("PUT", f"/routing-plans/{made['id']}", {**GIVEN, "returns": True}).json()
    caller.say("POST", f"/routing-plans/{other['id']}/place", {"steps": -1})
    order = [one["id"] for one in caller.get_json("/routing-plans")["items"]]
    gone = caller.say("DELETE", f"/routing-plans/{made['id']}")

    assert (made["team"]["id"], made["needs"], made["overflow_minutes"]) == (
        team.pk,
        [{"skill": skill.pk, "level": 3}],
        30,
    )
    assert (other["agent"]["id"], changed["team"], changed["returns"]) == (ada.pk, None, True)
    assert (order, gone.status_code) == ([other["id"], made["id"]], 204)
    assert set(Event.objects.filter(subject_kind="plan").values_list("kind", flat=True)) == {
        "plan.saved",
        "plan.moved",
        "plan.deleted",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"way": "hand"},
        {"team": 999},
        {"overflow_minutes": 5},
        {"needs": [{"skill": 999, "level": 3}]},
        {"conditions": {"all": [{"facet": "moon", "is": "full"}]}},
    ],
)
def test_a_plan_that_cannot_be_kept_says_why(chief, change):
    assert make_caller(chief).say("POST", "/routing-plans", {**GIVEN, **change}).status_code == 422
    assert not Plan.objects.exists()


def test_agents_set_up_no_routing(ada):
    caller = make_caller(ada)

    assert caller.say("GET", "/routing-plans").status_code == 403
    assert caller.say("POST", "/routing-plans", GIVEN).status_code == 403


def test_capacity_is_set_for_everybody_and_for_one(chief, ada):
    caller = make_caller(chief)

    everybody = caller.say("PUT", "/capacities", {"channel": "email", "tickets": 5})
    hers = caller.say("PUT", "/capacities", {"channel": "email", "tickets": 2, "agent": ada.pk})
    listed = caller.get_json("/capacities")["items"]
    wire = caller.say("PUT", "/capacities", {"channel": "pigeon", "tickets": 2})
    nothing = caller.say("PUT", "/capacities", {"channel": "email", "tickets": None})

    assert [one.status_code for one in (everybody, hers, wire, nothing)] == [204, 204, 422, 422]
    assert [(one["agent"] and one["agent"]["id"], one["tickets"]) for one in listed] == [
        (None, 5),
        (ada.pk, 2),
    ]
    assert Event.objects.filter(kind="capacity.set").count() == 2
