"""Web forms through the API."""

import pytest
from tests.makers import make_caller

from ahlan.channels.webform.models import Webform
from ahlan.events.models import Event
from ahlan.tickets.actions import words
from ahlan.tickets.form_fields import asked_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def setter(chief):
    return make_caller(chief)


def given(desk, **over):
    return {"slug": "contact", "inbox": desk.pk, "brand": "Mitra", "title": "Write to us", **over}


def test_a_form_is_made_with_its_fields_and_told(setter, desk):
    serial = words.save_field(name="Serial", kind="text", actor="system")

    made = setter.say("POST", "/web-forms",
        given(desk, sites=["https://www.Example.org/"], kinds=["pdf"], fields=[{"id": serial.pk, "required": True}]),
    )  # fmt: skip

    assert made.status_code == 201
    told = setter.say("GET", "/web-forms/contact").json()
    assert told == made.json()
    assert told["sites"] == ["https://www.example.org"] and told["kinds"] == ["pdf"]
    assert told["fields"] == [{"id": serial.pk, "name": "Serial", "required": True}]
    assert [one["slug"] for one in setter.say("GET", "/web-forms").json()["items"]] == ["contact"]


def test_a_form_is_changed_and_what_is_the_same_is_no_event(setter, desk):
    setter.say("POST", "/web-forms", given(desk))
    before = Event.objects.filter(kind="webform.changed").count()

    setter.say("PUT", "/web-forms/contact", given(desk))
    same = Event.objects.filter(kind="webform.changed").count()
    changed = setter.say("PUT", "/web-forms/contact", given(desk, title="Say hello"))

    assert changed.json()["title"] == "Say hello"
    assert same == before
    assert Event.objects.filter(kind="webform.changed").latest("pk").facts["fields"] == ["title"]


@pytest.mark.parametrize(
    ("over", "name"),
    [
        ({"sites": ["https://www.example.org/page"]}, "sites"),
        ({"sites": ["https://a.example; script-src *"]}, "sites"),
        ({"inbox": 999_999}, "inbox"),
        ({"fields": [{"id": 999_999}]}, "fields"),
    ],
)
def test_what_the_page_would_refuse_is_refused(setter, desk, over, name):
    answered = setter.say("POST", "/web-forms", given(desk, **over))

    assert answered.status_code == 422
    assert [one["name"] for one in answered.json()["errors"]] == [name]
    assert not Webform.objects.exists()


def test_one_without_the_right_neither_sees_nor_makes_one(ada, setter, desk):
    setter.say("POST", "/web-forms", given(desk))
    caller = make_caller(ada)

    assert caller.say("GET", "/web-forms").status_code == 403
    assert caller.say("GET", "/web-forms/contact").status_code == 403
    assert caller.say("PUT", "/web-forms/contact", given(desk, title="Mine")).status_code == 403
    assert asked_in(Webform.objects.get()) == []
