"""Tickets that come again: the next time is right by the clocks of the place, and each comes once."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from tests.makers import make_agent, make_customer

from ahlan.calendars.tests.makers import at
from ahlan.customers.models import Address
from ahlan.events.models import Event
from ahlan.rules.actions.recurring import begin_recurrence, end_recurrence, open_due, save_template
from ahlan.rules.models import Recurrence, TicketTemplate
from ahlan.rules.subscribers import next_recurrence
from ahlan.rules.timetable import BadRule, check, next_after
from ahlan.tickets.models import Message, Ticket

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
JERUSALEM, HELSINKI, UTC_ZONE = ZoneInfo("Asia/Jerusalem"), ZoneInfo("Europe/Helsinki"), ZoneInfo("UTC")
MORNING = datetime(2026, 1, 31, 9)


def times(rule: str, start: datetime, zone: ZoneInfo, n: int) -> list[datetime]:
    """The first n times, each asked for after the one before."""
    found, after = [], datetime(2020, 1, 1, tzinfo=UTC)
    while len(found) < n:
        moment = next_after(rule, start, zone, after)
        if moment is None:
            break
        found.append(moment)
        after = moment
    return found


def days(rule: str, n: int, start: datetime = MORNING) -> list[str]:
    return [f"{one:%m-%d}" for one in times(rule, start, UTC_ZONE, n)]


def test_an_rrule_that_never_ends():
    """Only the next time is worked out, however long it has run; one that never comes is refused."""
    late = next_after("FREQ=DAILY", datetime(2001, 1, 1, 9), UTC_ZONE, at("2026-01-14 10:00"))

    assert late == at("2026-01-15 09:00")
    assert check("RRULE:freq=daily", MORNING, UTC_ZONE) == "FREQ=DAILY"
    with pytest.raises(BadRule, match="never"):
        check("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", MORNING, UTC_ZONE)


def test_count_counts_from_the_beginning_and_then_it_ends():
    assert days("FREQ=DAILY;COUNT=3", 9) == ["01-31", "02-01", "02-02"]
    assert next_after("FREQ=DAILY;COUNT=3", MORNING, UTC_ZONE, at("2026-02-02 09:00")) is None


def test_until_is_inclusive_and_said_in_utc_where_it_has_a_z():
    start = datetime(2026, 1, 1, 1)

    assert len(times("FREQ=DAILY;UNTIL=20260103", start, JERUSALEM, 9)) == 3
    assert len(times("FREQ=DAILY;UNTIL=20260102T230000Z", start, JERUSALEM, 9)) == 3
    assert len(times("FREQ=DAILY;UNTIL=20260102T225959Z", start, JERUSALEM, 9)) == 2


def test_days_that_do_not_exist_are_left_out():
    assert days("FREQ=MONTHLY", 5) == ["01-31", "03-31", "05-31", "07-31", "08-31"]
    assert days("FREQ=MONTHLY;BYMONTHDAY=-1", 4) == ["01-31", "02-28", "03-31", "04-30"]
    assert days("FREQ=MONTHLY;INTERVAL=3", 2, datetime(2026, 11, 30, 9)) == ["11-30", "05-30"]
    assert [one.year for one in times("FREQ=YEARLY", datetime(2024, 2, 29, 9), UTC_ZONE, 3)] == [
        2024,
        2028,
        2032,
    ]


def test_the_last_working_day_by_either_week():
    west, east = "MO,TU,WE,TH,FR", "SU,MO,TU,WE,TH"
    first = datetime(2026, 1, 1, 9)

    found = [days(f"FREQ=MONTHLY;BYDAY={week};BYSETPOS=-1", 4, first) for week in (west, east)]

    assert found == [["01-30", "02-27", "03-31", "04-30"], ["01-29", "02-26", "03-31", "04-30"]]


def test_the_hour_stays_on_the_wall_when_clocks_change():
    """02:30 does not exist on 27 March 2026 in Jerusalem: read with the offset before it, it is 03:30."""
    start = datetime(2026, 3, 26, 2, 30)

    assert times("FREQ=DAILY", start, JERUSALEM, 3) == [
        at("2026-03-26 00:30"), at("2026-03-27 00:30"), at("2026-03-27 23:30"),
    ]  # fmt: skip
    autumn = times("FREQ=DAILY", datetime(2026, 10, 24, 3, 30), HELSINKI, 3)
    assert autumn == [at("2026-10-24 00:30"), at("2026-10-25 00:30"), at("2026-10-26 01:30")]
    assert all(earlier < later for earlier, later in pairwise(autumn))


@pytest.mark.parametrize(
    "rule",
    ["", "FREQ=SECONDLY", "FREQ=HOURLY", "DAILY", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=-1",
     "FREQ=DAILY;X=1", "FREQ=DAILY;UNTIL=tomorrow", "FREQ=DAILY;BYMONTHDAY=99", "FREQ=WEEKLY;BYDAY=XX",
     "FREQ=DAILY;COUNT=1;UNTIL=20270101", "FREQ=DAILY;FREQ=WEEKLY", "FREQ=YEARLY;BYMONTH=13", "FREQ=DAILY;INTERVAL=99999999"],
)  # fmt: skip
def test_what_is_no_rule_is_refused(rule):
    with pytest.raises(BadRule):
        check(rule, MORNING, UTC_ZONE)


def fields(inbox, **over: object) -> dict[str, object]:
    return {
        "inbox": inbox.pk, "subject": "Check no. {{ticket.number}}", "says": "out", "then": "waiting", "priority": 3,
        "text": "Dear {{customer.first_name|friend}}, it is time.", "tags": "check, yearly", "team": None, **over,
    }  # fmt: skip


@pytest.fixture
def template(desk) -> TicketTemplate:
    return save_template(name="Yearly check", fields=fields(desk), actor="system")


@pytest.mark.django_db
def test_it_opens_its_ticket_each_time_once(template, cy):
    with time_machine.travel(at("2026-01-14 10:00"), tick=False):
        found = begin_recurrence(
            template, cy, rule="FREQ=MONTHLY;COUNT=2", starts=datetime(2026, 1, 31, 9), zone="Asia/Jerusalem", actor="system",
        )  # fmt: skip
        early = (open_due(), next_recurrence())
    with time_machine.travel(at("2026-01-31 07:00"), tick=False):
        due = (open_due(), open_due())
    with time_machine.travel(at("2026-12-01 07:00"), tick=False):
        missed = (open_due(), open_due())

    first = Ticket.objects.order_by("pk")[0]
    found.refresh_from_db()
    assert (early, due, missed) == ((0, at("2026-01-31 07:00")), (1, 0), (1, 0))
    assert (found.made, found.next_at) == (2, None)
    assert (first.subject, first.priority, first.state) == (f"Check no. {first.pk}", 3, "waiting")
    assert sorted(first.tags.values_list("name", flat=True)) == ["check", "yearly"]
    message = Message.objects.get(ticket=first)
    assert (message.text, message.automatic, message.author) == ("Dear Cy, it is time.", "notice", None)
    assert Event.objects.filter(kind="ticket.opened").first().actor == f"recurrence:{found.pk}"


@pytest.mark.django_db
def test_one_that_cannot_be_sent_says_so_and_comes_again(template, cy):
    Address.objects.filter(customer=cy).update(failing_since=at("2026-01-01 00:00"))
    with time_machine.travel(at("2026-01-14 10:00"), tick=False):
        found = begin_recurrence(
            template, cy, rule="FREQ=DAILY", starts=datetime(2026, 1, 15, 9), zone="UTC", actor="system"
        )
    with time_machine.travel(at("2026-01-15 09:00"), tick=False):
        open_due()

    found.refresh_from_db()
    assert (found.failure, found.made, found.next_at) == ("bounced", 0, at("2026-01-16 09:00"))
    assert not Ticket.objects.exists()
    assert [one.kind for one in Event.objects.filter(subject_kind="recurrence").order_by("id")] == [
        "recurrence.begun", "recurrence.failed",
    ]  # fmt: skip


@pytest.mark.django_db
def test_ended_it_comes_no_more(template, cy):
    with time_machine.travel(at("2026-01-14 10:00"), tick=False):
        found = begin_recurrence(
            template, cy, rule="FREQ=DAILY", starts=datetime(2026, 1, 15, 9), zone="UTC", actor="system"
        )
    end_recurrence(found, actor="system")

    assert next_recurrence() is None
    assert not Recurrence.objects.exists()


@pytest.mark.django_db
def test_a_template_begins_a_new_ticket(template, desk, ada, bo):
    client = Client()
    client.force_login(ada, backend=BACKEND)
    own = save_template(name="Bo’s", fields=fields(desk), owner=bo, actor="system")

    page = client.get(f"/tickets/new/?from=template-{template.pk}").content.decode()
    hidden = client.get(f"/tickets/new/?from=template-{own.pk}").content.decode()
    nonsense = client.get("/tickets/new/?from=template-x").status_code
    client.post(
        f"/tickets/new/?from=template-{template.pk}",
        {**fields(desk), "to": "Noa Levi <noa@else.example>", "team": "", "mine": "on"},
    )

    ticket = Ticket.objects.get()
    assert "Dear {{customer.first_name|friend}}" in page
    assert "Yearly check" in page
    assert "Dear" not in hidden
    assert nonsense == 200
    assert (ticket.subject, ticket.assignee) == (f"Check no. {ticket.pk}", ada)
    assert Message.objects.get(ticket=ticket).text == "Dear Noa, it is time."


@pytest.mark.django_db
def test_pages_of_templates(desk, ada):
    lead = make_agent(*desk.teams.all(), role="lead")
    client, agent = Client(), Client()
    client.force_login(lead, backend=BACKEND)
    agent.force_login(ada, backend=BACKEND)
    empty = client.get("/settings/templates/").content.decode()

    given = {**fields(desk), "name": "Check", "audience": "everyone", "team": ""}
    bad = client.post("/settings/templates/new/", {**given, "text": "{{x}}"})
    client.post("/settings/templates/new/", given)
    found = TicketTemplate.objects.get()
    place = f"/settings/templates/{found.pk}/"
    again = {
        "again-customer": "noa@else.example",
        "again-starts": "2099-01-31T09:00",
        "again-interval": "1",
        "again-every": "FREQ=MONTHLY;BYMONTHDAY=-1",
    }
    wrong = client.post(f"{place}recurrences/", {**again, "again-customer": "nobody"})
    client.post(f"{place}recurrences/", again)
    made = Recurrence.objects.get()
    page = client.get(place).content.decode()
    refused = [
        agent.get(place).status_code,
        agent.post(f"{place}recurrences/", again).status_code,
        agent.post(f"{place}recurrences/{made.pk}/ending/").status_code,
    ]
    client.post(f"{place}recurrences/{made.pk}/ending/")

    assert "No templates yet" in empty
    assert "no variable “x”" in bad.content.decode()
    assert wrong.status_code == 422
    assert (made.rule, made.next_at) == ("FREQ=MONTHLY;BYMONTHDAY=-1;INTERVAL=1", at("2099-01-31 09:00"))
    assert "January 31, 2099" in page
    assert refused == [403, 403, 403]
    assert not Recurrence.objects.exists()
    assert client.post(f"{place}removal/").status_code == 302
    assert not TicketTemplate.objects.exists()
    assert make_customer() is not None
