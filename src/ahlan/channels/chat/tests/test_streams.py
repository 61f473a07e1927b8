"""The visitor's stream against a real server on loopback."""

import json
import socket
import threading
from contextlib import suppress
from typing import Any

import httpx
import pytest

from ahlan.channels.chat.actions import agent_types, end, save_widget
from ahlan.channels.chat.models import Chat, Visitor, Widget
from ahlan.channels.chat.streams import chats_or
from ahlan.channels.chat.tests.conftest import Browser
from ahlan.events.live import Live, live_or
from ahlan.events.tests.chores import until
from ahlan.events.tests.test_live import other, serving
from ahlan.tickets.actions import answer
from ahlan.tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def application() -> Any:
    live = Live()
    return live_or(chats_or(other, live), live=live)


class Ear:
    """A browser's stream: hears in a thread, remembers the last id, may be cut and come back."""

    def __init__(self, address: str, browser: Browser) -> None:
        self.url, self.browser = f"{address}{browser.base}stream/", browser
        self.heard: list[tuple[str, Any]] = []
        self.last = "0"
        self.open()

    @property
    def said(self) -> list[str]:
        return [data["text"] for kind, data in self.heard if kind == "line"]

    def open(self) -> None:
        self.client = httpx.Client(timeout=30)
        headers = {**self.browser.headers, "last-event-id": self.last}
        self.response = self.client.send(
            self.client.build_request("GET", self.url, headers=headers), stream=True
        )
        assert self.response.status_code == 200
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self) -> None:
        fields: dict[str, str] = {}
        with suppress(httpx.HTTPError, httpx.StreamError):
            for line in self.response.iter_lines():
                if line:
                    name, _colon, value = line.partition(":")
                    fields[name] = value.strip()
                    continue
                if fields.get("data"):
                    self.heard.append((fields["event"], json.loads(fields["data"])))
                    self.last = fields.get("id", self.last)
                fields = {}

    def cut(self) -> None:
        with suppress(OSError):
            self.response.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self.thread.join(10)
        self.response.close()
        self.client.close()


def test_what_is_said_is_heard_once_in_order_over_cut_lines_and_a_new_server(browser, eve):
    browser.say("0")
    ticket = Ticket.objects.get()
    with serving(application()) as address:
        ear = Ear(address, browser)
        for n in range(1, 9):
            answer.reply(ticket, author=eve, text=str(n))
            if n % 3 == 0:
                ear.cut()
            if n % 3 == 1 and n > 1:
                ear.open()
        until(lambda: len(ear.said) == 9)
        ear.cut()
    answer.reply(ticket, author=eve, text="9")
    with serving(application()) as address:
        ear.url = f"{address}{browser.base}stream/"
        ear.open()
        answer.reply(ticket, author=eve, text="10")
        until(lambda: len(ear.said) >= 11)
        ear.cut()

    assert ear.said == [str(n) for n in range(11)]
    assert ear.last == "11"


def test_each_hears_only_his_own(browser, widget, eve):
    browser.say("Mine")
    stranger = Browser(widget).begin()
    with serving(application()) as address:
        mine, his = Ear(address, browser), Ear(address, stranger)
        answer.reply(Ticket.objects.get(), author=eve, text="For you alone")
        agent_types(Ticket.objects.get().pk)
        end(Chat.objects.get(), by="agent")
        until(lambda: {"signal", "ended"} <= {kind for kind, _data in mine.heard})
        mine.cut()
        his.cut()

    assert mine.said == ["Mine", "For you alone"]
    assert his.heard == []


@pytest.mark.parametrize("token", ["", "x" * 43])
def test_a_guess_opens_no_stream(browser, token):
    with serving(application()) as address:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        found = httpx.get(f"{address}{browser.base}stream/", headers=headers)
        post = httpx.post(f"{address}{browser.base}stream/", headers=browser.headers)

    assert (found.status_code, post.status_code) == (403, 403)


def test_a_token_opens_no_stream_of_another_widget(browser):
    save_widget(Widget(slug="other", brand="Other"), name="Other", active=True, fields=[], actor="system")
    with serving(application()) as address:
        assert httpx.get(f"{address}/chat/other/stream/", headers=browser.headers).status_code == 403


@pytest.mark.parametrize("last", ["x", "-1", "9" * 40, "1; drop"])
def test_a_hostile_last_id_hears_it_all(browser, last):
    browser.say("Mine")
    with serving(application()) as address:
        ear = Ear(address, browser)
        ear.cut()
        ear.heard, ear.last = [], last
        ear.open()
        until(lambda: ear.said == ["Mine"])
        ear.cut()


def test_whose_stream_is_open_is_here(browser):
    Visitor.objects.update(seen_at="2026-01-01T00:00:00Z")
    with serving(application()) as address:
        ear = Ear(address, browser)
        until(lambda: Visitor.objects.get().is_here)
        ear.cut()
