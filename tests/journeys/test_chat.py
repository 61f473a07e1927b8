"""A visitor on a site with a strict policy of its own, and an agent: both ways, over a restart, from right to left."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.journeys.test_live import Running, running  # noqa: F401 -- the fixture

pytestmark = pytest.mark.journey

MAKE = """
from ahlan.channels.chat.actions import save_widget
from ahlan.channels.chat.models import Widget
from ahlan.staff.models import Team
made = save_widget(
    Widget(slug="shop", brand="Mitra", greeting="How can we help?", sites="{site}", asks="optional"),
    name="Chat", active=True, fields=[], actor="system",
)
for team in Team.objects.all():
    team.inboxes.add(made.inbox)
print(json.dumps(made.slug))
"""
NUMBER = "from ahlan.tickets.models import Ticket\nprint(Ticket.objects.get(inbox__channel='chat').pk)"
SAID = """
from ahlan.tickets.models import Message
print(json.dumps(list(Message.objects.filter(ticket__inbox__channel='chat').order_by('id').values_list('text', flat=True))))
"""


class Site:
    """A web site that allows the chat what its README says a page needs, and nothing else."""

    def __init__(self) -> None:
        self.house = self.language = ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                policy = (
                    f"default-src 'none'; script-src {site.house}; frame-src {site.house}; base-uri 'none'"
                )
                page = (
                    f'<!doctype html><html lang="{site.language}" dir="{"rtl" if site.language == "ar" else "ltr"}">'
                    f"<title>Shop</title><h1>Shop</h1>"
                    f'<script src="{site.house}/chat/shop/embed.js" async></script></html>'
                )
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, *_said: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def site(running: Running) -> Iterator[Site]:  # noqa: F811
    made = Site()
    made.house, made.language = running.link.split("/in/")[0], "en"
    running.house.do(MAKE.format(site=made.address))
    yield made
    made.server.shutdown()
    made.server.server_close()


def open_chat(browser: Browser, site: Site, **how: Any) -> tuple[Page, FrameLocator, list[str]]:
    page = browser.new_page(**how)
    complaints: list[str] = []
    page.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(site.address)
    page.locator("button[aria-expanded]").click()
    return page, page.frame_locator("iframe"), complaints


def test_visitor_and_agent_speak_over_a_restart(
    browser: Browser,
    page: Page,
    site: Site,
    running: Running,  # noqa: F811
) -> None:
    shop, frame, complaints = open_chat(browser, site)
    box = frame.locator("#text")
    expect(box).to_be_focused()
    box.fill("Where is my parcel?")
    box.press("Enter")
    expect(frame.locator(".line--visitor[data-seq]", has_text="parcel")).to_be_visible()
    expect(frame.locator("#status")).to_have_text("Somebody will be with you soon.")

    page.set_viewport_size({"width": 1600, "height": 900})
    page.goto(running.link)
    page.goto(f"{site.house}/tickets/{running.house.do(NUMBER)}/")
    expect(page.locator(".panel", has_text="here now")).to_be_visible()
    page.locator(".composer__text").press_sequentially("On its **way**", delay=20)
    expect(frame.locator("#typing")).to_have_text("Somebody is writing…", timeout=10_000)
    page.locator("[data-send][value=waiting]").click()
    expect(frame.locator(".line--agent strong", has_text="way")).to_be_visible(timeout=5_000)
    expect(frame.locator("#status")).to_be_hidden()
    expect(frame.locator(".line__read", has_text="Read")).to_be_visible(timeout=5_000)
    assert complaints == []

    running.stop()
    expect(frame.locator("#status")).to_contain_text("The connection is lost", timeout=15_000)
    box.fill("Are you there?")
    box.press("Enter")
    expect(frame.locator(".line--visitor", has_text="Are you there?")).to_contain_text("Sending")
    running.start()
    expect(frame.locator(".line--visitor[data-seq]", has_text="Are you there?")).to_be_visible(timeout=90_000)
    shop.close()

    assert running.house.do(SAID) == ["Where is my parcel?", "On its **way**", "Are you there?"]


def test_the_chat_is_usable_by_keyboard_on_a_phone_from_right_to_left(browser: Browser, site: Site) -> None:
    site.language = "ar"
    shop, frame, complaints = open_chat(browser, site, viewport={"width": 390, "height": 800})
    expect(frame.locator("html")).to_have_attribute("dir", "rtl")
    expect(frame.locator("#text")).to_have_attribute("placeholder", re.compile("رسالة"))
    assert shop.locator("iframe").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 800}
    frame.locator("#text").fill("أين طردي؟")
    frame.locator("#text").press("Enter")
    expect(frame.locator(".line--visitor[data-seq]")).to_have_text(re.compile("أين طردي؟"))
    assert complaints == []

    found = Axe().run(shop.frames[1], options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.response["violations"] == []
    frame.locator("#text").press("Escape")
    expect(shop.locator("iframe")).to_be_hidden()
    expect(shop.locator("button[aria-expanded]")).to_be_focused()
    shop.close()


def test_a_site_that_is_not_named_cannot_show_it(browser: Browser, site: Site) -> None:
    site.address = site.address.replace("127.0.0.1", "localhost")
    page, frame, complaints = open_chat(browser, site)
    page.wait_for_timeout(1_500)

    assert any("frame-ancestors" in one for one in complaints)
    expect(frame.locator("#text")).to_have_count(0)
    page.close()


NUDGE = """
from ahlan.channels.chat.actions import save_nudge
from ahlan.channels.chat.models import Nudge, Widget
shop = Widget.objects.get(slug="shop")
save_nudge(Nudge(widget=shop, text="Elsewhere", path="/nowhere/", after=0), actor="system")
save_nudge(Nudge(widget=shop, text="May we help?", after=1, whom="strangers"), actor="system")
"""
COUNTED = "from ahlan.channels.chat.models import Nudged\nprint(json.dumps(list(Nudged.objects.values_list('nudge__text', 'taken'))))"


def test_a_message_appears_by_itself_once_in_whichever_tab(
    browser: Browser,
    site: Site,
    running: Running,  # noqa: F811
) -> None:
    running.house.do(NUDGE)
    context = browser.new_context()
    tabs = [context.new_page() for _n in range(2)]
    for one in tabs:
        one.goto(site.address)
    bubbles = [one.get_by_role("button", name="May we help?") for one in tabs]
    expect(bubbles[0].or_(tabs[0].locator("iframe")).first).to_be_attached(timeout=15_000)
    tabs[0].wait_for_timeout(3_000)

    assert sorted(one.count() for one in bubbles) == [0, 1]
    shown = next(tab for tab, one in zip(tabs, bubbles, strict=True) if one.count())
    shown.get_by_role("button", name="May we help?").click()
    expect(shown.frame_locator("iframe").locator("#text")).to_be_focused()
    later = context.new_page()
    later.goto(site.address)
    later.wait_for_timeout(3_000)
    assert later.get_by_role("button", name="May we help?").count() == 0
    assert running.house.do(COUNTED) == [["May we help?", True]]
    context.close()
