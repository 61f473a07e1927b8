"""A customer looks for an answer, does not find it, writes, comes back by the link in his mail, and closes his request.

The help centre holds real articles, brought in by the command; his mail goes through a real server. Once in Arabic on a phone,
in the dark; once in Finnish on a desk.
"""

import json
import os
import re
import shutil
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_first_mail import Customer, customer, door, house, within  # noqa: F401 -- fixtures
from tests.own_house import ROOT, House

ARTICLES = ROOT.parent / "shared/data/kb/ms_support_articles"
pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not shutil.which("dovecot"), reason="needs dovecot-imapd (sh tests/tools.sh)"),
    pytest.mark.skipif(os.getuid() != 0, reason="Postfix starts only as root"),
    pytest.mark.skipif(not ARTICLES.exists(), reason="needs the collected articles beside the project"),
]
PHONE, DESK = {"width": 390, "height": 780}, {"width": 1280, "height": 900}


@pytest.mark.parametrize(
    ("language", "collection", "misspelt", "title", "subject", "size", "theme"),
    [
        ("ar", "ar-SA", "تغييير لغتي", "تغيير لغتي", "إضافة طريقة دفع جديدة", PHONE, "dark"),
        (
            "fi",
            "fi-FI",
            "kielen vaihtamnen",
            "Kielen vaihtaminen",
            "Maksutavan lisääminen ei onnistu",
            DESK,
            "light",
        ),
    ],
)
def test_a_customer_finds_no_answer_writes_and_comes_back(
    page: Page,
    house: tuple[House, str],  # noqa: F811
    customer: Customer,  # noqa: F811
    complaints: list[str],
    barriers: Any,
    tmp_path: Path,
    language: str,
    collection: str,
    misspelt: str,
    title: str,
    subject: str,
    size: Any,
    theme: Any,
) -> None:
    made, link = house
    site = link.split("/in/")[0]
    _bring_in(made, tmp_path / "kb", collection, language)
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)

    # He looks for it, misspelt, reads what is found, and says that it did not help.
    page.goto(f"{site}/help/{language}/")
    page.locator("#q").fill(misspelt)
    page.locator("#q").press("Enter")
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    assert barriers(page) == []
    page.locator("button[name=helped][value='0']").click()
    page.locator("#word").fill("?")
    page.locator("form.why button").click()
    page.locator("main a[href*='/forms/']").click()

    # He writes; while he does, answers are offered to him.
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator("#id_subject").press_sequentially(subject, delay=20)
    offered = page.locator("#offers li a")
    expect(offered.nth(1)).to_be_visible(timeout=45_000)
    page.locator("#id_email").fill(customer.address)
    page.locator("#id_text").fill(f"{subject}?")
    page.wait_for_timeout(3_500)  # nobody writes in under three seconds
    page.locator(".webform__send").click()
    page.wait_for_url("**/thanks/**")

    # Later he comes back by the link in his mail.
    page.locator("a[href='/my/']").click()
    page.locator("#id_email").fill(customer.address)
    page.locator(".form__acts button").click()
    mail = within(60, lambda: _with_link(customer))
    assert (mail["Auto-Submitted"], mail["To"]) == ("auto-generated", customer.address)
    page.goto(_link_in(mail))
    page.locator("main form button").click()
    page.get_by_role("link", name=subject).click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert barriers(page) == []
    page.locator("form.request__done button").click()
    expect(page.locator(".my__said")).to_be_visible()

    state = made.do(
        "from ahlan.tickets.models import Ticket\nfrom ahlan.knowledge.models import Need\n"
        f"found = Ticket.objects.get(subject={subject!r})\n"
        "print(json.dumps([found.state, found.language, Need.objects.exists()]))"
    )
    assert state == ["closed", language, True]
    page.goto(_link_in(mail))  # used up
    expect(page.locator("main a[href='/my/sign-in/']")).to_be_visible()
    complaints[:] = [one for one in complaints if "410" not in one]


def test_nothing_of_it_needs_a_script(
    browser: Browser,
    house: tuple[House, str],  # noqa: F811
    customer: Customer,  # noqa: F811
) -> None:
    made, link = house
    site, subject = link.split("/in/")[0], "Lasku puuttuu"
    page = browser.new_page(java_script_enabled=False, locale="fi")
    page.goto(f"{site}/forms/help/?lang=fi")
    for field, words in (("email", customer.address), ("subject", subject), ("text", "Lasku ei ole tullut.")):
        page.locator(f"#id_{field}").fill(words)
    page.wait_for_timeout(3_500)  # nobody writes in under three seconds
    page.locator(".webform__send").click()
    expect(page.locator("html")).to_have_attribute("lang", "fi")

    page.locator("a[href='/my/']").click()
    page.locator("#id_email").fill(customer.address)
    page.locator(".form__acts button").click()
    page.goto(_link_in(within(60, lambda: _with_link(customer))))
    page.locator("main form button").click()
    page.get_by_role("link", name=subject).click()
    for said in ("suljettu", "taas avoinna"):  # closed, and opened again
        page.locator("form.request__done button").click()
        expect(page.locator(".my__said")).to_contain_text(said)

    assert made.do(
        "from ahlan.tickets.models import Ticket\n"
        f"print(json.dumps(Ticket.objects.get(subject={subject!r}).state))"
    ) == "open"  # fmt: skip


def _bring_in(made: House, folder: Path, collection: str, language: str) -> None:
    """The whole six-language manual would take minutes here; one collection in the language of the journey takes seconds."""
    folder.mkdir()
    articles = json.loads((ARTICLES / f"{collection}.json").read_text())
    (folder / f"{collection}.json").write_text(json.dumps(articles[:60]))
    done = made.run("knowledge", "import", str(folder))
    assert done.returncode == 0, done.stderr
    assert b"60 articles new" in done.stdout


def _with_link(customer: Customer) -> EmailMessage | None:  # noqa: F811
    return next((one for one in customer.inbox() if "/my/in/" in _text(one)), None)


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


def _link_in(mail: EmailMessage) -> str:
    found = re.search(r"http://\S+/my/in/\S+", _text(mail))
    assert found is not None
    return found[0]
