"""VK: the messages of a community. https://dev.vk.com/en/api/callback/getting-started"""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from ahlan.channels.contract import (
    Abilities,
    Address,
    Amendment,
    Answered,
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
from ahlan.channels.messaging.payloads import moment, spot
from ahlan.channels.messaging.provider import Call, Settings, words_of
from ahlan.channels.messaging.signatures import number_from, same
from ahlan.channels.messaging.wire import ODD, Setting, Wire
from ahlan.channels.models import Inbox

VERSION = "5.199"
GROUPS = 2_000_000_000  # ids from here on are conversations of several
PASSING = ("rate", "key", "away")
CODES = {
    1: "away", 5: "key", 6: "rate", 7: "key", 9: "rate", 10: "away", 15: "key", 27: "key", 29: "rate", 900: "blocked", 901: "blocked",
    902: "blocked", 936: "nowhere",
}  # fmt: skip


class Vk(Wire):
    key = "vk"
    name = _("VK")
    abilities = Abilities(
        attachments=True,
        max_length=4096,
        signature=False,
        goes_on=timedelta(days=3),
        buttons=10,
        longest_button=40,
    )
    api = "https://api.vk.com"
    address_label = _("Community ID")
    address_help = _("A number.")
    settings = (
        Setting("token", _("Access token"), _("With the right to messages, under API usage."), secret=True),
        Setting(
            "confirmation",
            _("Confirmation string"),
            _("VK shows it beside the server’s address and asks us for it once."),
        ),
        Setting("secret", _("Secret key"), secret=True, made=lambda: secrets.token_hex(16)),
    )
    steps = (
        _("In the community’s settings, under API usage, make an access token and note the confirmation string."),
        _("Enter both here with the community’s ID, and save."),
        _("Under Callback API enter the address below and the secret key, confirm, and choose the events: message_new, message_edit, message_allow, message_deny."),
    )  # fmt: skip
    is_idempotent = True  # by random_id
    thanks = "ok"

    def is_genuine(self, settings: Settings, knock: Knock) -> bool:
        """VK signs nothing: a secret stands in the body itself."""
        try:
            given = str(orjson.loads(knock.body).get("secret", ""))
        except ODD:
            return False
        return same(given, settings["secrets"].get("secret", ""))

    def take_in(self, inbox: Inbox, settings: Settings, knock: Knock) -> Answered:
        said = orjson.loads(knock.body)
        if said.get("type") == "confirmation":
            is_ours = str(said.get("group_id")) == inbox.address
            return Answered(text=str(settings.get("confirmation", "")) if is_ours else "")
        return super().take_in(inbox, settings, knock)

    def events(self, said: Any) -> Iterable[Any]:
        if not isinstance(said["type"], str):
            raise ValueError("no event")
        return [said]

    def one(self, event: Any, envelope: dict[str, Any]) -> Iterable[Heard]:
        what, given = event["type"], event.get("object")
        if what == "message_new":
            yield from self._message(given.get("message", given), envelope)
        elif what == "message_edit":
            for said in self._message(given, envelope):
                yield Amendment(Change.EDITED, said.external_id, said)
        elif what in ("message_allow", "message_deny"):
            person = Address(self.key, self.value_of(given["user_id"], envelope))
            yield Consent(person, given=what == "message_allow")

    def _message(self, message: Any, envelope: dict[str, Any]) -> Iterable[Inbound]:
        if message["peer_id"] >= GROUPS or message["from_id"] <= 0:
            return
        kind, text, files = self._content(message)
        quoted = message.get("reply_message") or {}
        yield self.said(
            envelope, sender=message["from_id"], native=_native(message), text=text, kind=kind, files=files,
            at=moment(message.get("update_time") or message.get("date")),
            answers=_native({"peer_id": message["peer_id"], **quoted}) if quoted else "",
        )  # fmt: skip

    def _content(self, message: Any) -> tuple[Kind, str, list[Elsewhere]]:
        if geo := message.get("geo"):
            at, place = geo["coordinates"], geo.get("place") or {}
            return Kind.LOCATION, spot(at["latitude"], at["longitude"], place.get("title")), []
        kind, text = Kind.TEXT, str(message.get("text") or "")
        files: list[Elsewhere] = []
        for one in message.get("attachments") or []:
            shown, more, file = _attached(one)
            kind, text = shown or kind, "\n".join(part for part in (text, more) if part)
            files += [file] if file else []
        return (kind if text or files else Kind.UNSUPPORTED), text, files

    def is_address(self, value: str) -> bool:
        return value.isdecimal()

    def calls(self, message: Outbound, to: str) -> list[Call]:
        start = {"user_id": to, "v": VERSION, "access_token": message.settings["secrets"].get("token", "")}
        texts = self.pieces(message, linked=message.attachments)
        return [
            Call("/method/messages.send", form={
                **start, "message": text, "random_id": number_from(f"{message.external_id} {n}"),
                **(_keyboard(message.choices) if message.choices and n == len(texts) - 1 else {}),
            })
            for n, text in enumerate(texts)
        ]  # fmt: skip

    def wire_id(self, said: Any) -> str:
        return f"out.{int(said['response'])}"

    def refusal(self, status: int, said: Any) -> NotSent | None:
        """VK says 200 to everything, and what it means inside."""
        error = said.get("error") if isinstance(said, dict) else None
        if not isinstance(error, dict):
            return None
        word = CODES.get(error.get("error_code") or 0, "refused")
        return NotSent(f"{word}: {words_of(said)}", permanent=word not in PASSING)

    def _method(self, settings: Settings, method: str, **given: str) -> Any:
        form = {**given, "v": VERSION, "access_token": settings["secrets"].get("token", "")}
        return self.get(settings, f"/method/{method}", method="POST", form=form)["response"]

    def probe(self, settings: Settings, address: str) -> str:
        found = self._method(settings, "groups.getById")
        groups = found.get("groups", []) if isinstance(found, dict) else found
        return str(groups[0]["name"])

    def name_of(self, value: str, settings: Settings) -> str:
        person = self._method(settings, "users.get", user_ids=value)[0]
        return f"{person.get('first_name', '')} {person.get('last_name', '')}".strip()


def _native(message: Any) -> str:
    return f"{message['peer_id']}.{message['conversation_message_id']}"


def _attached(one: Any) -> tuple[Kind, str, Elsewhere | None]:
    """How it is shown, words for it, and the file."""
    what = one["type"]
    given = one.get(what) or {}
    if what == "photo":
        largest = max(given["sizes"], key=lambda size: size.get("width", 0) * size.get("height", 0))
        return Kind.TEXT, "", Elsewhere("picture.jpg", "image/jpeg", {"url": str(largest["url"])})
    if what == "doc":
        return Kind.TEXT, "", Elsewhere(str(given.get("title") or "file"), "", {"url": str(given["url"])})
    if what == "audio_message":
        return (
            Kind.VOICE,
            "",
            Elsewhere("voice.ogg", "audio/ogg", {"url": str(given.get("link_ogg") or given["link_mp3"])}),
        )
    if what == "sticker":
        images = given.get("images") or []
        return (
            Kind.STICKER,
            "",
            Elsewhere("sticker.png", "image/png", {"url": str(images[-1]["url"])}) if images else None,
        )
    if what == "link":
        return Kind.TEXT, str(given.get("url") or ""), None
    return Kind.UNSUPPORTED, str(given.get("title") or ""), None


def _keyboard(choices: Iterable[str]) -> dict[str, str]:
    """What is pressed is sent as his own word, and the keyboard is gone."""
    buttons = [[{"action": {"type": "text", "label": one}}] for one in choices]
    return {"keyboard": orjson.dumps({"one_time": True, "buttons": buttons}).decode()}
