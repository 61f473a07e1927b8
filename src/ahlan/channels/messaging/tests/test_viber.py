"""Viber, against its REST bot API on loopback."""

from typing import Any

from ahlan.channels.contract import Inbound
from ahlan.channels.hooks import address_of
from ahlan.channels.messaging.signatures import hex_mac
from ahlan.channels.messaging.tests.provider import Asked, Provider, on_loopback, raw
from ahlan.channels.registry import channel
from ahlan.channels.tests.contract import ChannelContract
from ahlan.core.clock import now
from ahlan.tickets.models import Message
from ahlan.tickets.reach import reach_of

TOKEN = "445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9"
NOA = {"id": "01234567890A=", "name": "Noa", "language": "he"}


class BotApi(Provider):
    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.headers.get("x-viber-auth-token") != TOKEN:
            return 200, {"status": 2, "status_message": "invalidAuthToken"}
        return 200, {
            "status": 0,
            "status_message": "ok",
            "message_token": 5741311803571721087 + len(self.asked),
            "name": "Mitra",
        }

    def text_of(self, asked: Asked) -> str | None:
        return asked.json["text"] if asked.path.endswith("/send_message") else None


def message(n: int, kind: str, **more: Any) -> bytes:
    return raw(
        event="message",
        timestamp=1764324000000,
        message_token=4912661846655238145 + n,
        sender=NOA,
        message={"type": kind, **more},
    )


PAYLOADS = {
    "text": message(1, "text", text="Where is my parcel?"),
    "picture": message(2, "picture", media="https://cdn.example/a.jpg", text="Open"),
    "file": message(3, "file", media="https://cdn.example/a.pdf", file_name="a.pdf", size=10),
    "video": message(4, "video", media="https://cdn.example/a.mp4"),
    "place": message(5, "location", location={"lat": 50.76, "lon": 6.1}),
    "contact": message(6, "contact", contact={"name": "Cy", "phone_number": "+9721"}),
    "sticker": message(7, "sticker", sticker_id=46105),
    "odd": message(8, "hologram"),
    "delivered": raw(event="delivered", timestamp=1, message_token=491266184665523145, user_id=NOA["id"]),
    "seen": raw(event="seen", timestamp=1, message_token=491266184665523145, user_id=NOA["id"]),
    "failed": raw(event="failed", timestamp=1, message_token=491266184665523146, user_id=NOA["id"], desc="gone"),
    "unsubscribed": raw(event="unsubscribed", timestamp=1, user_id=NOA["id"], message_token=1),
    "subscribed": raw(event="subscribed", timestamp=1, user=NOA, message_token=2),
    "started": raw(event="conversation_started", timestamp=1, message_token=3, type="open", user=NOA, subscribed=False),
    "webhook": raw(event="webhook", timestamp=1, message_token=4),
}  # fmt: skip


class TestViber(ChannelContract):
    key, to, first = "viber", NOA["id"], "text"
    refusals = [
        (200, {"status": 2, "status_message": "invalidAuthToken"}, False),
        (200, {"status": 6, "status_message": "receiverNotSubscribed"}, True),
        (200, {"status": 12, "status_message": "tooManyRequests"}, False),
        (200, {"status": 3, "status_message": "badData"}, True),
    ]

    def provider(self):
        return on_loopback(BotApi())

    def secrets(self):
        return {"token": TOKEN}

    def signed(self, inbox, body):
        return {"x-viber-content-signature": hex_mac(TOKEN, body)}

    def payloads(self):
        return PAYLOADS

    def test_each_kind_is_shown_as_what_it_is(self, inbox):
        found = {
            name: next(iter(channel("viber").parse(body, {"inbox": inbox.pk})))
            for name, body in PAYLOADS.items()
        }

        assert {name: str(one.kind) for name, one in found.items() if isinstance(one, Inbound) and one.kind} == {
            "video": "video", "place": "location", "contact": "contact", "sticker": "sticker", "odd": "unsupported",
        }  # fmt: skip

    def test_after_a_day_it_says_that_it_costs(self, inbox):
        from datetime import timedelta

        ticket = self.ticket(inbox)
        Message.objects.update(sent_at=now() - timedelta(hours=25))

        assert reach_of(ticket).is_open and "charges" in reach_of(ticket).why

    def test_the_check_tells_our_address(self, there, inbox):
        assert channel("viber").check(inbox.for_its_wire, address_of(inbox)) == (True, "Mitra")
        assert there.asked[0].json["url"] == address_of(inbox)


del ChannelContract
