"""The time somebody has a ticket in front of him is counted by its page, and by his own timer."""

import pytest
from playwright.sync_api import expect

from ahlan.kpis.models import Sitting
from tests.makers import make_message, make_ticket

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_seconds_in_front_are_counted_and_a_timer_is_stopped(sign_in, barriers, live_server, desk, ada, cy):
    ticket = make_ticket(inbox=desk, customer=cy)
    make_message(ticket)
    page = sign_in(ada, "/my/sign-in/", language="ar")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/tickets/{ticket.number}/")
    side = page.locator("#handling")
    expect(side.get_by_role("button", name="تشغيل مؤقت")).to_be_visible()
    page.mouse.move(300, 300)
    page.wait_for_timeout(2500)
    page.goto("about:blank")
    page.go_back()
    assert barriers(page) == []
    side.get_by_role("button", name="تشغيل مؤقت").click()
    side.get_by_role("button", name="إيقاف المؤقت").click()
    expect(side.get_by_role("button", name="تشغيل مؤقت")).to_be_visible()

    assert Sitting.objects.get(is_timer=False).seconds >= 2
