"""Sending through a provider, against a real HTTP server that answers as providers do."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ahlan.channels.contract import Address, NotSent, Outbound, Unsure
from ahlan.channels.email.compose import compose
from ahlan.channels.email.providers import PROVIDERS, hand_to_provider

POSTMARK = {"To": "cy@else.example", "MessageID": "0a129aee", "ErrorCode": 0, "Message": "OK"}


class Desk:
    """`status` and `body` are what it answers; "drop" hangs up on a request it has read."""

    def __init__(self) -> None:
        self.status: int | str = 200
        self.body: Any = POSTMARK
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.url = ""


@pytest.fixture
def desk() -> Iterator[Desk]:
    it = Desk()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            it.asked.append((self.path, dict(self.headers), content))
            if it.status == "drop":
                self.connection.close()
                return
            said = json.dumps(it.body).encode()
            self.send_response(int(it.status))
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    it.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield it
    server.shutdown()
    server.server_close()
    thread.join()


def send(url: str, provider: str = "postmark", **over: Any) -> list[str]:
    """Gives what was committed to, in order."""
    steps: list[str] = []
    message = Outbound(
        external_id="<a1@desk.example>",
        sender=Address("email", "support@desk.example", "Ääni · Support"),
        to=(Address("email", "cy@else.example", "Cy"),),
        text="שלום, it left today.",
        html="<p>it left today</p>",
        subject="Re: متى؟",
        in_reply_to="<q@else.example>",
        references=("<first@else.example>", "<q@else.example>"),
        reply_to=Address("email", "support+t1-abc@desk.example"),
        settings={"provider": provider, "provider_url": url, "secrets": {"provider_key": "k"}, **over},
    )
    hand_to_provider(compose(message), message, committing=lambda: steps.append("committed"))
    return steps


def test_postmark_gets_the_words_and_the_thread(desk: Desk) -> None:
    assert send(desk.url) == ["committed"]

    ((path, headers, content),) = desk.asked
    asked = json.loads(content)
    assert (path, headers["X-Postmark-Server-Token"]) == ("/email", "k")
    assert asked["Subject"] == "Re: متى؟"
    assert "שלום, it left today." in asked["TextBody"]
    assert asked["ReplyTo"] == "support+t1-abc@desk.example"
    assert {one["Name"]: one["Value"] for one in asked["Headers"]}["References"] == (
        "<first@else.example> <q@else.example>"
    )
    assert {one["Name"]: one["Value"] for one in asked["Headers"]}["Message-ID"] == "<a1@desk.example>"


def test_mailgun_gets_the_thread(desk: Desk) -> None:
    desk.body = {"id": "<x@mailgun>", "message": "Queued. Thank you."}

    assert send(desk.url, "mailgun", provider_domain="desk.example") == ["committed"]

    ((path, _headers, content),) = desk.asked
    assert path == "/desk.example/messages"
    assert b"In-Reply-To" in content or b"In-Reply-To".lower() in content.lower()


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(401, False), (403, False), (429, False), (503, False), (400, True), (413, True)],
)
def test_refusals_for_good_and_for_now_are_told_apart(desk: Desk, status: int, permanent: bool) -> None:
    desk.status, desk.body = status, {"ErrorCode": 1, "Message": "no"}

    with pytest.raises(NotSent) as refused:
        send(desk.url)

    assert refused.value.permanent is permanent


@pytest.mark.parametrize("status", [500, 502, 504, "drop"])
def test_what_may_have_been_done_is_in_doubt(desk: Desk, status: int | str) -> None:
    desk.status = status

    with pytest.raises(Unsure):
        send(desk.url)


def test_provider_that_is_not_there_can_be_tried_again() -> None:
    with pytest.raises(NotSent) as refused:
        send("http://127.0.0.1:9/")

    assert refused.value.permanent is False


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_is_made_from_an_inbox_s_settings(desk: Desk, provider: str) -> None:
    desk.status, desk.body = 401, {}
    secrets = {"provider_key": "k", "provider_second_key": "s"}

    with pytest.raises(NotSent, match="provider_key"):
        send(desk.url, provider, secrets=secrets, provider_domain="desk.example")

    assert len(desk.asked) == 1
