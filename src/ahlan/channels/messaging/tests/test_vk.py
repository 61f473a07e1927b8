"""VK, against its API on loopback."""

import json
from typing import Any

from ahlan.channels.contract import Inbound
from ahlan.channels.messaging.tests.provider import Asked, Provider, on_loopback, raw
from ahlan.channels.registry import channel
from ahlan.channels.tests.contract import ChannelContract, understand
from ahlan.customers.models import Customer
from ahlan.tickets.actions.intake import ask_for_a_name
from ahlan.tickets.models import Message


class Api(Provider):
    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.form.get("access_token") != "t":
            return 200, {"error": {"error_code": 5, "error_msg": "User authorization failed"}}
        method = asked.path.rpartition("/")[2]
        return 200, {
            "messages.send": {"response": 100 + len(self.asked)},
            "users.get": {"response": [{"id": 42, "first_name": "Ноа", "last_name": "Леви"}]},
            "groups.getById": {"response": {"groups": [{"id": 7, "name": "Mitra"}]}},
        }[method]

    def text_of(self, asked: Asked) -> str | None:
        return asked.form["message"] if asked.path.endswith("messages.send") else None

    def key_of(self, asked: Asked) -> str:
        return asked.form.get("random_id", "")


def event(kind: str, **what: Any) -> bytes:
    return raw(type=kind, group_id=7, event_id="e1", v="5.199", object=what, secret="hush")


def said(n: int, text: str = "", **more: Any) -> dict[str, Any]:
    return {
        "id": n,
        "date": 1764324000,
        "peer_id": 42,
        "from_id": 42,
        "text": text,
        "conversation_message_id": n,
        "attachments": [],
        **more,
    }


def new(n: int, text: str = "", **more: Any) -> bytes:
    return event("message_new", message=said(n, text, **more), client_info={})


PAYLOADS = {
    "text": new(1, "Где моя посылка?"),
    "photo": new(2, "Вот", attachments=[{"type": "photo", "photo": {"sizes": [{"width": 10, "height": 10, "url": "https://cdn.example/s"}, {"width": 90, "height": 90, "url": "https://cdn.example/l"}]}}]),
    "voice": new(3, attachments=[{"type": "audio_message", "audio_message": {"link_ogg": "https://cdn.example/v.ogg"}}]),
    "doc": new(4, attachments=[{"type": "doc", "doc": {"title": "a.pdf", "url": "https://cdn.example/a"}}]),
    "sticker": new(5, attachments=[{"type": "sticker", "sticker": {"images": [{"url": "https://cdn.example/st.png"}]}}]),
    "place": new(6, geo={"type": "point", "coordinates": {"latitude": 55.7, "longitude": 37.6}, "place": {"title": "Москва"}}),
    "wall": new(7, attachments=[{"type": "wall", "wall": {"id": 1}}]),
    "answering": new(8, "Это", reply_message={"conversation_message_id": 1, "text": "x"}),
    "edit": event("message_edit", **said(1, "Где вторая посылка?", update_time=1764324060)),
    "deny": event("message_deny", user_id=42),
    "allow": event("message_allow", user_id=42, key=""),
    "chat": event("message_new", message={**said(9, "всем"), "peer_id": 2000000001}),
    "other": event("group_join", user_id=42, join_type="join"),
}  # fmt: skip


class TestVk(ChannelContract):
    key, to, first = "vk", "42", "text"
    is_over_bytes = False
    refusals = [
        (200, {"error": {"error_code": 5, "error_msg": "User authorization failed"}}, False),
        (200, {"error": {"error_code": 6, "error_msg": "Too many requests per second"}}, False),
        (
            200,
            {"error": {"error_code": 901, "error_msg": "Can't send messages for users without permission"}},
            True,
        ),
        (200, {"error": {"error_code": 100, "error_msg": "One of the parameters is invalid"}}, True),
    ]

    def provider(self):
        return on_loopback(Api())

    def secrets(self):
        return {"token": "t", "secret": "hush"}

    def settings(self):
        return {"confirmation": "c0nf1rm"}

    def signed(self, inbox, body):
        return {}

    def forged(self, inbox, body, good):
        given = json.loads(body)
        without = {key: one for key, one in given.items() if key != "secret"}
        return [
            ({}, json.dumps(one).encode())
            for one in (
                without,
                {**given, "secret": "x"},
                {**given, "secret": ""},
                {**given, "secret": ["hush"]},
                [],
                7,
            )
        ]

    def payloads(self):
        return PAYLOADS

    def test_each_kind_is_shown_as_what_it_is(self, inbox):
        found = {
            name: next(iter(channel("vk").parse(body, {"inbox": inbox.pk})))
            for name, body in PAYLOADS.items()
        }

        assert {name: str(one.kind) for name, one in found.items() if isinstance(one, Inbound) and one.kind} == {
            "voice": "voice", "sticker": "sticker", "place": "location", "wall": "unsupported",
        }  # fmt: skip
        assert found["photo"].elsewhere[0].reference == {"url": "https://cdn.example/l"}
        assert found["answering"].replies_to == (found["text"].external_id,)

    def test_vk_is_thanked_as_it_wants_and_told_our_string_once(self, inbox):
        inbox.address = "7"
        inbox.save()

        assert self.bring(inbox, PAYLOADS["text"]).content == b"ok"
        assert self.bring(inbox, raw(type="confirmation", group_id=7, secret="hush")).content == b"c0nf1rm"
        assert self.bring(inbox, raw(type="confirmation", group_id=8, secret="hush")).content == b""
        assert self.bring(inbox, raw(type="confirmation", group_id=7)).status_code == 403

    def test_an_edit_shows_the_newer_words(self, inbox):
        for name in ("text", "edit"):
            self.bring(inbox, PAYLOADS[name])
        understand()

        assert Message.objects.get().text == "Где вторая посылка?"

    def test_somebody_s_name_is_asked_for(self, inbox):
        ask_for_a_name(self.ticket(inbox).customer, inbox)

        assert Customer.objects.get().name == "Ноа Леви"

    def test_the_check_names_the_community(self, inbox):
        assert channel("vk").check(inbox.for_its_wire, "") == (True, "Mitra")


del ChannelContract
