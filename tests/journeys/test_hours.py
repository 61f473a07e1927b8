"""A lead sets up business hours in a real browser, by keyboard, and tries them."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from ahlan.calendars.actions import create_hours, set_holidays
from ahlan.calendars.models import BusinessHours, HolidaySet
from ahlan.calendars.presets import PRESETS
from ahlan.calendars.queries import calendar_for
from ahlan.calendars.spans import spans
from tests.journeys.conftest import Look, SignIn

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_hours_are_made_by_keyboard_from_a_preset(live_server: Any, chief: Any, sign_in: SignIn) -> None:
    page = sign_in(chief, "/settings/hours/")
    page.get_by_role("link", name="Sunday to Thursday, half of Friday").focus()
    page.keyboard.press("Enter")

    page.get_by_label("Name").fill("ירושלים")
    page.get_by_label("Time zone").select_option("Asia/Jerusalem")
    page.get_by_label("Saturday, stretch 1: opens").fill("20:00")
    page.get_by_label("Saturday, stretch 1: closes").fill("02:00")
    page.keyboard.press("Tab")
    expect(page.locator("#picture .bars__open--spills")).to_have_count(1)
    page.get_by_role("button", name="Save").press("Enter")

    page.wait_for_url("**/settings/hours/*/")
    made = BusinessHours.objects.get()
    assert calendar_for(made.pk).spans_on(date(2026, 1, 16)) == spans("08:00-12:00")
    assert calendar_for(made.pk).spans_on(date(2026, 1, 17)) == spans("20:00-02:00")


def test_a_trial_answers_as_one_types(live_server: Any, chief: Any, sign_in: SignIn) -> None:
    hours = create_hours(name="Desk", time_zone="UTC", week=PRESETS["mon-fri"].week, actor="system")
    page = sign_in(chief, f"/settings/hours/{hours.pk}/")

    page.get_by_label("Start").fill("2026-01-16T16:30")
    page.get_by_label("Target").fill("1")
    page.keyboard.press("Tab")
    expect(page.locator(".trial__outcome strong")).to_contain_text("Monday, January 19, 2026, 9:30")
    page.get_by_label("Unit").select_option("days")
    expect(page.locator(".trial__outcome strong")).to_contain_text("Monday, January 19, 2026, 4:30")


@pytest.mark.parametrize(
    ("place", "language", "theme"),
    [
        ("", "en", "light"),
        ("new/", "fi", "light"),
        ("{}/", "ar", "dark"),
        ("{}/week/", "he", "light"),
        ("{}/holidays/", "fa", "dark"),
        ("{}/removal/", "ru", "dark"),
    ],
)
def test_nothing_is_amiss_on_a_phone(
    live_server: Any, chief: Any, sign_in: SignIn, barriers: Look, place: str, language: str, theme: str
) -> None:
    hours = create_hours(name="Desk", time_zone="UTC", week=PRESETS["sun-thu"].week, actor="system")
    chosen = HolidaySet(hours=hours, country="SA", language="ar", categories=["public"])
    set_holidays(chosen, {}, actor="system")
    page = sign_in(chief, "/settings/hours/", language, theme)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/settings/hours/{place.format(hours.pk)}")

    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert barriers(page) == []
