"""Two people in two browsers: who is there is seen at once, and new tickets come to who is there, and to nobody else."""

import re
import time
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, expect

from ahlan.routing.tests.makers import arrive, make_plan, there
from ahlan.staff.actions.presence import save_state
from ahlan.staff.actions.skills import save_skill, set_skills
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


PLACES = ("/here/", "/settings/routing/", "/settings/routing/new/", "/settings/routing/capacity/", "/settings/skills/", "/settings/presence/", "/settings/people/")  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ar", "dark")])
def test_nothing_stands_in_anybodys_way(
    sign_in: Any, barriers: Any, complaints: Any, desk: Any, chief: Any, ada: Any, language: str, theme: str
) -> None:
    with transaction.atomic():
        tea = save_skill(name="Tea", actor="system")
        set_skills(ada, {tea.pk: 4}, actor="system")
        save_state(name="Lunch", kind="away", actor="system")
        there(ada)
        make_plan(needs={tea.pk: 2}, overflow_minutes=5, overflow_team=desk.teams.get())
        ticket = arrive(desk)
        arrive(desk, language="he")
    found: dict[str, list[str]] = {}
    places = [*PLACES, f"/settings/routing/?ticket={ticket.pk}", f"/tickets/{ticket.pk}/"]
    for place in places:
        page = sign_in(chief, place, language, theme)
        page.set_viewport_size({"width": 390, "height": 844})
        if place.startswith("/tickets"):
            page.locator("[popovertarget=ticket-more]").click()
            page.locator("[popovertarget=ticket-escalation]").click()
        before = list(complaints)
        found[place] = barriers(page)
        page.goto("about:blank")
        complaints[:] = before  # what the examination itself has caused is told late

    assert found == {place: [] for place in places}
