"""The command palette, by keyboard alone."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Look, SignIn
from tests.makers import make_customer, make_message, make_ticket

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_everything_is_reached_from_the_palette(
    sign_in: SignIn, barriers: Look, chief: Any, desk: Any
) -> None:
    ticket = make_ticket(subject="The parcel came open", inbox=desk, customer=make_customer(name="Aino"))
    make_message(ticket, text="Hello there")
    page = sign_in(chief, f"/tickets/{ticket.pk}/")
    field = page.locator("#palette-words")

    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    expect(page.locator("#palette-found [role=option]").first).to_be_visible()
    page.keyboard.type("service lev")
    expect(page.locator("#palette [role=option][aria-selected=true]")).to_contain_text("Service levels")
    page.keyboard.press("Enter")
    expect(page).to_have_url("http://" + page.url.split("/")[2] + "/settings/service-levels/")
    page.wait_for_load_state()

    page.keyboard.press("Control+k")
    page.keyboard.type(f"#{ticket.pk}")
    expect(page.locator("#palette [role=option][aria-selected=true]")).to_contain_text("The parcel came open")
    page.keyboard.press("Enter")
    expect(page.locator("#ticket .ticket-head__subject")).to_have_text("The parcel came open")
    page.wait_for_load_state()

    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.type("clos")
    page.keyboard.press("Enter")
    expect(page.locator("#ticket .ticket-head")).to_contain_text("Closed")

    page.keyboard.press("Control+k")
    expect(page.locator("#palette-found [role=option]").first).to_be_visible()
    assert barriers(page) == []


def test_the_palette_leaves_as_it_came_and_leads_on_when_nothing_fits(
    sign_in: SignIn, chief: Any, desk: Any
) -> None:
    page = sign_in(chief, "/inbox/open/", "ar")

    page.locator("[data-palette-open]").click()
    page.keyboard.type("qqqqq")
    expect(page.locator("#palette [role=option]")).to_have_count(1)
    expect(page.locator("#palette [role=option][aria-selected=true]")).to_have_attribute(
        "href", "/search/?q=qqqqq"
    )
    page.keyboard.press("Escape")

    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("[data-palette-open]")).to_be_focused()
