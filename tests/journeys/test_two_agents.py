"""Two agents at one desk, each with a browser of his own, on the product as it is started: who is there, who was quicker,
naming each other, taking a reply back, merging, a macro, and a ticket that sleeps until its customer writes."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_live import Running, running  # noqa: F401 -- the fixture

pytestmark = pytest.mark.journey

LINK = """
from ahlan.site.house import sign_in_url
from ahlan.staff.models import Agent
print(json.dumps(sign_in_url(Agent.objects.get(email__startswith="{who}@"))))
"""
NUMBER = """
from ahlan.tickets.models import Ticket
print(Ticket.objects.get(subject="{subject}").pk)
"""
LATER = 20_000  # milliseconds for what another process does


@pytest.fixture
def enter(browser: Browser, running: Running) -> Any:  # noqa: F811
    """A browser of somebody's own, signed in."""
    entered = []

    def open_for(who: str) -> Page:
        page = browser.new_page()
        entered.append(page)
        page.goto(running.house.do(LINK.format(who=who)))
        return page

    yield open_for
    for page in entered:
        page.close()


@pytest.fixture
def opened(running: Running) -> Callable[[str], str]:  # noqa: F811
    """A mail comes in; the address of its ticket."""

    def by_mail(subject: str) -> str:
        running.receive(subject)
        return f"{running.link.split('/in/')[0]}/tickets/{running.house.do(NUMBER.format(subject=subject))}/"

    return by_mail


def text(page: Page) -> Any:
    return page.locator(".composer__text")


def number_of(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def test_two_agents_work_at_one_ticket(enter: Any, running: Running, opened: Any) -> None:  # noqa: F811
    ticket, again = opened("broken-lid"), opened("broken-lid-again")
    ada, bo = enter("ada"), enter("bo")
    ada.goto(ticket)
    bo.goto(ticket)

    # Each sees that the other is there, and that he writes.
    expect(ada.locator("[data-looking]")).to_contain_text("Bo", timeout=LATER)
    expect(bo.locator("[data-looking]")).to_contain_text("Ada", timeout=LATER)
    text(ada).press_sequentially("A new lid is on its")
    expect(bo.locator("[data-typing]")).to_contain_text("Ada", timeout=LATER)

    # Bo is quicker: Ada's reply is held back until she has seen his.
    text(bo).fill("We send a new lid today.")
    bo.keyboard.press("Control+Enter")
    expect(bo.locator(".said").last).to_contain_text("We send a new lid today.")
    ada.get_by_role("button", name="Send", exact=True).click()
    expect(ada.locator(".composer__came")).to_contain_text("We send a new lid today.")
    expect(text(ada)).to_have_value("A new lid is on its")

    # She names him in a note instead; he is told.
    ada.keyboard.press("Escape")
    ada.locator("[data-key=n]").check(force=True)
    text(ada).fill("@Bo thank you, I was too slow.")
    ada.keyboard.press("Control+Enter")
    expect(ada.locator(".said--note").last).to_contain_text("I was too slow")
    expect(bo.locator(".said--note").last).to_contain_text("I was too slow", timeout=LATER)

    # What Ada sends is taken back within her seconds, and her words are there again.
    text(ada).fill("And a second one as a gift.")
    ada.get_by_role("button", name=re.compile("^Send")).first.click()
    ada.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(text(ada)).to_have_value("And a second one as a gift.")
    text(ada).fill("")

    # The customer has written twice: the second ticket goes into the first, and its number leads there.
    bo.goto(f"{again}merge/?q={number_of(ticket)}")
    bo.locator(f"[name=into][value='{number_of(ticket)}']").check()
    bo.locator(".form__acts .button--primary").click()
    expect(bo.locator("#ticket .ticket-head__number")).to_have_text(f"#{number_of(ticket)}")
    bo.goto(again)
    expect(bo).to_have_url(ticket)

    # It sleeps, and wakes with its customer's next word, in front of whoever looks at the list.
    ada.locator(".timeline").focus()
    ada.keyboard.press("z")
    expect(ada.locator("#ticket-snooze .menu__item").first).to_be_focused()
    ada.keyboard.press("Enter")
    expect(ada.locator(".ticket-head__snoozed")).to_be_visible()
    bo.goto(f"{ticket.split('/tickets/')[0]}/inbox/open/")
    row = bo.locator(f"[data-row='{number_of(ticket)}']")
    expect(row).to_have_count(0)
    running.receive("answer", answering="broken-lid")
    expect(row).to_be_visible(timeout=LATER)
    expect(ada.locator(".ticket-head__snoozed")).to_have_count(0, timeout=LATER)

    # A macro, by a slash: it answers, tags and closes.
    text(ada).click()
    text(ada).press_sequentially("/refunded")
    expect(ada.locator(".picker__one[aria-selected=true]")).to_contain_text("Refund and close")
    ada.keyboard.press("Enter")
    expect(ada.locator(".ticket-head")).to_contain_text("Closed")
    expect(ada.locator("#panels")).to_contain_text("refund")
