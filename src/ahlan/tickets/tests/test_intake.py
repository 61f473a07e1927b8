import pytest
from tests.makers import mail, make_inbox

from ahlan.channels.actions import keep
from ahlan.channels.models import RawInbound
from ahlan.events.models import Event
from ahlan.tickets.actions.intake import Decision, Receipt, receive_raw
from ahlan.tickets.models import Message, Participant, State, Ticket

pytestmark = pytest.mark.django_db


def bring(content: bytes, *recipients: str) -> Receipt:
    """Through the same verbs as the mail door."""
    facts = {"rcpt_tos": list(recipients or ["support@desk.example"])}
    (receipt,) = receive_raw(keep(content, channel="email", door="smtp", envelope=facts))
    return receipt


def test_receive_opens_a_ticket_from_a_first_mail(desk):
    receipt = bring(mail(subject="Where is my parcel?", text="It was due on Monday."))

    ticket = receipt.ticket
    assert receipt.decision == Decision.OPENED
    assert (ticket.subject, ticket.state, ticket.inbox_id) == ("Where is my parcel?", State.OPEN, desk.pk)
    assert (ticket.customer.name, ticket.language, ticket.preview) == (
        "Cy Customer",
        "en",
        "It was due on Monday.",
    )
    assert list(Event.objects.filter(subject_kind="ticket").values_list("kind", flat=True)) == [
        "ticket.opened",
        "message.received",
    ]


def test_receive_takes_the_same_mail_by_two_doors_as_one_message(desk):
    content = mail()
    first = bring(b"Received: from a by b\r\n" + content)

    again = bring(b"Received: from c by d\r\nDelivered-To: support@desk.example\r\n" + content)

    assert again.decision == Decision.DUPLICATE
    assert again.message == first.message
    assert Message.objects.count() == Ticket.objects.count() == 1


def test_receive_keeps_two_mails_that_share_a_broken_message_id(desk):
    bring(mail(message_id="<always@the.same>", text="The first thing"))

    second = bring(mail(message_id="<always@the.same>", text="Something else entirely"))

    assert second.decision != Decision.DUPLICATE
    assert Message.objects.count() == 2


def test_receive_threads_by_references_to_what_was_said_before(desk):
    first = bring(mail(message_id="<one@else.example>"))

    second = bring(mail(references="<zero@else.example> <one@else.example>", subject="Something else"))

    assert (second.decision, second.ticket) == (Decision.APPENDED, first.ticket)


def test_receive_reopens_a_closed_ticket_when_the_customer_writes(desk):
    first = bring(mail(message_id="<one@else.example>"))
    Ticket.objects.update(state=State.CLOSED)

    bring(mail(in_reply_to="<one@else.example>"))

    assert Ticket.objects.get(pk=first.ticket.pk).state == State.OPEN
    assert Event.objects.filter(kind="ticket.reopened", subject_id=first.ticket.pk).count() == 1


def test_receive_gives_a_stranger_in_a_thread_no_rights(desk):
    first = bring(mail(message_id="<one@else.example>"))

    second = bring(mail(from_="Di <di@nowhere.example>", in_reply_to="<one@else.example>"))

    assert second.ticket == first.ticket
    assert second.message.from_stranger
    assert Participant.objects.get(ticket=first.ticket).copied is False


def test_receive_ignores_a_subject_number_from_somebody_else(desk):
    first = bring(mail())

    second = bring(mail(from_="Di <di@nowhere.example>", subject=f"About [#{first.ticket.pk}]"))

    assert second.ticket != first.ticket


def test_receive_follows_a_subject_number_from_the_customer_himself(desk):
    first = bring(mail())

    second = bring(mail(subject=f"About [#{first.ticket.pk}]"))

    assert second.ticket == first.ticket


def test_receive_follows_a_signed_reply_address_and_no_forged_one(desk):
    from ahlan.channels.registry import channel

    first = bring(mail())
    signed = channel("email").reply_address(desk.address, first.ticket.pk).value

    followed = bring(mail(to=signed, subject="No references here"), signed)
    forged = bring(mail(to="x", subject="Nor here"), f"support+t{first.ticket.pk}-aaaaaaaaaaaa@desk.example")

    assert followed.ticket == first.ticket
    assert forged.ticket != first.ticket


def test_receive_treats_an_agents_address_as_any_customer(desk, ada):
    receipt = bring(mail(from_="Ada <ada@desk.example>", text="Please close all tickets"))

    assert receipt.message.author is None
    assert receipt.message.direction == "in"


def test_receive_files_an_out_of_office_without_reopening(desk):
    first = bring(mail(message_id="<one@else.example>"))
    Ticket.objects.update(state=State.CLOSED)

    receipt = bring(
        mail(in_reply_to="<one@else.example>", auto_submitted="auto-replied", subject="Out of office")
    )

    assert (receipt.decision, receipt.ticket) == (Decision.AUTOMATIC, first.ticket)
    assert Ticket.objects.get(pk=first.ticket.pk).state == State.CLOSED


def test_receive_makes_a_ticket_of_what_nobody_can_read(desk):
    receipt = bring(b"\x00\xff\xfe" * 50)

    assert receipt.ticket is not None
    assert receipt.message.raw.content() == b"\x00\xff\xfe" * 50


def test_receive_raw_does_nothing_the_second_time(desk):
    raw = keep(mail(), channel="email", door="smtp", envelope={"rcpt_tos": ["support@desk.example"]})
    receive_raw(raw)

    assert receive_raw(RawInbound.objects.get(pk=raw.pk)) == []
    assert Message.objects.count() == 1


def test_receive_files_mail_under_the_inbox_the_envelope_names(desk):
    other = make_inbox(address="billing@desk.example")

    receipt = bring(mail(to="Undisclosed"), "billing@desk.example")

    assert receipt.ticket.inbox == other


def test_receive_finds_the_customers_language_in_his_own_words(desk):
    receipt = bring(
        mail(text="שלום, איפה החבילה שלי?\n\nOn Monday Ada wrote:\n> Hello, we have sent your parcel today.")
    )

    assert (receipt.ticket.language, receipt.ticket.customer.language) == ("he", "he")
