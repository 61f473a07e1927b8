"""The register through the API."""

import base64
from io import BytesIO

import pytest
from django.core.cache import cache
from PIL import Image
from tests.makers import make_caller, make_inbox

from ahlan.feedback.register.actions.compliments import hang
from ahlan.feedback.register.models import Complaint, Compliment, Register
from ahlan.feedback.register.tests.makers import at, complained, make_complaint, term
from ahlan.notifications.models import Notification
from ahlan.tickets.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


def test_a_program_takes_a_complaint_to_its_end(desk, ada):
    caller = make_caller(ada)
    ticket = complained(inbox=desk)
    with at("2026-04-01"):
        made = caller.say(
            "POST",
            f"/tickets/{ticket.pk}/complaints",
            {"said": "It leaks", "profile": "es-10-2025", "subdivision": "MD"},
        ).json()
        assert (made["state"], made["due_on"], made["language"]) == ("open", "2026-04-06", "en")
        assert [(one["kind"], one["due_on"]) for one in made["steps"]] == [
            ("acknowledge", "2026-04-06"), ("assess", None), ("investigate", None), ("answer", "2026-04-24"),
        ]  # fmt: skip
        place = f"/complaints/{made['id']}"
        assert caller.say("POST", f"/tickets/{ticket.pk}/complaints", {}).status_code == 409
        assert caller.say("POST", f"{place}/steps", {"kind": "assess"}).status_code == 409
        assert caller.say("POST", f"{place}/letters", {"kind": "answer"}).status_code == 409
        assert "April 24, 2026" in caller.get_json(f"{place}/letters/acknowledge")["text"]
        caller.say("POST", f"{place}/letters", {"kind": "acknowledge"})
        sorting = {
            "severity": 2,
            "cause": term("cause", "process").pk,
            "outcome": term("outcome", "upheld").pk,
            "preventable": True,
        }
        assert caller.say("PUT", f"{place}/sorting", sorting).json()["cause"]["name"] == "Process"
        assert (
            caller.say("PUT", f"{place}/sorting", {"cause": term("outcome", "upheld").pk}).status_code == 422
        )
        caller.say("POST", f"{place}/steps", {"kind": "assess"})
        late = caller.say("POST", f"{place}/letters", {"kind": "holding", "next_on": "2026-03-01"})
        assert (late.status_code, late.json()["errors"][0]["name"]) == (422, "next_on")
        answered = caller.say(
            "POST", f"{place}/letters", {"kind": "answer", "text": "Yes.", "how": "attached"}
        ).json()
        assert answered["state"] == "answered"
        closed = caller.say("POST", f"{place}/closure").json()
        assert closed["state"] == "closed"
        assert caller.say("DELETE", f"{place}/closure").json()["state"] == "open"

    assert Message.objects.get(text="Yes.").attachments.count() == 1
    number = made["number"].lower()
    assert [one["id"] for one in caller.get_json(f"/complaints?number={number}")["items"]] == [made["id"]]
    assert caller.get_json(f"/tickets/{ticket.pk}/complaints")["items"][0]["number"] == made["number"]
    assert caller.get_json("/complaints?profile=gb-disp")["items"] == []


def test_nobody_sees_what_is_not_his(desk, ada, bo):
    complaint = make_complaint(complained(inbox=desk))
    make_complaint(complained(inbox=make_inbox()))
    assert [one["id"] for one in make_caller(ada).get_json("/complaints")["items"]] == [complaint.pk]
    caller = make_caller(bo)
    assert caller.get_json(f"/complaints?number={complaint.told}")["items"] == []
    for method, path in (
        ("GET", ""),
        ("POST", "/closure"),
        ("PUT", "/verification"),
        ("GET", "/letters/answer"),
    ):
        assert caller.say(method, f"/complaints/{complaint.pk}{path}").status_code == 404
    assert caller.say("GET", "/register").status_code == 403


def test_praise_by_program(desk, ada, bo, chief):
    ticket = complained(inbox=desk)
    caller = make_caller(chief)
    made = caller.say(
        "POST", f"/tickets/{ticket.pk}/compliments", {"said": "Ada was kind", "agents": [ada.pk]}
    ).json()
    assert Notification.objects.get().agent == ada
    caller.say("PUT", f"/compliments/{made['id']}/wall")
    assert (
        caller.say("POST", f"/tickets/{ticket.pk}/compliments", {"said": "x", "agents": [9999]}).status_code
        == 422
    )
    assert caller.say("POST", f"/compliments/{made['id']}/thanks", {}).json()["thanked_at"]

    wall = make_caller(bo).get_json("/wall")["items"]
    assert [(one["said"], one["agents"][0]["name"]) for one in wall] == [("Ada was kind", "Ada")]
    assert "customer" not in wall[0]
    assert make_caller(bo).say("GET", f"/compliments/{made['id']}").status_code == 404
    hang(Compliment.objects.get(), False, actor="system")
    assert make_caller(bo).get_json("/wall")["items"] == []


def test_the_register_is_set_by_program(chief, desk):
    caller = make_caller(chief)
    made = BytesIO()
    Image.new("RGB", (4, 4)).save(made, "PNG")
    given = {
        "profile": "es-10-2025",
        "subdivision": "CT",
        "head_name": "Ahlan Ltd",
        "logo": base64.b64encode(made.getvalue()).decode(),
    }
    assert caller.say("PUT", "/register", given).json()["has_logo"] is True
    for name, value in (
        ("profile", "xx"),
        ("subdivision", "XX"),
        ("logo", "!"),
        ("logo", base64.b64encode(b"x").decode()),
        ("inbox", 9999),
    ):
        refused = caller.say("PUT", "/register", {**given, name: value})
        assert (refused.status_code, refused.json()["errors"][0]["name"]) == (422, name)
    assert Register.objects.get().subdivision == "CT"
    names = [one["key"] for one in caller.get_json("/complaint-profiles")["items"]]
    assert names == ["house", "gb-disp", "gb-disp-payments", "es-10-2025"]


def test_any_answer_is_a_letter_by_program(desk, ada):
    complaint = make_complaint(complained(inbox=desk))
    caller = make_caller(ada)
    caller.say("POST", f"/complaints/{complaint.pk}/letters", {"kind": "acknowledge", "text": "We have it."})
    ours, theirs = Message.objects.get(direction="out"), Message.objects.get(direction="in")
    assert caller.say("GET", f"/tickets/{complaint.ticket_id}/messages/{ours.pk}/letter").content.startswith(
        b"%PDF-"
    )
    assert caller.say("GET", f"/tickets/{complaint.ticket_id}/messages/{theirs.pk}/letter").status_code == 422
    drawn = caller.say("POST", f"/tickets/{complaint.ticket_id}/letters", {"text": "Dear Cy"}).json()
    assert (drawn["content_type"], drawn["message"]) == ("application/pdf", None)
    assert Complaint.objects.count() == 1
