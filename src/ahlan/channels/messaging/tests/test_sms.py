"""SMS, against a provider on loopback that speaks as Twilio does."""

from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from django.test import Client

from ahlan.channels.contract import Consent, Inbound, NoAddress
from ahlan.channels.hooks import address_of
from ahlan.channels.messaging.numbers import number_in
from ahlan.channels.messaging.signatures import of_twilio
from ahlan.channels.messaging.sms_parts import parts_of
from ahlan.channels.messaging.tests.provider import Asked, Provider, on_loopback
from ahlan.channels.messaging.words import START, STOP, wish_in
from ahlan.channels.registry import channel
from ahlan.channels.tests.contract import ChannelContract, understand
from ahlan.core.api.door import SCOPES
from ahlan.staff.actions.tokens import make_token
from ahlan.tickets.actions import answer
from ahlan.tickets.actions.automatic import Unwelcome, write_by_itself
from ahlan.tickets.actions.delivery import deliver
from ahlan.tickets.models import Message, Ticket
from ahlan.tickets.reach import OutOfReach

TOKEN = "12345"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(agent: Any) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


class Twilio(Provider):
    def answer(self, asked: Asked) -> tuple[int, Any]:
        return (
            (201, {"sid": f"SM{len(self.asked)}", "status": "queued"})
            if asked.method == "POST"
            else (200, {"friendly_name": "Mitra"})
        )

    def text_of(self, asked: Asked) -> str | None:
        return asked.form.get("Body") if asked.method == "POST" else None


def sms(n: int, text: str, **over: str) -> bytes:
    told = {
        "MessageSid": f"SMin{n}",
        "From": "+358401111111",
        "To": "+358409999999",
        "Body": text,
        "NumMedia": "0",
    }
    return urlencode({**told, **over}).encode()


PAYLOADS = {
    "text": sms(1, "Where is my parcel? 123"),
    "stop": sms(2, "Stop."),
    "start": sms(3, "START"),
    "picture": sms(
        4, "", NumMedia="1", MediaUrl0="https://media.example/ME1", MediaContentType0="image/jpeg"
    ),
    "whatsapp": sms(5, "By Twilio’s WhatsApp", From="whatsapp:+358401111111", ProfileName="Noa"),
    "delivered": urlencode({"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+3584"}).encode(),
    "failed": urlencode({"MessageSid": "SM2", "MessageStatus": "undelivered", "ErrorCode": "30005"}).encode(),
    "queued": urlencode({"MessageSid": "SM3", "MessageStatus": "queued"}).encode(),
}


