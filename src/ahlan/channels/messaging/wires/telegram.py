"""Telegram: a bot. https://core.telegram.org/bots/api"""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from ahlan.channels.contract import (
    Abilities,
    Address,
    Amendment,
    Change,
    Consent,
    Elsewhere,
    Heard,
    Inbound,
    Kind,
    Knock,
    NotSent,
    Outbound,
)
from ahlan.channels.messaging.payloads import card, moment, spot
from ahlan.channels.messaging.provider import Call, Settings
from ahlan.channels.messaging.signatures import same
from ahlan.channels.messaging.wire import Setting, Wire

WANTED = ["message", "edited_message", "message_reaction", "my_chat_member"]
PICTURES = {"image/jpeg", "image/png"}
# By what it is called in a message: how the desk shows it, and a name where it has none of its own.
FILES = {
    "document": (Kind.TEXT, "file"),
    "voice": (Kind.VOICE, "voice.ogg"),
    "audio": (Kind.TEXT, "audio.mp3"),
    "video": (Kind.VIDEO, "video.mp4"),
    "video_note": (Kind.VIDEO, "video.mp4"),
}


class Telegram(Wire):
    key = "telegram"
    name = _("Telegram")
    abilities = Abilities(
        attachments=True,
        max_length=4096,
        signature=False,
        goes_on=timedelta(days=3),
        buttons=12,
        longest_button=64,
    )
    api = "https://api.telegram.org"
    address_label = _("Name of the bot")
    address_help = _("As in @our_bot.")
    settings = (
        Setting("token", _("Token"), _("BotFather gives it to you."), secret=True),
        Setting(
            "hook_secret", _("Secret of our address"), secret=True, made=lambda: secrets.token_urlsafe(24)
        ),
    )
    steps = (
        _("In Telegram, write to @BotFather: /newbot. It asks for a name and gives you a token."),
        _("Enter the token here and save."),
        _("Press “Connect and check”. Telegram is then told to bring messages to this address."),
    )
    shows_made = False  # it is told by the check
    largest_file = 20 * 1024 * 1024  # Telegram hands out no more

    def is_genuine(self, settings: Settings, knock: Knock) -> bool:
        given = knock.headers.get("x-telegram-bot-api-secret-token", "")
        return same(given, settings["secrets"].get("hook_secret", ""))

    def events(self, said: Any) -> Iterable[Any]:
        int(said["update_id"])
        return [said]

    def one(self, event: Any, envelope: dict[str, Any]) -> Iterable[Heard]:
        if message := event.get("message"):
            yield from self._message(message, envelope)
        elif edited := event.get("edited_message"):
            for said in self._message(edited, envelope):
                yield Amendment(Change.EDITED, self._id(edited, envelope), said)
        elif reaction := event.get("message_reaction"):
            yield from self._reaction(reaction, event["update_id"], envelope)
        elif (member := event.get("my_chat_member")) and member["chat"]["type"] == "private":
            person = Address(self.key, str(member["chat"]["id"]))
            yield Consent(person, given=member["new_chat_member"]["status"] != "kicked")

    def _id(self, message: Any, envelope: dict[str, Any]) -> str:
        return self.id_of(envelope, f"{message['chat']['id']}.{message['message_id']}")

    def _message(self, message: Any, envelope: dict[str, Any]) -> Iterable[Inbound]:
        if message["chat"]["type"] != "private":
            return
        kind, text, files = self._content(message)
        quoted = message.get("reply_to_message")
        yield self.said(
            envelope, sender=message["from"]["id"], name=_called(message["from"]),
            native=f"{message['chat']['id']}.{message['message_id']}", text=text, kind=kind, files=files,
            at=moment(message.get("edit_date") or message.get("date")), also=_proved(message),
            answers=f"{quoted['chat']['id']}.{quoted['message_id']}" if quoted else "",
        )  # fmt: skip

    def _content(self, message: Any) -> tuple[Kind, str, list[Elsewhere]]:
        text = message.get("text") or message.get("caption") or ""
        if photos := message.get("photo"):
            return Kind.TEXT, text, [_file(photos[-1], "picture.jpg", "image/jpeg")]
        for key, (kind, name) in FILES.items():
            if one := message.get(key):
                return kind, text, [_file(one, name)]
        if sticker := message.get("sticker"):
            return (
                Kind.STICKER,
                str(sticker.get("emoji") or ""),
                [_file(sticker, "sticker.webp", "image/webp")],
            )
        if place := message.get("venue") or message.get("location"):
            at = place.get("location", place)
            return (
                Kind.LOCATION,
                spot(at["latitude"], at["longitude"], place.get("title"), place.get("address")),
                [],
            )
        if person := message.get("contact"):
            return Kind.CONTACT, card(_called(person), person.get("phone_number")), []
        return (Kind.TEXT if text else Kind.UNSUPPORTED), text, []

    def _reaction(self, reaction: Any, update: int, envelope: dict[str, Any]) -> Iterable[Heard]:
        if reaction["chat"]["type"] != "private":
            return
        signs = "".join(str(one.get("emoji") or "✦") for one in reaction["new_reaction"])
        said = self.said(
            envelope, sender=reaction["user"]["id"], name=_called(reaction["user"]), native=f"reaction.{update}", text=signs,
            kind=Kind.REACTION, at=moment(reaction.get("date")),
        )  # fmt: skip
        yield Amendment(Change.REACTED, self._id(reaction, envelope), said)

    def calls(self, message: Outbound, to: str) -> list[Call]:
        bot = f"/bot{message.settings['secrets'].get('token', '')}"
        texts = [
            Call(f"{bot}/sendMessage", json={"chat_id": to, "text": text}) for text in self.pieces(message)
        ]
        if message.choices and texts and texts[-1].json:
            texts[-1].json["reply_markup"] = _keyboard(message.choices)
        return [*texts, *(_upload(bot, to, one) for one in message.attachments)]

    def wire_id(self, said: Any) -> str:
        return f"{said['result']['chat']['id']}.{said['result']['message_id']}"

    def refusal(self, status: int, said: Any) -> NotSent | None:
        words = str(said.get("description", "")) if isinstance(said, dict) else ""
        if status == 403:
            return NotSent(f"blocked: {words}", permanent=True)
        if status == 400 and "chat not found" in words:
            return NotSent(f"nowhere: {words}", permanent=True)
        if status == 404:  # no bot has this token
            return NotSent(f"key: {words}")
        return None

    def probe(self, settings: Settings, address: str) -> str:
        bot = f"/bot{settings['secrets'].get('token', '')}"
        found = self.get(settings, f"{bot}/getMe")["result"]
        told = {"url": address, "secret_token": settings["secrets"]["hook_secret"], "allowed_updates": WANTED}
        self.get(settings, f"{bot}/setWebhook", method="POST", json=told)
        return f"@{found['username']}"

    def place_of(self, reference: dict[str, Any], settings: Settings) -> str:
        token = settings["secrets"].get("token", "")
        found = self.get(settings, f"/bot{token}/getFile", method="POST", json={"file_id": reference["id"]})
        return f"{self.base(settings)}/file/bot{token}/{found['result']['file_path']}"


