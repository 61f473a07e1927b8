"""WhatsApp, Messenger and Instagram, against a Graph API on loopback."""

import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.makers import make_inbox

from ahlan.channels.contract import Amendment, Inbound, Kind, Progress
from ahlan.channels.messaging.signatures import of_meta
from ahlan.channels.messaging.tests.provider import Asked, Provider, on_loopback, raw
from ahlan.channels.messaging.wires.whatsapp import template_for, templates_in
from ahlan.channels.models import RawInbound
from ahlan.channels.registry import channel
from ahlan.channels.tests.contract import ChannelContract, understand
from ahlan.core.clock import now
from ahlan.customers.models import Customer
from ahlan.tickets.actions import answer
from ahlan.tickets.actions.amend import fetch_files
from ahlan.tickets.actions.delivery import deliver
from ahlan.tickets.actions.intake import ask_for_a_name
from ahlan.tickets.models import Attachment, Message
from ahlan.tickets.reach import OutOfReach, reach_of

SECRET = "app-secret"


class Graph(Provider):
    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.headers.get("authorization") != "Bearer EAAG":
            return 401, {"error": {"message": "Invalid OAuth access token.", "code": 190}}
        n = len(self.asked)
        if asked.method == "POST":
            return 200, {
                "message_id": f"m_out{n}",
                "recipient_id": "7001",
                "messages": [{"id": f"wamid.OUT{n}"}],
            }
        if "media1" in asked.path:
            return 200, {"url": f"{self.url}/content/media1", "mime_type": "audio/ogg"}
        return 200, {"name": "Noa Levi", "verified_name": "Mitra", "display_phone_number": "+358 40 123"}

    def text_of(self, asked: Asked) -> str | None:
        if asked.method != "POST":
            return None
        said = asked.json
        return said["text"]["body"] if "text" in said else said.get("message", {}).get("text")


class MetaContract(ChannelContract):
    to = "7001"
    refusals = [
        (400, {"error": {"message": "Too many", "code": 613}}, False),
        (400, {"error": {"message": "Token", "code": 190}}, False),
    ]

    def provider(self):
        return on_loopback(Graph())

    def secrets(self):
        return {"app_secret": SECRET, "token": "EAAG", "verify_token": "verify-me"}

    def signed(self, inbox, body):
        return {"x-hub-signature-256": of_meta(SECRET, body)}

    def test_the_door_says_whose_it_is_once_it_is_asked_rightly(self, inbox):
        def ask(**given: str):
            return Client().get(
                f"/hooks/{inbox.public_id}/", {f"hub.{key}": one for key, one in given.items()}
            )

        right = ask(mode="subscribe", verify_token="verify-me", challenge="1158201444")
        assert (right.status_code, right.content) == (200, b"1158201444")
        assert right["Content-Type"].startswith("text/plain")
        for wrong in ({"verify_token": "x"}, {}, {"verify_token": ""}):
            assert ask(mode="subscribe", challenge="7", **wrong).status_code == 403

    def test_one_door_serves_all_accounts_of_an_app_and_no_others(self, inbox):
        others = [
            make_inbox(channel=self.key, address=one, settings=inbox.settings)
            for one in ("second", "foreign")
        ]
        for one, secret in zip(others, (SECRET, "another-app"), strict=True):
            one.set_secret("app_secret", secret)
            one.save()
        for account in ("second", "foreign", "unknown"):
            assert (
                self.bring(
                    inbox, self.payloads()[self.first].replace(b'"ours"', f'"{account}"'.encode())
                ).status_code
                == 200
            )
        understand()

        assert [one.inbox.address for one in Message.objects.all()] == ["second"]
        assert RawInbound.objects.count() == 1

    def test_when_too_much_time_has_passed_the_desk_says_why_and_refuses(self, inbox, eve):
        ticket = self.ticket(inbox)
        Message.objects.update(sent_at=now() - timedelta(hours=23))
        assert reach_of(ticket).is_open and reach_of(ticket).until

        Message.objects.update(sent_at=now() - timedelta(hours=25))
        reach = reach_of(ticket)
        assert not reach.is_open and "24" in reach.why
        with pytest.raises(OutOfReach):
            answer.reply(ticket, author=eve, text="Hello again.")


CONTACT = [{"profile": {"name": "Noa Levi"}, "wa_id": "972501234567", "user_id": "IL.13491208655302741918"}]


