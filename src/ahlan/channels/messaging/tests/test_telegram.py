"""Telegram, against a Bot API on loopback."""

from typing import Any

from ahlan.channels.contract import Consent, Inbound, Kind
from ahlan.channels.hooks import address_of
from ahlan.channels.messaging.tests.provider import Asked, Provider, on_loopback, raw
from ahlan.channels.messaging.wires.telegram import Telegram
from ahlan.channels.registry import channel
from ahlan.channels.tests.contract import ChannelContract, understand
from ahlan.tickets.actions.amend import fetch_files
from ahlan.tickets.models import Attachment, Message, Ticket

TOKEN = "123456:ABC-DEF1234ghIkl"
NOA = {
    "id": 1111,
    "is_bot": False,
    "first_name": "Noa",
    "last_name": "Levi",
    "username": "noa",
    "language_code": "he",
}
CHAT = {"id": 1111, "first_name": "Noa", "type": "private"}


class BotApi(Provider):
    def answer(self, asked: Asked) -> tuple[int, Any]:
        if not asked.path.startswith(f"/bot{TOKEN}/"):
            return 404, {"ok": False, "error_code": 404, "description": "Not Found"}
        method = asked.path.rpartition("/")[2]
        result: Any = {
            "getMe": {"id": 9, "is_bot": True, "username": "mitra_bot"},
            "setWebhook": True,
            "getFile": {"file_path": f"documents/{(asked.json or {}).get('file_id')}"},
        }.get(method)
        if method.startswith("send"):
            result = {"message_id": 500 + len(self.asked), "chat": {"id": 1111}}
        return 200, {"ok": True, "result": result}

    def text_of(self, asked: Asked) -> str | None:
        return asked.json["text"] if asked.path.endswith("/sendMessage") else None


def update(n: int, **message: Any) -> bytes:
    return raw(
        update_id=700 + n, message={"message_id": n, "from": NOA, "chat": CHAT, "date": 1764324000, **message}
    )


