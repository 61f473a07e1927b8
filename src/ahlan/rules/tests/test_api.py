"""Rules, shortcuts and work on many tickets through the API."""

import pytest
from tests.makers import make_agent, make_caller, make_inbox, make_message, make_ticket

from ahlan.events.models import Event
from ahlan.rules.actions.bulk import go_on
from ahlan.rules.models import Bulk, CannedReply, Macro, Recurrence, Rule
from ahlan.tickets.models import Ticket

pytestmark = pytest.mark.django_db
HIGH = [{"act": "priority", "value": ["3"]}]


@pytest.fixture
def caller(ada):
    return make_caller(ada)


@pytest.fixture
def ticket(desk, cy):
    made = make_ticket(inbox=desk, customer=cy)
    make_message(made)
    return made


def test_a_canned_reply_is_made_used_and_deleted(caller, ticket, ada):
    made = caller.say(
        "POST",
        "/canned-replies",
        {"name": "Hours", "code": "/hours", "texts": {"": "Hello {{ customer.name }}"}},
    )
    path = f"/canned-replies/{made.json()['id']}"
    changed = caller.say("PUT", path, {"name": "Hours", "texts": {"": "We are open.", "fi": "Auki."}})
    used = caller.say("POST", f"{path}/uses", {"ticket": ticket.pk})
    gone = caller.say("DELETE", path)

    assert (made.status_code, made.json()["code"], made.json()["owner"]["id"]) == (201, "hours", ada.pk)
    assert changed.json()["texts"] == {"": "We are open.", "fi": "Auki."}
    assert (used.json()["text"], gone.status_code) == ("We are open.", 204)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"texts": {"": " "}}, 422),
        ({"texts": {"tlh": "nuqneH"}}, 422),
        ({"code": "two words"}, 422),
        ({"name": " "}, 422),
        ({"everyone": True}, 403),
        ({"team": 999}, 403),
    ],
)
def test_a_canned_reply_that_cannot_be_kept_says_why(caller, change, status):
    answer = caller.say("POST", "/canned-replies", {"name": "Hours", "texts": {"": "Open"}, **change})

    assert (answer.status_code, CannedReply.objects.count()) == (status, 0)


def test_what_is_somebodys_own_is_nobody_elses(caller, desk, chief):
    made = caller.say("POST", "/macros", {"name": "Up", "acts": HIGH}).json()
    other = make_caller(make_agent(*desk.teams.all()))

    assert other.say("GET", f"/macros/{made['id']}").status_code == 404
    assert (
        make_caller(chief).say("PUT", f"/macros/{made['id']}", {"name": "X", "acts": HIGH}).status_code == 404
    )
    assert other.get_json("/macros")["items"] == []


def test_a_macro_runs_and_is_taken_back(caller, ticket):
    made = caller.say("POST", "/macros", {"name": "Up", "acts": HIGH}).json()

    run = caller.say("POST", f"/tickets/{ticket.pk}/macro-runs", {"macro": made["id"]})
    high = Ticket.objects.get(pk=ticket.pk).priority
    back = caller.say("DELETE", f"/tickets/{ticket.pk}/macro-runs/{run.json()['id']}")
    again = caller.say("DELETE", f"/tickets/{ticket.pk}/macro-runs/{run.json()['id']}")

    assert (run.json()["not_done"], high) == ([], 3)
    assert (back.status_code, again.status_code, Ticket.objects.get(pk=ticket.pk).priority) == (204, 409, 2)


def test_a_macro_of_acts_nobody_knows_is_refused(caller):
    for acts in ([{"act": "fly"}], [{"act": "priority", "value": ["9"]}], [{"act": "priority"}], []):
        assert caller.say("POST", "/macros", {"name": "Odd", "acts": acts}).status_code == 422
    assert not Macro.objects.exists()


def test_a_template_comes_again(caller, chief, desk):
    begins = {
        "name": "Check",
        "inbox": desk.pk,
        "subject": "Check",
        "text": "How is it?",
        "tags": ["monthly"],
        "everyone": True,
    }
    boss = make_caller(chief)
    made = boss.say("POST", "/ticket-templates", begins)
    path = f"/ticket-templates/{made.json()['id']}"
    again = {
        "address": "cy@else.example",
        "rule": "FREQ=MONTHLY",
        "starts": "2027-01-31T09:00:00",
        "zone": "Europe/Helsinki",
    }

    begun = boss.say("POST", f"{path}/recurrences", again)
    never = boss.say("POST", f"{path}/recurrences", {**again, "rule": "FREQ=SECONDLY"})
    nowhere = boss.say("POST", f"{path}/recurrences", {**again, "zone": "../etc/passwd"})
    listed = boss.get_json(f"{path}/recurrences")["items"]
    refused = caller.say("POST", f"{path}/recurrences", again)
    ended = boss.say("DELETE", f"{path}/recurrences/{begun.json()['id']}")

    assert made.json()["fields"]["tags"] == ["monthly"]
    assert begun.json()["next_at"] == "2027-01-31T07:00:00Z"
    assert [one["id"] for one in listed] == [begun.json()["id"]]
    assert [one.status_code for one in (never, nowhere, refused, ended)] == [422, 422, 403, 204]
    assert not Recurrence.objects.exists()