def wa(*messages: dict[str, Any], statuses: Any = (), contacts: Any = CONTACT) -> bytes:
    value = {
        "messaging_product": "whatsapp", "metadata": {"display_phone_number": "35840123", "phone_number_id": "ours"},
        **({"contacts": contacts, "messages": list(messages)} if messages else {}), **({"statuses": list(statuses)} if statuses else {}),
    }  # fmt: skip
    return raw(
        object="whatsapp_business_account",
        entry=[{"id": "waba", "changes": [{"field": "messages", "value": value}]}],
    )


def wam(n: int, kind: str, what: Any, **more: Any) -> dict[str, Any]:
    return {
        "from": "972501234567",
        "id": f"wamid.{n}",
        "timestamp": str(int(time.time())),
        "type": kind,
        kind: what,
        **more,
    }


WHATSAPP = {
    "text": wa(wam(1, "text", {"body": "Where is my parcel?"})),
    "image": wa(wam(2, "image", {"id": "media1", "mime_type": "image/jpeg", "sha256": "x", "caption": "Open"})),
    "voice": wa(wam(3, "audio", {"id": "media1", "mime_type": "audio/ogg; codecs=opus", "voice": True})),
    "document": wa(wam(4, "document", {"id": "media1", "mime_type": "application/pdf", "filename": "a.pdf"})),
    "sticker": wa(wam(5, "sticker", {"id": "media1", "mime_type": "image/webp", "animated": False})),
    "location": wa(wam(6, "location", {"latitude": 60.17, "longitude": 24.94, "name": "Shop"})),
    "contacts": wa(wam(7, "contacts", [{"name": {"formatted_name": "Cy"}, "phones": [{"phone": "+1 23"}]}])),
    "button": wa(wam(8, "button", {"text": "Yes", "payload": "y"})),
    "list": wa(wam(9, "interactive", {"type": "list_reply", "list_reply": {"id": "1", "title": "Returns"}})),
    "order": wa(wam(10, "order", {"catalog_id": "1"})),
    "unsupported": wa(wam(11, "unsupported", None, errors=[{"code": 131051}])),
    "answering": wa(wam(12, "text", {"body": "This"}, context={"from": "x", "id": "wamid.1"})),
    "reaction": wa(wam(13, "reaction", {"message_id": "wamid.1", "emoji": "👍"})),
    "revoke": wa(wam(14, "revoke", {"original_message_id": "wamid.1"})),
    "edit": wa(wam(15, "edit", {"original_message_id": "wamid.1", "message": {"type": "text", "text": {"body": "Better"}}})),
    "nameless": wa({"from_user_id": "IL.13491208655302741918", "id": "wamid.16", "timestamp": "1764324000", "type": "text", "text": {"body": "No number"}}, contacts=[{"profile": {"name": "Noa"}, "user_id": "IL.13491208655302741918"}]),
    "batch": wa(wam(17, "text", {"body": "One"}), wam(18, "text", {"body": "Two"}), statuses=[{"id": "wamid.OUT", "status": "read", "timestamp": "1"}]),
    "statuses": wa(statuses=[{"id": "wamid.OUT9", "status": one, "timestamp": "1764324000", "recipient_id": "9"} for one in ("read", "sent", "delivered")]),
    "failed": wa(statuses=[{"id": "wamid.OUT8", "status": "failed", "errors": [{"code": 131047, "title": "Re-engagement message"}]}]),
}  # fmt: skip