def _keyboard(choices: Iterable[str]) -> dict[str, Any]:
    """What is pressed is sent as his own word, and the keyboard is gone."""
    return {
        "keyboard": [[{"text": one}] for one in choices],
        "one_time_keyboard": True,
        "resize_keyboard": True,
    }


def _called(person: Any) -> str:
    names = (person.get("first_name"), person.get("last_name"))
    return " ".join(str(one) for one in names if one) or str(person.get("username") or "")


def _proved(message: Any) -> list[Address]:
    """Who shares his own number has it from Telegram, which has proved it."""
    person = message.get("contact") or {}
    if not person.get("phone_number") or person.get("user_id") != message["from"]["id"]:
        return []
    return [Address("sms", f"+{str(person['phone_number']).lstrip('+')}")]


def _file(one: Any, name: str, kind: str = "application/octet-stream") -> Elsewhere:
    return Elsewhere(
        str(one.get("file_name") or name), str(one.get("mime_type") or kind), {"id": one["file_id"]}
    )


def _upload(bot: str, to: str, file: Any) -> Call:
    as_picture = file.content_type in PICTURES
    path, field = ("sendPhoto", "photo") if as_picture else ("sendDocument", "document")
    return Call(f"{bot}/{path}", form={"chat_id": to}, file=file, file_name=field)
