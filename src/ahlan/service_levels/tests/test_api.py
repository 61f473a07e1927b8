"""Service levels through the API."""

import pytest
from tests.makers import make_caller, make_message, make_ticket

from ahlan.events.models import Event
from ahlan.service_levels.models import Policy

pytestmark = pytest.mark.django_db
GIVEN = {
    "name": "Standard",
    "conditions": {"all": []},
    "targets": [{"priority": 2, "kind": "first_response", "amount": 240}],
}


def test_a_service_level_is_promised_changed_and_deleted(chief):
    caller = make_caller(chief)
    made = caller.say("POST", "/service-levels", GIVEN).json()
    other = caller.say("POST", "/service-levels", {**GIVEN, "name": "Other", "targets": []}).json()
    changed = caller.say("PUT", f"/service-levels/{made['id']}", {**GIVEN, "hold_counts": False})
    caller.say("POST", f"/service-levels/{other['id']}/place", {"steps": -1})
    order = [one["id"] for one in caller.get_json("/service-levels")["items"]]
    gone = caller.say("DELETE", f"/service-levels/{made['id']}")

    assert made["targets"] == [
        {"priority": 2, "kind": "first_response", "amount": 240, "unit": "business_minutes"}
    ]
    assert (changed.json()["hold_counts"], order, gone.status_code) == (False, [other["id"], made["id"]], 204)
    assert "service_level.moved" in Event.objects.filter(subject_kind="policy").values_list("kind", flat=True)


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"targets": [{"priority": 9, "kind": "first_response", "amount": 1}]},
        {"targets": [{"priority": 2, "kind": "resolution", "amount": 400, "unit": "working_days"}]},
        {"conditions": {"any": [{"facet": "x", "is": "y"}]}},
    ],
)
def test_a_service_level_that_cannot_be_kept_says_why(chief, change):
    assert make_caller(chief).say("POST", "/service-levels", {**GIVEN, **change}).status_code == 422
    assert not Policy.objects.exists()


def test_agents_read_the_promises_of_a_ticket_and_set_none(ada, chief, desk, cy):
    make_caller(chief).say("POST", "/service-levels", GIVEN)
    ticket = make_ticket(inbox=desk, customer=cy)
    make_message(ticket)
    caller = make_caller(ada)

    assert caller.get_json(f"/tickets/{ticket.pk}/deadlines")["items"] == []
    assert caller.say("GET", "/service-levels").status_code == 403
    assert caller.say("POST", "/service-levels", GIVEN).status_code == 403


def test_a_ticket_opened_has_its_deadline_told(ada, chief, desk):
    make_caller(chief).say(
        "POST",
        "/service-levels",
        {**GIVEN, "targets": [{"priority": 2, "kind": "resolution", "amount": 60, "unit": "minutes"}]},
    )
    caller = make_caller(ada)
    given = {
        "inbox": desk.pk,
        "address": {"address": "cy@else.example"},
        "subject": "Hello",
        "text": "Hi",
        "says": "note",
        "then": "open",
    }
    made = caller.say("POST", "/tickets", given).json()

    told = {one["kind"]: one for one in caller.get_json(f"/tickets/{made['number']}/deadlines")["items"]}
    deadline = told["resolution"]

    assert (deadline["state"], deadline["due_at"]) == ("running", made["due_at"])
