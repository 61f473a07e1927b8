from email import message_from_bytes, policy
from io import BytesIO

import pytest
from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils import translation
from tests.mail_server import Postbox, postbox
from tests.makers import make_message, make_ticket

from ahlan.channels.contract import NotSent
from ahlan.core import files
from ahlan.events.models import Event, Job
from ahlan.staff.models import Agent
from ahlan.tickets.actions import answer
from ahlan.tickets.actions.delivery import confirm_sent, deliver, outbound_of, resend
from ahlan.tickets.models import Attachment, Delivery, Draft, Message, State, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(desk):
    with postbox() as box:
        desk.settings = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_security": "none"}
        desk.save()
        yield box


@pytest.fixture
def ticket(desk, cy) -> Ticket:
    ticket = make_ticket(inbox=desk, customer=cy, subject="Where is my parcel?")
    make_message(ticket, external_id="<asked@else.example>")
    return ticket


def sent(server: Postbox) -> list:
    return [message_from_bytes(one, policy=policy.default) for one in server.mails]


def test_reply_reaches_the_customer_in_the_right_thread(server, ticket, ada):
    message = answer.reply(ticket, author=ada, text="It left **today**.")

    deliver(message.pk)

    (mail,) = sent(server)
    assert server.envelopes == [["cy@else.example"]]
    assert (mail["To"].addresses[0].addr_spec, mail["Subject"]) == (
        "cy@else.example",
        "Re: Where is my parcel?",
    )
    assert (mail["In-Reply-To"], mail["References"]) == ("<asked@else.example>", "<asked@else.example>")
    assert mail["Message-ID"] == message.external_id
    assert mail["Reply-To"].addresses[0].addr_spec.startswith(f"support+t{ticket.pk}-")
    assert "<strong>today</strong>" in mail.get_body(("html",)).get_content()
    message.refresh_from_db()
    assert message.delivery == Delivery.SENT
    assert Event.objects.filter(kind="message.sent", subject_id=ticket.pk).count() == 1


def test_deliver_sends_once_however_often_it_is_called(server, ticket, ada):
    message = answer.reply(ticket, author=ada, text="Once.")

    deliver(message.pk)
    deliver(message.pk)

    assert len(server.mails) == 1


def test_reply_waits_for_the_seconds_to_undo_and_unsend_brings_the_draft_back(server, ticket, ada):
    message = answer.reply(ticket, author=ada, text="Too quick")
    job = Job.objects.get(unique_key=answer.delivery_key(message.pk))

    draft = answer.unsend(message, agent=ada)

    assert (job.run_at - job.made_at).total_seconds() == pytest.approx(ada.undo_seconds, abs=1)
    assert draft.text == "Too quick"
    assert not Message.objects.filter(pk=message.pk).exists()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.first_answered_at, ticket.last_from_customer) == (State.OPEN, None, True)
    deliver(message.pk)
    assert server.mails == []


def test_unsend_is_for_the_author_alone(server, ticket, ada, chief):
    message = answer.reply(ticket, author=ada, text="Mine")

    assert answer.unsend(message, agent=chief) is None
    assert Message.objects.filter(pk=message.pk).exists()


def test_a_permanent_refusal_marks_the_message_and_tells_the_ticket(server, ticket, ada):
    server.refused["cy@else.example"] = "550 5.1.1 no such user"
    message = answer.reply(ticket, author=ada, text="Hello")

    deliver(message.pk)

    message.refresh_from_db()
    assert message.delivery == Delivery.FAILED
    assert "550 5.1.1 no such user" in message.delivery_error
    assert Event.objects.filter(kind="message.failed", subject_id=ticket.pk).count() == 1


def test_a_passing_refusal_is_tried_again(server, ticket, ada):
    server.answers.append("451 4.3.0 try later")
    message = answer.reply(ticket, author=ada, text="Hello")

    with pytest.raises(NotSent):
        deliver(message.pk)
    message.refresh_from_db()
    waiting = message.delivery
    deliver(message.pk)

    message.refresh_from_db()
    assert (waiting, message.delivery) == (Delivery.QUEUED, Delivery.SENT)
    assert len(server.mails) == 1


def test_a_server_that_breaks_off_after_the_last_dot_leaves_a_question_and_no_second_mail(
    server, ticket, ada
):
    server.drop_after_data = True
    message = answer.reply(ticket, author=ada, text="Hello")

    deliver(message.pk)
    deliver(message.pk)

    message.refresh_from_db()
    assert message.delivery == Delivery.UNSURE
    assert len(server.mails) == 1
    confirm_sent(message, actor=ada.actor)
    message.refresh_from_db()
    assert message.delivery == Delivery.SENT


