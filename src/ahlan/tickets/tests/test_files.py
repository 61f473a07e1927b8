import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.makers import make_message, make_ticket

from ahlan.core import files, safe_http
from ahlan.tickets.bodies import PICTURES, body_of
from ahlan.tickets.models import Attachment

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def ticket(desk, cy):
    return make_ticket(inbox=desk, customer=cy)


@pytest.fixture
def client(ada):
    client = Client()
    client.force_login(ada, backend=BACKEND)
    return client


def attach(ticket, name: str, content: bytes, content_type: str) -> Attachment:
    digest, size = files.keep(content)
    return Attachment.objects.create(
        ticket=ticket,
        message=make_message(ticket),
        name=name,
        content_type=content_type,
        size=size,
        digest=digest,
    )


def shut(response) -> None:
    """Close the file of an answer; closing the answer itself would close the test's database too."""
    for close in response._resource_closers:
        close()


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/javascript", "text/xml"])
def test_a_file_that_could_act_is_only_ever_saved(client, ticket, content_type):
    found = attach(ticket, "לוגו.svg", b"<svg onload=alert(1)>", content_type)

    response = client.get(found.url)
    shut(response)

    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_picture_is_shown(client, ticket):
    found = attach(ticket, "cup.png", b"\x89PNG", "image/png")

    response = client.get(found.url)
    shut(response)

    assert (response["Content-Type"], response["Content-Disposition"][:6]) == ("image/png", "inline")


def test_an_upload_is_its_uploaders_until_it_is_sent(client, ticket, desk):
    from tests.makers import make_agent

    made = client.post(f"/tickets/{ticket.pk}/files/", {"file": SimpleUploadedFile("a.txt", b"a")}).json()
    other = Client()
    other.force_login(make_agent(*desk.teams.all()), backend=BACKEND)

    mine = client.get(made["url"])
    shut(mine)
    assert mine.status_code == 200
    assert other.get(made["url"]).status_code == 404


def test_the_same_content_is_stored_once(ticket):
    assert files.keep(b"the same") == files.keep([b"the ", b"same"])


def test_the_original_is_given_byte_for_byte(client, desk):
    from tests.makers import mail

    from ahlan.channels.actions import keep
    from ahlan.tickets.actions.intake import receive_raw

    content = mail(text="As it came")
    (receipt,) = receive_raw(
        keep(content, channel="email", door="smtp", envelope={"rcpt_tos": [desk.address]})
    )

    response = client.get(f"/tickets/{receipt.ticket.pk}/messages/{receipt.message.pk}/original/")

    assert response.content == content
    assert response["Content-Disposition"].startswith("attachment")


def test_remote_pictures_wait_behind_our_own_signed_address(ticket):
    message = make_message(
        ticket, html='<p>Hi</p><img data-remote-src="https://spy.example/p.png?a=1&amp;b=2">'
    )

    drawn = str(body_of(message))

    assert "https://spy.example" not in drawn
    assert "/pictures/?u=" in drawn


def test_the_picture_door_opens_only_for_addresses_we_signed(client):
    assert client.get("/pictures/?u=http://127.0.0.1/").status_code == 404
    assert client.get("/pictures/", {"u": PICTURES.sign("http://127.0.0.1:1/x.png")}).status_code == 404


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.1.2.3", "169.254.169.254", "::1", "0.0.0.0", "192.168.0.1"]
)
def test_no_address_of_our_own_network_is_asked(host):
    with pytest.raises(safe_http.Refused):
        safe_http.public_address(host)


class SlowPictures(BaseHTTPRequestHandler):
    """Answers nobody before `go` is set."""

    go = threading.Event()
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.go.wait(20)
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"\x89PNG")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def slow(monkeypatch):
    """A slow server; loopback stands for the public internet here, which no test can reach."""
    monkeypatch.setattr(safe_http, "public_address", lambda host: "127.0.0.1")
    SlowPictures.go.clear()
    SlowPictures.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), SlowPictures)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://slow.example:{server.server_port}"
    SlowPictures.go.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_slow_pictures_never_take_all_threads(client, slow):
    def fetch(n: int) -> str:
        try:
            return safe_http.fetch_picture(f"{slow}/{n}.png")[0]
        except safe_http.Busy:
            return "busy"

    with ThreadPoolExecutor(20) as readers:
        begun = [readers.submit(fetch, n) for n in range(20)]
        turned_away = list(islice(as_completed(begun, timeout=20), 20 - safe_http.FETCHING))
        refused = client.get("/pictures/", {"u": PICTURES.sign(f"{slow}/late.png")})
        SlowPictures.go.set()
        shown = client.get("/pictures/", {"u": PICTURES.sign(f"{slow}/again.png")})

    assert {one.result() for one in turned_away} == {"busy"}
    assert [one.result() for one in begun].count("image/png") == safe_http.FETCHING
    assert len(SlowPictures.asked) == safe_http.FETCHING + 1
    assert (refused.status_code, shown.status_code) == (503, 200)
    assert (refused["Retry-After"], refused["Cache-Control"]) == ("3", "no-store")


def test_words_of_a_letter_never_become_markup(ticket):
    message = make_message(ticket, text="<script>alert(1)</script>\n\nhttps://example.org/<b>")

    drawn = str(body_of(message))

    assert "<script" not in drawn
    assert "<b>" not in drawn


def test_quoted_words_are_folded_and_all_there(ticket):
    text = "New words\n\nOn Monday Ada wrote:\n> old words"
    message = make_message(ticket, text=text, folds=[[11, len(text)]])

    drawn = str(body_of(message))

    assert drawn.index("New words") < drawn.index("<details") < drawn.index("old words")