PAYLOADS = {
    "text": update(1, text="Where is my parcel?"),
    "photo": update(2, caption="It came open", photo=[{"file_id": "small", "width": 90, "height": 90}, {"file_id": "large", "width": 1280, "height": 960}]),
    "voice": update(3, voice={"file_id": "v1", "duration": 3, "mime_type": "audio/ogg"}),
    "document": update(4, document={"file_id": "d1", "file_name": "../../receipt<b>.pdf", "mime_type": "application/pdf"}),
    "sticker": update(5, sticker={"file_id": "s1", "emoji": "👋", "type": "regular"}),
    "location": update(6, location={"latitude": 32.08, "longitude": 34.78}),
    "venue": update(7, venue={"location": {"latitude": 32.08, "longitude": 34.78}, "title": "Shop", "address": "1 Main St"}, location={"latitude": 32.08, "longitude": 34.78}),
    "contact": update(8, contact={"phone_number": "972501234567", "first_name": "Noa", "user_id": 1111}),
    "poll": update(9, poll={"id": "p", "question": "?"}),
    "answering": update(10, text="This one", reply_to_message={"message_id": 1, "chat": CHAT, "date": 1}),
    "edited": raw(update_id=711, edited_message={"message_id": 1, "from": NOA, "chat": CHAT, "date": 1764324000, "edit_date": 1764324060, "text": "Where is my second parcel?"}),
    "reaction": raw(update_id=712, message_reaction={"chat": CHAT, "message_id": 1, "user": NOA, "date": 1764324070, "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}),
    "blocked": raw(update_id=713, my_chat_member={"chat": CHAT, "from": NOA, "date": 1, "old_chat_member": {"status": "member"}, "new_chat_member": {"status": "kicked"}}),
    "group": raw(update_id=714, message={"message_id": 1, "from": NOA, "chat": {"id": -5, "type": "group"}, "date": 1, "text": "hello all"}),
    "unknown": raw(update_id=715, business_connection={"id": "x"}),
}  # fmt: skip


class TestTelegram(ChannelContract):
    key, to, first = "telegram", "1111", "text"
    is_over_bytes = False
    refusals = [
        (403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}, True),
        (400, {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}, True),
        (429, {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 5", "parameters": {"retry_after": 5}}, False),
        (404, {"ok": False, "error_code": 404, "description": "Not Found"}, False),
    ]  # fmt: skip

    def provider(self):
        return on_loopback(BotApi())

    def secrets(self):
        return {"token": TOKEN, "hook_secret": "hush"}

    def signed(self, inbox, body):
        return {"x-telegram-bot-api-secret-token": inbox.secret("hook_secret") or "hush"}

    def payloads(self):
        return PAYLOADS

    def test_each_kind_is_shown_as_what_it_is(self, inbox):
        wire = channel("telegram")
        found = {name: next(iter(wire.parse(body, {"inbox": inbox.pk}))) for name, body in PAYLOADS.items()}

        kinds = {name: one.kind for name, one in found.items() if isinstance(one, Inbound)}
        assert kinds == {
            "text": Kind.TEXT, "photo": Kind.TEXT, "voice": Kind.VOICE, "document": Kind.TEXT, "sticker": Kind.STICKER,
            "location": Kind.LOCATION, "venue": Kind.LOCATION, "contact": Kind.CONTACT, "poll": Kind.UNSUPPORTED, "answering": Kind.TEXT,
        }  # fmt: skip
        assert found["photo"].elsewhere[0].reference == {"id": "large"}
        assert "https://www.openstreetmap.org/?mlat=32.080000" in found["location"].text
        assert found["contact"].also[0].value == "+972501234567"
        assert found["answering"].replies_to == (found["text"].external_id,)
        assert found["text"].sender.name == "Noa Levi"
        assert found["blocked"] == Consent(found["text"].sender.__class__("telegram", "1111"), given=False)

    def test_files_are_fetched_by_a_job_and_their_names_are_harmless(self, there, inbox):
        there.files = {f"/file/bot{TOKEN}/documents/d1": ("application/octet-stream", b"%PDF-1.4 receipt")}
        self.bring(inbox, PAYLOADS["document"])
        understand()
        message = Message.objects.get()
        assert Attachment.objects.count() == 0

        fetch_files(message.pk)
        fetch_files(message.pk)

        attachment = Attachment.objects.get()
        assert (attachment.name, attachment.content_type, attachment.size) == (
            ".._.._receipt<b>.pdf",
            "application/octet-stream",
            16,
        )
        message.refresh_from_db()
        assert message.changes["files"][0]["came"]

    def test_a_file_too_large_is_said_to_be_lost(self, there, inbox, monkeypatch):
        monkeypatch.setattr(Telegram, "largest_file", 1000)
        there.files = {f"/file/bot{TOKEN}/documents/v1": ("audio/ogg", b"o" * 1001)}
        self.bring(inbox, PAYLOADS["voice"])
        understand()
        message = Message.objects.get()

        fetch_files(message.pk)

        message.refresh_from_db()
        assert message.changes["files"][0]["lost"] == "too large"
        assert Attachment.objects.count() == 0

    def test_an_edit_shows_the_newer_words_and_keeps_the_older(self, inbox):
        for name in ("text", "edited", "edited", "text"):
            self.bring(inbox, PAYLOADS[name])
        understand()

        message = Message.objects.get()
        assert message.text == "Where is my second parcel?"
        assert [one["text"] for one in message.changes["edits"]] == ["Where is my parcel?"]

    def test_a_reaction_stands_beside_what_it_is_about(self, inbox):
        for name in ("text", "reaction"):
            self.bring(inbox, PAYLOADS[name])
        understand()

        assert Message.objects.get().changes["reactions"] == {"1111": "👍"}

    def test_a_stranger_s_edit_changes_nothing(self, inbox):
        self.bring(inbox, PAYLOADS["text"])
        self.bring(inbox, PAYLOADS["edited"].replace(b'"from": {"id": 1111', b'"from": {"id": 2222'))
        understand()

        assert Message.objects.get(customer__addresses__value="1111").text == "Where is my parcel?"

    def test_words_go_on_in_the_same_ticket(self, inbox):
        for name in ("text", "voice", "location"):
            self.bring(inbox, PAYLOADS[name])
        understand()

        assert Ticket.objects.get().messages.count() == 3

    def test_the_check_tells_the_provider_our_address_and_secret(self, there, inbox):
        well, said = channel("telegram").check(inbox.for_its_wire, address_of(inbox))

        assert (well, said) == (True, "@mitra_bot")
        told = there.asked[-1].json
        assert (told["url"], told["secret_token"]) == (address_of(inbox), "hush")

    def test_a_check_with_a_wrong_token_says_so_in_words(self, inbox):
        inbox.set_secret("token", "wrong")

        well, said = channel("telegram").check(inbox.for_its_wire, address_of(inbox))

        assert not well and "does not accept our key" in said and "wrong" not in said

    def test_files_of_ours_are_uploaded(self, there, inbox):
        from ahlan.channels.contract import OutboundFile
        from ahlan.core import files

        digest, _size = files.keep(b"%PDF")
        file = OutboundFile("reçu.pdf", "application/pdf", lambda: files.open_file(digest), digest=digest)
        channel("telegram").send(self.outbound(inbox, attachments=(file,)), committing=lambda: None)

        sent = there.asked[-1]
        assert (
            sent.path.endswith("/sendDocument") and b"%PDF" in sent.body and b'name="document"' in sent.body
        )


del ChannelContract
