"""Somebody makes a token, finds out how the API works, and lets a program do something."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.makers import Caller, make_caller, make_ticket

pytestmark = pytest.mark.journey


@pytest.mark.django_db(transaction=True)
def test_a_token_is_made_copied_and_used(sign_in: Any, desk: Any, ada: Any, cy: Any) -> None:
    ticket = make_ticket(inbox=desk, customer=cy)
    page = sign_in(ada, "/settings/tokens/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.get_by_role("main").get_by_role("link", name="New token").click()
    page.get_by_label("Name").fill("Shop")
    page.get_by_label("Answer, move, merge").check()
    page.get_by_role("button", name="Make token").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    secret = page.evaluate("navigator.clipboard.readText()")

    assert Caller(secret).say("POST", f"/tickets/{ticket.pk}/closure").json()["state"] == "closed"

    page.get_by_role("link", name="How the API works").click()
    page.get_by_role("searchbox").fill("close ticket")
    expect(page.locator(".operation:visible")).to_have_count(1)
    expect(page.get_by_role("heading", name="Signing in")).to_be_hidden()
    page.locator("#close_ticket summary").click()
    page.locator("#close_ticket").get_by_role("button", name="Copy").click()
    expect(page.locator("#close_ticket").get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("curl -X POST ")

    page.goto(page.url.partition("#")[0] + "#say_something")
    expect(page.locator("#say_something pre").first).to_be_visible()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ar", "dark")])
def test_nothing_about_programs_stands_in_anybodys_way(
    sign_in: Any, barriers: Any, complaints: Any, chief: Any, language: str, theme: str
) -> None:
    make_caller(chief)
    found: dict[str, list[str]] = {}
    for place in (
        "/settings/tokens/",
        "/settings/tokens/new/",
        "/settings/tokens/everybody/",
        "/api/v1/docs/",
    ):
        page = sign_in(chief, place, language, theme)
        page.set_viewport_size({"width": 390, "height": 844})
        if place == "/api/v1/docs/":
            page.locator("#list_tickets summary").click()
        before = list(complaints)
        found[place] = barriers(page)
        page.goto("about:blank")
        complaints[:] = before  # what the examination itself has caused is told late

    assert [place for place, stands in found.items() if stands] == []
