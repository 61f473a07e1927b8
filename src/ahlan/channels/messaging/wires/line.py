"""LINE: an official account. https://developers.line.biz/en/reference/messaging-api/"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from django.utils.translation import gettext_lazy as _

from ahlan.channels.contract import (
    Abilities,
    Address,
    Amendment,
    Change,
    Consent,
    Elsewhere,
    Heard,
    Kind,
    Knock,
    Outbound,
)
from ahlan.channels.hooks import link_to
from ahlan.channels.messaging.payloads import moment, spot
from ahlan.channels.messaging.provider import Call, Settings
from ahlan.channels.messaging.signatures import base64_mac, same
from ahlan.channels.messaging.wire import Setting, Wire

CONTENT = "https://api-data.line.me"  # where its files are
FILES = {
    "image": (Kind.TEXT, "picture.jpg"),
    "video": (Kind.VIDEO, "video.mp4"),
    "audio": (Kind.VOICE, "voice.m4a"),
    "file": (Kind.TEXT, "file"),
}


class Line(Wire):
    key = "line"
    name = _("LINE")
    abilities = Abilities(
        attachments=True,
        max_length=5000,
        signature=False,
        goes_on=timedelta(days=3),
        buttons=13,
        longest_button=20,
    )
    api = "https://api.line.me"
    address_label = _("Basic ID")
    address_help = _("As in @123abcde.")
    settings = (
        Setting("channel_secret", _("Channel secret"), secret=True),
        Setting(
            "token", _("Channel access token"), _("The long-lived one, under Messaging API."), secret=True
        ),
    )
    steps = (
        _("In the LINE Developers console make a Messaging API channel for your official account."),
        _("Enter its secret and its long-lived token here, and save."),
        _(
            "Press “Connect and check”: LINE is told our address. Then switch on “Use webhook” there, and its own auto-replies off."
        ),
    )
    is_idempotent = True  # by X-Line-Retry-Key
    taken = (409,)  # it has it already

    def is_genuine(self, settings: Settings, knock: Knock) -> bool:
        secret = settings["secrets"].get("channel_secret", "")
        return same(
            knock.headers.get("x-line-signature", ""), base64_mac(secret, knock.body) if secret else ""
        )

    def events(self, said: Any) -> Iterable[Any]:
        return list(said["events"])

    def one(self, event: Any, envelope: dict[str, Any]) -> Iterable[Heard]:
        source, at = event.get("source") or {}, moment(event.get("timestamp"))
        if source.get("type") != "user":
            return
        person, what = source["userId"], event["type"]
        if what == "message":
            kind, text, files = self._content(event["message"])
            yield self.said(
                envelope, sender=person, native=event["message"]["id"], text=text, kind=kind, files=files, at=at,
                answers=event["message"].get("quotedMessageId") or "",
            )  # fmt: skip
        elif what == "unsend":
            native = event["unsend"]["messageId"]
            said = self.said(envelope, sender=person, native=native, at=at)
            yield Amendment(Change.REMOVED, said.external_id, said)
        elif what in ("follow", "unfollow"):
            yield Consent(Address(self.key, self.value_of(person, envelope)), given=what == "follow")
        elif what == "postback":
            words = event["postback"].get("displayText") or event["postback"]["data"]
            yield self.said(envelope, sender=person, native=event["webhookEventId"], text=words, at=at)

    def _content(self, message: Any) -> tuple[Kind, str, list[Elsewhere]]:
        what = message["type"]
        if what == "text":
            return Kind.TEXT, message["text"], []
        if what in FILES:
            kind, name = FILES[what]
            given = message.get("contentProvider") or {}
            is_elsewhere = given.get("type") == "external"
            place = {"url": str(given["originalContentUrl"])} if is_elsewhere else {"id": str(message["id"])}
            return kind, "", [Elsewhere(str(message.get("fileName") or name), "", place)]
        if what == "location":
            place_name, address = message.get("title"), message.get("address")
            return Kind.LOCATION, spot(message["latitude"], message["longitude"], place_name, address), []
        if what == "sticker":
            words = ", ".join(str(one) for one in (message.get("keywords") or [])[:3])
            return Kind.STICKER, words or str(message.get("text") or ""), []
        return Kind.UNSUPPORTED, "", []

    def calls(self, message: Outbound, to: str) -> list[Call]:
        """Pictures go as such where our address is one LINE fetches from; anything else by a link."""
        pictures = [one for one in message.attachments if one.content_type in ("image/jpeg", "image/png")]
        shown = [one for one in pictures if link_to(one).startswith("https:")]
        texts = self.pieces(message, linked=[one for one in message.attachments if one not in shown])
        said: list[dict[str, Any]] = [{"type": "text", "text": text} for text in texts]
        if message.choices and said:
            actions = [{"type": "message", "label": one, "text": one} for one in message.choices]
            said[-1]["quickReply"] = {"items": [{"type": "action", "action": one} for one in actions]}
        said += [
            {"type": "image", "originalContentUrl": link_to(one), "previewImageUrl": link_to(one)}
            for one in shown
        ]
        return [Call("/v2/bot/message/push", json={"to": to, "messages": [one]}) for one in said]

    def key_headers(self, key: str) -> dict[str, str]:
        return {"X-Line-Retry-Key": str(uuid5(NAMESPACE_URL, key))}

    def headers(self, settings: Settings) -> dict[str, str]:
        return {"Authorization": f"Bearer {settings['secrets'].get('token', '')}"}

    def wire_id(self, said: Any) -> str:
        return str(said["sentMessages"][0]["id"])

    def probe(self, settings: Settings, address: str) -> str:
        found = self.get(settings, "/v2/bot/info")
        self.get(settings, "/v2/bot/channel/webhook/endpoint", method="PUT", json={"endpoint": address})
        return f"{found.get('displayName', '')} {found.get('basicId', '')}".strip()

    def name_of(self, value: str, settings: Settings) -> str:
        return str(self.get(settings, f"/v2/bot/profile/{value}").get("displayName") or "")

    def place_of(self, reference: dict[str, Any], settings: Settings) -> str:
        base = settings.get("api_url") or CONTENT
        return (
            f"{base}/v2/bot/message/{reference['id']}/content" if "id" in reference else str(reference["url"])
        )

    def is_own(self, url: str, settings: Settings) -> bool:
        parts = urlsplit(url)
        return super().is_own(url, settings) or f"{parts.scheme}://{parts.netloc}" == CONTENT
