"""What everybody sets for himself."""

import pytest
from django.test import Client
from django.utils import translation

from ahlan.staff.models import Agent

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def save(agent: Agent, seconds: str) -> int:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    form = client.get("/settings/").context["form"]
    data = {name: form[name].value() for name in form.fields}
    return client.post("/settings/", {**data, "undo_seconds": seconds}).status_code


@pytest.mark.parametrize(("given", "kept"), [("0", 0), ("30", 30), ("45", 10), ("-5", 10), ("x", 10)])
def test_the_time_to_take_a_reply_back_is_one_of_a_few(ada, given, kept):
    save(ada, given)

    ada.refresh_from_db()
    assert ada.undo_seconds == kept


def test_a_time_set_before_there_was_a_choice_stays(ada):
    Agent.objects.filter(pk=ada.pk).update(undo_seconds=45)

    with translation.override("en"):
        save(Agent.objects.get(pk=ada.pk), "45")

    ada.refresh_from_db()
    assert ada.undo_seconds == 45


def test_a_signature_is_kept_in_each_language_it_is_written_in(ada):
    client = Client()
    client.force_login(ada, backend=BACKEND)
    form = client.get("/settings/").context["form"]
    data = {name: form[name].value() for name in form.fields if name != "signatures"}

    client.post("/settings/", {**data, "signatures_he": "בברכה, עדה", "signatures_fi": "  "})

    ada.refresh_from_db()
    page = client.get("/settings/").content.decode()
    assert ada.signatures == {"he": "בברכה, עדה"}
    assert '<details class="variants" open>' in page
    assert "בברכה, עדה" in page
