"""The help centre's settings through the API."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests.makers import make_caller

from ahlan.channels.webform.models import Webform
from ahlan.knowledge.models import HelpCentre

pytestmark = pytest.mark.django_db
PLACE = "/help-centre"


@pytest.fixture
def setter(chief):
    return make_caller(chief)


def test_what_is_given_is_set_and_the_rest_stays(setter, desk):
    Webform.objects.create(slug="contact", inbox=desk, brand="Mitra", title="Write")
    before = setter.say("GET", PLACE).json()

    setter.say("PATCH", PLACE, {"colour": "#0f5c5c", "names": {"fi": "Apua"}, "web_form": "contact"})
    told = setter.say("PATCH", PLACE, {"is_open": False}).json()

    assert before["is_open"] and not before["colour"]
    assert told == before | {
        "is_open": False, "colour": "#0f5c5c", "names": {"fi": "Apua"}, "web_form": "contact",
    }  # fmt: skip
    assert setter.say("PATCH", PLACE, {"web_form": ""}).json()["web_form"] is None


def test_a_logo_is_set_and_taken_away(setter):
    picture = BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")

    logo = SimpleUploadedFile("logo.png", picture.getvalue(), "image/png")
    kept = setter.post(f"/api/v1{PLACE}/logo", {"file": logo})
    refused = setter.post(
        f"/api/v1{PLACE}/logo", {"file": SimpleUploadedFile("a.png", b"words", "image/png")}
    )
    gone = setter.say("DELETE", f"{PLACE}/logo")

    assert kept.json()["has_logo"] and refused.status_code == 422
    assert not gone.json()["has_logo"] and not HelpCentre.objects.get().logo


def test_who_may_not_set_it_up_does_not(ada, setter):
    caller = make_caller(ada)

    assert caller.say("GET", PLACE).status_code == 403
    assert caller.say("PATCH", PLACE, {"is_open": False}).status_code == 403
    assert setter.say("PATCH", PLACE, {"web_form": "none"}).status_code == 422
    assert setter.say("PATCH", PLACE, {"colour": "red"}).status_code == 422
