"""The way of service: the strip fills after a reply, cards are written where one writes, closing asks, by keyboard alone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ahlan.courtesy.actions.inquiries import begin, share
from ahlan.courtesy.actions.questionnaires import make_ready
from ahlan.courtesy.links import token_for
from ahlan.courtesy.models import Questionnaire
from ahlan.tickets.models import State, Ticket
from tests.journeys.conftest import SignIn
from tests.makers import make_customer, make_message, make_ticket

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ticket(desk: Any) -> Any:
    made = make_ticket(inbox=desk, customer=make_customer(name="Noa Levi"), language="he")
    make_message(made, text="הכוס הגיעה שבורה.")
    return made


def pressed(page: Page) -> list[str]:
    return [one.strip() for one in page.locator(".way__step[aria-pressed=true]").all_inner_texts()]


def test_from_a_card_to_closing(sign_in: SignIn, chief: Any, ticket: Any) -> None:
    page = sign_in(chief, f"/tickets/{ticket.pk}/")
    text = page.locator(".composer__text")

    page.locator(".cards-button").click()
    expect(page.locator("[data-card]").first).to_be_visible()
    page.keyboard.type("wel")
    page.keyboard.press("Enter")
    page.keyboard.type("נועה")
    expect(text).to_have_value("שלום נועה,\n\nתודה שפנית אלינו.")
    page.locator(".composer__for-reply [data-send]").click()
    expect(page.locator(".said--out")).to_have_count(1)
    assert pressed(page) == ["Welcome"]

    page.locator(".ticket-head__subject").click()
    page.keyboard.press("e")
    expect(page.get_by_role("dialog", name="Anything left out?")).to_be_visible()
    page.keyboard.press("Enter")
    expect(text).to_have_value("האם יש עוד משהו שנוכל לעזור בו?")
    page.locator(".composer__for-reply [data-send]").click()
    expect(page.locator(".said--out")).to_have_count(2)
    assert pressed(page) == ["Welcome", "Check"]

    page.locator(".ticket-head__subject").click()
    page.keyboard.press("e")
    expect(page.locator(".ticket-head .badge").first).to_have_text("Closed")


def test_closing_all_the_same_can_be_undone(sign_in: SignIn, chief: Any, ticket: Any) -> None:
    page = sign_in(chief, f"/tickets/{ticket.pk}/")
    page.keyboard.press("e")
    page.get_by_role("button", name="Close all the same").click()
    expect(page.locator(".ticket-head .badge").first).to_have_text("Closed")
    expect(page.locator(".toast")).to_have_count(1)

    page.locator(".toast").get_by_role("button", name="Undo").click()

    expect(page.locator(".ticket-head .badge").first).to_have_text("Open")
    assert Ticket.objects.get(pk=ticket.pk).state == State.OPEN


def test_sending_and_closing_waits_for_the_question(sign_in: SignIn, chief: Any, ticket: Any) -> None:
    page = sign_in(chief, f"/tickets/{ticket.pk}/")
    page.locator(".composer__text").fill("כוס חדשה בדרך אליך.")
    page.get_by_role("button", name="Other ways to send").click()
    page.get_by_role("button", name="Send and close").click()
    expect(page.get_by_role("dialog", name="Anything left out?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".composer__text")).to_have_value("כוס חדשה בדרך אליך.")

    page.get_by_role("button", name="Other ways to send").click()
    page.get_by_role("button", name="Send and close").click()
    page.get_by_role("button", name="Send and close all the same").click()

    expect(page.locator(".said--out")).to_contain_text("כוס חדשה בדרך אליך.")
    expect(page.locator(".ticket-head .badge").first).to_have_text("Closed")


def test_a_questionnaire_from_the_ticket_to_the_customers_phone_and_back(
    sign_in: SignIn, chief: Any, ticket: Any, barriers: Any, live_server: Any, browser: Any
) -> None:
    make_ready()
    page = sign_in(chief, f"/tickets/{ticket.pk}/")
    page.set_viewport_size({"width": 1440, "height": 900})  # where the panels stand beside the ticket
    page.get_by_role("button", name="Ask with a questionnaire").click()
    page.get_by_role("button", name="Fault report").click()
    page.locator("#inquiries:not(.htmx-added, .htmx-settling) [name=q-product]").fill("קומקום 7")
    expect(page.locator("#inquiry-state")).to_have_text("Saved")
    page.get_by_role("button", name="Put the link into the reply").click()
    expect(page.locator(".composer__text")).to_have_value(re.compile(r"/inquiries/"))
    link = page.locator("#inquiry-link").input_value()

    phone = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    phone.goto(link)
    expect(phone.locator("html")).to_have_attribute("dir", "rtl")
    expect(phone.locator("[name=q-product]")).to_have_value("קומקום 7")
    expect(phone.locator("[name=q-pattern]")).to_be_hidden()
    phone.locator("[name=q-often][value=sometimes]").check()
    expect(phone.locator("[name=q-pattern]")).to_be_visible()
    assert barriers(phone) == []
    phone.locator("[name=q-happens]").fill("הוא נוזל.")
    phone.locator("[name=q-stops][value=no]").check()
    phone.get_by_role("button").first.click()
    expect(phone.locator("h1")).to_have_text("תודה")
    assert barriers(phone) == []
    phone.close()

    page.goto(f"{live_server.url}/tickets/{ticket.pk}/")
    expect(page.locator(".said--in").last).to_contain_text("הוא נוזל.")
    page.locator("#inquiries").get_by_text("answered").click()
    expect(page.locator("[name=q-happens]")).to_have_value("הוא נוזל.")
    assert barriers(page) == []


def test_without_scripts_a_customer_answers_all_the_same(
    ticket: Any, chief: Any, live_server: Any, browser: Any
) -> None:
    make_ready()
    made = begin(ticket, Questionnaire.objects.get(key="return"), agent=chief)
    phone = browser.new_page(java_script_enabled=False)
    phone.goto(f"{live_server.url}/inquiries/{token_for(share(made, agent=chief))}/")
    expect(phone.locator(".question__when")).to_be_visible()
    phone.locator("[name=q-order]").fill("1182")
    phone.locator("[name=later]").click()
    expect(phone.get_by_role("status").first).to_contain_text("נשמר")
    phone.locator("[name=q-why][value=mind]").check()
    phone.locator("[name=q-wish][value=money]").check()
    phone.get_by_role("button").first.click()

    expect(phone.locator("h1")).to_have_text("תודה")
    phone.close()
