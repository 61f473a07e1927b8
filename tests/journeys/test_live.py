"""A line that breaks is told at once, and what came meanwhile is there when it is back; nobody reloads."""

import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.dovecot import free_port
from tests.journeys.test_first_mail import within
from tests.own_house import House, own_house

pytestmark = pytest.mark.journey

MAIL = """From: Noa Levi <noa@else.example>
To: support@mitra.example
Subject: {subject}
Message-ID: <{subject}@else.example>
In-Reply-To: <{answering}@else.example>

Is anybody there?
"""


class Running:
    """A house that can be stopped and started again at the same address."""

    def __init__(self, house: House) -> None:
        self.house, self.lines = house, list[str]()
        self.start()
        self.link = str(within(120, self._link))

    def start(self) -> None:
        self.process = self.house.ahlan("run", stdout=subprocess.PIPE)
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        with self.process.stdout as said:  # type: ignore[union-attr]
            self.lines.extend(line.decode() for line in said or ())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)
        self.reader.join(10)

    def _link(self) -> str:
        return next(
            (found[0] for line in self.lines if (found := re.findall(r"http://\S+/in/\S+", line))), ""
        )

    def receive(self, subject: str, answering: str = "nothing") -> None:
        mail = MAIL.format(subject=subject, answering=answering)
        self.house.run("mail", "receive", input=mail.encode())


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    ports = {"PORT": str(free_port()), "MAIL_PORT": str(free_port())}
    with own_house(tmp_path / "data", **ports) as house:
        running = Running(house)
        try:
            yield running
        finally:
            running.stop()


def watch(page: Page, running: Running) -> None:
    page.goto(running.link)
    page.goto(f"{running.link.split('/in/')[0]}/inbox/open/")
    page.evaluate("window.neverReloaded = true")
    running.receive("before")
    expect(page.locator("[data-row]", has_text="before")).to_be_visible(timeout=20_000)


def test_a_browser_without_a_network_says_so_and_heals(page: Page, running: Running) -> None:
    watch(page, running)
    banner = page.locator("#connection-banner")
    expect(banner).to_be_hidden()

    page.context.set_offline(True)
    expect(banner).to_be_visible(timeout=1_000)
    running.receive("meanwhile")
    page.context.set_offline(False)

    expect(banner).to_be_hidden(timeout=10_000)
    expect(page.locator("[data-row]", has_text="meanwhile")).to_be_visible(timeout=10_000)
    assert page.evaluate("window.neverReloaded")


def test_a_server_that_went_away_is_told_and_heals(page: Page, running: Running) -> None:
    watch(page, running)
    banner = page.locator("#connection-banner")

    running.stop()
    expect(banner).to_be_visible(timeout=10_000)
    running.receive("meanwhile")
    running.start()

    expect(banner).to_be_hidden(timeout=90_000)
    expect(page.locator("[data-row]", has_text="meanwhile")).to_be_visible(timeout=20_000)
    assert page.evaluate("window.neverReloaded")


LISTEN = """window.said = [];
window.Notification = class extends EventTarget {
  static permission = "granted";
  constructor(title, options) { super(); window.said.push(`${title} | ${options.body}`); }
};
document.hasFocus = () => false;"""
GIVE = """
from ahlan.staff.models import Agent
from ahlan.tickets.actions.work import assign_ticket
from ahlan.tickets.models import Ticket
ticket = Ticket.objects.get(subject="before")
assign_ticket(ticket, Agent.objects.order_by("id").first(), actor="system")
print(ticket.pk)
"""


def test_who_is_given_a_ticket_sees_it_at_the_bell_and_hears_it_from_the_browser(
    page: Page, running: Running
) -> None:
    page.add_init_script(LISTEN)  # the page's side of the operating system
    watch(page, running)
    bell = page.locator("[data-notifications-count]")
    before = int(bell.inner_text().split()[0])

    number = running.house.do(GIVE)
    expect(bell).to_contain_text(str(before + 1), timeout=5_000)
    page.wait_for_function("window.said.length", timeout=5_000)
    said = page.evaluate("window.said")
    page.keyboard.press("b")
    line = page.locator("#notifications-menu .notification").first
    expect(line).to_contain_text("gave you this ticket")
    expect(line).to_be_focused()
    page.keyboard.press("Enter")

    assert said == [f"Ahlan gave you this ticket | #{number} before"]
    expect(page.locator("#ticket .ticket-head__subject")).to_have_text("before")
    expect(bell).to_contain_text(str(before), timeout=5_000)
    expect(page.locator("#notifications-menu")).to_be_hidden()
