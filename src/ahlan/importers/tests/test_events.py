"""A log becomes tickets at the times of the log, once, and nobody hears of it."""

from datetime import UTC, datetime
from itertools import groupby

import pytest

from ahlan.events.models import Event, Job
from ahlan.feedback.actions.instruments import make_ready
from ahlan.feedback.models import Invitation
from ahlan.feedback.tests.makers import make_survey
from ahlan.importers.models import Case, CaseStep
from ahlan.importers.tests.makers import EVENTS, bring_events, told
from ahlan.notifications.models import Notification
from ahlan.routing.actions.plans import save_plan
from ahlan.routing.models import Waiting
from ahlan.rules.models import Run, Wait
from ahlan.rules.tests.makers import make_rule
from ahlan.service_levels.models import Deadline
from ahlan.service_levels.tests.makers import make_policy
from ahlan.staff.models import Agent
from ahlan.tickets.actions.opening import open_ticket
from ahlan.tickets.actions.work import close_ticket
from ahlan.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db

LIFE = """
    7,asked,2012-04-03 16:55:38,,ada@else.example
    7,took,2012-04-03 17:00:00,Zoe,ada@else.example
    7,waits,2012-04-04 09:00:00,Zoe,ada@else.example
    7,note,2012-04-04 09:30:00,Zoe,ada@else.example
    7,done,2012-04-05 10:00:00,Yan,ada@else.example
    7,back,2012-04-06 11:00:00,Yan,ada@else.example
    7,done,2012-04-07 12:00:00,Yan,ada@else.example
"""


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def happened(ticket):
    found = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")
    return [(one.kind, one.at) for one in found]


def test_a_case_becomes_a_ticket_at_the_times_of_the_log(tmp_path):
    report = bring_events(tmp_path, LIFE)

    ticket = Ticket.objects.get()
    zoe, yan = Agent.objects.get(name="Zoe"), Agent.objects.get(name="Yan")
    assert (report.rows, *told(report), report.tickets) == (7, 7, 0, 0, 1)
    assert (ticket.subject, ticket.state, ticket.status.name, ticket.assignee) == (
        "Old 7",
        "closed",
        "Solved",
        yan,
    )
    assert (ticket.opened_at, ticket.closed_at) == (utc("2012-04-03 13:55:38"), utc("2012-04-07 09:00:00"))
    assert str(ticket.customer.addresses.get()) == "ada@else.example"
    assert (zoe.is_active, zoe.has_usable_password(), zoe.email) == (False, False, "zoe@old-desk.invalid")
    assert happened(ticket) == [
        ("ticket.opened", utc("2012-04-03 13:55:38")),
        ("note.written", utc("2012-04-03 13:55:38")),
        ("ticket.assigned", utc("2012-04-03 14:00:00")),
        ("ticket.state_changed", utc("2012-04-04 06:00:00")),
        ("ticket.assigned", utc("2012-04-05 07:00:00")),
        ("ticket.closed", utc("2012-04-05 07:00:00")),
        ("ticket.reopened", utc("2012-04-06 08:00:00")),
        ("ticket.closed", utc("2012-04-07 09:00:00")),
    ]
    assert list(CaseStep.objects.order_by("id").values_list("activity", flat=True)) == [
        "asked", "took", "waits", "note", "done", "back", "done",
    ]  # fmt: skip


def test_nobody_hears_of_the_past(tmp_path, desk, chief):
    """Everything is switched on that acts by itself; a ticket of today shows that it does."""
    make_ready()
    make_survey()
    make_policy()
    make_rule("All", {"act": "priority", "value": ["4"]}, {"act": "notify", "value": [f"agent-{chief.pk}"]})
    save_plan(name="All", conditions={"all": []}, way="load", actor="system")
    Job.objects.all().delete()
    before = Event.objects.count()

    bring_events(tmp_path, LIFE + "8,asked,2012-05-01 09:00:00,,cy@else.example")

    def acted():
        tables = (Job, Deadline, Invitation, Waiting, Notification, Run, Wait)
        return {one.__name__: one.objects.count() for one in tables if one.objects.exists()}

    assert acted() == {}
    assert set(Event.objects.order_by("id")[before:].values_list("audience", flat=True)) == {""}
    assert not Message.objects.filter(direction="out").exists()
    ticket = Ticket.objects.order_by("id").first()
    assert ticket.priority == 2

    today = open_ticket(
        desk, ticket.customer, subject="Now", text="Now", actor="system", says="note", author=chief
    )
    assert {"Job", "Deadline", "Waiting"} <= set(acted())
    close_ticket(today, actor="system")