def test_resend_sends_a_failed_message_again_with_the_same_id(server, ticket, ada):
    server.answers.append("554 5.7.1 not today")
    message = answer.reply(ticket, author=ada, text="Hello")
    deliver(message.pk)
    message.refresh_from_db()

    resend(message, actor=ada.actor)
    deliver(message.pk)

    (mail,) = sent(server)
    assert mail["Message-ID"] == message.external_id


def test_no_server_leaves_the_message_waiting(desk, ticket, ada):
    desk.settings = {"smtp_host": "127.0.0.1", "smtp_port": 9, "smtp_security": "none"}
    desk.save()
    message = answer.reply(ticket, author=ada, text="Hello")

    with pytest.raises(NotSent):
        deliver(message.pk)

    message.refresh_from_db()
    assert message.delivery == Delivery.QUEUED
    assert message.delivery_error.startswith("refused: ")


def test_reply_never_sends_blind_copies_in_the_headers(server, ticket, ada):
    message = answer.reply(
        ticket, author=ada, text="Hi", cc=[("Co", "co@else.example")], bcc=[("", "bo@else.example")]
    )

    deliver(message.pk)

    assert server.envelopes == [["cy@else.example", "co@else.example", "bo@else.example"]]
    assert b"bo@else.example" not in server.mails[0]


def test_note_is_never_sent_and_clears_the_draft(server, ticket, ada):
    Draft.objects.create(ticket=ticket, agent=ada, text="half a thought")

    message = answer.note(ticket, author=ada, text="For us only")

    deliver(message.pk)
    assert server.mails == []
    assert not Draft.objects.exists()


@pytest.mark.parametrize("text", ["", "   \n "])
def test_reply_refuses_an_empty_text(ticket, ada, text):
    with pytest.raises(answer.Unanswerable):
        answer.reply(ticket, author=ada, text=text)


def test_reply_never_writes_to_its_own_inbox(ticket, ada, desk):
    with pytest.raises(answer.Unanswerable):
        answer.reply(ticket, author=ada, text="Hi", to=[("", desk.address)])


def test_a_worker_that_slept_through_its_lease_cannot_go_on(server, ticket, ada):
    from ahlan.tickets.actions.delivery import Overtaken, _step

    message = answer.reply(ticket, author=ada, text="Hello")
    Message.objects.filter(pk=message.pk).update(delivery=Delivery.SENT)

    with pytest.raises(Overtaken):
        _step(message, Delivery.HANDING, since=(Delivery.SENDING,))
    assert Message.objects.get(pk=message.pk).delivery == Delivery.SENT


def test_what_may_have_left_is_not_taken_back(server, ticket, ada):
    message = answer.reply(ticket, author=ada, text="Hello")
    Message.objects.filter(pk=message.pk).update(delivery=Delivery.HANDING)

    assert answer.unsend(message, agent=ada) is None
    assert Message.objects.filter(pk=message.pk).exists()
    assert not Draft.objects.exists()


def test_taking_back_a_forward_leaves_the_ticket_as_it_is(server, ticket, ada):
    from ahlan.tickets.actions.work import close_ticket

    close_ticket(ticket, actor=ada.actor)
    message = answer.forward(ticket, author=ada, text="For you", to=[("", "co@else.example")])

    draft = answer.unsend(message, agent=ada)

    assert draft.kind == "forward"
    assert Ticket.objects.get(pk=ticket.pk).state == State.CLOSED


def test_taking_back_keeps_what_was_typed_since(server, ticket, ada):
    message = answer.reply(ticket, author=ada, text="First")
    Draft.objects.create(ticket=ticket, agent=ada, text="Second")

    assert answer.unsend(message, agent=ada).text == "First\n\nSecond"


def test_a_waiting_message_without_a_job_gets_one(server, ticket, ada):
    from datetime import timedelta

    from ahlan.core.clock import now
    from ahlan.events.jobs import cancel
    from ahlan.tickets.actions.delivery import wake_forgotten

    message = answer.reply(ticket, author=ada, text="Hello")
    Message.objects.filter(pk=message.pk).update(at=now() - timedelta(hours=1))
    with_job = wake_forgotten()
    cancel(answer.delivery_key(message.pk))

    assert (with_job, wake_forgotten(), wake_forgotten()) == (0, 1, 0)


