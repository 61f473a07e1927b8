"""Many tickets at once: chosen with hand and key, done by a worker, told."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from ahlan.events.worker import run_worker
from ahlan.tickets.models import Ticket
from tests.journeys.conftest import Look, SignIn
from tests.makers import make_message, make_ticket

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def worker() -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=run_worker, kwargs={"stop": stop})
    thread.start()
    yield
    stop.set()
    thread.join()


def test_chosen_tickets_are_closed_while_one_watches(
    sign_in: SignIn, barriers: Look, chief: Any, desk: Any, worker: None
) -> None:
    for n in range(4):
        make_message(make_ticket(subject=f"Parcel {n}", inbox=desk), text="Hello")
    page = sign_in(chief, "/inbox/open/")
    rows = page.locator("[data-row]")

    page.locator("[data-choose]").click()
    rows.nth(0).click()
    rows.nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-choice-count]")).to_have_text("Chosen: 3")
    rows.nth(1).click()
    expect(page.locator("[data-choice-count]")).to_have_text("Chosen: 2")
    page.locator("[data-choice-go]").click()

    expect(page.locator(".bulk")).to_contain_text("2 tickets.")
    page.locator("#act-0").select_option("state")
    page.locator("#given-0").select_option("closed")
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#bulk-state")).to_contain_text("Finished: 2 tickets.", timeout=15_000)
    assert Ticket.objects.filter(state="closed").count() == 2
    assert barriers(page) == []


def test_a_whole_list_is_chosen_by_keyboard(sign_in: SignIn, barriers: Look, chief: Any, desk: Any) -> None:
    for n in range(2):
        make_message(make_ticket(subject=f"Parcel {n}", inbox=desk), text="Hello")
    page = sign_in(chief, "/inbox/open/", "he")
    expect(page.locator("[data-row]")).to_have_count(2)

    page.keyboard.press("x")
    page.locator("[data-choice-all]").press("Enter")
    expect(page.locator(".row-link.is-chosen")).to_have_count(2)
    page.locator("[data-choice-go]").press("Enter")

    expect(page.locator(".bulk")).to_contain_text("2")
    expect(page.locator("input[name=view]")).to_have_value("open")
    assert barriers(page) == []