def test_the_past_is_found_and_stands_in_the_lists(tmp_path, chief, client):
    bring_events(tmp_path, LIFE.replace("7,", "Rhubarb7,"))
    client.force_login(chief, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert "Rhubarb7" in client.get("/search/?q=Rhubarb7").content.decode()
    assert "Rhubarb7" in client.get("/inbox/closed/").content.decode()


def test_twice_is_once_and_a_longer_log_goes_on(tmp_path):
    lines = LIFE.strip().splitlines()
    bring_events(tmp_path, "\n".join(lines[:5]))
    again = bring_events(tmp_path, "\n".join(lines[:5]))
    events = Event.objects.count()

    longer = bring_events(tmp_path, LIFE)

    assert (told(again), told(longer), longer.tickets) == ((0, 5, 0), (2, 5, 0), 0)
    assert (Ticket.objects.count(), Event.objects.count()) == (1, events + 2)
    assert Ticket.objects.get().closed_at == utc("2012-04-07 09:00:00")


def test_rows_in_any_order_and_cases_that_cross_each_other_come_to_the_same(tmp_path):
    lines = [one for case in "123" for one in LIFE.replace(" 7,", f" {case},").strip().splitlines()]

    bring_events(tmp_path, "\n".join(reversed(lines)))

    lives = [[(kind, at) for kind, at in happened(ticket)] for ticket in Ticket.objects.order_by("id")]
    assert len(lives) == 3
    assert len(list(groupby(lives))) == 1
    assert [at for _kind, at in lives[0]] == sorted(at for _kind, at in lives[0])


def test_equal_rows_are_two_rows_and_stay_two(tmp_path):
    twice = "7,asked,2012-04-03 16:55:38,,\n7,asked,2012-04-03 16:55:38,,"

    assert told(bring_events(tmp_path, twice)) == (2, 0, 0)
    assert told(bring_events(tmp_path, twice)) == (0, 2, 0)
    assert CaseStep.objects.count() == 2


def test_one_bad_row_is_refused_and_not_the_rest(tmp_path):
    report = bring_events(
        tmp_path,
        """
        7,asked,2012-04-03 16:55:38,,
        7,danced,2012-04-03 17:00:00,,
        7,done,no time,,
        ,done,2012-04-03 18:00:00,,
        7,done,2012-04-03
        7,done,2012-04-03 19:00:00,,
        """,
    )

    assert told(report) == (2, 0, 4)
    assert report.refusals == [
        (3, "the mapping does not say what the activity “danced” means"),
        (4, "“no time” is no time"),
        (5, "names no case"),
        (6, "has 3 columns, not 5"),
    ]
    assert Ticket.objects.get().state == "closed"


def test_a_row_earlier_than_what_was_taken_is_refused(tmp_path):
    bring_events(tmp_path, LIFE)

    report = bring_events(tmp_path, "7,took,2012-04-04 08:00:00,Zoe,ada@else.example")

    assert told(report) == (0, 0, 1)
    assert report.refusals == [(2, "is earlier than what was taken of this case")]


def test_a_dry_run_says_it_all_and_leaves_nothing(tmp_path):
    report = bring_events(tmp_path, LIFE, dry=True)

    assert (told(report), report.tickets) == ((7, 0, 0), 1)
    assert not any(one.objects.exists() for one in (Ticket, Case, Event, Agent))


def test_people_who_are_here_already_are_not_made_anew(tmp_path, ada):
    bring_events(tmp_path, f"7,took,2012-04-03 16:55:38,{ada.email},")

    assert Ticket.objects.get().assignee == ada
    assert Agent.objects.count() == 1


def test_a_mapping_may_want_its_people_active(tmp_path):
    bring_events(tmp_path, LIFE, EVENTS.replace('zone = "', 'agents = "active"\nzone = "'))

    assert set(Agent.objects.values_list("is_active", flat=True)) == {True}


def test_a_past_ticket_that_is_open_lives_on_as_any_other(tmp_path, chief):
    make_policy()
    bring_events(tmp_path, "8,asked,2012-05-01 09:00:00,,cy@else.example")
    ticket = Ticket.objects.get()

    close_ticket(ticket, actor="system")

    assert ticket.closed_at.year > 2012
    assert Event.objects.order_by("-id").first().audience == ticket.audience
    assert not Deadline.objects.filter(breached_at__isnull=False).exists()
    assert not Message.objects.filter(direction="out").exists()
