"""Two people in two browsers: who is there is seen at once, and new tickets come to who is there, and to nobody else."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_live import Running, running

__all__ = ["running"]  # the fixture
pytestmark = pytest.mark.journey

OPEN_ALL_DAY = """
from ahlan.calendars.models import BusinessHours
from ahlan.staff.models import Agent, Team
from ahlan.staff.actions import make_link
Team.objects.update(hours=None); BusinessHours.objects.update(is_default=False)
bo = Agent.objects.get(name__startswith="Bo")
Agent.objects.update(language="en")
from ahlan.routing.actions.plans import save_plan
save_plan(name="To Bo", conditions={"all": [{"facet": "subject", "is": "contains", "value": ["for Bo"]}]}, way="hand", agent=bo, actor="system")
print(json.dumps([make_link(bo), bo.pk]))
"""


def choose(page: Page, word: str) -> None:
    page.locator("[popovertarget=person-menu]").click()
    page.locator(".presence-menu button", has_text=word).click()
    expect(page.locator(".presence-menu button[aria-pressed=true]")).to_have_text(re.compile(word))
    page.keyboard.press("Escape")


def test_who_is_there_gets_it_and_everybody_sees_who_is_there(
    page: Page, browser: Browser, running: Running
) -> None:
    link, bo = running.house.do(OPEN_ALL_DAY)
    home = running.link.split("/in/")[0]
    page.goto(running.link)
    page.goto(f"{home}/here/")
    row = page.locator("tr", has=page.locator(f'[data-presence="{bo}"]'))
    dot = row.locator("[data-presence]")
    expect(dot).to_have_class(re.compile("presence--offline"))

    running.receive("the first for Bo")  # he is not there: it waits
    expect(page.locator(".here__queue", has_text="To Bo")).to_be_visible(timeout=15_000)

    other = browser.new_context().new_page()
    other.goto(f"{home}/in/{link}/")
    expect(dot).to_have_class(re.compile("presence--available"), timeout=10_000)
    expect(row).to_contain_text("1 of 8", timeout=10_000)
    other.goto(f"{home}/inbox/mine/")
    expect(other.locator("[data-row]", has_text="the first for Bo")).to_be_visible(timeout=10_000)
    expect(page.locator(".here__queue", has_text="To Bo")).to_have_count(0, timeout=10_000)

    choose(other, "Busy")
    began = time.monotonic()
    expect(dot).to_have_class(re.compile("presence--busy"), timeout=5_000)
    assert time.monotonic() - began < 2  # a second, and the browser's own time

    running.receive("the second for Bo")
    expect(page.locator(".here__queue", has_text="To Bo")).to_be_visible(timeout=15_000)
    choose(other, "Available")
    second = other.locator("[data-row]", has_text="the second for Bo")
    expect(second).to_be_visible(timeout=10_000)
    second.click()
    expect(other.locator(".timeline", has_text="by the plan “To Bo”: 2 of 8")).to_be_visible(timeout=10_000)
