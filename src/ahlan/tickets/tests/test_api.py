"""The desk through the API: what it shows, what it does, and what stays shut."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.makers import make_agent, make_caller, make_inbox, make_message, make_ticket

from ahlan.core.clock import now
from ahlan.events.models import Event
from ahlan.staff.models import ApiToken
from ahlan.tickets.models import Attachment, Draft, Message, State, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(desk, cy):
    made = make_ticket(inbox=desk, customer=cy, subject="Refund")
    make_message(made)
    return made


@pytest.fixture
def caller(ada):
    return make_caller(ada)


def kinds(ticket):
    return list(
        Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk)
        .order_by("id")
        .values_list("kind", flat=True)
    )


def test_a_ticket_is_told_whole(caller, ticket, desk, cy):
    told = caller.get_json(f"/tickets/{ticket.pk}")

    assert told["number"] == ticket.pk
    assert (told["subject"], told["state"], told["priority"]) == ("Refund", "open", 2)
    assert told["inbox"] == {"id": desk.pk, "name": "Support"}
    assert told["customer"] == {"id": cy.pk, "name": "Cy Customer"}
    assert told["url"] == f"/tickets/{ticket.pk}/"


def test_a_list_is_read_page_by_page_while_tickets_come_in(caller, desk, cy):
    tickets = [make_ticket(inbox=desk, customer=cy) for _ in range(5)]

    first = caller.say("GET", "/tickets?limit=2")
    make_ticket(inbox=desk, customer=cy)
    second = caller.get_json(f"/tickets?limit=2&cursor={first.json()['next']}")
    third = caller.get_json(f"/tickets?limit=2&cursor={second['next']}")

    seen = [one["number"] for page in (first.json(), second, third) for one in page["items"]]
    assert seen == [one.pk for one in reversed(tickets)]
    assert third["next"] is None
    assert first["Link"].endswith('rel="next"')


@pytest.mark.parametrize("role", ["agent", "admin"])
def test_a_list_costs_the_same_for_more_tickets(desk, cy, role):
    caller = make_caller(make_agent(*desk.teams.all(), role=role))
    caller.say("GET", "/tickets")
    costs = []
    for count in (1, 2):
        for _ in range(count):
            make_ticket(inbox=desk, customer=cy)
        with CaptureQueriesContext(connection) as taken:
            assert caller.say("GET", "/tickets").status_code == 200
        costs.append(len(taken))
    assert costs[0] == costs[1]


def test_a_list_is_narrowed(caller, desk, cy, di):
    open_one = make_ticket(inbox=desk, customer=cy)
    closed = make_ticket(inbox=desk, customer=di, state=State.CLOSED)
    old = make_ticket(inbox=desk, customer=di, last_message_at=now() - timedelta(days=2))
    make_ticket(inbox=make_inbox(), customer=cy)
    yesterday = (now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def numbers(query):
        return {one["number"] for one in caller.get_json(f"/tickets?{query}")["items"]}

    assert numbers("") == {open_one.pk, closed.pk, old.pk}
    assert numbers("state=closed") == {closed.pk}
    assert numbers(f"customer={di.pk}") == {closed.pk, old.pk}
    assert numbers(f"updated_since={yesterday}") == {open_one.pk, closed.pk}
    assert numbers(f"inbox={desk.pk}&state=open") == {open_one.pk, old.pk}
    assert numbers("view=closed") == {closed.pk}


def test_another_teams_ticket_does_not_exist(bo, ticket):
    caller = make_caller(bo)

    assert caller.say("GET", f"/tickets/{ticket.pk}").status_code == 404
    assert caller.get_json("/tickets")["items"] == []
    assert caller.get_json(f"/tickets?inbox={ticket.inbox_id}&customer={ticket.customer_id}")["items"] == []
    assert caller.say("POST", f"/tickets/{ticket.pk}/closure").status_code == 404


def test_a_reply_is_said_once_and_names_the_token(caller, ticket, ada):
    answer = caller.say("POST", f"/tickets/{ticket.pk}/messages", {"kind": "reply", "text": "On its way."})

    message = Message.objects.get(direction="out")
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/tickets/{ticket.pk}/messages/{message.pk}"
    assert answer.json()["author"] == {"id": ada.pk, "name": "Ada"}
    assert kinds(ticket) == ["ticket.assigned", "ticket.state_changed", "message.queued"]
    queued = Event.objects.get(kind="message.queued")
    assert (queued.actor, queued.facts["token"]) == (ada.actor, ApiToken.objects.get().pk)


def test_a_reply_is_refused_when_others_have_spoken_since(caller, ticket):
    seen = ticket.messages.get().pk
    make_message(ticket)

    answer = caller.say(
        "POST", f"/tickets/{ticket.pk}/messages", {"kind": "reply", "text": "Hello", "seen": seen}
    )

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert not Message.objects.filter(direction="out").exists()


def test_a_reply_is_taken_back(caller, ticket, ada):
    said = caller.say("POST", f"/tickets/{ticket.pk}/messages", {"kind": "reply", "text": "Too soon"}).json()

    answer = caller.say("DELETE", f"/tickets/{ticket.pk}/messages/{said['id']}")

    assert answer.status_code == 204
    assert Draft.objects.get(agent=ada).text == "Too soon"


def test_a_ticket_is_opened_for_an_address(caller, desk, ada):
    given = {
        "inbox": desk.pk,
        "address": {"address": "noa@else.example", "name": "Noa"},
        "subject": "Hello",
        "text": "We called.",
        "says": "note",
        "assignee": ada.pk,
        "tags": ["call"],
        "priority": 3,
    }

    answer = caller.say("POST", "/tickets", given)

    made = Ticket.objects.get()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/tickets/{made.pk}"
    assert (made.assignee, made.priority, made.customer.name) == (ada, 3, "Noa")
    assert answer.json()["tags"] == ["call"]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"inbox": 999}, "inbox"),
        ({"address": {"address": "nobody"}}, "address.address"),
        ({"address": None}, "customer"),
        ({"team": 999}, "team"),
        ({"assignee": 999}, "assignee"),
        ({"colour": 1}, "colour"),
    ],
)
def test_a_ticket_that_cannot_be_opened_says_why(caller, desk, change, name):
    given = {
        "inbox": desk.pk,
        "address": {"address": "noa@else.example"},
        "subject": "Hello",
        "text": "Hi",
        **change,
    }

    answer = caller.say("POST", "/tickets", given)

    assert answer.status_code == 422
    assert [one["name"] for one in answer.json()["errors"]] == [name]
    assert not Ticket.objects.exists()


def test_a_ticket_is_moved(caller, ticket, ada, desk):
    team = desk.teams.get()
    path = f"/tickets/{ticket.pk}"
    until = (now() + timedelta(days=2)).isoformat()

    steps = [
        caller.say("PUT", f"{path}/team", {"team": team.pk, "reason": "Theirs"}),
        caller.say("PUT", f"{path}/assignment", {"agent": ada.pk}),
        caller.say("PUT", f"{path}/priority", {"priority": 4}),
        caller.say("PUT", f"{path}/tags", {"tags": ["late", "b2b"]}),
        caller.say("PUT", f"{path}/snooze", {"until": until}),
        caller.say("DELETE", f"{path}/snooze"),
        caller.say("PUT", f"{path}/state", {"state": "on_hold"}),
        caller.say("POST", f"{path}/closure"),
        caller.say("DELETE", f"{path}/closure"),
    ]

    assert [one.status_code for one in steps] == [200] * len(steps)
    told = steps[-1].json()
    assert (told["team"]["id"], told["assignee"]["id"], told["priority"], told["state"]) == (
        team.pk,
        ada.pk,
        4,
        "open",
    )
    assert told["tags"] == ["b2b", "late"]
    assert kinds(ticket) == [
        "note.written", "ticket.transferred", "ticket.assigned", "ticket.priority_changed", "ticket.tagged",
        "ticket.snoozed", "ticket.woken", "ticket.state_changed", "ticket.closed", "ticket.reopened",
    ]  # fmt: skip


def test_spam_and_the_bin_need_the_permission(caller, ticket, chief):
    refused = caller.say("POST", f"/tickets/{ticket.pk}/spam")
    done = make_caller(chief).say("POST", f"/tickets/{ticket.pk}/spam")
    back = make_caller(chief).say("DELETE", f"/tickets/{ticket.pk}/spam")

    assert (refused.status_code, done.json()["removal"], back.json()["removal"]) == (403, "spam", "")


def test_tickets_are_merged_and_taken_apart(caller, ticket, desk, cy):
    other = make_ticket(inbox=desk, customer=cy)

    merged = caller.say("POST", f"/tickets/{ticket.pk}/merge", {"into": other.pk})
    led = caller.get_json(f"/tickets/{ticket.pk}")
    listed = caller.get_json(f"/tickets/{other.pk}/merges")["items"]
    apart = caller.say("DELETE", f"/tickets/{other.pk}/merges/{merged.json()['id']}")

    assert (merged.json()["source"], merged.json()["into"]) == (ticket.pk, other.pk)
    assert led["number"] == other.pk
    assert [one["id"] for one in listed] == [merged.json()["id"]]
    assert apart.json()["number"] == ticket.pk


def test_a_ticket_is_split_and_linked(caller, ticket, desk, cy):
    second = make_message(ticket)
    third = make_ticket(inbox=desk, customer=cy)

    made = caller.say(
        "POST", f"/tickets/{ticket.pk}/split", {"messages": [second.pk], "subject": "Another need"}
    )
    linked = caller.say("POST", f"/tickets/{ticket.pk}/links", {"other": third.pk, "how": "whole"})
    links = caller.get_json(f"/tickets/{ticket.pk}/links")["items"]
    gone = caller.say("DELETE", f"/tickets/{ticket.pk}/links/{linked.json()['id']}")
    itself = caller.say("POST", f"/tickets/{ticket.pk}/links", {"other": ticket.pk, "how": "related"})

    assert made.json()["subject"] == "Another need"
    assert {(one["relation"], one["ticket"], one["is_whole"]) for one in links} == {
        ("split", made.json()["number"], False),
        ("part", third.pk, False),
    }
    assert (gone.status_code, itself.status_code) == (204, 409)


def test_a_checklist_is_kept(caller, ticket):
    path = f"/tickets/{ticket.pk}/checklist"
    first = caller.say("POST", path, {"text": "Ask"}).json()
    second = caller.say("POST", path, {"text": "Tell"}).json()

    ticked = caller.say("PATCH", f"{path}/{first['id']}", {"done": True, "move": 1}).json()
    order = [one["id"] for one in caller.get_json(path)["items"]]
    gone = caller.say("DELETE", f"{path}/{second['id']}")

    assert ticked["done_at"] is not None
    assert (order, gone.status_code) == ([second["id"], first["id"]], 204)


def test_files_go_up_with_a_message_and_come_down(caller, ticket):
    sent = caller.post(
        f"/api/v1/tickets/{ticket.pk}/attachments",
        {"file": SimpleUploadedFile("a.txt", b"words", "text/plain")},
    )
    said = caller.say(
        "POST",
        f"/tickets/{ticket.pk}/messages",
        {"kind": "note", "text": "See", "files": [sent.json()["id"]]},
    )
    content = caller.say("GET", f"/tickets/{ticket.pk}/attachments/{sent.json()['id']}/content")
    twice = caller.say(
        "POST",
        f"/tickets/{ticket.pk}/messages",
        {"kind": "note", "text": "See", "files": [sent.json()["id"]]},
    )

    assert sent.status_code == 201
    assert [one["name"] for one in said.json()["attachments"]] == ["a.txt"]
    assert b"".join(content.streaming_content) == b"words"
    assert (twice.status_code, Attachment.objects.count()) == (422, 1)


def test_a_reply_waits_for_its_moment(caller, ticket):
    at = (now() + timedelta(hours=5)).isoformat()
    made = caller.say("POST", f"/tickets/{ticket.pk}/scheduled", {"text": "Later", "at": at})
    past = caller.say(
        "POST", f"/tickets/{ticket.pk}/scheduled", {"text": "Later", "at": "2020-01-01T00:00:00Z"}
    )
    listed = caller.get_json(f"/tickets/{ticket.pk}/scheduled")["items"]
    back = caller.say("DELETE", f"/tickets/{ticket.pk}/scheduled/{made.json()['id']}")

    assert [one["text"] for one in listed] == ["Later"]
    assert (made.status_code, past.status_code, back.status_code) == (201, 422, 204)


def test_history_tells_what_happened(caller, ticket):
    caller.say("POST", f"/tickets/{ticket.pk}/closure")

    told = caller.get_json(f"/tickets/{ticket.pk}/history")["items"]

    assert [one["kind"] for one in told] == ["ticket.closed"]
    assert told[0]["words"]


def test_views_are_saved_and_list_their_tickets(caller, ticket, ada):
    given = {"name": "Open", "conditions": {"all": [{"facet": "state", "is": "any_of", "value": ["open"]}]}}

    made = caller.say("POST", "/views", given)
    worse = caller.say("POST", "/views", {**given, "conditions": {"all": [{"facet": "moon", "is": "full"}]}})
    shared = caller.say("POST", "/views", {**given, "everyone": True})
    gone = caller.say("DELETE", f"/views/{made.json()['id']}")

    assert made.status_code == 201
    assert made.json()["owner"]["id"] == ada.pk
    assert (worse.status_code, shared.status_code, gone.status_code) == (422, 403, 204)


def test_what_cannot_be_read_is_a_problem(caller, ticket):
    broken = caller.generic(
        "POST", f"/api/v1/tickets/{ticket.pk}/messages", "{", content_type="application/json"
    )
    other = caller.generic(
        "POST",
        f"/api/v1/tickets/{ticket.pk}/messages",
        "a=1",
        content_type="application/x-www-form-urlencoded",
    )
    nowhere = caller.say("GET", "/nowhere")
    wrong_way = caller.say("PUT", "/tickets")
    cursor = caller.say("GET", "/tickets?cursor=made-up")
    large = caller.generic(
        "POST", "/api/v1/tickets", "x" * (6 * 1024 * 1024), content_type="application/json"
    )

    answers = [broken, other, nowhere, wrong_way, cursor, large]
    assert [one.status_code for one in answers] == [400, 415, 404, 405, 422, 413]
    assert {one["Content-Type"] for one in answers} == {"application/problem+json"}
    assert all(json.loads(one.content)["status"] == one.status_code for one in answers)
    assert wrong_way["Allow"]


def test_a_file_that_is_sent_twice_is_one(caller, ticket):
    def send(words):
        given = {"file": SimpleUploadedFile("a.txt", words, "text/plain")}
        return caller.post(
            f"/api/v1/tickets/{ticket.pk}/attachments", given, headers={"idempotency-key": "k1"}
        )

    first, second, other = send(b"words"), send(b"words"), send(b"other words")

    assert (first.status_code, second.json(), other.status_code) == (201, first.json(), 422)
    assert Attachment.objects.count() == 1


def test_a_file_may_be_larger_than_other_bodies(caller, ticket):
    given = {"file": SimpleUploadedFile("a.bin", b"x" * (6 * 1024 * 1024))}

    assert caller.post(f"/api/v1/tickets/{ticket.pk}/attachments", given).status_code == 201


def test_who_may_only_look_says_and_moves_nothing(desk, ticket):
    caller = make_caller(make_agent(*desk.teams.all(), role="viewer"))
    path, opened = (
        f"/tickets/{ticket.pk}",
        {"inbox": desk.pk, "address": {"address": "a@b.example"}, "subject": "S", "text": "T"},
    )

    answers = [
        caller.say("POST", "/tickets", opened),
        caller.say("POST", f"{path}/messages", {"kind": "reply", "text": "Hello"}),
        caller.say("POST", f"{path}/messages", {"kind": "note", "text": "Hello"}),
        caller.say("POST", f"{path}/closure"),
        caller.say("PUT", f"{path}/assignment", {"agent": None}),
        caller.say("PUT", f"{path}/tags", {"tags": []}),
        caller.say("POST", f"{path}/merge", {"into": ticket.pk}),
        caller.say("POST", f"{path}/checklist", {"text": "Ask"}),
        caller.say("POST", "/bulks", {"acts": [{"act": "priority", "value": ["3"]}], "tickets": [ticket.pk]}),
    ]

    assert [one.status_code for one in answers] == [403] * len(answers)
    assert caller.say("GET", path).status_code == 200


def test_a_merged_tickets_number_writes_into_the_other(caller, ticket, desk, cy):
    other = make_ticket(inbox=desk, customer=cy)
    caller.say("POST", f"/tickets/{ticket.pk}/merge", {"into": other.pk})

    said = caller.say("POST", f"/tickets/{ticket.pk}/messages", {"kind": "note", "text": "Here"})

    assert said.status_code == 201
    assert other.messages.filter(text="Here").exists()


def test_an_inbox_tells_its_signatures(caller, bo, desk):
    desk.signature, desk.signatures = "Mitra", {"fi": "Mitra · teetä"}
    desk.save()

    told = caller.get_json(f"/inboxes/{desk.pk}")

    assert (told["signature"], told["signatures"]) == ("Mitra", {"fi": "Mitra · teetä"})
    assert make_caller(bo).say("GET", f"/inboxes/{desk.pk}").status_code == 404
