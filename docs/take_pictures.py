"""Take the pictures in this folder from the running product: `python docs/take_pictures.py http://localhost:8000/in/…/`."""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}


def take(page: Page, home: str, name: str) -> None:
    page.goto(f"{home}/inbox/open/")
    page.wait_for_timeout(800)
    if name.startswith("phone"):
        page.screenshot(path=HERE / f"{name}-list.png")
    page.click("[data-list-rows] a:has-text('1182')")
    page.wait_for_timeout(900)
    page.screenshot(path=HERE / f"{name}.png")


def take_figures(page: Page, home: str, name: str) -> None:
    """Of a house that has taken in the published calls: `ahlan import calls … --mapping anonymous-bank`."""
    week = "start=1999-08-01&until=1999-08-07"
    for part, path in (
        ("pulse", f"/pulse/?{week}"),
        ("figure", f"/pulse/average_speed_of_answer/?{week}"),
        ("wallboard", "/wallboard/"),
    ):
        page.goto(f"{home}{path}")
        page.wait_for_timeout(800)
        page.screenshot(path=HERE / f"{part}-{name}.png")


def speak(page: Page, home: str, language: str) -> None:
    page.goto(f"{home}/settings/")
    page.select_option("select[name=language]", language)
    page.click(".settings__body form button.button--primary")
    page.wait_for_timeout(500)


def main(link: str) -> None:
    home = link.partition("/in/")[0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = browser.new_context()
        page = context.new_page()
        page.goto(link)
        state = context.storage_state()
        for language in ("ar", "he", "en"):
            speak(page, home, language)
            if language != "ar":
                for scheme in ("light", "dark"):
                    shown = browser.new_context(
                        storage_state=state, viewport={"width": 1440, "height": 900}, color_scheme=scheme
                    )
                    take_figures(shown.new_page(), home, f"{language}-{scheme}")
                    shown.close()
            if language == "he":
                continue
            for size, (width, height) in SIZES.items():
                for scheme in ("light", "dark"):
                    shown = browser.new_context(
                        storage_state=state, viewport={"width": width, "height": height}, color_scheme=scheme
                    )
                    take(shown.new_page(), home, f"{size}-{language}-{scheme}")
                    shown.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
