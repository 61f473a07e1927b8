"""The queue and its facts; leaving, and the mail that follows."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from tests.mail_server import postbox

from ahlan.channels.chat import actions, letters
from ahlan.channels.chat.models import Chat, Letter, Visitor
from ahlan.channels.chat.queries import wait_minutes
from ahlan.channels.chat.tests.conftest import Browser
from ahlan.core.clock import now
from ahlan.events import leases
from ahlan.events.actions import run_again
from ahlan.events.errors import GiveUp
from ahlan.events.models import Event, Job
from ahlan.tickets.actions import answer
from ahlan.tickets.actions.work import close_ticket
from ahlan.tickets.models import Participant, Ticket

pytestmark = pytest.mark.django_db


def facts(kind: str) -> dict:
    return Event.objects.get(kind=kind).facts


def waited(chat: Chat, seconds: int) -> None:
    Chat.objects.filter(pk=chat.pk).update(queued_at=now() - timedelta(seconds=seconds))


def leave(seconds: int = 600) -> None:
    Visitor.objects.update(seen_at=now() - timedelta(seconds=seconds))


@pytest.fixture
def replied(browser, eve, django_capture_on_commit_callbacks):
    """Eve has answered a visitor who left an address and waited 48 seconds."""
    browser.say("Where is it?", email="cy@else.example", name="Cy")
    waited(Chat.objects.get(), 48)
    with django_capture_on_commit_callbacks(execute=True):
        answer.reply(Ticket.objects.get(), author=eve, text="On its way.")
    return browser


def test_the_first_answer_files_the_wait(replied):
    assert facts("chat.answered")["waited_seconds"] == 48
    assert facts("chat.queued")["before"] == 0


def test_a_second_answer_files_nothing_more(replied, eve, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer.reply(Ticket.objects.get(), author=eve, text="It came.")

    assert Event.objects.filter(kind="chat.answered").count() == 1


def test_who_leaves_while_waiting_has_abandoned_when_last_seen(browser):
    browser.say("Anybody?")
    waited(Chat.objects.get(), 700)
    leave(600)

    assert actions.abandon_left() == 1
    assert actions.abandon_left() == 0
    assert facts("chat.abandoned")["waited_seconds"] == 100


def test_who_is_here_has_not_abandoned(browser):
    browser.say("Anybody?")

    assert actions.abandon_left() == 0


def test_ending_while_waiting_is_abandoning_and_ending_after_the_answer_is_not(widget, replied):
    other = Browser(widget).begin()
    other.say("Anybody?")
    other.post("end")
    replied.post("end")

    assert Event.objects.filter(kind="chat.abandoned").count() == 1
    assert Event.objects.filter(kind="chat.ended").count() == 2


def test_what_is_said_after_the_end_begins_another_chat(replied):
    replied.post("end")
    replied.say("One more thing")

    assert Chat.objects.count() == Ticket.objects.count() == 2


def test_closing_the_ticket_ends_the_chat(replied):
    close_ticket(Ticket.objects.get(), actor="system")

    assert Chat.objects.get().ended_at is not None


def test_the_wait_is_told_from_the_queue_or_not_at_all(widget):
    browsers = [Browser(widget).begin() for _ in range(5)]
    for one in browsers:
        one.say("Anybody?")
    chats = list(Chat.objects.order_by("id"))

    assert wait_minutes(chats[4]) is None
    for n, chat in enumerate(chats[:3]):  # an answer every two minutes
        Chat.objects.filter(pk=chat.pk).update(answered_at=now() - timedelta(minutes=2 * (3 - n)))
    assert (wait_minutes(chats[3]), wait_minutes(chats[4])) == (2, 4)


def test_whoever_has_left_gets_the_answer_by_mail_once(replied, widget):
    with postbox() as box:
        inbox = widget.mail_inbox
        inbox.settings = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_security": "none"}
        inbox.save()
        leave_and_be_mailed()

    assert box.envelopes == [["cy@else.example"]]
    mail = message_from_bytes(box.mails[0], policy=policy.default)
    assert "On its way." in mail.get_body(("plain",)).get_content()
    assert mail["References"] == Chat.objects.get().first_id
    assert Letter.objects.get().state == "sent"


def leave_and_be_mailed() -> None:
    leave()
    Chat.objects.update(mail_at=now())

    letters.mail_what_was_missed()
    letter = Letter.objects.get()
    letters.post_letter(letter.pk)
    letters.post_letter(letter.pk)
    Chat.objects.update(mail_at=now())
    letters.mail_what_was_missed()


def test_whoever_is_here_or_has_read_it_gets_no_mail(replied):
    Chat.objects.update(mail_at=now())
    letters.mail_what_was_missed()
    assert Chat.objects.get().mail_at > now()

    replied.post("read", upto=2)
    leave()
    Chat.objects.update(mail_at=now())
    letters.mail_what_was_missed()
    assert not Letter.objects.exists()


def test_the_mail_can_be_answered_by_mail_in_the_same_ticket(replied):
    from ahlan.channels.registry import channel
    from ahlan.tickets.actions.intake import receive

    leave()
    Chat.objects.update(mail_at=now())
    letters.mail_what_was_missed()
    letter, ticket = Letter.objects.get(), Ticket.objects.get()
    outbound = letters._outbound(letter, letter.chat.inbox.chat_widget.mail_inbox)
    raw = (
        f"From: cy@else.example\r\nTo: {outbound.reply_to.value}\r\nSubject: Re: x\r\n"
        f"Message-ID: <m1@else.example>\r\nIn-Reply-To: {outbound.external_id}\r\n\r\nThank you\r\n"
    ).encode()
    (inbound,) = channel("email").parse(raw, {})
    receipt = receive(inbound, letter.chat.inbox.chat_widget.mail_inbox)

    assert receipt.ticket.pk == ticket.pk
    assert not receipt.message.from_stranger
    assert Participant.objects.get(ticket=ticket).copied


def test_a_transcript_goes_to_nobody_before_an_answer_and_thrice_at_most(
    browser, eve, django_capture_on_commit_callbacks
):
    browser.say("Where is it?")
    assert browser.post("transcript", email="cy@else.example").status_code == 409
    with django_capture_on_commit_callbacks(execute=True):
        answer.reply(Ticket.objects.get(), author=eve, text="On its way.")

    statuses = [browser.post("transcript", email="cy@else.example").status_code for _ in range(4)]
    text = letters._outbound(
        Letter.objects.first(), eve.teams.get().inboxes.get().chat_widget.mail_inbox
    ).text
    assert statuses == [204, 204, 204, 409]
    assert "Where is it?" in text
    assert "Eve: On its way." in text


def test_a_rating_is_a_fact(replied):
    replied.post("end")

    assert replied.post("rating", thumb=-1, word="Slow").status_code == 204
    assert replied.post("rating", thumb=7).status_code == 422
    assert facts("chat.rated")["thumb"] == -1
    assert Chat.objects.get().rating_word == "Slow"


def test_beside_the_ticket_stands_who_it_is_and_what_he_read(replied, eve, client):
    client.force_login(eve, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/tickets/{Ticket.objects.get().pk}/").content.decode()

    assert "here now" in page
    assert "cy@else.example" in page
    assert Chat.objects.get().seen == 2


def test_a_mail_that_was_given_up_is_told_beside_the_ticket_and_may_run_again(replied, eve, client):
    client.force_login(eve, backend="allauth.account.auth_backends.AuthenticationBackend")
    leave()
    Chat.objects.update(mail_at=now())
    letters.mail_what_was_missed()
    Job.objects.filter(name__endswith="chat.subscribers.post").update(state="running", token="t", attempts=1)
    job = Job.objects.get(name__endswith="chat.subscribers.post")

    leases.fail(job, GiveUp("no such server"))
    died, page = (
        Letter.objects.get().state,
        client.get(f"/tickets/{Ticket.objects.get().pk}/").content.decode(),
    )
    run_again(job, actor=eve.actor)

    assert died == "failed" and "could not be sent" in page
    assert facts("chat.mail_failed")["ticket"] == Ticket.objects.get().pk
    assert Letter.objects.get().state == "queued"
    assert "could not be sent" not in client.get(f"/tickets/{Ticket.objects.get().pk}/").content.decode()
