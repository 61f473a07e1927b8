"""A ticket is closed, one click in the mail, a comment; the low score opens work, and it is won back. In Arabic and in Finnish."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ahlan.feedback.actions.asking import send_due
from ahlan.feedback.actions.instruments import make_ready
from ahlan.feedback.actions.recovering import look_into_due
from ahlan.feedback.actions.surveys import save_place
from ahlan.feedback.models import Answer, Recovery
from ahlan.feedback.tests.conftest import sent  # noqa: F401 -- a fixture
from ahlan.feedback.tests.makers import close, make_survey
from tests.journeys.conftest import SignIn
from tests.makers import make_agent, make_customer, make_ticket

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WORDS = {
    "ar": ("rtl", "أُرسل بعد أسبوع!", "إرسال", "شكرًا", "استُعيد"),
    "fi": ("ltr", "Tuli viikon myöhässä!", "Lähetä", "Kiitos", "Saatu takaisin"),
}


@pytest.mark.parametrize("language", list(WORDS))
def test_from_one_click_to_won_back(
    page: Page, sign_in: SignIn, barriers: Callable[[Page], list[str]], live_server: Any, settings: Any, desk: Any, ada: Any,
    sent: Any, language: str,  # noqa: F811 -- the fixture
) -> None:  # fmt: skip
    direction, words, send, thanks, won = WORDS[language]
    settings.SITE_URL = live_server.url
    make_ready()
    team = desk.teams.get()
    team.lead = make_agent(team, role="lead", name="Lee")
    team.save()
    make_survey(name="CSAT")
    customer = make_customer(name="Cy", language=language)
    ticket = close(make_ticket(inbox=desk, customer=customer, team=team, subject="Kettle"), ada)
    send_due()
    link = re.search(r'href="([^"]+v=2)"', sent[0].html)[1]  # type: ignore[index]

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(link)
    expect(page.locator("html")).to_have_attribute("dir", direction)
    expect(page.get_by_role("radio", checked=True)).to_have_value("2")
    page.wait_for_timeout(700)
    assert Answer.objects.count() == 0  # a browser that only looks answers nothing
    assert barriers(page) == []
    page.mouse.move(20, 20)
    page.mouse.move(60, 300)
    expect(page.locator("textarea")).to_be_visible()
    assert Answer.objects.get().score == 2
    page.locator("textarea").fill(words)
    page.get_by_role("button", name=send, exact=True).click()
    expect(page.locator("h1")).to_contain_text(thanks)
    assert Answer.objects.get().comment == words

    look_into_due()
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(team.lead, f"/tickets/{ticket.pk}/", language)
    beside = page.locator(".beside-feedback")
    expect(beside).to_contain_text(words)
    beside.get_by_role("button", name=won, exact=True).click()
    expect(page.locator(".beside-feedback .badge")).to_have_text(won)
    assert Recovery.objects.get().outcome == "recovered"
    page.goto(f"{live_server.url}/feedback/csat/")
    expect(page.locator(".said__words").first).to_have_text(words)
    assert barriers(page) == []


def test_a_counter_without_a_mouse(page: Page, live_server: Any, complaints: list[str], db: Any) -> None:
    make_ready()
    place = save_place(
        make_survey(key="nps", low=None), None, name="Counter", kiosk=True, language="en", actor="system"
    )
    page.goto(f"{live_server.url}/p/{place.slug}/")

    page.keyboard.press("Tab")
    page.locator("[name=score][value='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("textarea")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()

    expect(page.get_by_role("link", name="Next, please")).to_be_visible()
    assert Answer.objects.get().score == 1
