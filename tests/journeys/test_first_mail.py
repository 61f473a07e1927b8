"""The first hour: a newcomer starts the product, a customer writes from his own mail program, and they talk."""

import os
import re
import shutil
import smtplib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.dovecot import Dovecot, dovecot, free_port
from tests.own_house import House, own_house
from tests.postfix import postfix

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not shutil.which("dovecot"), reason="needs dovecot-imapd (sh tests/tools.sh)"),
    pytest.mark.skipif(os.getuid() != 0, reason="Postfix starts only as root"),
]


class Customer:
    """Noa, with a mail server of her own and a program that reads her mailbox."""

    address = "noa@else.example"

    def __init__(self, box: Dovecot, port: int) -> None:
        self.box, self.port = box, port

    def write(self, to: str, subject: str, text: str, answering: EmailMessage | None = None) -> str:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"Noa Levi <{self.address}>", to, subject
        mail["Message-ID"] = f"<{time.time_ns()}@else.example>"
        if answering:
            mail["In-Reply-To"] = answering["Message-ID"]
            mail["References"] = f"{answering['References']} {answering['Message-ID']}"
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as server:
            server.send_message(mail)
        return str(mail["Message-ID"])

    def inbox(self) -> list[EmailMessage]:
        with self.box.open() as client:
            found = client.fetch(client.search(["ALL"]), ["BODY.PEEK[]"])
        return [message_from_bytes(one[b"BODY[]"], policy=policy.default) for one in found.values()]


@pytest.fixture
def door() -> int:
    return free_port()


@pytest.fixture
def customer(door: int) -> Iterator[Customer]:
    with (
        dovecot(user="noa") as box,
        postfix(box, domain="else.example", elsewhere="mitra.example", door=door) as port,
    ):
        yield Customer(box, port)


@pytest.fixture
def house(tmp_path: Path, door: int, customer: Customer) -> Iterator[tuple[House, str]]:
    """`ahlan run` as a newcomer starts it, and the link it prints."""
    surroundings = {
        "PORT": str(free_port()),
        "MAIL_PORT": str(door),
        "AHLAN_SMTP_HOST": "127.0.0.1",
        "AHLAN_SMTP_PORT": str(customer.port),
        "AHLAN_SMTP_SECURITY": "none",
    }
    with own_house(tmp_path / "data", **surroundings) as made:
        process = made.ahlan("run", stdout=subprocess.PIPE)
        lines: list[str] = []
        reader = threading.Thread(target=lambda: lines.extend(line.decode() for line in process.stdout or ()))
        reader.start()
        try:
            yield made, within(120, lambda: _link(lines))
        finally:
            process.terminate()
            process.wait(60)
            reader.join(10)
            process.stdout.close()  # type: ignore[union-attr]


def _link(lines: list[str]) -> str:
    return next((found[0] for line in list(lines) if (found := re.findall(r"http://\S+/in/\S+", line))), "")


def within(seconds: float, look: Callable[[], Any]) -> Any:
    """What `look` finds, as soon as it finds something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} seconds")


def test_a_customer_and_a_newcomer_talk_by_mail(
    page: Page, house: tuple[House, str], customer: Customer, tell: Callable[[str], None]
) -> None:
    made, link = house
    page.goto(link)
    page.goto(f"{link.split('/in/')[0]}/inbox/open/")
    expect(page.locator("[data-row]").first).to_be_visible()

    asked = customer.write(
        "support@mitra.example", "The lid is broken", "Hello, the lid of my teapot is broken."
    )
    row = page.locator("[data-row]", has_text="The lid is broken")
    expect(row).to_be_visible(timeout=45_000)  # nobody reloads the page
    seen_at = time.time()
    number = int(row.get_attribute("data-row") or 0)
    opened_at = made.do(
        "from ahlan.tickets.models import Ticket\n"
        f"print(Ticket.objects.get(pk={number}).messages.get().at.timestamp())"
    )
    tell(f"A mail stood on the screen {(seen_at - opened_at) * 1000:.0f} ms after it was kept")

    row.click()
    page.locator(".composer textarea").fill("A new lid is on its way.")
    page.get_by_role("button", name="Send", exact=True).click()
    (answer,) = within(60, customer.inbox)

    assert (answer["In-Reply-To"], answer["References"]) == (asked, asked)
    assert answer["Subject"] == "Re: The lid is broken"
    assert "A new lid is on its way." in answer.get_body(("plain",)).get_content()  # type: ignore[union-attr]

    customer.write(str(answer["Reply-To"]), "Re: The lid is broken", "Thank you so much!", answering=answer)
    expect(page.locator("#timeline")).to_contain_text("Thank you so much!", timeout=15_000)

    said = made.do(
        "from ahlan.tickets.models import Message, Ticket\n"
        "about = Ticket.objects.filter(subject__contains='The lid is broken')\n"
        "print(json.dumps([about.count(), Message.objects.filter(ticket__in=about).count()]))"
    )
    assert said == [1, 3]
