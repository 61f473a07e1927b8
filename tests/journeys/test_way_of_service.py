"""The way of service: the strip fills after a reply, cards are written where one writes, closing asks, by keyboard alone."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

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
