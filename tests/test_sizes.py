"""Too large a body is refused by the real server before any of it lies on a disk."""

import http.client
import socket
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.dovecot import free_port
from tests.own_house import House, own_house

BOUNDARY = "b0"
CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
KIND = f"multipart/form-data; boundary={BOUNDARY}"
FORM = """
from ahlan.channels.models import Inbox
from ahlan.channels.webform.models import Webform
from ahlan.channels.webform.forms import STAMP
from ahlan.staff.actions import create_agent, make_link
from unittest import mock
inbox = Inbox.objects.create(channel="email", address="support@desk.example", name="Support")
Webform.objects.create(slug="ask", inbox=inbox, brand="Mitra", title="Ask", language="fi", largest=2)
ada = create_agent(email="ada@desk.example", actor="system", language="fi", role="admin")
import time
with mock.patch("time.time", return_value=time.time() - 60):
    stamp = STAMP.sign("visit")
print(json.dumps({"stamp": stamp, "link": make_link(ada)}))
"""
KEPT = "from ahlan.channels.models import RawInbound; print(json.dumps(RawInbound.objects.count()))"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sizes")
    (folder / "tmp").mkdir()
    with own_house(folder / "data", PORT=str(free_port()), TMPDIR=str(folder / "tmp")) as house:
        given = house.do(FORM)
        server = house.ahlan("web")
        try:
            until = time.monotonic() + 60
            while not reachable(house) and time.monotonic() < until:
                time.sleep(0.1)
            yield house, given, folder / "tmp"
        finally:
            server.terminate()
            server.wait(30)


def reachable(house: House) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(house.env["PORT"]))) == 0


def connect(house: House) -> "closing[http.client.HTTPConnection]":
    return closing(http.client.HTTPConnection("127.0.0.1", int(house.env["PORT"]), timeout=30))


def filled(stamp: str, size: int) -> bytes:
    fields = {"email": "cy@else.example", "subject": "Cups", "text": "Where?", "stamp": stamp}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'
        for k, v in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.bin"\r\n\r\n'
    return "".join([*parts, head]).encode() + b"x" * size + f"\r\n--{BOUNDARY}--\r\n".encode()


def post(house: House, address: str, body: bytes, **headers: str) -> tuple[int, str]:
    """As a browser does it: everything is sent, then the answer is read."""
    with connect(house) as link:
        link.request("POST", address, body, {"Content-Type": KIND, **headers})
        answer = link.getresponse()
        return answer.status, answer.read().decode()


def test_form_takes_what_it_allows_and_refuses_more_in_its_own_language(place):
    house, given, _ = place
    before = house.do(KEPT)

    fits = post(house, "/forms/ask/", filled(given["stamp"], 1_500_000))
    refused = post(house, "/forms/ask/", filled(given["stamp"], 30_000_000))

    assert (fits[0], refused[0]) == (302, 413)
    assert "Tiedostosi ovat liian suuria" in refused[1]
    assert "Mitra" in refused[1]
    assert house.do(KEPT) == before + 1


@pytest.mark.parametrize("address", ["/forms/ask/", "/accounts/login/", "/tickets/1/files/"])
def test_too_large_is_refused_before_any_of_it_has_come(place, address: str):
    house, _, scratch = place
    with connect(house) as link:
        link.putrequest("POST", address)
        link.putheader("Content-Type", KIND)
        link.putheader("Content-Length", str(5_000_000_000))
        link.endheaders(filled("s", 100)[:300])

        answer = link.getresponse()
        answer.read()

    assert (answer.status, answer.headers["Connection"]) == (413, "close")
    assert list(Path(scratch).glob("*.upload*")) == []


@pytest.mark.parametrize("address", ["/forms/ask/", "/accounts/login/"])
def test_body_of_unstated_size_is_cut_off(place, address: str):
    house, _, scratch = place
    with connect(house) as link:
        link.putrequest("POST", address)
        link.putheader("Content-Type", KIND)
        link.putheader("Transfer-Encoding", "chunked")
        link.endheaders(CHUNK)
        with link.sock.dup() as wire:
            answer = link.getresponse()
            answer.read()

            assert answer.status == 411
            assert is_cut_off(wire)
    assert list(Path(scratch).glob("*.upload*")) == []


def is_cut_off(wire: socket.socket) -> bool:
    try:
        return wire.recv(1) == b""
    except ConnectionError:
        return True


def test_other_forms_take_no_files(place):
    house, _, _ = place

    status, page = post(house, "/accounts/login/", filled("s", 6_000_000), **{"Accept-Language": "ru"})

    assert status == 413
    assert "Это больше, чем здесь помещается" in page
