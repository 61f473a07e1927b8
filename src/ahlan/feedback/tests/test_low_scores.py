"""A low score opens work; it is done, and counted as such. And what a chat's thumb comes to."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from tests.makers import make_agent, make_ticket

from ahlan.feedback.actions.asking import send_due, why_not
from ahlan.feedback.actions.recovering import look_into_due
from ahlan.feedback.models import Answer, Invitation, Recovery
from ahlan.feedback.tests.makers import client_of, close, events, make_survey, token_in
from ahlan.tickets.models import Message, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(desk):
    team = desk.teams.get()
    lead = make_agent(team, role="lead", name="Lee", email="lee@desk.example")
    team.lead = lead
    team.save()
    return lead


@pytest.fixture
def token(desk, cy, ada, lead, sent):
    make_survey(work_hours=4)
    close(make_ticket(inbox=desk, customer=cy, team=desk.teams.get(), subject="Kettle"), ada)
    send_due()
    return token_in(sent[0])


def say(token, at, **given):
    return Client().post(f"/s/{token}/", {"at": at, **given})


def test_a_low_score_opens_work_for_the_lead_once_it_is_said_out(token, lead):
    say(token, "score", score="1")
    assert look_into_due() == 0
    say(token, "comment", comment="Nobody called")

    assert look_into_due() == 1
    look_into_due()

    recovery = Recovery.objects.get()
    ticket = recovery.ticket
    assert (ticket.state, ticket.assignee, recovery.agent) == (State.OPEN, lead, lead)
    assert timedelta(hours=3) < recovery.due_at - recovery.opened_at < timedelta(hours=5)
    note = Message.objects.filter(ticket=ticket, direction="note").get()
    assert "1" in note.text
    assert "> Nobody called" in note.text
    assert len(events("recovery.opened")) == 1


def test_who_says_no_more_is_looked_into_after_a_while(token):
    say(token, "score", score="2")

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        look_into_due()

    assert Recovery.objects.count() == 1


def test_a_score_that_was_mended_opens_nothing(token):
    say(token, "score", score="1")
    say(token, "score", score="5")

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        look_into_due()

    assert Recovery.objects.count() == 0


def test_it_ends_with_an_outcome_and_meanwhile_nobody_is_asked(token, lead, bo, cy):
    say(token, "score", score="1")
    say(token, "comment", comment="")
    look_into_due()
    recovery, invitation = Recovery.objects.get(), Invitation.objects.get()
    invitation.ticket = None
    assert why_not(invitation) == "complaint"
    address = f"/feedback/low/{recovery.pk}/outcome/"

    assert client_of(bo).post(address, {"outcome": "recovered"}).status_code == 404
    assert client_of(lead).post(address, {"outcome": "mended"}).status_code == 422
    assert client_of(lead).post(address, {"outcome": "recovered"}).status_code == 302

    recovery.refresh_from_db()
    assert (recovery.outcome, recovery.ended_by) == ("recovered", lead)
    assert events("recovery.ended") == [{"recovery": recovery.pk, "outcome": "recovered"}]
    assert (
        'Won back: <bdi class="number">1</bdi>'
        in client_of(lead).get("/feedback/low/?state=ended").content.decode()
    )
    assert why_not(invitation) == "recent"


def test_pages_of_low_scores_show_only_ones_own(token, lead, bo):
    say(token, "score", score="1")
    say(token, "comment", comment="Words of mine")
    look_into_due()

    assert "Words of mine" in client_of(lead).get("/feedback/low/").content.decode()
    assert "Words of mine" not in client_of(bo).get("/feedback/low/").content.decode()
    ticket = Recovery.objects.get().ticket
    assert "Look into it by" in client_of(lead).get(f"/tickets/{ticket.pk}/").content.decode()


def test_without_a_ticket_one_is_opened(desk, cy, sent):
    from ahlan.feedback.actions.asking import plan_invitation

    survey = make_survey(key="nps", low=6, trigger="schedule")
    plan_invitation(survey, cy, at=datetime.now(UTC))
    send_due()
    token = token_in(sent[0])
    say(token, "score", score="0")
    say(token, "comment", comment="Never again")

    look_into_due()

    ticket = Recovery.objects.get().ticket
    assert (ticket.customer, ticket.inbox, ticket.subject) == (cy, desk, "A low score to look into")


def test_the_thumb_of_a_chat_is_an_answer(desk, cy, ada):
    from tests.makers import make_inbox

    from ahlan.channels.chat.actions import rate
    from ahlan.channels.chat.models import Chat, Visitor

    inbox = make_inbox(channel="chat", address="site")
    ticket = close(make_ticket(inbox=desk, customer=cy), ada)
    visitor = (
        Visitor.objects.create(inbox=inbox)
        if "inbox" in {one.name for one in Visitor._meta.fields}
        else Visitor.objects.create()
    )
    chat = Chat.objects.create(visitor=visitor, inbox=inbox, thread="t1", ticket=ticket.pk)

    rate(chat, thumb=1, word="")
    rate(chat, thumb=-1, word="Slow")

    own = Answer.objects.get()
    assert (own.score, own.comment, own.ticket, own.agent, own.source, own.version.key) == (
        1,
        "Slow",
        ticket,
        ada,
        "chat",
        "csat",
    )
