"""Feedback through the API."""

from datetime import UTC, datetime

import pytest
from tests.makers import make_caller, make_ticket

from ahlan.feedback.models import Answer, Invitation
from ahlan.feedback.tests.makers import close, make_survey, put

pytestmark = pytest.mark.django_db


def test_results_say_what_the_page_says(chief, ada):
    for score in (5, 4, 4, 1):
        put(score, at=datetime.now(UTC), agent=ada)

    told = make_caller(chief).get_json("/instruments/csat/results?by=agent")

    assert (told["reading"]["score"], told["reading"]["n"], told["reading"]["method"], told["number"]) == (
        75,
        4,
        "Wilson",
        1,
    )
    assert [(one["name"], one["reading"]["n"]) for one in told["groups"]] == [("Ada", 4)]


def test_a_survey_is_made_paused_and_asks(chief, desk, cy, ada):
    caller = make_caller(chief)
    made = caller.say("POST", "/surveys", {"name": "New", "instrument": "nps", "low": 6}).json()
    ticket = close(make_ticket(inbox=desk, customer=cy), ada)

    asked = caller.say("POST", f"/surveys/{made['id']}/invitations", {"ticket": ticket.pk})
    caller.say("POST", f"/surveys/{made['id']}/pause")

    assert asked.json()["state"] == "planned"
    assert caller.get_json(f"/surveys/{made['id']}/invitations")["items"][0]["reason"] == "off"
    assert caller.say("POST", "/surveys", {"name": "X", "instrument": "mood"}).status_code == 404
    assert caller.say("POST", f"/surveys/{made['id']}/invitations", {}).status_code == 422


def test_an_answer_is_taken_once_for_each_key(chief, desk, cy, ada):
    caller = make_caller(chief)
    ticket = close(make_ticket(inbox=desk, customer=cy), ada)
    given = {"answers": {"score": 5}, "key": "a", "ticket": ticket.pk}

    taken = [caller.say("POST", "/instruments/csat/answers", given).json()["id"] for _ in range(2)]

    assert taken == [Answer.objects.get().pk, None]
    assert Answer.objects.get().agent == ada
    assert caller.get_json(f"/tickets/{ticket.pk}/answers")["items"][0]["score"] == 5
    wrong = caller.say("POST", "/instruments/csat/answers", {"answers": {"score": 9}, "key": "b"})
    assert (wrong.status_code, wrong.json()["errors"][0]["name"]) == (422, "answers.score")


def test_who_may_not_see_gets_nothing(ada, bo):
    make_survey()
    put(5, at=datetime.now(UTC))
    for path in ("/instruments/csat/results", "/instruments/csat/answers", "/surveys", "/instruments"):
        assert make_caller(ada).say("GET", path).status_code == 403


def test_an_anonymous_answer_tells_nothing_but_itself(chief, desk, cy, ada):
    survey = make_survey(anonymous=True)
    for _ in range(4):
        put(3, at=datetime(2026, 3, 3, tzinfo=UTC), anonymous=True, agent=ada, survey=survey)
    caller = make_caller(chief)
    assert caller.get_json("/instruments/csat/answers")["items"] == []
    put(3, at=datetime(2026, 3, 3, tzinfo=UTC), anonymous=True, agent=ada, survey=survey)

    told = caller.get_json("/instruments/csat/answers")["items"][0]

    assert (told["agent"], told["answered_at"], told["ticket"], told["score"]) == (None, None, None, 3)
    Invitation.objects.create(
        survey=survey, version=Answer.objects.all()[0].version, customer=cy, language="en", state="answered", send_at=datetime.now(UTC),
        answered_at=datetime.now(UTC),
    )  # fmt: skip
    asked = caller.get_json(f"/surveys/{survey.pk}/invitations")["items"][0]
    assert (asked["state"], asked["answered_at"]) == ("sent", None)
