"""LINE, against its Messaging API on loopback."""

from typing import Any

from ahlan.channels.contract import Amendment, Consent, Inbound
from ahlan.channels.hooks import address_of
from ahlan.channels.messaging.signatures import base64_mac
from ahlan.channels.messaging.tests.provider import Asked, Provider, on_loopback, raw
from ahlan.channels.registry import channel
from ahlan.channels.tests.contract import ChannelContract, understand
from ahlan.customers.models import Customer
from ahlan.tickets.actions.amend import fetch_files
from ahlan.tickets.actions.intake import ask_for_a_name
from ahlan.tickets.models import Attachment, Message

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
USER = "U8189cf6745fc0d808977bdb0b9f22995"


class MessagingApi(Provider):
    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.path.endswith("/push"):
            return 200, {"sentMessages": [{"id": f"5{len(self.asked)}", "quoteToken": "q"}]}
        return 200, {"displayName": "Noa", "basicId": "@mitra", "userId": USER}

    def text_of(self, asked: Asked) -> str | None:
        return asked.json["messages"][0].get("text") if asked.path.endswith("/push") else None

    def key_of(self, asked: Asked) -> str:
        return asked.headers.get("x-line-retry-key", "")


def line(n: int, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "type": kind, "mode": "active", "timestamp": 1764324000000 + n, "source": {"type": "user", "userId": USER},
        "webhookEventId": f"01FZ{n}", "deliveryContext": {"isRedelivery": False}, **more,
    }  # fmt: skip


def events(*found: Any) -> bytes:
    return raw(destination="U0", events=list(found))


def message(n: int, kind: str, **more: Any) -> dict[str, Any]:
    return line(n, "message", replyToken="r", message={"id": str(n), "type": kind, **more})


PAYLOADS = {
    "text": events(message(1, "text", text="Where is my parcel?", quoteToken="q")),
    "batch": events(message(2, "text", text="One"), message(3, "text", text="Two")),
    "audio": events(message(4, "audio", duration=3, contentProvider={"type": "line"})),
    "external": events(message(5, "image", contentProvider={"type": "external", "originalContentUrl": "https://cdn.example/a.jpg"})),
    "file": events(message(6, "file", fileName="a.pdf", fileSize=3)),
    "place": events(message(7, "location", title="Shop", address="1 Main", latitude=35.6, longitude=139.7)),
    "sticker": events(message(8, "sticker", packageId="1", stickerId="2", keywords=["Hello", "Hi"])),
    "odd": events(message(9, "hologram")),
    "unsend": events(line(10, "unsend", unsend={"messageId": "1"})),
    "unfollow": events(line(11, "unfollow")),
    "follow": events(line(12, "follow", replyToken="r", follow={"isUnblocked": True})),
    "postback": events(line(13, "postback", postback={"data": "a=1"})),
    "group": events({**message(14, "text", text="all"), "source": {"type": "group", "groupId": "C1"}}),
    "verify": events(),
}  # fmt: skip


class TestLine(ChannelContract):
    key, to, first = "line", USER, "text"

    def provider(self):
        return on_loopback(MessagingApi())

    def secrets(self):
        return {"channel_secret": SECRET, "token": "t"}

    def signed(self, inbox, body):
        return {"x-line-signature": base64_mac(SECRET, body)}

    def payloads(self):
        return PAYLOADS

    def test_each_kind_is_shown_as_what_it_is(self, inbox):
        found = {
            name: next(iter(channel("line").parse(body, {"inbox": inbox.pk})))
            for name, body in PAYLOADS.items()
        }

        assert {name: str(one.kind) for name, one in found.items() if isinstance(one, Inbound) and one.kind} == {
            "audio": "voice", "place": "location", "sticker": "sticker", "odd": "unsupported",
        }  # fmt: skip
        assert isinstance(found["unsend"], Amendment)
        assert (found["unfollow"].given, found["follow"].given) == (False, True)
        assert isinstance(found["follow"], Consent)

    def test_what_was_unsent_is_marked(self, inbox):
        for name in ("text", "unsend"):
            self.bring(inbox, PAYLOADS[name])
        understand()

        assert "removed_at" in Message.objects.get().changes

    def test_it_has_already_is_as_good_as_taken(self, there, inbox):
        there.troubles = [
            (409, {"message": "The retry key is already accepted", "sentMessages": [{"id": "51"}]})
        ]
        sent = self.outbound(inbox)

        channel("line").send(sent, committing=lambda: None)

        assert channel("line").was_sent(sent) is True

    def test_files_come_from_where_line_keeps_them(self, there, inbox):
        there.files = {"/v2/bot/message/6/content": ("application/pdf", b"%PDF")}
        self.bring(inbox, PAYLOADS["file"])
        understand()
        fetch_files(Message.objects.get().pk)

        assert Attachment.objects.get().name == "a.pdf"

    def test_somebody_s_name_is_asked_for(self, inbox):
        ask_for_a_name(self.ticket(inbox).customer, inbox)

        assert Customer.objects.get().name == "Noa"

    def test_the_check_tells_our_address(self, there, inbox):
        assert channel("line").check(inbox.for_its_wire, address_of(inbox)) == (True, "Noa @mitra")
        assert there.asked[-1].json == {"endpoint": address_of(inbox)}


def test_signature_is_the_one_its_documentation_shows():
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'

    assert base64_mac(SECRET, body) == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


del ChannelContract