def test_a_role_without_sight_of_tickets_sees_no_list(desk, ticket):
    from django.test import Client
    from tests.makers import make_agent

    from ahlan.staff.models import Role

    role = Role.objects.create(own_name="Mail technician", permissions=["inboxes.manage"])
    agent = make_agent()
    type(agent).objects.filter(pk=agent.pk).update(role=role)
    client = Client()
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert b"parcel" not in client.get("/inbox/unassigned/").content


class FarAway(Storage):
    """As S3 is: it has no folder on this machine, and its `path` raises NotImplementedError."""

    kept: dict[str, bytes] = {}

    def _open(self, name: str, mode: str = "rb") -> File:
        try:
            return File(BytesIO(self.kept[name]), name)
        except KeyError as error:
            raise FileNotFoundError(name) from error

    def _save(self, name: str, content: File) -> str:
        self.kept[name] = b"".join(content.chunks())
        return name

    def exists(self, name: str) -> bool:
        return name in self.kept


@pytest.fixture
def far_away(settings):
    """Files live where no path leads."""
    FarAway.kept.clear()
    own = f"{FarAway.__module__}.{FarAway.__qualname__}"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": own}}
    return FarAway.kept


def write_with_a_file(ticket: Ticket, ada: Agent, content: bytes) -> Message:
    digest, size = files.keep(content)
    found = Attachment.objects.create(
        ticket=ticket, uploader=ada, name="plan.pdf", content_type="application/pdf", size=size, digest=digest
    )
    return answer.reply(ticket, author=ada, text="Here it is", files=[found])


def test_files_are_sent_from_a_storage_without_paths(server, ticket, ada, far_away):
    large = bytes(range(256)) * 8_000

    message = write_with_a_file(ticket, ada, large)
    deliver(message.pk)

    (attached,) = sent(server)[0].iter_attachments()
    assert list(far_away.values()) == [large]
    assert attached.get_content() == large


def test_message_whose_file_is_gone_is_not_sent_without_it(server, ticket, ada, far_away):
    message = write_with_a_file(ticket, ada, b"words")
    far_away.clear()

    with pytest.raises(FileNotFoundError):
        deliver(message.pk)

    message.refresh_from_db()
    assert (server.mails, message.delivery) == ([], Delivery.SENDING)


def test_why_it_was_not_sent_is_told_in_the_readers_language(client, desk, server, ticket, ada):
    server.refused["cy@else.example"] = "550 5.1.1 no such user"
    message = answer.reply(ticket, author=ada, text="Hello")
    deliver(message.pk)
    ada.language = "fi"
    ada.save()
    client.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")

    with translation.override("fi"):
        html = client.get(f"/tickets/{ticket.pk}/").content.decode()

    assert "Vastapuoli ei ota vastaan postia tähän osoitteeseen." in html
    assert "550 5.1.1 no such user" in html


@pytest.mark.parametrize(
    ("language", "own", "house", "stands"),
    [
        ("he", {"he": "בברכה, עדה"}, {"he": "צוות מיטרה"}, "בברכה, עדה"),
        ("fi", {"he": "בברכה, עדה"}, {"fi": "Mitran väki"}, "Ada of Mitra"),
        ("", {"he": "בברכה, עדה"}, {}, "Ada of Mitra"),
    ],
)
def test_the_signature_is_the_authors_own_in_the_customers_language(
    ticket, ada, language, own, house, stands
):
    ada.signature, ada.signatures, ticket.language = "Ada of Mitra", own, language
    ticket.inbox.signatures = house
    said = answer.reply(ticket, author=ada, text="It is on its way.")
    said.ticket, said.author = ticket, ada

    assert outbound_of(said).text == f"It is on its way.\n\n-- \n{stands}"


@pytest.mark.parametrize(("language", "stands"), [("fi", "Mitran väki"), ("ru", "Mitra")])
def test_who_has_no_signature_writes_under_the_inboxes(ticket, ada, language, stands):
    ticket.language, ticket.inbox.signature, ticket.inbox.signatures = (
        language,
        "Mitra",
        {"fi": "Mitran väki"},
    )
    said = answer.reply(ticket, author=ada, text="It is on its way.")
    said.ticket = ticket

    said.inbox = ticket.inbox
    assert outbound_of(said).text.endswith(f"-- \n{stands}")