class TestWhatsApp(MetaContract):
    key, first = "whatsapp", "text"
    refusals = [
        *MetaContract.refusals,
        (400, {"error": {"message": "Re-engagement message", "code": 131047}}, True),
        (400, {"error": {"message": "Undeliverable", "code": 131026}}, True),
        (400, {"error": {"message": "Pair rate limit", "code": 131056}}, False),
        (400, {"error": {"message": "Something", "code": 131000}}, False),
    ]

    def payloads(self):
        return WHATSAPP

    def settings(self):
        return {"templates": "order_update en\nHello {{1}}, your order {{2}} is on its way.\n\nx en\n{{1}}"}

    def test_each_kind_is_shown_as_what_it_is(self, inbox):
        wire = channel("whatsapp")
        found = {name: next(iter(wire.parse(body, {"inbox": inbox.pk}))) for name, body in WHATSAPP.items()}

        assert {name: str(one.kind) for name, one in found.items() if isinstance(one, Inbound) and one.kind} == {
            "voice": "voice", "sticker": "sticker", "location": "location", "contacts": "contact", "order": "unsupported",
            "unsupported": "unsupported",
        }  # fmt: skip
        assert found["voice"].elsewhere[0].name == "voice.ogg"
        assert found["list"].text == "Returns"
        assert isinstance(found["edit"], Amendment) and found["edit"].about == found["text"].external_id
        assert found["failed"] == Progress(found["failed"].about, "failed", "window: Re-engagement message")
        assert len(list(wire.parse(WHATSAPP["batch"], {"inbox": inbox.pk}))) == 3

    def test_one_who_hides_his_number_later_stays_the_same_customer(self, inbox):
        for name in ("text", "nameless"):
            self.bring(inbox, WHATSAPP[name])
        understand()

        assert Customer.objects.count() == 1
        assert set(Customer.objects.get().addresses.values_list("kind", "value")) == {
            ("whatsapp", "972501234567"), ("whatsapp", "IL.13491208655302741918"), ("sms", "+972501234567"),
        }  # fmt: skip

    def test_who_hides_his_number_is_answered_by_his_id(self, there, inbox, eve):
        self.bring(inbox, WHATSAPP["nameless"])
        understand()
        Message.objects.update(sent_at=now())
        message = answer.reply(Message.objects.get().ticket, author=eve, text="Hi")

        deliver(message.pk)

        assert there.asked[-1].json["recipient"] == "IL.13491208655302741918"
        assert "to" not in there.asked[-1].json

    def test_edited_reacted_to_and_revoked(self, inbox):
        for name in ("text", "reaction", "edit", "revoke"):
            self.bring(inbox, WHATSAPP[name])
        understand()

        message = Message.objects.get()
        assert (message.text, set(message.changes)) == ("Better", {"edits", "reactions", "removed_at"})

    def test_a_voice_note_is_fetched_with_our_key(self, there, inbox):
        there.files = {"/content/media1": ("audio/ogg", b"OggS")}
        self.bring(inbox, WHATSAPP["voice"])
        understand()
        fetch_files(Message.objects.get().pk)

        assert (Attachment.objects.get().name, Message.objects.get().kind) == ("voice.ogg", "voice")

    def test_after_the_window_a_template_still_goes(self, there, inbox, eve):
        ticket = self.ticket(inbox)
        Message.objects.update(sent_at=now() - timedelta(hours=25))
        assert reach_of(ticket).choices == ("Hello …, your order … is on its way.",)
        for text in ("Hello Noa, where are you?", "Hello …, your order … is on its way."):
            with pytest.raises(OutOfReach):
                answer.reply(ticket, author=eve, text=text)

        message = answer.reply(ticket, author=eve, text="Hello Noa, your order 1182 is on its way.")
        deliver(message.pk)

        sent = there.asked[-1].json["template"]
        assert (sent["name"], sent["language"]) == ("order_update", {"code": "en"})
        assert [one["text"] for one in sent["components"][0]["parameters"]] == ["Noa", "1182"]

    def test_a_template_of_blanks_alone_is_none(self):
        assert [
            one.name for one in templates_in({"templates": "a en\n{{1}} {{2}}\n\nb fi\nHei {{1}}, terve."})
        ] == ["b"]
        assert template_for([], "anything") is None

    def test_the_api_says_why_it_may_not_be_sent(self, inbox, eve):
        from tests.makers import make_caller

        ticket = self.ticket(inbox)
        Message.objects.update(sent_at=now() - timedelta(days=2))

        refused = make_caller(eve).say(
            "POST", f"/tickets/{ticket.pk}/messages", {"kind": "reply", "text": "Hello"}
        )

        assert refused.status_code == 409
        assert "templates" in refused.json()["detail"]

    def test_the_composer_says_it_and_offers_the_templates(self, inbox, eve):
        ticket = self.ticket(inbox)
        Message.objects.update(sent_at=now() - timedelta(days=2))
        client = Client()
        client.force_login(eve, backend="allauth.account.auth_backends.AuthenticationBackend")

        page = client.get(f"/tickets/{ticket.pk}/").content.decode()

        assert "takes only templates" in page
        assert 'data-words="Hello …, your order … is on its way."' in page


def event(**what: Any) -> dict[str, Any]:
    return {
        "sender": {"id": "7001"},
        "recipient": {"id": "ours"},
        "timestamp": int(time.time() * 1000),
        **what,
    }


def pages(name: str, *events: dict[str, Any]) -> bytes:
    return raw(object=name, entry=[{"id": "ours", "time": 1, "messaging": list(events)}])


