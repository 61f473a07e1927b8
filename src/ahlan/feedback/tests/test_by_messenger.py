"""Surveys by messengers: asked by the wire itself, against a provider on loopback, and never of who wants to hear no more there."""

from datetime import timedelta

import pytest
import time_machine
from tests.makers import make_agent, make_inbox, make_team

from ahlan.channels.contract import Address, Inbound
from ahlan.channels.messaging.actions import silence
from ahlan.channels.messaging.tests.provider import on_loopback
from ahlan.channels.messaging.tests.test_sms import TOKEN, Twilio
from ahlan.core.clock import now
from ahlan.feedback.actions.asking import remind_due, send_due
from ahlan.feedback.models import Invitation
from ahlan.feedback.tests.makers import make_survey, states, token_in
from ahlan.tickets.actions.answer import reply, settle_unsent
from ahlan.tickets.actions.intake import receive
from ahlan.tickets.actions.work import close_ticket

pytestmark = pytest.mark.django_db
NUMBER = "+358401111111"


@pytest.fixture
def there():
    with on_loopback(Twilio()) as provider:
        yield provider


def wire(channel: str, url: str):
    inbox = make_inbox(name="Short", channel=channel, address="ours")
    inbox.settings = {"account": "AC1", "api_url": url}
    inbox.set_secret("token", TOKEN)
    inbox.save()
    return inbox


def closed(inbox, value: str):
    """Somebody wrote there, was answered, and it is closed."""
    said = Inbound(
        sender=Address(inbox.channel, value), text="It is broken.", fingerprint=value, sent_at=now()
    )
    ticket = receive(said, inbox).ticket
    eve = make_agent(make_team(inbox), email="eve@desk.example")
    settle_unsent(reply(ticket, author=eve, text="We send a new one."))
    close_ticket(ticket, actor=eve.actor)
    return ticket


def test_whoever_wrote_by_sms_is_asked_by_sms(there):
    make_survey()
    closed(wire("sms", there.url), NUMBER)

    send_due()

    assert states() == [("sent", "")]
    asked = next(one for one in there.asked if "/s/" in one.form["Body"])
    assert asked.form["To"] == NUMBER
    assert token_in(asked.form["Body"])


def test_who_has_said_stop_is_not_asked_there(there):
    make_survey()
    inbox = wire("sms", there.url)
    closed(inbox, NUMBER)
    silence(inbox, NUMBER)

    send_due()

    assert states() == [("not_asked", "window")]
    assert there.texts() == []


@pytest.mark.parametrize("channel", ["viber", "messenger"])  # paid for from then on, and closed
def test_nobody_is_asked_after_the_time_in_which_a_wire_lets_us_answer(there, channel):
    make_survey(delay_minutes=25 * 60)
    closed(wire(channel, there.url), "01234567890A=")

    with time_machine.travel(now() + timedelta(hours=26)):
        send_due()

    assert (states(), there.asked) == ([("not_asked", "window")], [])


def test_a_reminder_is_not_sent_to_who_has_said_stop_meanwhile(there):
    make_survey(remind_days=3)
    inbox = wire("sms", there.url)
    closed(inbox, NUMBER)
    send_due()
    silence(inbox, NUMBER)

    with time_machine.travel(now() + timedelta(days=4)):
        remind_due()

    assert len(there.texts()) == 1
    assert Invitation.objects.get().reminded_at is None
