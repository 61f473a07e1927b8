"""The settings pages: who may, and what a lead does there."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from tests.makers import make_agent

from ahlan.calendars.models import BusinessHours, Day, HolidaySet
from ahlan.calendars.queries import calendar_for
from ahlan.calendars.spans import spans
from ahlan.calendars.tests.test_actions import make_hours
from ahlan.staff.models import Agent, Team

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def a_wednesday():
    with time_machine.travel(datetime(2026, 1, 14, 12, 0, tzinfo=UTC), tick=False):
        yield


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


@pytest.fixture
def lead(db) -> Client:
    return client_of(make_agent(role="lead"))


def filled(**days: str) -> dict[str, str]:
    """A week form: `d0="09:00-17:00"` is Monday."""
    data = {"name": "Desk", "time_zone": "UTC"}
    for key, text in days.items():
        for n, one in enumerate(text.split()):
            data[f"{key}_{n}_opens"], data[f"{key}_{n}_closes"] = one.split("-")
    return data


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_others_than_leads_get_nothing(role: str) -> None:
    hours = make_hours()
    client = client_of(make_agent(role=role))
    for place in (
        "",
        "new/",
        f"{hours.pk}/",
        f"{hours.pk}/week/",
        f"{hours.pk}/holidays/",
        f"{hours.pk}/removal/",
    ):
        assert client.get(f"/settings/hours/{place}").status_code == 403
    for place in (
        "picture/",
        f"{hours.pk}/days/",
        f"{hours.pk}/default/",
        f"{hours.pk}/weeks/1/removal/",
        f"{hours.pk}/days/1/removal/",
    ):
        assert client.post(f"/settings/hours/{place}").status_code == 403
    assert BusinessHours.objects.count() == 1


def test_the_empty_list_explains_and_offers_weeks(lead: Client) -> None:
    page = lead.get("/settings/hours/").content.decode()

    assert "Every hour counts" in page
    assert page.count("?preset=") == 4


def test_a_lead_makes_hours_from_a_preset(lead: Client) -> None:
    page = lead.get("/settings/hours/new/?preset=sun-thu").content.decode()
    assert 'name="d4_0_closes" value="12:00"' in page

    response = lead.post("/settings/hours/new/", filled(d6="08:00-12:00 13:00-16:00", d4="22:00-06:00"))

    made = BusinessHours.objects.get()
    assert response["Location"] == f"/settings/hours/{made.pk}/"
    assert calendar_for(made.pk).spans_on(date(2026, 1, 18)) == spans("08:00-12:00 13:00-16:00")
    assert calendar_for(made.pk).spans_on(date(2026, 1, 16)) == spans("22:00-06:00")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"d0": "09:00-17:00 16:00-18:00"}, "overlap"),
        ({"d0_0_opens": "09:00"}, "both its times"),
        ({"name": ""}, "required"),
        ({"name": "Taken"}, "already"),
    ],
)
def test_a_wrong_week_is_told_and_nothing_is_lost(lead: Client, wrong: dict[str, str], says: str) -> None:
    make_hours("Taken")
    data = {**filled(d1="08:30-16:00"), **(filled(**wrong) if "d0" in wrong else wrong)}

    response = lead.post("/settings/hours/new/", data)

    assert response.status_code == 422
    assert says in response.content.decode()
    assert 'value="08:30"' in response.content.decode() or "d0" in wrong
    assert BusinessHours.objects.count() == 1


def test_the_picture_follows_the_form(lead: Client) -> None:
    page = lead.post("/settings/hours/picture/", filled(d0="22:00-06:00")).content.decode()

    assert re.findall(r'bars__open[^>]* x="(\d+)" width="(\d+)"', page) == [("1320", "120"), ("0", "360")]


def test_a_week_changes_from_a_day_on(lead: Client) -> None:
    hours = make_hours()

    lead.post(
        f"/settings/hours/{hours.pk}/week/",
        {**filled(d0="10:00-12:00"), "since": "2026-02-01", "name": "Front"},
    )

    assert BusinessHours.objects.get().name == "Front"
    assert [one.since for one in hours.weeks.all()][-1] == date(2026, 2, 1)
    page = lead.get(f"/settings/hours/{hours.pk}/").content.decode()
    assert "To come" in page
    coming = hours.weeks.last()
    lead.post(f"/settings/hours/{hours.pk}/weeks/{coming.pk}/removal/")
    assert hours.weeks.count() == 1
    refused = lead.post(f"/settings/hours/{hours.pk}/week/", {**filled(), "since": "2025-01-01"})
    assert refused.status_code == 422
    lead.post(f"/settings/hours/{hours.pk}/weeks/{hours.weeks.get().pk}/removal/")
    assert hours.weeks.count() == 1


def test_saving_without_a_change_of_the_week_makes_no_new_one(lead: Client) -> None:
    hours = make_hours()
    same = filled(**{f"d{n}": "09:00-17:00" for n in range(5)})

    response = lead.post(f"/settings/hours/{hours.pk}/week/", {**same, "since": "2026-01-14"})

    assert response.status_code == 302
    assert hours.weeks.count() == 1


def test_days_are_set_and_removed(lead: Client) -> None:
    hours = make_hours()
    place = f"/settings/hours/{hours.pk}/days/"

    lead.post(place, {"on": "2026-01-15", "name": "Picnic", "kind": "closed"})
    lead.post(place, {"on": "2026-01-16", "kind": "short", "closes": "12:30", "opens": "11:00"})
    lead.post(
        place,
        {
            "on": "2026-01-17",
            "kind": "hours",
            "opens": "10:00",
            "closes": "11:00",
            "opens_again": "12:00",
            "closes_again": "13:00",
        },
    )

    calendar = calendar_for(hours.pk)
    assert [calendar.spans_on(date(2026, 1, n)) for n in (15, 16, 17)] == [
        (), spans("09:00-12:30"), spans("10:00-11:00 12:00-13:00"),
    ]  # fmt: skip
    assert lead.post(place, {"on": "2026-01-15", "kind": "hours"}).status_code == 422
    assert lead.post(place, {"on": "2025-01-15", "kind": "closed"}).status_code == 422
    assert "Picnic" in lead.get(f"/settings/hours/{hours.pk}/").content.decode()
    lead.post(f"{place}{hours.days.first().pk}/removal/")
    assert hours.days.count() == 2


def test_holidays_are_seen_chosen_and_kept(lead: Client) -> None:
    hours = make_hours()
    place = f"/settings/hours/{hours.pk}/holidays/"

    assert "Finland" in lead.get(place).content.decode()
    page = lead.get(place, {"country": "FI", "was": ""}).content.decode()
    shown = re.findall(r'name="kept" value="([\d-]+)" checked', page)
    assert "2026-12-25" in shown and "2027-12-25" in shown and "2026-01-06" not in shown

    kept = [one for one in shown if one != "2026-05-01"]
    lead.post(
        place,
        {
            "country": "FI",
            "language": "fi",
            "categories": ["public"],
            "closes_at": "11:00",
            "kept": kept,
            "half": ["2026-12-24"],
        },
    )

    calendar = calendar_for(hours.pk)
    assert calendar.spans_on(date(2026, 12, 25)) == ()
    assert calendar.spans_on(date(2026, 12, 24)) == spans("09:00-11:00")
    assert calendar.spans_on(date(2026, 5, 1)) == spans("09:00-17:00")
    again = lead.get(place).content.decode()
    assert re.findall(r'name="half" value="([\d-]+)" checked', again) == ["2026-12-24"]
    assert 'value="2026-05-01" checked' not in again
    lead.post(place)
    assert not HolidaySet.objects.exists()
    assert not Day.objects.exists()


def test_nonsense_for_a_country_is_refused(lead: Client) -> None:
    hours = make_hours()
    place = f"/settings/hours/{hours.pk}/holidays/"

    assert lead.get(place, {"country": "XX"}).status_code == 200
    assert lead.post(place, {"country": "XX"}).status_code == 422
    assert lead.post(place, {"country": "FI", "language": "xx", "closes_at": "late"}).status_code == 422


@pytest.mark.parametrize(
    ("amount", "unit", "due"),
    [
        ("8", "hours", "Thursday, January 15, 2026, 1:00"),
        ("30", "minutes", "1:30"),
        ("3", "days", "Monday, January 19, 2026"),
    ],
)
def test_a_trial_tells_when_it_is_due(lead: Client, amount: str, unit: str, due: str) -> None:
    hours = make_hours()

    page = lead.get(
        f"/settings/hours/{hours.pk}/", {"start": "2026-01-14T13:00", "amount": amount, "unit": unit}
    )

    assert due in re.search(r"<strong>(.*?)</strong>", page.content.decode())[1]


def test_a_trial_of_hours_that_never_open_says_so(lead: Client) -> None:
    hours = make_hours(mon="09:00-09:01")
    BusinessHours.objects.get().weeks.update(stretches=[[]] * 7)
    BusinessHours.objects.update(stamp="other")

    page = lead.get(f"/settings/hours/{hours.pk}/", headers={"HX-Target": "trial-outcome"}).content.decode()

    assert "Never:" in page
    assert "<html" not in page
    assert "Never open" in lead.get("/settings/hours/").content.decode()


def test_a_persian_reader_gets_the_deadline_in_his_calendar() -> None:
    reader = make_agent(role="lead")
    Agent.objects.filter(pk=reader.pk).update(language="fa", time_zone="Asia/Tehran")
    hours = make_hours(zone="Asia/Jerusalem")

    page = client_of(reader).get(
        f"/settings/hours/{hours.pk}/", {"start": "2026-01-14T13:00", "amount": "8", "unit": "hours"}
    )

    assert "پنجشنبه ۲۵ دی ۱۴۰۴" in page.content.decode()
    assert "۱۴:۳۰" in page.content.decode()  # 13:00 in Jerusalem, where he is
    rows = re.findall(r'<th scope="row">(\w+)</th>\s*<td class="week-picture__bars">', page.content.decode())
    assert rows[0] == "شنبه"


def test_deleting_says_what_goes_and_refuses_while_in_use(lead: Client) -> None:
    make_hours()
    other = make_hours("Other")
    team = Team.objects.create(name="Night owls", hours=other)
    place = f"/settings/hours/{other.pk}/removal/"

    assert "Night owls" in lead.get(place).content.decode()
    lead.post(place)
    assert BusinessHours.objects.count() == 2
    Team.objects.filter(pk=team.pk).update(hours=None)
    assert "One week goes." in lead.get(place).content.decode()
    lead.post(f"/settings/hours/{other.pk}/default/")
    lead.post(place)
    assert BusinessHours.objects.count() == 2  # the default, while there are others
    lead.post(f"/settings/hours/{BusinessHours.objects.get(name='Desk').pk}/default/")
    lead.post(place)
    assert BusinessHours.objects.get().name == "Desk"


def test_a_team_is_given_its_hours_on_its_page() -> None:
    hours = make_hours()
    team = Team.objects.create(name="Care")
    chief = client_of(make_agent(role="admin"))

    chief.post(f"/settings/teams/{team.pk}/", {"name": "Care", "hours": hours.pk})

    assert Team.objects.get().hours == hours


def test_the_list_costs_the_same_for_more_hours(lead: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    costs = []
    for count in (1, 2):
        for n in range(count):
            make_hours(f"Desk {count} {n}")
        lead.get("/settings/hours/")
        with CaptureQueriesContext(connection) as taken:
            lead.get("/settings/hours/")
        costs.append(len(taken))
    assert costs[0] == costs[1]
