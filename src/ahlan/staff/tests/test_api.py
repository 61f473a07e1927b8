"""People through the API."""

import pytest
from tests.makers import make_caller

from ahlan.events.models import Event
from ahlan.staff.models import Agent, Role, Skill, Team

pytestmark = pytest.mark.django_db


def test_one_is_told_whom_the_token_acts_as(ada):
    told = make_caller(ada, "staff:read").get_json("/me")

    assert (told["name"], told["email"], told["scopes"]) == ("Ada", "ada@desk.example", ["staff:read"])
    assert told["permissions"] == ada.role.permissions
    assert [one["name"] for one in told["teams"]] == ["Care"]


def test_people_and_teams_are_listed(ada, bo, chief):
    caller = make_caller(ada)

    assert [one["name"] for one in caller.get_json("/agents")["items"]] == ["Ada", "Bo", "Chief"]
    assert [one["name"] for one in caller.get_json("/teams")["items"]] == ["Care", "Elsewhere"]
    boss = make_caller(chief)
    assert {one["key"] for one in boss.get_json("/roles")["items"]} == {"admin", "lead", "agent", "viewer"}


def test_addresses_and_skills_of_others_are_for_those_who_manage_them(ada, bo, chief):
    hers, boss = make_caller(ada), make_caller(chief)

    assert [one["email"] for one in hers.get_json("/agents")["items"]] == ["ada@desk.example", None, None]
    assert hers.get_json(f"/agents/{bo.pk}")["email"] is None
    assert boss.get_json(f"/agents/{bo.pk}")["email"] == "bo@desk.example"
    assert hers.say("GET", "/roles").status_code == 403
    assert hers.say("GET", f"/agents/{bo.pk}/skills").status_code == 403
    assert hers.say("GET", f"/agents/{ada.pk}/skills").status_code == 200


def test_somebody_is_invited_and_changed(chief, desk):
    caller, role, team = make_caller(chief), Role.objects.get(key="agent"), desk.teams.get()

    made = caller.say("POST", "/agents", {"email": "eve@desk.example", "role": role.pk, "teams": [team.pk]})
    taken = caller.say("POST", "/agents", {"email": "eve@desk.example", "role": role.pk})
    changed = caller.say(
        "PATCH", f"/agents/{made.json()['id']}", {"name": "Eve", "is_active": False, "teams": []}
    )

    assert (made.status_code, taken.status_code) == (201, 422)
    assert (changed.json()["name"], changed.json()["is_active"], changed.json()["teams"]) == (
        "Eve",
        False,
        [],
    )
    kinds = Event.objects.filter(subject_kind="agent", subject_id=made.json()["id"]).values_list(
        "kind", flat=True
    )
    assert {"agent.created", "agent.invited", "agent.changed", "agent.teams_changed"} <= set(kinds)


def test_the_last_administrator_stays(chief):
    answer = make_caller(chief).say("PATCH", f"/agents/{chief.pk}", {"is_active": False})

    assert answer.status_code == 422
    assert Agent.objects.get(pk=chief.pk).is_active


@pytest.mark.parametrize(
    ("method", "path", "given"),
    [
        ("POST", "/agents", {"email": "e@x.example", "role": 1}),
        ("POST", "/teams", {"name": "T"}),
        ("POST", "/skills", {"name": "S"}),
        ("PATCH", "/agents/1", {"name": "X"}),
    ],
)
def test_agents_manage_nobody(ada, method, path, given):
    assert make_caller(ada).say(method, path, given).status_code == 403


def test_a_team_is_made_and_changed(chief, desk, ada):
    caller = make_caller(chief)

    made = caller.say("POST", "/teams", {"name": "Billing", "inboxes": [desk.pk], "lead": ada.pk})
    same = caller.say("POST", "/teams", {"name": "Billing"})
    itself = caller.say(
        "PUT", f"/teams/{made.json()['id']}", {"name": "Billing", "next_team": made.json()["id"]}
    )
    changed = caller.say("PUT", f"/teams/{made.json()['id']}", {"name": "Money"})

    assert made.json()["lead"] == {"id": ada.pk, "name": "Ada"}
    assert (same.status_code, itself.status_code) == (422, 422)
    assert (changed.json()["name"], changed.json()["inboxes"]) == ("Money", [])
    assert Team.objects.get(name="Money").lead is None


