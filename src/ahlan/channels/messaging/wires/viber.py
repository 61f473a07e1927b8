"""Viber: a bot. https://developers.viber.com/docs/api/rest-bot-api/"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from ahlan.channels.contract import (
    Abilities,
    Address,
    Arrival,
    Consent,
    Elsewhere,
    Heard,
    Kind,
    Knock,
    NotSent,
    Outbound,
    Progress,
    Reach,
)
from ahlan.channels.hooks import link_to
from ahlan.channels.messaging.payloads import card, moment, spot
from ahlan.channels.messaging.provider import Call, Settings, words_of
from ahlan.channels.messaging.signatures import hex_mac, same
from ahlan.channels.messaging.wire import Setting, Wire
from ahlan.channels.models import Inbox

ARRIVALS = {"delivered": Arrival.DELIVERED, "seen": Arrival.READ, "failed": Arrival.FAILED}
WANTED = ["delivered", "seen", "failed", "subscribed", "unsubscribed", "conversation_started"]
PASSING = ("rate", "key", "away")
CODES = {2: "key", 5: "nowhere", 6: "blocked", 7: "key", 8: "key", 10: "key", 12: "rate", 18: "rate"}
FILES = {
    "picture": (Kind.TEXT, "picture.jpg"),
    "video": (Kind.VIDEO, "video.mp4"),
    "file": (Kind.TEXT, "file"),
}
LONGEST_NAME = 28  # signs of the name we write under


class Viber(Wire):
    key = "viber"
    name = _("Viber")
    abilities = Abilities(
        attachments=True,
        max_length=7000,
        reply_window=timedelta(hours=24),
        signature=False,
        goes_on=timedelta(days=3),
        buttons=12,
        longest_button=100,
    )
    api = "https://chatapi.viber.com"
    address_label = _("Name of the bot")
    settings = (
        Setting(
            "token", _("Token"), _("In Viber’s admin panel. Bots cost a monthly fee there."), secret=True
        ),
    )
    steps = (
        _("Make a bot in Viber’s admin panel; it is on commercial terms."),
        _("Enter its token here and save."),
        _("Press “Connect and check”: Viber is told our address."),
    )
    beyond = _(
        "More than 24 hours have passed since the customer’s last message. You can write, but Viber charges for it."
    )

    def is_genuine(self, settings: Settings, knock: Knock) -> bool:
        token = settings["secrets"].get("token", "")
        return same(
            knock.headers.get("x-viber-content-signature", ""), hex_mac(token, knock.body) if token else ""
        )

    def events(self, said: Any) -> Iterable[Any]:
        if not isinstance(said["event"], str):
            raise ValueError("no event")
        return [said]

    def one(self, event: Any, envelope: dict[str, Any]) -> Iterable[Heard]:
        what = event["event"]
        if what == "message":
            kind, text, files = self._content(event["message"])
            yield self.said(
                envelope, sender=event["sender"]["id"], name=event["sender"].get("name"), native=event["message_token"], text=text,
                kind=kind, files=files, at=moment(event.get("timestamp")),
            )  # fmt: skip
        elif what in ARRIVALS:
            reason = f"undelivered: {event.get('desc', '')}"[:300] if what == "failed" else ""
            yield Progress(self.id_of(envelope, event["message_token"]), ARRIVALS[what], reason)
        elif what in ("subscribed", "unsubscribed"):
            person = event.get("user_id") or event["user"]["id"]
            yield Consent(Address(self.key, self.value_of(person, envelope)), given=what == "subscribed")

    def _content(self, message: Any) -> tuple[Kind, str, list[Elsewhere]]:
        what, text = message["type"], str(message.get("text") or "")
        if what in ("text", "url"):
            return Kind.TEXT, text or str(message.get("media") or ""), []
        if what in FILES:
            kind, name = FILES[what]
            return (
                kind,
                text,
                [Elsewhere(str(message.get("file_name") or name), "", {"url": str(message["media"])})],
            )
        if what == "location":
            return Kind.LOCATION, spot(message["location"]["lat"], message["location"]["lon"]), []
        if what == "contact":
            return (
                Kind.CONTACT,
                card(message["contact"].get("name"), message["contact"].get("phone_number")),
                [],
            )
        if what == "sticker":
            place = message.get("media")
            return (
                Kind.STICKER,
                "",
                [Elsewhere("sticker.png", "image/png", {"url": str(place)})] if place else [],
            )
        return Kind.UNSUPPORTED, text, []

    def calls(self, message: Outbound, to: str) -> list[Call]:
        name = (message.sender.name or message.sender.value)[:LONGEST_NAME]
        start = {"receiver": to, "min_api_version": 1, "sender": {"name": name}}
        shown = [one for one in message.attachments if one.content_type == "image/jpeg"]
        texts = self.pieces(message, linked=[one for one in message.attachments if one not in shown])
        said: list[dict[str, Any]] = [{"type": "text", "text": text} for text in texts]
        if message.choices and said:
            buttons = [{"ActionType": "reply", "ActionBody": one, "Text": one} for one in message.choices]
            said[-1]["keyboard"] = {"Type": "keyboard", "Buttons": buttons}
        said += [{"type": "picture", "text": "", "media": link_to(one)} for one in shown]
        return [Call("/pa/send_message", json={**start, **one}) for one in said]

    def headers(self, settings: Settings) -> dict[str, str]:
        return {"X-Viber-Auth-Token": settings["secrets"].get("token", "")}

    def wire_id(self, said: Any) -> str:
        return str(said["message_token"])

    def refusal(self, status: int, said: Any) -> NotSent | None:
        """Viber says 200 to everything, and what it means inside."""
        code = said.get("status") if isinstance(said, dict) else None
        if not isinstance(code, int) or code == 0:
            return None
        word = CODES.get(code, "refused")
        return NotSent(f"{word}: {words_of(said)}", permanent=word not in PASSING)

    def after_window(self, inbox: Inbox) -> Reach:
        return Reach(True, str(self.beyond))

    def probe(self, settings: Settings, address: str) -> str:
        told = {"url": address, "event_types": WANTED, "send_name": True}
        self.get(settings, "/pa/set_webhook", method="POST", json=told)
        return str(self.get(settings, "/pa/get_account_info", method="POST", json={})["name"])