class TestSms(ChannelContract):
    key, to, first = "sms", "+358401111111", "text"
    content_type = "application/x-www-form-urlencoded"
    refusals = [
        (400, {"code": 21610, "message": "Attempt to send to unsubscribed recipient"}, True),
        (400, {"code": 21211, "message": "Invalid 'To' Phone Number"}, True),
        (429, {"code": 20429, "message": "Too Many Requests"}, False),
        (401, {"code": 20003, "message": "Authenticate"}, False),
    ]

    def provider(self):
        return on_loopback(Twilio())

    def secrets(self):
        return {"token": TOKEN}

    def settings(self):
        return {"account": "AC1"}

    def signed(self, inbox, body):
        form = parse_qs(body.decode(), keep_blank_values=True)
        return {"x-twilio-signature": of_twilio(TOKEN, f"http://testserver/hooks/{inbox.public_id}/", form)}

    def payloads(self):
        return PAYLOADS

    def test_the_provider_is_thanked_with_nothing_to_say(self, inbox):
        response = self.bring(inbox, PAYLOADS["text"])

        assert response.content == b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
        assert response["Content-Type"].startswith("text/xml")

    @pytest.fixture
    def asked(self, inbox, eve):
        """What the page of a new ticket is sent."""
        inbox.address = "+358409999999"
        inbox.save()
        client = client_of(eve)

        def post(**over):
            given = {"to": "040 111 1111", "inbox": inbox.pk, "says": "out", "text": "Your kettle is here."}
            return client.post("/tickets/new/", {**given, "then": "waiting", "priority": "2", **over})

        return post

    def test_we_write_first_to_a_number_as_somebody_types_it(self, there, inbox, eve, asked):
        answered = asked()

        ticket = Ticket.objects.get()
        assert answered["Location"] == f"/tickets/{ticket.pk}/"
        assert (ticket.subject, ticket.customer.addresses.get().value) == ("Your kettle is here.", self.to)
        deliver(ticket.messages.get().pk)
        assert (there.asked[-1].form["To"], there.asked[-1].form["Body"]) == (self.to, "Your kettle is here.")
        page = client_of(eve).get(f"/customers/{ticket.customer_id}/").content.decode()
        assert f"?from=address-{ticket.customer.addresses.get().pk}" in page
        page = client_of(eve).get(f"/tickets/new/?from=address-{ticket.customer.addresses.get().pk}")
        assert self.to in page.content.decode() and "data-sms-parts" in page.content.decode()

    def test_what_is_no_number_is_told_and_who_said_stop_is_left_alone(self, inbox, eve, asked):
        assert "not a telephone number" in asked(to="noa@else.example").content.decode()

        self.bring(inbox, PAYLOADS["stop"])
        understand()
        answered = asked()

        assert answered.status_code == 422
        assert "wants no messages from this inbox" in answered.content.decode()
        assert Ticket.objects.count() == 1  # the one of his STOP

    def test_the_api_writes_first_to_a_number_and_to_a_customer(self, inbox, eve, asked):
        token = make_token(eve, name="Shop", scopes=SCOPES, actor=eve.actor)[1]
        bearer = {"authorization": f"Bearer {token}"}
        given = {"inbox": inbox.pk, "subject": "Kettle", "text": "It is here."}

        def post(**over):
            return Client().post("/api/v1/tickets", {**given, **over}, "application/json", headers=bearer)

        first = post(address={"name": "Noa", "address": "040 1111111"})
        second = post(customer=first.json()["customer"]["id"])
        wrong = post(address={"name": "", "address": "noa@else.example"})

        assert (first.status_code, second.status_code, wrong.status_code) == (201, 201, 422)
        tos = [one.addresses["to"] for one in Message.objects.order_by("id")]
        assert tos == [[["Noa", self.to]], [["Noa", self.to]]]
        assert "telephone number" in wrong.json()["errors"][0]["detail"]

    def test_the_provider_is_asked_in_its_form(self, there, inbox):
        channel("sms").send(self.outbound(inbox, "Hei\xa0vaan"), committing=lambda: None)

        asked = there.asked[-1]
        assert asked.path == "/2010-04-01/Accounts/AC1/Messages.json"
        assert asked.headers["authorization"] == "Basic QUMxOjEyMzQ1"
        assert asked.form == {
            "To": self.to,
            "From": "ours",
            "Body": "Hei vaan",
            "StatusCallback": address_of(inbox),
        }

    def test_who_says_stop_is_written_to_no_more_until_he_says_start(self, there, inbox, eve):
        for name in ("text", "stop"):
            self.bring(inbox, PAYLOADS[name])
        understand()
        ticket = Ticket.objects.get()
        assert [one.text for one in ticket.messages.order_by("id")][-1] == "Stop."
        with pytest.raises(OutOfReach, match="START"):
            answer.reply(ticket, author=eve, text="But …")
        with pytest.raises(Unwelcome):
            write_by_itself(ticket, text="Thank you for your message.", actor="rule:1")

        self.bring(inbox, PAYLOADS["start"])
        understand()
        deliver(answer.reply(ticket, author=eve, text="Here we are again.").pk)

        assert there.texts() == ["Here we are again."]

    def test_one_who_stops_while_an_answer_waits_does_not_get_it(self, there, inbox, eve):
        ticket = self.ticket(inbox)
        message = answer.reply(ticket, author=eve, text="Soon")
        self.bring(inbox, PAYLOADS["stop"])
        understand()

        deliver(message.pk)

        message.refresh_from_db()
        assert (message.delivery, there.texts()) == ("failed", [])

    def test_a_report_that_it_did_not_arrive_says_why(self, there, inbox, eve):
        message = answer.reply(self.ticket(inbox), author=eve, text="Hello")
        deliver(message.pk)
        self.bring(
            inbox,
            urlencode({"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30005"}).encode(),
        )
        understand()

        message.refresh_from_db()
        assert (message.delivery, message.delivery_error) == ("failed", "nowhere: 30005")

    def test_stop_is_no_stop_within_a_sentence(self, inbox):
        found = list(channel("sms").parse(sms(9, "Please stop sending the wrong size"), {"inbox": 1}))

        assert [type(one) for one in found] == [Inbound]
        assert [type(one) for one in channel("sms").parse(PAYLOADS["stop"], {"inbox": 1})] == [
            Consent,
            Inbound,
        ]

    def test_a_file_goes_as_a_link(self, there, inbox, client):
        from ahlan.channels.contract import OutboundFile
        from ahlan.core import files

        digest, _size = files.keep(b"%PDF receipt")
        file = OutboundFile(
            "receipt/1.pdf", "application/pdf", lambda: files.open_file(digest), digest=digest
        )
        channel("sms").send(self.outbound(inbox, "Here it is.", attachments=(file,)), committing=lambda: None)

        link = there.texts()[0].rpartition(" ")[2]
        opened = client.get(
            link.partition("//")[2].partition("/")[1] + link.partition("//")[2].partition("/")[2]
        )
        assert b"".join(opened.streaming_content) == b"%PDF receipt"
        assert opened["Content-Disposition"].startswith("attachment")
        assert client.get("/hooks/files/forged:1:x/receipt.pdf").status_code == 404


