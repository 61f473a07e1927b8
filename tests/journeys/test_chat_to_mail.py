"""Two visitors at once, in Hebrew and in English, before a bot; broken lines; a person takes over; one leaves, and it goes on by mail."""

import smtplib
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dovecot import free_port
from tests.journeys.test_assistant import BOT
from tests.journeys.test_chat import Site, open_chat, site  # noqa: F401 -- the fixture
from tests.journeys.test_live import Running, within
from tests.mail_server import Postbox, postbox
from tests.own_house import own_house

pytestmark = pytest.mark.journey

BY_MAIL = """
from ahlan.channels.chat.models import Widget
from ahlan.channels.models import Inbox
Widget.objects.update(mail_inbox=Inbox.objects.filter(channel="email").order_by("id").first())
"""
NOAS = """
from ahlan.channels.chat.models import Chat
print(Chat.objects.get(visitor__email="noa@else.example").ticket)
"""
LEFT = """
from datetime import timedelta
from ahlan.channels.chat.models import Chat, Visitor
from ahlan.core.clock import now
Visitor.objects.update(seen_at=now() - timedelta(minutes=3))
Chat.objects.exclude(mail_at=None).update(mail_at=now())
"""
SAID = """
from ahlan.tickets.models import Message, Ticket
of = {one.pk: list(Message.objects.filter(ticket=one).order_by("id").values_list("direction", "text")) for one in Ticket.objects.filter(inbox__channel="chat")}
print(json.dumps([Ticket.objects.count(), of]))
"""


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as made:
        yield made


@pytest.fixture
def running(tmp_path: Path, box: Postbox) -> Iterator[Running]:
    """A house whose mail goes to the visitor's own server."""
    mail = {
        "AHLAN_SMTP_HOST": "127.0.0.1",
        "AHLAN_SMTP_PORT": str(box.port),
        "AHLAN_SMTP_SECURITY": "none",
    }
    with own_house(tmp_path / "data", PORT=str(free_port()), MAIL_PORT=str(free_port()), **mail) as house:
        made = Running(house)
        try:
            yield made
        finally:
            made.stop()


def answer(mail: EmailMessage, text: str, port: str) -> None:
    """As a mail program answers."""
    said = EmailMessage()
    said["From"], said["To"], said["Subject"] = "noa@else.example", mail["Reply-To"], f"Re: {mail['Subject']}"
    said["Message-ID"], said["In-Reply-To"] = "<from-noa@else.example>", mail["Message-ID"]
    said.set_content(text)
    with smtplib.SMTP("127.0.0.1", int(port), timeout=20) as server:
        server.send_message(said)


def test_from_a_bot_to_a_person_to_mail_on_one_ticket(
    browser: Browser,
    page: Page,
    site: Site,  # noqa: F811
    running: Running,
    box: Postbox,
) -> None:
    running.house.do(BOT + BY_MAIL)
    site.language = "he"
    shop, frame, complaints = open_chat(browser, site)
    site.language = "en"
    other, english, other_complaints = open_chat(browser, site)

    frame.locator("#asks [name=email]").fill("noa@else.example")
    for one, words in (
        (frame, "הכוס שלי הגיעה שבורה, מה עושים?"),
        (english, "My cup came broken. What now?"),
    ):
        one.locator("#text").fill(words)
        one.locator("#text").press("Enter")
    expect(frame.locator(".line--agent[data-seq]").first).to_contain_text(
        "כוס חדשה באותו יום", timeout=30_000
    )
    expect(english.locator(".line--agent[data-seq]")).to_contain_text(
        "a new cup the same day", timeout=30_000
    )
    english.get_by_role("button", name="Yes", exact=True).first.click()
    expect(english.locator(".line--agent[data-seq]").nth(1)).to_contain_text("glad that it helped", timeout=30_000)  # fmt: skip
    expect(english.locator(".line__choices")).to_have_count(0)

    expect(frame.get_by_role("button", name="לא", exact=True).first).to_be_visible()
    for _time in range(2):  # the line breaks, twice
        shop.context.set_offline(True)
        shop.wait_for_timeout(300)
        shop.context.set_offline(False)
    shop.context.set_offline(True)
    frame.locator("#text").fill("נציג בבקשה")
    frame.locator("#text").press("Enter")
    expect(frame.locator(".line--visitor", has_text="נציג בבקשה")).to_be_visible()
    shop.context.set_offline(False)
    expect(frame.locator(".line--agent[data-seq]").nth(1)).to_contain_text("ממשיך איתך נציג", timeout=30_000)
    expect(frame.locator("[data-seq]")).to_have_count(4)
    assert all("net::ERR" in one for one in complaints) and other_complaints == []

    page.goto(running.link)
    number = running.house.do(NOAS)
    page.goto(f"{site.house}/tickets/{number}/")
    expect(page.get_by_text("The customer asked for a person")).to_be_visible()
    shop.close()
    page.locator(".composer__text").fill("כוס חדשה בדרך אליך.")
    page.locator("[data-send][value=waiting]").click()
    expect(page.locator(".said--out", has_text="כוס חדשה בדרך אליך")).to_be_visible(timeout=20_000)
    running.house.do(LEFT)
    within(60, lambda: box.mails)
    mail = message_from_bytes(box.mails[0], policy=policy.default)
    assert box.envelopes[0] == ["noa@else.example"]
    assert "כוס חדשה בדרך אליך" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]

    answer(mail, "תודה רבה!", running.house.env["MAIL_PORT"])
    expect(page.locator(".said--in", has_text="תודה רבה!")).to_be_visible(timeout=30_000)
    tickets, said = running.house.do(SAID)
    words = [text.splitlines()[0] for _direction, text in said[str(number)]]
    assert [words[0], words[2], *words[4:]] == ["הכוס שלי הגיעה שבורה, מה עושים?", "נציג בבקשה", "כוס חדשה בדרך אליך.", "תודה רבה!"]  # fmt: skip
    assert running.house.do(SAID)[0] == tickets and len(box.mails) == 1
    other.close()