def test_skills_are_named_and_given(chief, ada):
    caller = make_caller(chief)
    made = caller.say("POST", "/skills", {"language": "fi"}).json()

    given = caller.say("PUT", f"/agents/{ada.pk}/skills", {"levels": [{"skill": made["id"], "level": 4}]})
    unknown = caller.say("PUT", f"/agents/{ada.pk}/skills", {"levels": [{"skill": 999, "level": 4}]})
    gone = caller.say("DELETE", f"/skills/{made['id']}")

    assert [(one["skill"]["id"], one["level"]) for one in given.json()["items"]] == [(made["id"], 4)]
    assert (unknown.status_code, gone.status_code, Skill.objects.count()) == (422, 204, 0)


def test_presence_is_chosen(ada):
    caller = make_caller(ada)

    assert caller.get_json("/me/presence")["kind"] == "offline"
    assert caller.say("PUT", "/me/presence", {"kind": "busy"}).json()["kind"] == "busy"


def test_states_of_presence_are_named_and_retired(chief, ada):
    caller = make_caller(chief)
    made = caller.say("POST", "/presence-states", {"name": "Lunch", "kind": "away"})
    path = f"/presence-states/{made.json()['id']}"
    same = caller.say("POST", "/presence-states", {"name": "Lunch", "kind": "busy"})
    changed = caller.say("PUT", path, {"name": "Lunch", "kind": "busy"})
    chosen = make_caller(ada).say("PUT", "/me/presence", {"state": made.json()["id"]})
    gone = caller.say("DELETE", path)

    assert (made.status_code, same.status_code, changed.json()["kind"]) == (201, 422, "busy")
    assert (chosen.json()["kind"], chosen.json()["word"]) == ("busy", "Lunch")
    assert (gone.status_code, caller.get_json("/presence-states")["items"]) == (204, [])
    assert make_caller(ada).say("POST", "/presence-states", {"name": "X", "kind": "away"}).status_code == 403


def test_one_sets_ones_own_name_and_signatures(ada):
    caller = make_caller(ada)

    told = caller.say(
        "PATCH",
        "/me",
        {
            "signature": "Ada · care",
            "signatures": {"fi": "Ada · asiakaspalvelu", "ru": " "},
            "time_zone": "Asia/Tehran",
        },
    ).json()
    again = caller.say("PATCH", "/me", {"name": "Ada A."}).json()

    assert (told["signature"], told["signatures"], told["time_zone"]) == (
        "Ada · care",
        {"fi": "Ada · asiakaspalvelu"},
        "Asia/Tehran",
    )
    assert (again["name"], again["signature"]) == ("Ada A.", "Ada · care")
    changed = Event.objects.filter(kind="agent.changed", subject_id=ada.pk).order_by("id")
    assert [one.facts["fields"] for one in changed] == [["time_zone", "signature", "signatures"], ["name"]]


@pytest.mark.parametrize(
    "given", [{"time_zone": "Moon/Base"}, {"name": " "}, {"signatures": {"xx": "x"}}, {"role": 1}]
)
def test_what_one_cannot_set_is_refused(ada, given):
    assert make_caller(ada).say("PATCH", "/me", given).status_code == 422
    assert make_caller(ada, "staff:read").say("PATCH", "/me", {}).status_code == 403


def test_signatures_of_others_are_for_those_who_manage_people(ada, bo, chief):
    Agent.objects.filter(pk=bo.pk).update(signature="Bo", signatures={"fi": "Bo"})

    hers = make_caller(ada).get_json(f"/agents/{bo.pk}")
    boss = make_caller(chief).get_json(f"/agents/{bo.pk}")

    assert (hers["signature"], hers["signatures"]) == (None, None)
    assert (boss["signature"], boss["signatures"]) == ("Bo", {"fi": "Bo"})
