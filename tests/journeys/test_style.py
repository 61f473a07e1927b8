"""Every component, in both themes and both directions."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Look, SignIn

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_component_stands_in_anybodys_way(
    sign_in: SignIn, barriers: Look, chief: Any, theme: Any, language: str
) -> None:
    page = sign_in(chief, "/style/", language, theme)

    assert barriers(page) == []


def test_a_menu_is_walked_with_the_arrows_and_gives_the_focus_back(sign_in: SignIn, chief: Any) -> None:
    page = sign_in(chief, "/style/")
    opener = page.get_by_role("button", name="Other ways to send")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Send and close")).to_be_focused()

    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Send and wait")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Discard")).to_be_focused()
    page.keyboard.press("Escape")

    expect(opener).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("language", ["en", "he"])
def test_a_menu_stays_on_the_page(sign_in: SignIn, chief: Any, language: str) -> None:
    page = sign_in(chief, "/style/", language)
    page.set_viewport_size({"width": 390, "height": 700})
    page.locator("[popovertarget=person-menu]").click()

    box = page.locator("#person-menu").bounding_box()

    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] >= 0


def test_the_theme_is_remembered_and_nothing_flashes(sign_in: SignIn, chief: Any) -> None:
    page = sign_in(chief, "/style/")
    page.locator("[popovertarget=person-menu]").click()
    page.locator("[data-theme-set=dark]").click()
    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("[data-theme-set=dark]")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("language", ["en", "he", "ar", "fi", "fa", "ru"])
def test_browser_and_server_tell_the_same_time(sign_in: SignIn, chief: Any, language: str) -> None:
    page = sign_in(chief, "/style/", language)
    scripts = page.context.new_cdp_session(page)
    told: dict[bool, list[str]] = {}

    for without in (False, True, False, True):  # twice: a minute or the day may turn between the two
        scripts.send("Emulation.setScriptExecutionDisabled", {"value": without})
        page.reload()
        page.wait_for_timeout(100)
        told[without] = page.locator("time[data-when]").all_inner_texts()
        if without and told[True] == told[False]:
            break

    assert told[True] == told[False] != []


def test_the_question_mark_shows_the_keys_but_not_while_somebody_types(sign_in: SignIn, chief: Any) -> None:
    page = sign_in(chief, "/style/")
    page.get_by_label("About").first.focus()
    page.keyboard.type("?")
    expect(page.locator("#keys-sheet")).not_to_be_visible()

    page.keyboard.press("Escape")
    page.keyboard.press("?")

    expect(page.locator("#keys-sheet")).to_be_visible()
