"""A page that stays open for hours learns what has stopped."""

import pytest
from django.test import Client

from ahlan.core import panels

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_the_banners_are_asked_for_alone(ada, monkeypatch):
    client = Client()
    client.force_login(ada, backend=BACKEND)
    monkeypatch.setitem(
        panels._panels, "page.banner", [panels.Panel(1, "one", lambda request, agent: f"<b>{agent}</b>")]
    )

    page = client.get("/palette/").status_code, client.get("/banners/").content.decode()

    assert page == (200, "&lt;b&gt;Ada&lt;/b&gt;")


def test_strangers_learn_nothing():
    assert Client().get("/banners/").status_code == 302