def page_payloads(name: str) -> dict[str, bytes]:
    def one(**what: Any) -> bytes:
        return pages(name, event(**what))

    return {
        "text": one(message={"mid": "m_1", "text": "Where is my parcel?"}),
        "image": one(message={"mid": "m_2", "attachments": [{"type": "image", "payload": {"url": "https://cdn.example/a.jpg"}}]}),
        "sticker": one(message={"mid": "m_3", "attachments": [{"type": "image", "payload": {"url": "https://cdn.example/s.png", "sticker_id": 369}}]}),
        "audio": one(message={"mid": "m_4", "attachments": [{"type": "audio", "payload": {"url": "https://cdn.example/v.mp4"}}]}),
        "place": one(message={"mid": "m_5", "attachments": [{"type": "location", "title": "Noa’s", "payload": {"coordinates": {"lat": 1.5, "long": 2.5}}}]}),
        "story": one(message={"mid": "m_6", "attachments": [{"type": "story_mention", "payload": {"url": "https://cdn.example/story"}}]}),
        "odd": one(message={"mid": "m_7", "is_unsupported": True}),
        "echo": one(message={"mid": "m_8", "is_echo": True, "text": "ours"}),
        "unsent": one(message={"mid": "m_1", "is_deleted": True}),
        "edit": one(message_edit={"mid": "m_1", "text": "Better", "num_edit": 1}),
        "reaction": one(reaction={"mid": "m_1", "action": "react", "reaction": "love", "emoji": "❤"}),
        "postback": one(postback={"mid": "m_9", "title": "Get started", "payload": "START"}),
        "delivery": one(delivery={"mids": ["m_out1"], "watermark": 1764324000000}),
        "read": one(read={"watermark": 1764324000000}),
        "batch": pages(name, event(message={"mid": "m_10", "text": "One"}), event(message={"mid": "m_11", "text": "Two"})),
    }  # fmt: skip


class PageContract(MetaContract):
    first = "text"
    refusals = [
        *MetaContract.refusals,
        (
            400,
            {"error": {"message": "outside the allowed window", "code": 10, "error_subcode": 2018278}},
            True,
        ),
        (400, {"error": {"message": "person isn't available", "code": 551, "error_subcode": 1545041}}, True),
    ]
    object_name: str

    def payloads(self):
        return page_payloads(self.object_name)

    def test_each_kind_is_shown_as_what_it_is(self, inbox):
        wire = channel(self.key)
        found = {
            name: next(iter(wire.parse(body, {"inbox": inbox.pk}))) for name, body in self.payloads().items()
        }

        kinds = {name: one.kind for name, one in found.items() if isinstance(one, Inbound) and one.kind}
        assert kinds == {
            "sticker": Kind.STICKER,
            "audio": Kind.VOICE,
            "place": Kind.LOCATION,
            "odd": Kind.UNSUPPORTED,
        }
        assert found["story"].text == "https://cdn.example/story"
        assert "mlat=1.500000" in found["place"].text

    def test_what_was_read_is_told_by_a_moment(self, there, inbox, eve):
        ticket = self.ticket(inbox)
        messages = [answer.reply(ticket, author=eve, text=f"Answer {n}") for n in range(2)]
        for one in messages:
            deliver(one.pk)
        self.bring(
            inbox, pages(self.object_name, event(read={"watermark": int((time.time() - 3600) * 1000)}))
        )
        understand()
        assert set(Message.objects.filter(direction="out").values_list("arrival", flat=True)) == {""}

        self.bring(inbox, pages(self.object_name, event(read={"watermark": int((time.time() + 5) * 1000)})))
        understand()

        assert set(Message.objects.filter(direction="out").values_list("arrival", flat=True)) == {"read"}

    def test_somebody_s_name_is_asked_for(self, inbox):
        customer = self.ticket(inbox).customer
        assert customer.name == "7001"

        ask_for_a_name(customer, inbox)

        assert Customer.objects.get().name == "Noa Levi"

    def test_with_leave_a_person_may_answer_for_seven_days_and_a_machine_may_not_bear_the_tag(
        self, there, inbox, eve
    ):
        inbox.settings["human_agent"] = True
        inbox.save()
        ticket = self.ticket(inbox)
        Message.objects.update(sent_at=now() - timedelta(days=6))

        deliver(answer.reply(ticket, author=eve, text="Hi").pk)
        assert there.asked[-1].json["tag"] == "HUMAN_AGENT"
        channel(self.key).send(self.outbound(inbox, automatic=True), committing=lambda: None)
        assert there.asked[-1].json["messaging_type"] == "RESPONSE"
        with time_machine.travel(time.time() + 2 * 86_400, tick=False):
            assert not reach_of(ticket).is_open


class TestMessenger(PageContract):
    key, object_name = "messenger", "page"


class TestInstagram(PageContract):
    key, object_name = "instagram", "instagram"


del ChannelContract, MetaContract, PageContract  # they are only for inheriting from
