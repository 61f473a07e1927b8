"""The way of service through the API: steps, cards, questionnaires and what is asked on a ticket."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.makers import make_agent, make_caller, make_ticket

from ahlan.courtesy.actions import inquiries as verbs
from ahlan.courtesy.actions.questionnaires import make_ready
from ahlan.courtesy.actions.way import mark_step
from ahlan.courtesy.models import Card, Inquiry, Questionnaire
from ahlan.courtesy.tests.makers import ASKED, events, hear
from ahlan.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
SMALL: dict[str, Any] = {
    "title": {"en": "Colour", "fi": "Väri"},
    "questions": [
        {"id": "blue", "kind": "yes_no", "wording": {"en": "Blue?"}},
        {"id": "why", "kind": "text", "wording": {"en": "Why?"}, "when": {"question": "blue", "answer": "yes"}},
    ],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _ready(db):
    make_ready()
    cache.clear()


@pytest.fixture
def ticket(desk, cy) -> Ticket:
    made = make_ticket(inbox=desk, customer=cy, language="en")
    hear(made, ASKED)
    return made


@pytest.fixture
def caller(ada):
    return make_caller(ada)


@pytest.fixture
def setter(chief):
    return make_caller(chief)


@pytest.fixture
def fault() -> Questionnaire:
    return Questionnaire.objects.get(key="fault")


@pytest.fixture
def inquiry(ticket, fault, ada) -> Inquiry:
    return verbs.begin(ticket, fault, agent=ada)


def test_steps_are_told_and_set_by_hand(caller, ticket, ada):
    path = f"/tickets/{ticket.pk}/way"

    set_one = caller.say("PUT", f"{path}/need", {"done": True}).json()
    told = caller.get_json(path)["items"]
    again = caller.say("PUT", f"{path}/need", {"done": None}).json()
    none = caller.say("PUT", f"{path}/moon", {"done": True})

    assert [one["step"] for one in told] == ["welcome", "need", "solution", "check", "door"]
    assert (set_one["done"], set_one["by"], again["done"], again["by"]) == (True, "Ada", False, "")
    assert none.status_code == 422
    assert events("courtesy.step_marked") == [
        {"step": "need", "done": True, **_token(0)},
        {"step": "need", "done": None, **_token(1)},
    ]


def _token(n: int) -> dict[str, object]:
    return {"token": events("courtesy.step_marked")[n]["token"]}


def test_cards_are_read_in_a_language(caller):
    english = caller.get_json("/technique-cards?language=en")["items"]
    finnish = caller.get_json(f"/technique-cards/{english[0]['slug']}?language=fi")

    assert finnish["text"] == english[0]["texts"]["fi"]
    assert english[0]["text"] == english[0]["texts"]["en"]
    assert caller.say("GET", "/technique-cards?language=xx").status_code == 422
    assert caller.say("GET", "/technique-cards/nothing").status_code == 404


def test_own_cards_are_made_changed_and_put_away(setter):
    made = setter.say("POST", "/technique-cards", {"name": "Late", "texts": {"en": "Sorry"}})
    path = f"/technique-cards/{made.json()['slug']}"
    changed = setter.say("PUT", path, {"texts": {"en": "So sorry", "fi": "Anteeksi"}}).json()
    gone = setter.say("POST", f"{path}/archive").json()
    at_hand = [one["slug"] for one in setter.get_json("/technique-cards")["items"]]
    away = [one["slug"] for one in setter.get_json("/technique-cards?archived=true")["items"]]
    back = setter.say("DELETE", f"{path}/archive").json()

    assert (made.status_code, made["Location"]) == (201, f"/api/v1{path}")
    assert (changed["name"], changed["kind"], changed["texts"]["fi"]) == ("Late", "empathy", "Anteeksi")
    assert gone["is_archived"]
    assert not back["is_archived"]
    assert changed["slug"] not in at_hand
    assert changed["slug"] in away
    assert setter.say("POST", f"{path}/original").status_code == 409
    assert setter.say("POST", "/technique-cards", {"name": " ", "texts": {"en": "x"}}).status_code == 422
    assert setter.say("PUT", path, {"texts": {"en": " "}}).status_code == 422


def test_a_card_that_came_with_the_house_goes_back_to_its_words(setter):
    path = "/technique-cards/anything-else"
    original = setter.get_json(path)["texts"]

    changed = setter.say("PUT", path, {"texts": {**original, "en": "Was that all?"}}).json()
    restored = setter.say("POST", f"{path}/original").json()
    again = setter.say("DELETE", f"{path}/original").json()
    named = setter.say("PUT", path, {"texts": original, "name": "Mine"})

    assert (changed["texts"]["en"], changed["own"]) == ("Was that all?", ["en"])
    assert (restored["texts"], again["texts"]["en"]) == (original, "Was that all?")
    assert named.status_code == 422
    assert [one["key"] for one in events("card.restored")] == ["anything-else"]


def test_questionnaires_are_made_changed_and_put_away(setter):
    made = setter.say("POST", "/questionnaires", SMALL)
    path = f"/questionnaires/{made.json()['id']}"
    changed = setter.say("PUT", path, {**SMALL, "title": {"en": "Colours"}, "seen": 1})
    late = setter.say("PUT", path, {**SMALL, "title": {"en": "Colouring"}, "seen": 1})
    gone = setter.say("POST", f"{path}/archive").json()
    listed = [one["name"] for one in setter.get_json("/questionnaires")["items"]]
    back = setter.say("DELETE", f"{path}/archive").json()

    assert (made.status_code, made["Location"]) == (201, f"/api/v1{path}")
    assert [one["id"] for one in made.json()["questions"]] == ["blue", "why"]
    assert made.json()["questions"][1]["when"] == {"question": "blue", "answer": "yes"}
    assert (changed.json()["number"], changed.json()["name"], late.status_code) == (2, "Colours", 409)
    assert (gone["is_archived"], back["is_archived"]) == (True, False)
    assert "Colours" not in listed
    assert len(events("questionnaire.saved")) == 5  # three came with the house


@pytest.mark.parametrize(
    ("over", "name"),
    [
        ({"title": {}}, "title"),
        ({"questions": []}, "questions"),
        ({"questions": [{"id": "a", "kind": "text", "wording": {"en": " "}}]}, "questions.0"),
        ({"questions": [{"id": "a", "kind": "choice", "wording": {"en": "Which?"}}]}, "questions.0"),
        (
            {"questions": [{**SMALL["questions"][1], "when": {"question": "blue", "answer": "yes"}}]},
            "questions.0",
        ),
    ],
)
def test_a_questionnaire_that_cannot_be_asked_says_why(setter, over, name):
    answer = setter.say("POST", "/questionnaires", {**SMALL, **over})

    assert answer.status_code == 422
    assert [one["name"] for one in answer.json()["errors"]] == [name]
    assert answer.json()["errors"][0]["detail"]


def test_an_inquiry_is_begun_sent_answered_and_finished(caller, ticket, fault):
    made = caller.say("POST", f"/tickets/{ticket.pk}/inquiries", {"questionnaire": fault.pk})
    path = f"/tickets/{ticket.pk}/inquiries/{made.json()['id']}"
    link = caller.say("POST", f"{path}/link").json()
    page = Client().get(link["url"])
    given = {"answers": {"product": "Kettle 7", "often": "once"}, "revision": 0}
    filled = caller.say("PUT", f"{path}/answers", given)
    stale = caller.say("PUT", f"{path}/answers", {"answers": {"product": "Cup"}, "revision": 0})
    finished = caller.say("POST", f"{path}/closure").json()
    after = caller.say("PUT", f"{path}/answers", {"answers": {"product": "Cup"}, "revision": 1})
    taken_up = caller.say("DELETE", f"{path}/closure").json()
    kept = caller.say("DELETE", path)

    assert (made.status_code, made["Location"]) == (201, f"/api/v1{path}")
    assert [one["id"] for one in made.json()["questions"]][:2] == ["product", "happens"]
    assert page.status_code == 200
    assert (filled.json()["answers"], filled.json()["revision"]) == (given["answers"], 1)
    assert (stale.status_code, after.status_code, kept.status_code) == (409, 409, 409)
    assert finished["finished_at"]
    assert finished["open_until"] is None
    assert "Kettle 7" in Message.objects.get(direction="note").text
    assert taken_up["finished_at"] is None
    assert "link" not in caller.get_json(path)
    for kind in ("begun", "shared", "finished", "taken_up"):
        assert len(events(f"questionnaire.{kind}")) == 1


def test_a_link_is_taken_back_and_an_empty_inquiry_dropped(caller, ticket, inquiry):
    path = f"/tickets/{ticket.pk}/inquiries/{inquiry.pk}"
    link = caller.say("POST", f"{path}/link").json()

    back, page = caller.say("DELETE", f"{path}/link"), Client().get(link["url"])
    dropped = caller.say("DELETE", path)

    assert (back.status_code, page.status_code, dropped.status_code) == (204, 410, 204)
    assert caller.get_json(f"/tickets/{ticket.pk}/inquiries")["items"] == []


@pytest.mark.parametrize(
    ("key", "value"), [("nothing", "x"), ("often", "never ever"), ("product", ["a"]), ("product", "x" * 301)]
)
def test_an_answer_that_does_not_fit_is_told_by_its_question(caller, ticket, inquiry, key, value):
    given = {"answers": {"happens": "It leaks", key: value}, "revision": 0}

    answer = caller.say("PUT", f"/tickets/{ticket.pk}/inquiries/{inquiry.pk}/answers", given)

    assert answer.status_code == 422
    assert [one["name"] for one in answer.json()["errors"]] == [f"answers.{key}"]
    assert Inquiry.objects.get().answers == {}


def test_an_inquiry_of_what_is_put_away_is_refused(caller, ticket, fault):
    Questionnaire.objects.filter(pk=fault.pk).update(archived_at="2026-01-01T00:00:00Z")

    for pk in (fault.pk, 999_999):
        answer = caller.say("POST", f"/tickets/{ticket.pk}/inquiries", {"questionnaire": pk})
        assert answer.status_code == 422
    assert not Inquiry.objects.exists()


def calls_on(ticket: Ticket, inquiry: Inquiry, fault: Questionnaire) -> list[tuple[Any, ...]]:
    """What changes something on a ticket."""
    path = f"/tickets/{ticket.pk}"
    one = f"{path}/inquiries/{inquiry.pk}"
    return [
        ("PUT", f"{path}/way/need", {"done": True}), ("POST", f"{path}/inquiries", {"questionnaire": fault.pk}),
        ("PUT", f"{one}/answers", {"answers": {}, "revision": 0}), ("POST", f"{one}/link"), ("DELETE", f"{one}/link"),
        ("POST", f"{one}/closure"), ("DELETE", f"{one}/closure"), ("DELETE", one),
    ]  # fmt: skip


def test_another_teams_ticket_does_not_exist(bo, ticket, inquiry, fault):
    caller = make_caller(bo)
    reads = [
        ("GET", f"/tickets/{ticket.pk}{what}") for what in ("/way", "/inquiries", f"/inquiries/{inquiry.pk}")
    ]

    answers = [caller.say(*call) for call in [*reads, *calls_on(ticket, inquiry, fault)]]

    assert {one.status_code for one in answers} == {404}


def test_who_may_only_look_or_lacks_the_scope_changes_nothing(desk, ada, ticket, inquiry, fault):
    viewer, reader = (
        make_caller(make_agent(*desk.teams.all(), role="viewer")),
        make_caller(ada, "tickets:read"),
    )

    answers = [one.say(*call) for one in (viewer, reader) for call in calls_on(ticket, inquiry, fault)]

    assert {one.status_code for one in answers} == {403}
    assert viewer.say("GET", "/technique-cards").status_code == 403
    assert viewer.say("GET", f"/questionnaires/{fault.pk}").status_code == 403
    assert reader.say("GET", "/questionnaires").status_code == 403


def test_setting_up_is_for_those_who_may(caller, chief, fault):
    calls = [
        ("POST", "/technique-cards", {"name": "Late", "texts": {"en": "Sorry"}}),
        ("PUT", "/technique-cards/anything-else", {"texts": {}}), ("POST", "/technique-cards/anything-else/archive"),
        ("POST", "/technique-cards/anything-else/original"), ("POST", "/questionnaires", SMALL),
        ("PUT", f"/questionnaires/{fault.pk}", SMALL), ("POST", f"/questionnaires/{fault.pk}/archive"),
    ]  # fmt: skip

    for one in (caller, make_caller(chief, "settings:read")):
        assert {one.say(*call).status_code for call in calls} == {403}
    assert not Card.objects.exists()


def test_lists_cost_the_same_for_more(caller, ticket, fault, ada, setter):
    paths = [f"/tickets/{ticket.pk}/inquiries", f"/tickets/{ticket.pk}/way", "/technique-cards", "/questionnaires"]  # fmt: skip
    costs = []
    for count in (1, 2):
        for n in range(count):
            verbs.begin(ticket, fault, agent=ada)
            mark_step(ticket, ["need", "check", "door"][n + count - 1], True, agent=ada)
            setter.say("POST", "/technique-cards", {"name": "Late", "texts": {"en": "Sorry"}})
            setter.say("POST", "/questionnaires", SMALL)
        for path in paths:
            caller.say("GET", path)
        with CaptureQueriesContext(connection) as taken:
            assert {caller.say("GET", path).status_code for path in paths} == {200}
        costs.append(len(taken))
    assert costs[0] == costs[1]