def test_a_template_lies_in_an_inbox_one_sees(caller):
    given = {"name": "Check", "inbox": make_inbox().pk, "subject": "Check", "text": "How is it?"}

    assert caller.say("POST", "/ticket-templates", given).status_code == 422


def test_rules_are_made_switched_moved_and_deleted(chief, caller):
    boss, given = (
        make_caller(chief),
        {"name": "Late", "triggers": ["opened"], "conditions": {"all": []}, "acts": HIGH},
    )
    first = boss.say("POST", "/rules", given).json()
    second = boss.say(
        "POST",
        "/rules",
        {**given, "name": "Quiet", "triggers": [], "since": "last_message_at", "amount": 3, "unit": "days"},
    ).json()

    on = boss.say("POST", f"/rules/{first['id']}/activation").json()["is_active"]
    off = boss.say("DELETE", f"/rules/{first['id']}/activation").json()["is_active"]
    boss.say("POST", f"/rules/{second['id']}/place", {"steps": -1})
    order = [one["id"] for one in boss.get_json("/rules")["items"]]
    gone = boss.say("DELETE", f"/rules/{first['id']}")

    assert (on, off, order, gone.status_code) == (True, False, [second["id"], first["id"]], 204)
    assert caller.say("GET", "/rules").status_code == 403
    assert set(Event.objects.filter(subject_kind="rule").values_list("kind", flat=True)) == {
        "rule.saved",
        "rule.switched",
        "rule.moved",
        "rule.deleted",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"triggers": []},
        {"triggers": ["moonrise"]},
        {"since": "opened_at"},
        {"triggers": [], "since": "opened_at", "amount": 0, "unit": "days"},
        {"acts": [{"act": "fly"}]},
        {"conditions": {"all": [{"facet": "moon", "is": "full"}]}},
        {"conditions": {}},
        {"name": " "},
    ],
)
def test_a_rule_that_cannot_be_kept_says_why(chief, change):
    given = {"name": "Late", "triggers": ["opened"], "conditions": {"all": []}, "acts": HIGH, **change}

    assert make_caller(chief).say("POST", "/rules", given).status_code == 422
    assert not Rule.objects.exists()


def test_many_tickets_are_done_by_a_job(caller, ticket, desk, cy, bo):
    other, hidden = make_ticket(inbox=desk, customer=cy), make_ticket(inbox=make_inbox(), customer=cy)
    started = caller.say("POST", "/bulks", {"acts": HIGH, "tickets": [ticket.pk, other.pk, hidden.pk]}).json()
    go_on(started["id"])
    told = caller.get_json(f"/bulks/{started['id']}")

    assert (told["state"], told["total"], told["done"], told["failed"]) == ("done", 2, 2, 0)
    assert set(Ticket.objects.filter(priority=3).values_list("pk", flat=True)) == {ticket.pk, other.pk}
    assert make_caller(bo).say("GET", f"/bulks/{started['id']}").status_code == 404
    assert caller.get_json(f"/bulks/{started['id']}/failed")["items"] == []


def test_work_on_a_list_is_stopped(caller, ticket):
    started = caller.say("POST", "/bulks", {"acts": HIGH, "view": "open"}).json()
    stopped = caller.say("DELETE", f"/bulks/{started['id']}")

    assert (stopped.status_code, Bulk.objects.get().state) == (204, "stopped")
    assert [one["state"] for one in caller.get_json("/bulks")["items"]] == ["stopped"]


@pytest.mark.parametrize(
    "given",
    [
        {"acts": HIGH},
        {"acts": HIGH, "view": "moon"},
        {"acts": [], "view": "open"},
        {"acts": HIGH, "tickets": [1], "view": "open"},
    ],
)
def test_work_on_nothing_is_refused(caller, given):
    assert caller.say("POST", "/bulks", given).status_code == 422
