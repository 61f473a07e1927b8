"""Who is asked, when, by what; and who is not, and why."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from tests.makers import make_message, make_ticket

from ahlan.calendars.actions import create_hours, make_default
from ahlan.calendars.spans import Span
from ahlan.channels.contract import NotSent
from ahlan.channels.email.compose import compose
from ahlan.events.models import Job
from ahlan.feedback.actions import asking
from ahlan.feedback.actions.asking import opt_in, opt_out, plan_invitation, remind_due, send_due
from ahlan.feedback.actions.surveys import save_survey, switch_survey
from ahlan.feedback.links import digest_of
from ahlan.feedback.models import Answer, Invitation, Reason, State, Trigger
from ahlan.feedback.tests.makers import answered, client_of, close, events, make_survey, states, token_in
from ahlan.tickets.actions.work import close_ticket, delete_ticket, mark_spam, reopen_ticket
from ahlan.tickets.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(desk, cy):
    return make_ticket(inbox=desk, customer=cy, language="en", subject="Kettle")


def test_a_closed_ticket_is_asked_about_by_mail(ticket, ada, sent):
    make_survey()
    close(ticket, ada)

    send_due()

    invitation = Invitation.objects.get()
    mail = sent[0]
    token = token_in(mail)
    assert (invitation.state, invitation.agent, invitation.inbox, invitation.language) == (
        "sent",
        ada,
        ticket.inbox,
        "en",
    )
    assert invitation.digest == digest_of(token, "invitation")
    assert token not in str(Invitation.objects.values().get())
    assert [one.value for one in mail.to] == ["cy@else.example"]
    assert f"/s/{token}/?v=5" in mail.text
    assert f'/s/{token}/?v=1"' in mail.html
    assert mail.subject == "How did we do? Kettle"
    assert Message.objects.filter(ticket=ticket).count() == 2  # the link is no message of the ticket
    assert events("survey.sent") == [{"survey": invitation.survey_id, "invitation": invitation.pk}]


def test_the_mail_is_marked_as_automatic_and_can_be_ended_by_one_click(ticket, ada, sent, settings):
    settings.SITE_URL = "https://desk.example"
    make_survey()
    close(ticket, ada)
    send_due()

    head = compose(sent[0]).decode().partition("\r\n\r\n")[0]

    assert "Auto-Submitted: auto-generated" in head
    assert f"List-Unsubscribe: <https://desk.example/s/{token_in(sent[0])}/stop/>" in head.replace(
        "\r\n ", " "
    )
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    assert "Reply-To: " in head


@pytest.mark.parametrize(
    ("language", "words", "direction"),
    [("ar", "كيف كان أداؤنا؟", "rtl"), ("fi", "Miten onnistuimme?", "ltr")],
)
def test_the_mail_speaks_the_customers_language(desk, cy, ada, sent, language, words, direction):
    cy.language = language
    cy.save()
    make_survey()
    close(make_ticket(inbox=desk, customer=cy), ada)

    send_due()

    assert words in sent[0].subject
    assert f'dir="{direction}"' in sent[0].html


def test_one_click_asks_for_the_delay_the_share_and_the_conditions(ticket, ada, sent):
    late = make_survey(delay_minutes=90)
    make_survey(
        name="Urgent only", conditions={"all": [{"facet": "priority", "is": "any_of", "value": ["4"]}]}
    )

    close(ticket, ada)

    planned = Invitation.objects.get()
    assert planned.survey == late
    assert timedelta(minutes=89) < planned.send_at - planned.made_at < timedelta(minutes=91)
    assert send_due() == 0


def test_who_is_not_in_the_sample_is_listed(ticket, ada, monkeypatch):
    make_survey(share=10)
    monkeypatch.setattr(asking.secrets, "randbelow", lambda most: 10)

    close(ticket, ada)

    assert states() == [("not_asked", "share")]


def refused(ticket, agent) -> str:
    close(ticket, agent)
    send_due()
    return Invitation.objects.order_by("-id")[0].reason


def test_the_same_person_is_left_in_peace(ticket, ada, desk, cy, sent):
    make_survey()
    close(ticket, ada)
    send_due()

    assert refused(make_ticket(inbox=desk, customer=cy), ada) == Reason.RECENT
    with time_machine.travel(datetime.now(UTC) + timedelta(days=31)):
        assert refused(make_ticket(inbox=desk, customer=cy), ada) == ""
    assert len(sent) == 2


def test_who_does_not_want_to_be_asked_is_not(ticket, ada, cy, sent):
    make_survey()
    opt_out(cy, actor=cy.actor)
    opt_out(cy, actor=cy.actor)

    assert refused(ticket, ada) == Reason.UNSUBSCRIBED
    opt_in(cy, actor=cy.actor)
    reopen_ticket(ticket, actor="system")
    close_ticket(ticket, actor="system")
    send_due()
    assert len(sent) == 1
    assert len(events("survey.unsubscribed")) == 1


def test_nobody_is_asked_about_what_is_gone_opened_again_or_spam(desk, cy, ada, sent):
    make_survey(quiet_days=0)
    gone, spam, again = (close(make_ticket(inbox=desk, customer=cy), ada) for _ in range(3))
    delete_ticket(gone, actor="system")
    mark_spam(spam, actor="system")
    reopen_ticket(again, actor="system")

    send_due()

    assert states() == [("not_asked", "removed"), ("not_asked", "removed"), ("not_asked", "reopened")]
    assert sent == []


def test_nobody_is_asked_where_no_person_answered_or_a_machine_wrote(desk, cy, ada, sent):
    make_survey(quiet_days=0)
    alone = make_ticket(inbox=desk, customer=cy)
    make_message(alone)
    close_ticket(alone, actor="system")
    machine = answered(make_ticket(inbox=desk, customer=cy), ada)
    make_message(machine, automatic="reply")
    close_ticket(machine, actor="system")

    send_due()

    assert states() == [("not_asked", "no_reply"), ("not_asked", "machine")]


def test_an_address_that_fails_and_one_that_is_missing(desk, cy, ada, sent):
    make_survey(quiet_days=0)
    cy.addresses.update(failing_since=datetime.now(UTC))
    assert refused(make_ticket(inbox=desk, customer=cy), ada) == Reason.BOUNCED
    cy.addresses.all().delete()
    assert refused(make_ticket(inbox=desk, customer=cy), ada) == Reason.NO_ADDRESS


def test_a_survey_that_is_switched_off_sends_nothing_that_was_planned(ticket, ada, sent):
    survey = make_survey()
    close(ticket, ada)

    switch_survey(survey, False, actor="system")
    send_due()

    assert states() == [("not_asked", "off")]
    assert sent == []


def test_he_is_asked_in_our_hours_by_the_clocks_where_he_lives(ticket, ada, cy, sent):
    week = tuple((Span(9 * 60, 17 * 60),) if day < 5 else () for day in range(7))
    make_default(
        create_hours(name="Office", time_zone="Europe/Helsinki", week=week, actor="system"), actor="system"
    )
    cy.time_zone = "America/New_York"
    cy.save()
    make_survey(in_hours=True)
    with time_machine.travel(
        datetime(2026, 11, 25, 9, 0, tzinfo=UTC), tick=False
    ):  # 11 in Helsinki, 4 at night in New York
        close(ticket, ada)
        send_due()

    put_off = Invitation.objects.get()

    assert (put_off.state, put_off.send_at) == ("planned", datetime(2026, 11, 25, 14, 0, tzinfo=UTC))
    assert sent == []


def test_one_reminder_and_none_to_who_has_answered(ticket, ada, desk, di, sent):
    make_survey()
    close(ticket, ada)
    close(make_ticket(inbox=desk, customer=di), ada)
    send_due()
    first, second = token_in(sent[0]), token_in(sent[1])
    Client().post(f"/s/{second}/", {"at": "score", "score": "4"})

    with time_machine.travel(datetime.now(UTC) + timedelta(days=3, minutes=1)):
        remind_due()
        remind_due()

    assert len(sent) == 3
    again = token_in(sent[2])
    assert again != first
    Client().post(f"/s/{again}/", {"at": "score", "score": "1"})
    Client().post(f"/s/{first}/", {"at": "score", "score": "5"})
    assert sorted(Answer.objects.values_list("answers__score", flat=True)) == [4, 5]


def test_what_the_other_side_refuses_is_tried_again_or_counted_as_undelivered(ticket, ada, sent, monkeypatch):
    from ahlan.channels.email import channel

    def refuse(mail, message, committing):
        raise NotSent("refused", permanent=permanent)

    permanent = False
    monkeypatch.setattr(channel, "hand_over", refuse)
    make_survey()
    close(ticket, ada)
    send_due()
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.digest, invitation.tries) == (State.PLANNED, None, 1)
    permanent = True
    Invitation.objects.update(send_at=datetime.now(UTC))
    send_due()
    assert states() == [("undelivered", "")]


def test_a_worker_killed_while_sending_never_sends_twice(ticket, ada, sent):
    make_survey()
    close(ticket, ada)
    Invitation.objects.update(state=State.SENDING, sent_at=datetime.now(UTC) - timedelta(hours=1))

    send_due()
    asking.find_lost()

    assert states() == [("sent", "")]
    assert sent == []


def test_relationship_surveys_ask_each_customer_once_in_a_while(desk, cy, di, ada, sent):
    for customer in (cy, cy, di):
        close(make_ticket(inbox=desk, customer=customer), ada)
    make_survey(key="nps", trigger=Trigger.SCHEDULE, every_days=90, low=None)

    assert asking.ask_again() == 2
    assert asking.ask_again() == 0
    send_due()
    assert len(sent) == 2
    with time_machine.travel(datetime.now(UTC) + timedelta(days=89)):
        assert asking.ask_again() == 0


def test_by_a_wire_of_short_words_it_is_one_message(ticket, ada, cy, sent, monkeypatch):
    """A wire without subject and HTML gets the question and the link alone."""
    from dataclasses import replace

    from ahlan.channels.email.channel import Email

    monkeypatch.setattr(Email, "abilities", replace(Email.abilities, subject=False, html=False))
    make_survey()
    close(ticket, ada)
    send_due()

    assert (
        sent[0].text
        == f"How satisfied are you with how we helped you? http://localhost:8000/s/{token_in(sent[0])}/"
    )
    assert (sent[0].subject, sent[0].html) == ("", "")


def test_what_other_rooms_plan_is_sent_the_same_way(desk, cy, sent):
    survey = make_survey(trigger=Trigger.PLACE)

    plan_invitation(survey, cy, at=datetime.now(UTC))
    send_due()

    assert states() == [("sent", "")]
    assert "Kettle" not in sent[0].text


def test_a_house_that_asks_nothing_does_nothing_on_closing(ticket, ada, django_assert_max_num_queries):
    close(ticket, ada)

    assert Invitation.objects.count() == 0
    assert not Job.objects.filter(name__contains="feedback").exists()


def test_who_was_asked_is_a_page(chief, ticket, ada, sent):
    survey = make_survey()
    close(ticket, ada)
    send_due()

    page = client_of(chief).get(f"/settings/surveys/{survey.pk}/asked/").content.decode()

    assert "Cy Customer" in page
    assert f"#{ticket.pk}" in page


def test_what_was_promised_of_an_anonymous_survey_is_kept(ticket, ada, sent):
    from ahlan.feedback.actions.surveys import NeverAnonymousAgain

    survey = make_survey(anonymous=True)
    close(ticket, ada)
    send_due()

    with pytest.raises(NeverAnonymousAgain):
        save_survey(survey, anonymous=False, actor="system")
