"""A slash in the composer: canned replies and macros by keyboard, in both directions of writing."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ahlan.rules.actions.shortcuts import save_canned_reply, save_macro
from ahlan.tickets.models import Ticket
from tests.journeys.conftest import SignIn
from tests.makers import make_customer, make_message, make_ticket

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ticket(desk: Any) -> Any:
    texts = {
        "": "Hello {{customer.first_name}}, we are open.",
        "he": "שלום {{customer.first_name}}, אנחנו פתוחים.",
    }
    save_canned_reply(name="Opening times", code="hours", texts=texts, actor="system")
    save_canned_reply(name="Parcels", texts={"": "It is on its way."}, actor="system")
    save_macro(
        name="Close as solved", code="bye", acts=[{"act": "state", "value": ["closed"]}], actor="system"
    )
    customer = make_customer(name="Noa Levi")
    made = make_ticket(inbox=desk, customer=customer, language="he")
    make_message(made)
    return made


def text(page: Page) -> Any:
    return page.locator(".composer__text")


@pytest.mark.parametrize("language", ["en", "he"])
def test_a_canned_reply_is_typed_by_its_code(sign_in: SignIn, chief: Any, ticket: Any, language: str) -> None:
    page = sign_in(chief, f"/tickets/{ticket.pk}/", language)
    text(page).focus()

    page.keyboard.type("Hi! /hou")
    option = page.locator(".picker__one[aria-selected=true]")
    expect(option).to_contain_text("Opening times")
    page.keyboard.press("Enter")

    expect(text(page)).to_have_value("Hi! שלום Noa, אנחנו פתוחים.")
    expect(page.locator("#picker")).to_be_hidden()


def test_the_arrows_walk_escape_leaves_the_slash_and_the_button_opens(
    sign_in: SignIn, chief: Any, ticket: Any
) -> None:
    page = sign_in(chief, f"/tickets/{ticket.pk}/", "en")
    page.locator("[data-picker-open]").click()
    expect(page.locator("#picker")).to_be_visible()

    page.keyboard.press("ArrowDown")
    expect(page.locator(".picker__one").nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#picker")).to_be_hidden()
    expect(text(page)).to_have_value("/")
    text(page).fill("24/7 and/or")
    expect(page.locator("#picker")).to_be_hidden()


def test_a_macro_runs_and_is_taken_back(sign_in: SignIn, chief: Any, ticket: Any) -> None:
    page = sign_in(chief, f"/tickets/{ticket.pk}/", "en")
    text(page).focus()
    page.keyboard.type("/bye")
    expect(page.locator(".picker__one[aria-selected=true]")).to_contain_text("Close as solved")

    page.keyboard.press("Enter")

    toast = page.locator("#toasts .toast", has_text="“Close as solved” is done.")
    expect(toast).to_be_visible()
    assert Ticket.objects.get(pk=ticket.pk).state == "closed"
    toast.get_by_role("button", name=re.compile("Undo")).click()
    expect(page.locator("#toasts .toast", has_text="Taken back.")).to_be_visible()
    assert Ticket.objects.get(pk=ticket.pk).state == "open"
    expect(text(page)).to_have_value("")
