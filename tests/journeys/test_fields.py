"""The fields beside a ticket, by keyboard alone: each saves itself, takes what others change, and is asked for before closing."""

from typing import Any

import pytest
from playwright.sync_api import expect

from ahlan.tickets.actions import words
from ahlan.tickets.actions.fields import set_fields
from ahlan.tickets.fields import fields_of
from ahlan.tickets.models import Ticket
from tests.journeys.conftest import Look, SignIn
from tests.makers import make_message, make_ticket

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ticket(desk: Any) -> Ticket:
    made = make_ticket(inbox=desk)
    make_message(made)
    return made


def make_fields() -> tuple[Any, Any, Any]:
    fault = words.save_type(name="Fault", actor="system")
    size = words.save_field(name="Size", kind="number", actor="system")
    cause = words.save_field(name="Cause", kind="text", required="closing", actor="system")
    words.save_field(name="Part", kind="choices", options=[(None, "Lid"), (None, "Cup")], actor="system")
    words.save_status(name="Solved", state="closed", actor="system")
    return fault, size, cause


def test_fields_are_filled_in_by_keyboard(
    sign_in: SignIn, chief: Any, ticket: Ticket, complaints: list[str]
) -> None:
    _fault, size, cause = make_fields()
    page = sign_in(chief, f"/tickets/{ticket.pk}/")
    page.keyboard.press("f")
    box = page.locator(f"#{size.key}")
    expect(box).to_be_focused()
    page.keyboard.type("twelve")
    page.keyboard.press("Tab")
    expect(page.get_by_text("“Size” cannot hold this.")).to_be_visible()
    complaints.clear()  # the refusal
    box.fill("12.5")
    box.press("Tab")
    expect(page.locator(".fields__state")).to_have_text("Saved")
    expect(page.locator(f"#{cause.key}")).to_be_focused()

    page.keyboard.type("Half a wo")
    set_fields(ticket, {size.pk: ["13"]}, actor="system")
    page.locator("#fields").dispatch_event("refresh")  # as the live stream does
    expect(box).to_have_value("13")
    expect(page.locator(f"#{cause.key}")).to_have_value("Half a wo")

    page.locator(f"#{cause.key}").fill("")
    page.get_by_role("button", name="Close ticket").click()
    expect(page.get_by_text("Fill in before closing: Cause")).to_be_visible()
    expect(page.locator(f"#{cause.key}")).to_be_focused()
    complaints.clear()
    page.keyboard.type("Rain")
    page.keyboard.press("Tab")
    expect(page.locator(".is-missing")).to_have_count(0)
    page.get_by_role("button", name="Close ticket").click()
    page.get_by_role("button", name="Close all the same").click()  # only now is it asked what was left out
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()

    assert [one.told for one in fields_of(ticket)] == ["13", "Rain", ""]


PAGES = ("types/", "statuses/", "fields/", "fields/new/", "tags/")


@pytest.mark.parametrize(("language", "width"), [("en", 1440), ("ar", 390)])
def test_the_pages_of_own_words_are_open_to_everybody(
    sign_in: SignIn,
    barriers: Look,
    chief: Any,
    ticket: Ticket,
    complaints: list[str],
    language: str,
    width: int,
) -> None:
    _fault, size, _cause = make_fields()
    page = sign_in(chief, f"/tickets/{ticket.pk}/", language, "dark")
    page.set_viewport_size({"width": width, "height": 844})
    home = page.url.removesuffix(f"/tickets/{ticket.pk}/")
    addresses = [
        *(f"/settings/{one}" for one in PAGES),
        f"/settings/fields/{size.pk}/",
        f"/tickets/{ticket.pk}/",
    ]
    found = {}
    for address in addresses:
        page.goto(home + address)
        found[address] = page.evaluate("document.documentElement.scrollWidth") <= width
    assert (found, complaints) == (dict.fromkeys(addresses, True), [])

    barred = {}
    for address in addresses:
        page.goto(home + address)
        barred[address] = barriers(page)
    complaints.clear()  # the looker reads style sheets in its own way
    assert barred == {address: [] for address in addresses}
