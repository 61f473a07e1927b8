"""Rules by time act once for each silence, and cost nothing for tickets they do not fit."""

from datetime import datetime, timedelta

import pytest
import time_machine
from tests.makers import make_team

from ahlan.calendars.actions import create_hours
from ahlan.calendars.tests.makers import at, week
from ahlan.core.clock import now
from ahlan.events.models import Job
from ahlan.rules.actions.settings import switch_rule
from ahlan.rules.actions.waiting import act_on_due
from ahlan.rules.models import Wait
from ahlan.rules.subscribers import next_due
from ahlan.rules.tests.makers import do, leaf, make_silence, told, work_off, write
from ahlan.tickets.actions import answer, automatic, work
from ahlan.tickets.models import Message

pytestmark = pytest.mark.django_db
THURSDAY = at("2026-01-15 15:30")
OPEN = {"all": [leaf("state", "any_of", "open")]}


def due() -> datetime | None:
    work_off()
    return next_due()


def act() -> int:
    work_off()
    return act_on_due()


def later(hours: float) -> time_machine.travel:
    return time_machine.travel(THURSDAY + timedelta(hours=hours), tick=False)


def test_it_acts_once_for_each_silence(desk):
    rule = make_silence("Silent", do("priority", 4), conditions=OPEN)
    with later(0):
        ticket = write(desk, message_id="<one@else.example>")
        moment = due()
    with later(1.9):
        early = act()
    with later(2):
        first = act()
        again = act()
    with later(3):
        work.set_state(ticket, "waiting", actor="system")
        work.set_state(ticket, "open", actor="system")
    with later(9):
        same_silence = act()
        write(desk, in_reply_to="<one@else.example>")
    with later(11):
        act()

    assert moment == THURSDAY + timedelta(hours=2)
    assert (early, first, again, same_silence) == (0, 1, 0, 0)
    assert told(ticket) == [rule.pk, rule.pk]


def test_a_reply_moves_it_and_another_state_ends_it(desk, ada):
    make_silence("Silent", do("priority", 4), conditions={"all": [leaf("state", "none_of", "closed")]})
    with later(0):
        ticket = write(desk)
    with later(1):
        answer.reply(ticket, author=ada, text="Hello")
        moved = due()
        work.close_ticket(ticket, actor="system")

    assert moved == THURSDAY + timedelta(hours=3)
    assert due() is None


def test_mail_sent_by_itself_is_no_word(desk):
    rule = make_silence("Remind", do("write", "Are you still there?"))
    with later(0):
        ticket = write(desk)
    for hours in (2, 4, 8):
        with later(hours):
            act()

    assert told(ticket) == [rule.pk]
    assert Message.objects.filter(automatic=automatic.NOTICE).count() == 1


def test_tickets_that_do_not_fit_have_no_row(desk):
    make_silence("Urgent", do("priority", 3), conditions={"all": [leaf("priority", "any_of", 4)]})

    write(desk)
    work_off()

    assert Wait.objects.count() == 0


def test_switched_on_it_finds_the_silences_there_are(desk):
    with later(0):
        old, spam, young = write(desk), write(desk), write(desk)
        work.mark_spam(spam, actor="system")
    rule = make_silence("Silent", do("priority", 4), conditions=OPEN, on=False)
    with later(5):
        work.set_state(young, "waiting", actor="system")
        switch_rule(rule, True, actor="system")
        work_off()
        work_off()
        acted = act()

    assert acted == 1
    assert [told(one) for one in (old, spam, young)] == [[rule.pk], [], []]


def test_switched_off_and_on_it_does_not_act_twice(desk):
    rule = make_silence("Silent", do("priority", 4))
    with later(0):
        ticket = write(desk)
    with later(2):
        act()
        switch_rule(rule, False, actor="system")
        off = due()
        switch_rule(rule, True, actor="system")
        work_off()
    with later(4):
        again = act()

    assert (off, again, told(ticket)) == (None, 0, [rule.pk])


def test_what_no_longer_fits_when_the_time_comes_is_left_alone(desk):
    make_silence("Silent", do("priority", 4), conditions={"all": [leaf("subject", "contains", "help")]})
    with later(0):
        ticket = write(desk, subject="help")
        work_off()
        type(ticket).objects.filter(pk=ticket.pk).update(subject="other")  # without its event
    with later(2):
        acted = act()

    assert (acted, told(ticket), due()) == (1, [], None)


def test_business_hours_are_those_of_the_team(desk):
    """Thursday 15:30 UTC and two hours of a desk that closes at 16 and opens on Monday at nine."""
    hours = create_hours(name="UTC", time_zone="UTC", week=week(mon_thu="09:00-16:00"), actor="system")
    team = make_team(desk, hours=hours)
    make_silence("Silent", do("priority", 4), unit="business_hours")

    with later(0):
        ticket = write(desk)
        work.transfer_ticket(ticket, team, actor="system")

    assert due() == at("2026-01-19 10:30")


def test_nothing_waits_while_no_rule_by_time_is_on(desk):
    make_silence("Silent", do("priority", 4), on=False)

    write(desk)
    work_off()

    assert Wait.objects.count() == 0
    assert due() is None
    assert now() is not None


def test_one_job_waits_for_a_ticket_however_much_happens_to_it(desk):
    make_silence("Silent", do("priority", 4))
    ticket = write(desk)
    for priority in (1, 2, 3):
        work.set_priority(ticket, priority, actor="system")
    key = f"waits:ticket:{ticket.pk}"
    waiting = Job.objects.filter(unique_key=key).count()

    Job.objects.filter(unique_key=key).update(state="running")
    work.set_priority(ticket, 1, actor="system")

    assert waiting == 1
    assert Job.objects.filter(name__endswith="subscribers.keep_waits", finished_at=None).count() == 2
