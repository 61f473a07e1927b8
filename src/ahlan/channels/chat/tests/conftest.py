import secrets
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from tests.makers import make_agent, make_inbox, make_team

from ahlan.channels.chat.actions import save_widget
from ahlan.channels.chat.models import Visitor, Widget


class Browser:
    """A visitor's browser: it holds a token and speaks as the widget does."""

    def __init__(self, widget: Widget, **identity: Any) -> None:
        self.base, self.token, self.identity = widget.get_absolute_url(), "", identity or None
        self.begun: Any = None

    def post(self, what: str, **given: Any) -> Any:
        return Client().post(
            f"{self.base}{what}/", given, content_type="application/json", headers=self.headers
        )

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"} if self.token else {}

    def begin(self, **given: Any) -> "Browser":
        self.begun = self.post("session", identity=self.identity, **given)
        if self.begun.status_code == 200:
            self.token = self.begun.json()["token"] or self.token
        return self

    def say(self, text: str, *, key: str = "", **more: Any) -> Any:
        given = {"key": key or secrets.token_hex(8), "text": text, **more}
        return Client().post(f"{self.base}messages/", given, headers=self.headers)

    @property
    def visitor(self) -> Visitor:
        from ahlan.channels.chat.queries import visitor_of

        found = visitor_of(self.base.split("/")[2], self.token)
        assert found is not None
        return found


@pytest.fixture
def widget(db) -> Widget:
    cache.clear()
    mail = make_inbox(name="Support", address="support@desk.example")
    made = Widget(slug="shop", brand="Mitra", sites="https://www.mitra.example", mail_inbox=mail)
    return save_widget(made, name="Chat", active=True, fields=[], actor="system")


@pytest.fixture
def eve(widget):
    """An agent who answers the chat."""
    return make_agent(make_team(widget.inbox, name="Chatters"), email="eve@desk.example", name="Eve")


@pytest.fixture
def browser(widget) -> Browser:
    return Browser(widget).begin()
