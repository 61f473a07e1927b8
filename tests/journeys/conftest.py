"""A real browser on a real server. The machine's own Chromium is used; CHROMIUM names another."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver runs a loop in our thread

SignIn = Callable[..., Page]
Look = Callable[[Page], list[str]]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return {
        **browser_type_launch_args,
        "args": ["--no-sandbox", "--overscroll-history-navigation=0"],  # a swipe is the page's, not "back"
        **({"executable_path": path} if path else {}),
    }


@pytest.fixture(scope="session")
def base_url() -> None:
    """Addresses are written whole. (The plugin's own fixture rouses a warning of pytest 9, an error here.)"""


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser's console complains of; a broken rule of the content security policy is among it."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if _matters(message) else None)
    yield said
    assert said == []


def _matters(message: Any) -> bool:
    """The live stream needs the whole house, this server has only pages; and htmx tells of what we abort."""
    if message.text.startswith(("htmx:sendAbort", "htmx:afterRequest")):
        return False
    return message.type in {"error", "warning"} and "/live/" not in message.location.get("url", "")


@pytest.fixture
def sign_in(page: Page, live_server: Any, complaints: list[str]) -> SignIn:
    """Open an address as somebody, in the language of the interface."""

    def enter(agent: Any, address: str = "/", language: str = "en", theme: Any = "light") -> Page:
        page.emulate_media(color_scheme=theme)
        agent.language = language
        agent.save(update_fields=["language"])
        client = Client()
        client.force_login(agent)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        page.goto(f"{live_server.url}{address}")
        return page

    return enter


@pytest.fixture
def barriers(complaints: list[str]) -> Callable[[Page], list[str]]:
    """What stands in the way of somebody who does not see, hear or move as most do (WCAG 2.2 AA)."""
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

    def look(page: Page) -> list[str]:
        before = list(complaints)
        found = Axe().run(page, options=rules).response["violations"]
        page.wait_for_timeout(500)  # what it has asked for may still be refused
        complaints[:] = before  # the examination itself tries inline styles, which our policy refuses
        return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]

    return look
