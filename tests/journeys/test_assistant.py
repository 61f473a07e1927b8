"""A visitor writes in Hebrew to a bot, is answered from an article, asks for a person; the agent has everything before him."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_chat import NUMBER, Site, open_chat, site  # noqa: F401 -- the fixture
from tests.journeys.test_live import Running, running  # noqa: F401 -- the same

pytestmark = pytest.mark.journey

BOT = """
from ahlan.assistant.actions.settings import save_bot
from ahlan.assistant.models import Bot
from ahlan.channels.models import Inbox
made = save_bot(
    Bot(inbox=Inbox.objects.get(channel="chat")), greetings={"he": "ברוכים הבאים למיטרה!"}, actor="system",
    is_on=True, name="", questionnaire=None, tries=2, when="always", hours=None, patience=None, uses_model=False,
)
print(json.dumps(made.pk))
"""


def test_a_bot_answers_in_hebrew_and_hands_over_with_everything_said(
    browser: Browser,
    page: Page,
    site: Site,  # noqa: F811
    running: Running,  # noqa: F811
) -> None:
    running.house.do(BOT)
    site.language = "he"
    shop, frame, complaints = open_chat(browser, site, viewport={"width": 390, "height": 800})
    box = frame.locator("#text")
    box.fill("הכוס שלי הגיעה שבורה, מה עושים?")
    box.press("Enter")
    told = frame.locator(".line--agent[data-seq]").first
    expect(told).to_contain_text("עוזר אוטומטי ולא אדם", timeout=20_000)
    expect(told).to_contain_text("ברוכים הבאים למיטרה!")
    expect(told).to_contain_text("אנחנו שולחים כוס חדשה באותו יום")
    expect(told.locator(".line__foot")).to_contain_text("העוזר")
    expect(told.locator("a")).to_have_attribute("href", re.compile(r"/help/he/\d+-"))

    box.fill("נציג בבקשה")
    box.press("Enter")
    expect(frame.locator(".line--agent[data-seq]").nth(1)).to_contain_text("ממשיך איתך נציג", timeout=20_000)
    assert complaints == []

    page.goto(running.link)
    page.goto(f"{site.house}/tickets/{running.house.do(NUMBER)}/")
    expect(page.locator(".said", has_text="אנחנו שולחים כוס חדשה")).to_contain_text("assistant")
    expect(page.locator(".said", has_text="נציג בבקשה")).to_be_visible()
    expect(page.get_by_text("The customer asked for a person")).to_be_visible()

    page.get_by_role("button", name="Let the assistant help").click()
    page.get_by_role("button", name="Draft an answer").click()
    expect(page.locator(".help-given__text")).to_contain_text("אנחנו שולחים כוס חדשה")
    page.get_by_role("button", name="Put into the answer").click()
    expect(page.locator(".composer__text")).to_have_value(re.compile("אנחנו שולחים כוס חדשה"))
    expect(frame.locator(".line--agent[data-seq]")).to_have_count(2)  # nothing is sent by itself
    shop.close()
