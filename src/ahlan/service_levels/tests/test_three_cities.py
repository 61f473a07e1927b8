"""A company in Jerusalem, Tehran and Helsinki, set up by its pages alone: each team's tickets fall due by its own week."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from tests.makers import make_inbox

from ahlan.calendars.models import BusinessHours
from ahlan.calendars.tests.makers import at
from ahlan.service_levels.models import Deadline
from ahlan.service_levels.tests.makers import write
from ahlan.service_levels.tests.test_pages import PLACE, filled
from ahlan.staff.models import Agent, Team
from ahlan.tickets.actions.work import transfer_ticket

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MON, TUE, WED, THU, FRI, SAT, SUN = (f"d{n}" for n in range(7))
WEEKS = {
    "Asia/Jerusalem": {**dict.fromkeys((SUN, MON, TUE, WED, THU), "09:00-18:00"), FRI: "09:00-13:00"},
    "Asia/Tehran": {**dict.fromkeys((SAT, SUN, MON, TUE, WED), "08:00-16:00"), THU: "08:00-12:00"},
    "Europe/Helsinki": dict.fromkeys((MON, TUE, WED, THU, FRI), "09:00-17:00"),
}
# City, when the customer writes, business hours promised, when that is due: the reference's F2 and G.
CASES = [
    ("Asia/Jerusalem", "2026-01-15 16:30", 4, "2026-01-16 11:30"),
    ("Asia/Tehran", "2026-01-14 15:00", 6, "2026-01-17 09:00"),
    ("Europe/Helsinki", "2026-01-15 16:10", 4, "2026-01-16 12:10"),
    ("Europe/Helsinki", "2026-01-16 14:00", 4, "2026-01-19 10:00"),
    ("Europe/Helsinki", "2026-01-19 16:30", 4, "2026-01-20 12:30"),
]


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


@pytest.fixture
def company(chief) -> Agent:
    """Three teams, made by an administrator on the settings pages a month before."""
    with time_machine.travel(datetime(2025, 12, 15, 12, 0, tzinfo=UTC), tick=False):
        client = client_of(chief)
        for zone, week in WEEKS.items():
            city = zone.partition("/")[2]
            opens = {f"{day}_0_opens": text.split("-")[0] for day, text in week.items()}
            closes = {f"{day}_0_closes": text.split("-")[1] for day, text in week.items()}
            form = {"name": city, "time_zone": zone, **opens, **closes}
            assert client.post("/settings/hours/new/", form).status_code == 302
            hours, inbox = BusinessHours.objects.get(name=city), make_inbox(name=city)
            team = {"name": city, "inboxes": [inbox.pk], "hours": hours.pk}
            assert client.post("/settings/teams/new/", team).status_code == 302
    return chief


@pytest.mark.parametrize(("zone", "written", "promised", "due"), CASES)
def test_each_teams_tickets_fall_due_by_its_own_week(zone, written, promised, due, company):
    promises = filled(amount_2_first_response=str(promised), unit_2_first_response="business_hours")
    assert client_of(company).post(f"{PLACE}new/", promises).status_code == 302
    team = Team.objects.get(name=zone.partition("/")[2])

    with time_machine.travel(at(written, zone), tick=False):
        ticket = write(team.inboxes.get())
        transfer_ticket(ticket, team, actor="system")

    row = Deadline.objects.get(ticket=ticket, kind="first_response")
    assert row.due_at == at(due, zone)
    with time_machine.travel(at(due, zone) - timedelta(hours=1), tick=False):
        page = client_of(company).get(f"/tickets/{ticket.pk}/").content.decode()
        assert f'datetime="{at(due, zone).isoformat()}"' in page
