"""A complaint from the public page through all its steps under Spanish law over Easter, followed by its number. In English and in Arabic."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page, expect

from ahlan.feedback.register.actions.settings import make_terms, set_register
from ahlan.feedback.register.models import Complaint, State
from ahlan.tickets.models import Message
from tests.journeys.conftest import SignIn

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WORDS = {
    "en": {
        "said": "The kettle leaks and nobody calls me back.", "send": "Send", "show": "Show how it stands", "april": "April 23, 2026",
        "save": "Save", "assessed": "It is assessed", "investigated": "It is investigated", "final": "Final answer", "close": "Close the complaint",
        "closed": "Closed",
    },
    "ar": {
        "said": "الغلاية تسرّب ولم يتصل بي أحد منذ أسبوعين.", "send": "إرسال", "show": "أظهر حالتها", "april": "23 أبريل 2026",
        "save": "حفظ", "assessed": "تم تقييمها", "investigated": "تم التحقيق فيها", "final": "الرد النهائي", "close": "أغلق الشكوى",
        "closed": "مغلقة",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", list(WORDS))
def test_from_the_public_page_to_its_end(
    page: Page,
    sign_in: SignIn,
    barriers: Callable[[Page], list[str]],
    live_server: Any,
    settings: Any,
    desk: Any,
    ada: Any,
    language: str,
) -> None:
    words = WORDS[language]
    settings.SITE_URL = live_server.url
    make_terms()
    set_register(actor="system", is_open=True, profile="es-10-2025")

    page.set_viewport_size({"width": 390, "height": 844})
    with time_machine.travel("2026-04-01 10:00+00:00"):
        page.goto(f"{live_server.url}/complaints/?lang={language}")
        expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
        page.locator("[name=said]").fill(words["said"])
        page.locator("[name=email]").fill("cy@else.example")
        assert barriers(page) == []
        page.get_by_role("button", name=words["send"], exact=True).click()
        expect(page.locator(".steps")).to_contain_text(words["april"])
        number = page.locator(".register-status__number bdi").inner_text()
        assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", number)

    complaint = Complaint.objects.get()
    page.set_viewport_size({"width": 1440, "height": 900})
    with time_machine.travel("2026-04-20 10:00+00:00"):
        sign_in(ada, f"/tickets/{complaint.ticket_id}/", language)
        expect(page.locator(".beside-register")).to_contain_text(number)
        page.locator(".beside-register").get_by_role("link", name=number).click()
        page.locator("[name=severity]").select_option("2")
        page.locator("[name=cause]").select_option(index=2)
        page.locator("[name=outcome]").select_option(index=1)
        page.get_by_role("button", name=words["save"], exact=True).click()
        page.get_by_role("button", name=words["assessed"], exact=True).click()
        page.get_by_role("button", name=words["investigated"], exact=True).click()
        assert barriers(page) == []
        page.get_by_role("link", name=words["final"], exact=True).click()
        expect(page.locator("[name=text]")).to_have_value(re.compile(number))
        page.locator("[name=how][value=attached]").check()
        page.get_by_role("button", name=words["send"], exact=True).click()
        page.get_by_role("button", name=words["close"], exact=True).click()
        expect(page.locator(".settings__title .badge")).to_have_text(words["closed"])
        assert barriers(page) == []

    complaint.refresh_from_db()
    assert complaint.state == State.CLOSED
    assert complaint.language == language
    assert not any(one.is_late for one in complaint.steps.all())
    answer = Message.objects.filter(ticket=complaint.ticket, direction="out", automatic="").get()
    assert answer.attachments.get().content_type == "application/pdf"

    page.goto(f"{live_server.url}/complaints/follow/?lang={language}")
    page.locator("[name=number]").fill(number.lower())
    page.get_by_role("button", name=words["show"], exact=True).click()
    expect(page.locator(".steps .is-done")).to_have_count(6)
    assert words["said"] not in page.content()
    assert barriers(page) == []


def test_what_is_written_is_attached_as_a_letter(
    page: Page, sign_in: SignIn, live_server: Any, desk: Any, ada: Any
) -> None:
    from tests.makers import make_message, make_ticket

    ticket = make_ticket(inbox=desk)
    make_message(ticket)
    sign_in(ada, f"/tickets/{ticket.pk}/")
    page.locator(".composer__text").fill("Dear Cy, we send a new one.")
    page.locator("[data-letter]").click()
    expect(page.locator("[data-uploads] .upload")).to_contain_text(f"{ticket.pk}.pdf", timeout=30_000)
    page.locator("[data-send]:visible").first.click()
    expect(page.locator(".said--out")).to_contain_text("we send a new one")
    sent = Message.objects.filter(ticket=ticket, direction="out").get()
    assert sent.attachments.get().content_type == "application/pdf"