@pytest.mark.parametrize("word", sorted(STOP))
def test_each_word_for_stop_is_one(word):
    assert wish_in(f" {word.upper()}! ") is False


@pytest.mark.parametrize("word", sorted(START))
def test_each_word_for_start_is_one(word):
    assert wish_in(word) is True


def test_signature_is_the_one_its_documentation_shows():
    form = {
        "CallSid": ["CA1234567890ABCDE"],
        "Caller": ["+14158675309"],
        "Digits": ["1234"],
        "From": ["+14158675309"],
        "To": ["+18005551212"],
    }

    assert (
        of_twilio("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form)
        == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    )


@pytest.mark.parametrize(
    ("text", "count", "left"),
    [
        ("", 1, 160),
        ("a" * 160, 1, 0),
        ("a" * 161, 2, 145),
        ("a" * 306, 2, 0),
        ("a" * 307, 3, 152),
        ("€" * 80, 1, 0),
        ("€" * 81, 2, 143),  # 153 is odd: 76 to a part
        ("ש" * 70, 1, 0),
        ("ש" * 71, 2, 63),
        ("ж" * 134, 2, 0),
        ("ж" * 135, 3, 66),
        ("👍" * 35, 1, 0),
        ("👍" * 36, 2, 61),  # 67 is odd: 33 to a part, none torn
        ("سلام", 1, 66),
        ("äö", 1, 158),
    ],
)
def test_parts_are_counted_as_the_network_counts(text, count, left):
    found = parts_of(text)

    assert (found.parts, found.left) == (count, left)


del ChannelContract


# --- writing first ---------------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+358 40 111 1111", "+358401111111"),
        ("040-111 1111", "+358401111111"),
        ("00972 50-123-4567", "+972501234567"),
        ("\u2066+٩٧٢ ٥٠ ١٢٣ ٤٥٦٧\u2069", "+972501234567"),
        ("noa@else.example", None),
        ("+35840", None),
        ("+999 123 456 789", None),
        ("+358401111111;ext=5", None),
        ("", None),
    ],
)
def test_numbers_are_kept_as_networks_know_them(typed, kept):
    if kept is None:
        with pytest.raises(NoAddress, match="telephone number"):
            number_in(typed, "+358409999999")
    else:
        assert number_in(typed, "+358409999999") == kept
