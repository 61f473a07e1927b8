"""A snoozed ticket is out of the working lists until its moment, or its customer's word."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation
from tests.makers import mail, make_agent, make_ticket

from ahlan.channels.actions import keep
from ahlan.events import timers
from ahlan.events.models import Event, Job
from ahlan.staff.models import Agent
from ahlan.tickets.actions import work
from ahlan.tickets.actions.answer import reply
from ahlan.tickets.actions.intake import Receipt, receive_raw
from ahlan.tickets.actions.snooze import next_waking, snooze_ticket, wake_due, wake_ticket
from ahlan.tickets.lists import counts_of, page_of, view_named, views_of
from ahlan.tickets.models import Message, State, Ticket
from ahlan.tickets.moments import snooze_choices
from ahlan.tickets.tallies import recount

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 1, 14, 12, 0, tzinfo=UTC)  # a Wednesday
EVE = NOON + timedelta(hours=8)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def lists_with(agent: Agent, ticket: Ticket) -> set[str]:
    """The lists that show the ticket; each must count as many as it shows."""
    views = views_of(agent)
    counts = counts_of(agent, views)
    shown = {view.key: [one.pk for one in page_of(agent, view).items] for view in views}
    assert {key: len(pks) for key, pks in shown.items()} == counts
    return {key for key, pks in shown.items() if ticket.pk in pks}


def kinds(ticket: Ticket) -> list[str]:
    return list(
        Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk)
        .order_by("id")
        .values_list("kind", flat=True)
    )


def write(**headers: str) -> list[Receipt]:
    """A mail comes in."""
    return receive_raw(keep(mail(**headers), channel="email", door="test"))


def enter(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


def test_a_snoozed_ticket_leaves_the_working_lists_and_wakes_where_it_was(desk, ada, clock):
    team = desk.teams.get()
    ticket = make_ticket(inbox=desk, assignee=ada, team=team)
    working = {"mine", "open", "my-teams", f"team-{team.pk}"}
    seen = [lists_with(ada, ticket)]

    snooze_ticket(ticket, EVE, actor=ada.actor)
    seen.append(lists_with(ada, ticket))
    clock.move_to(EVE)
    woken = wake_due()
    seen.append(lists_with(ada, ticket))

    assert (seen, woken) == ([working, {"snoozed"}, working], 1)
    told = (
        Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk)
        .order_by("id")
        .values_list("kind", "actor", "facts")
    )
    assert list(told) == [
        ("ticket.snoozed", ada.actor, {"until": EVE.isoformat()}),
        ("ticket.woken", "system", {}),
    ]


@pytest.mark.parametrize("role", ["agent", "admin"])
def test_the_snoozed_are_listed_by_their_waking(desk, role):
    agent = make_agent(*desk.teams.all(), role=role)
    tickets = [make_ticket(inbox=desk) for _n in range(3)]
    for hours, ticket in zip((5, 1, 3), tickets, strict=True):
        snooze_ticket(ticket, NOON + timedelta(hours=hours), actor="system")
    view = view_named(agent, "snoozed")

    first = page_of(agent, view, size=2)
    rest = page_of(agent, view, after=first.next_cursor, size=2)

    assert [one.pk for one in [*first.items, *rest.items]] == [tickets[n].pk for n in (1, 2, 0)]


@pytest.mark.django_db(transaction=True)
def test_counting_anew_finds_the_snoozed(desk, ada):
    ticket = make_ticket(inbox=desk)
    snooze_ticket(ticket, EVE, actor="system")

    recount()

    assert lists_with(ada, ticket) == {"snoozed"}


def test_who_wakes_it_and_what_it_is_then(desk, ada, clock):
    ticket = make_ticket(inbox=desk, state=State.WAITING, last_from_customer=False)
    snooze_ticket(ticket, EVE, actor=ada.actor)

    clock.move_to(EVE + timedelta(minutes=1))
    wake_due()
    (row,) = page_of(ada, view_named(ada, "waiting")).items
    unread = row.unread
    enter(ada).get(ticket.get_absolute_url())
    (again,) = page_of(ada, view_named(ada, "waiting")).items

    assert (row.pk, unread, again.unread) == (ticket.pk, True, False)


def test_a_reply_quiets_a_woken_ticket_for_all(desk, ada, clock):
    ticket = make_ticket(inbox=desk, last_from_customer=False)
    snooze_ticket(ticket, EVE, actor=ada.actor)
    clock.move_to(EVE)
    wake_due()
    ticket.refresh_from_db()

    reply(ticket, author=ada, text="Any news?", to=[("", "cy@else.example")])

    ticket.refresh_from_db()
    assert (ticket.snoozed, ticket.wakes_at, ticket.asks_since) == (False, None, None)


def test_the_customers_word_wakes_it_in_the_same_breath(desk, ada):
    (receipt,) = write(message_id="<one@else.example>")
    snooze_ticket(receipt.ticket, EVE, actor=ada.actor)

    write(message_id="<two@else.example>", in_reply_to="<one@else.example>")

    assert lists_with(ada, receipt.ticket) == {"unassigned", "open"}
    assert kinds(receipt.ticket)[-3:] == ["ticket.snoozed", "ticket.woken", "message.received"]
    woken = Event.objects.get(kind="ticket.woken")
    assert woken.actor == Message.objects.latest("id").customer.actor


def test_a_machines_word_wakes_nothing(desk, ada):
    (receipt,) = write(message_id="<one@else.example>")
    snooze_ticket(receipt.ticket, EVE, actor=ada.actor)

    write(in_reply_to="<one@else.example>", auto_submitted="auto-replied")

    assert lists_with(ada, receipt.ticket) == {"snoozed"}


def test_closing_ends_the_snooze_and_deleting_keeps_it(desk, ada):
    closed, deleted = make_ticket(inbox=desk), make_ticket(inbox=desk)
    for ticket in (closed, deleted):
        snooze_ticket(ticket, EVE, actor="system")

    work.close_ticket(closed, actor="system")
    work.delete_ticket(deleted, actor="system")
    gone = lists_with(ada, deleted)
    work.restore_ticket(deleted, actor="system")

    assert (lists_with(ada, closed), gone, lists_with(ada, deleted)) == ({"closed"}, {"deleted"}, {"snoozed"})


def test_waking_what_is_awake_says_nothing(desk):
    ticket = make_ticket(inbox=desk)

    wake_ticket(ticket, actor="system")

    assert (kinds(ticket), wake_due(), next_waking()) == ([], 0, None)


@pytest.mark.parametrize("until", [NOON, NOON - timedelta(days=1), NOON + timedelta(days=400)])
def test_a_moment_past_or_beyond_a_year_is_refused(desk, until):
    ticket = make_ticket(inbox=desk)

    with pytest.raises(ValueError, match="nothing to put off"):
        snooze_ticket(ticket, until, actor="system")

    assert kinds(ticket) == []


def test_the_job_is_written_for_the_very_moment(desk):
    sooner, later = make_ticket(inbox=desk), make_ticket(inbox=desk)
    snooze_ticket(later, EVE, actor="system")
    snooze_ticket(sooner, NOON + timedelta(seconds=0.7), actor="system")

    timers.ring()

    job = Job.objects.get(name__endswith="wake_tickets")
    assert (job.run_at, next_waking()) == (sooner.wakes_at, sooner.wakes_at)


@pytest.mark.parametrize(
    ("zone", "hour", "told"),
    [
        ("Asia/Jerusalem", 12, ["later 2026-01-14 17:00", "tomorrow 2026-01-15 09:00", "next_week 2026-01-18 09:00"]),
        ("Asia/Tehran", 12, ["later 2026-01-14 18:00", "tomorrow 2026-01-15 09:00", "next_week 2026-01-17 09:00"]),
        ("Europe/Helsinki", 12, ["later 2026-01-14 17:00", "tomorrow 2026-01-15 09:00", "next_week 2026-01-19 09:00"]),
        ("Europe/Helsinki", 20, ["tomorrow 2026-01-15 09:00", "next_week 2026-01-19 09:00"]),
    ],
)  # fmt: skip
def test_the_choices_are_in_the_readers_zone_and_week(zone, hour, told):
    with timezone.override(zone):
        choices = snooze_choices(NOON.replace(hour=hour))
        shown = [f"{one.key} {timezone.localtime(one.at):%Y-%m-%d %H:%M}" for one in choices]

    assert shown == told


def test_the_page_snoozes_and_takes_it_back(desk, ada):
    ticket, client = make_ticket(inbox=desk), enter(ada)
    Agent.objects.filter(pk=ada.pk).update(time_zone="Asia/Jerusalem")
    url = f"{ticket.get_absolute_url()}snooze/"
    until = []

    with translation.override("en"):
        for data in ({"choice": "tomorrow"}, {"undo": "1"}, {"own": "2026-01-20T08:30"}):
            assert client.post(url, data).status_code == 302
            ticket.refresh_from_db()
            until.append(ticket.wakes_at)
        assert "Snoozed until Tue 8:30" in client.get(ticket.get_absolute_url()).content.decode()
        assert client.delete(url).status_code == 302

    assert until == [datetime(2026, 1, 15, 7, tzinfo=UTC), None, datetime(2026, 1, 20, 6, 30, tzinfo=UTC)]
    assert kinds(ticket) == ["ticket.snoozed", "ticket.woken"] * 2


@pytest.mark.parametrize("data", [{}, {"choice": "never"}, {"own": "2026-01-14T11:00"}, {"own": "x" * 99}])
def test_a_moment_that_is_none_is_told(desk, ada, data):
    ticket = make_ticket(inbox=desk)

    answer = enter(ada).post(f"{ticket.get_absolute_url()}snooze/", data)

    assert (answer.status_code, "error" in answer.json()) == (422, True)


def test_a_closed_ticket_is_not_snoozed(desk, ada):
    ticket = make_ticket(inbox=desk, state=State.CLOSED)

    answer = enter(ada).post(f"{ticket.get_absolute_url()}snooze/", {"choice": "tomorrow"})

    assert (answer.status_code, kinds(ticket)) == (422, [])


def test_only_who_may_see_and_change_it_may_snooze(desk, bo):
    ticket = make_ticket(inbox=desk)
    url = f"{ticket.get_absolute_url()}snooze/"
    viewer = make_agent(*desk.teams.all(), role="viewer")

    answers = [enter(one).post(url, {"choice": "tomorrow"}).status_code for one in (bo, viewer)]

    assert (answers, kinds(ticket)) == ([404, 403], [])
