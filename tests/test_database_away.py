"""The database goes away under the running product, and comes back."""

import http.client
import os
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.dovecot import free_port
from tests.own_house import House, own_house
from tests.pattern import on_postgres

pytestmark = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL"), reason="SQLite is never away (make test-postgres)"
)
FORM = """
from ahlan.channels.models import Inbox
from ahlan.channels.webform.models import Webform
inbox = Inbox.objects.create(channel="email", address="support@desk.example", name="Support")
Webform.objects.create(slug="ask", inbox=inbox, brand="Mitra", title="Ask")
"""
END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"


@pytest.fixture
def house(tmp_path: Path):
    with own_house(tmp_path / "data", PORT=str(free_port())) as found:
        found.do(FORM)
        server = found.ahlan("web")
        try:
            until(lambda: get(found)[0] == 200, 90)
            yield found
        finally:
            server.terminate()
            server.wait(30)


def get(house: House, language: str = "en") -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", int(house.env["PORT"]), timeout=60)) as link:
        try:
            link.request("GET", "/forms/ask/", headers={"Accept-Language": language})
        except ConnectionRefusedError:
            return 0, ""
        answer = link.getresponse()
        return answer.status, answer.read().decode()


def until(well, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while not well():
        assert time.monotonic() < ends
        time.sleep(0.1)


def administer(house: House, statement: str) -> None:
    name = house.env["DATABASE_URL"].rpartition("/")[2]
    on_postgres(os.environ["DATABASE_URL"], statement.format(name=name))


def test_next_request_works_after_every_connection_was_cut(house: House) -> None:
    for _ in range(3):
        administer(house, END)

        assert get(house)[0] == 200


def test_database_that_is_away_gives_a_page_that_says_so_and_heals(house: House) -> None:
    administer(house, "ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    administer(house, END)
    begun = time.monotonic()
    status, page = get(house, "fi")
    seconds = time.monotonic() - begun

    get(house)
    administer(house, "ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    assert (status, seconds < 15) == (503, True)
    assert "Tietokantamme ei juuri nyt vastaa" in page
    until(lambda: get(house)[0] == 200, 20)
