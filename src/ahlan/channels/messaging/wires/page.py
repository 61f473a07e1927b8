"""Messenger and Instagram: two products, one form. https://developers.facebook.com/docs/messenger-platform"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from ahlan.channels.contract import (
    Abilities,
    Address,
    Amendment,
    Arrival,
    Change,
    Elsewhere,
    Heard,
    Inbound,
    Kind,
    Outbound,
    Progress,
)
from ahlan.channels.hooks import link_to
from ahlan.channels.messaging.payloads import moment, spot
from ahlan.channels.messaging.pieces import octets
from ahlan.channels.messaging.provider import Call, Settings
from ahlan.channels.messaging.wire import Setting
from ahlan.channels.messaging.wires.meta import APP, Meta
from ahlan.channels.models import Inbox

DAY, WEEK = timedelta(hours=24), timedelta(days=7)
FILES = {
    "image": (Kind.TEXT, "picture.jpg"),
    "video": (Kind.VIDEO, "video.mp4"),
    "audio": (Kind.VOICE, "voice.mp4"),
    "file": (Kind.TEXT, "file"),
}
SHARED = {"share", "story_mention", "ig_reel", "reel", "fallback", "template"}
HUMAN = Setting(
    "human_agent", _("We may answer within seven days"), _("Meta has let this app use the tag HUMAN_AGENT."), required=False, kind="switch"
)  # fmt: skip


class Page(Meta):
    """A page's or an account's messages. `carried`: the kinds of files it takes."""

    carried: ClassVar[tuple[str, ...]] = ("image", "video", "audio", "file")
    settings = (*APP, HUMAN)
    beyond = _(
        "Too long ago: Meta lets us answer for 24 hours after the customer’s last message (seven days with the tag HUMAN_AGENT)."
    )

    def entries(self, entry: Any) -> Iterable[tuple[str, Any]]:
        for event in entry.get("messaging", []):
            yield str(entry["id"]), event

    def one(self, event: Any, envelope: dict[str, Any]) -> Iterable[Heard]:
        account, said = event
        if account != envelope.get("account", account):
            return
        if message := said.get("message"):
            yield from self._message(message, said, envelope)
        elif postback := said.get("postback"):
            native = postback.get("mid") or f"postback.{said['sender']['id']}.{said['timestamp']}"
            yield self._said(said, envelope, native, str(postback.get("title") or ""))
        elif reaction := said.get("reaction"):
            sign = str(reaction.get("emoji") or "❤") if reaction["action"] == "react" else ""
            told = self._said(
                said, envelope, f"reaction.{reaction['mid']}.{said['timestamp']}", sign, Kind.REACTION
            )
            yield Amendment(Change.REACTED, self.id_of(envelope, reaction["mid"]), told)
        elif edit := said.get("message_edit"):
            about = self.id_of(envelope, edit["mid"])
            yield Amendment(Change.EDITED, about, self._said(said, envelope, edit["mid"], edit["text"]))
        else:
            yield from self._progress(said, envelope)

    def _message(self, message: Any, said: Any, envelope: dict[str, Any]) -> Iterable[Heard]:
        if message.get("is_echo"):
            return
        if message.get("is_deleted"):
            about = self.id_of(envelope, message["mid"])
            yield Amendment(Change.REMOVED, about, self._said(said, envelope, message["mid"], ""))
            return
        kind, text, files = self._content(message)
        answers = (message.get("reply_to") or {}).get("mid") or ""
        yield self._said(said, envelope, message["mid"], text, kind, files, answers)

    def _said(
        self,
        said: Any,
        envelope: dict[str, Any],
        native: Any,
        text: Any,
        kind: Kind = Kind.TEXT,
        files: Any = (),
        answers: str = "",
    ) -> Inbound:
        return self.said(
            envelope, sender=said["sender"]["id"], native=native, text=text, kind=kind, files=files, answers=answers,
            at=moment(said.get("timestamp")),
        )  # fmt: skip

    def _content(self, message: Any) -> tuple[Kind, str, list[Elsewhere]]:
        text, kind = str(message.get("text") or ""), Kind.TEXT
        files: list[Elsewhere] = []
        for one in message.get("attachments") or []:
            what, given = one["type"], one.get("payload") or {}
            if given.get("sticker_id"):
                kind, files = (
                    Kind.STICKER,
                    [Elsewhere("sticker.png", "image/png", {"url": str(given["url"])})],
                )
            elif what in FILES:
                kind = FILES[what][0] or kind
                files.append(
                    Elsewhere(str(given.get("title") or FILES[what][1]), "", {"url": str(given["url"])})
                )
            elif what == "location":
                kind, text = (
                    Kind.LOCATION,
                    spot(given["coordinates"]["lat"], given["coordinates"]["long"], one.get("title")),
                )
            elif what in SHARED:
                shared = (text, one.get("title"), given.get("url") or one.get("url"))
                text = "\n".join(str(part) for part in shared if part)
            else:
                kind = Kind.UNSUPPORTED
        return (
            (Kind.UNSUPPORTED if message.get("is_unsupported") or not (text or files) else kind),
            text,
            files,
        )

    def _progress(self, said: Any, envelope: dict[str, Any]) -> Iterable[Heard]:
        for key, arrival in (("delivery", Arrival.DELIVERED), ("read", Arrival.READ)):
            told = said.get(key)
            if not told:
                continue
            ids = told.get("mids") or ([told["mid"]] if told.get("mid") else [])
            yield from (Progress(self.id_of(envelope, one), arrival) for one in ids)
            until = moment(told.get("watermark"))
            if not ids and until:
                reader = Address(self.key, self.id_of(envelope, said["sender"]["id"]))
                yield Progress("", arrival, address=reader, until=until)

    def calls(self, message: Outbound, to: str) -> list[Call]:
        as_person = bool(message.settings.get("human_agent")) and not message.automatic
        start: dict[str, Any] = {"recipient": {"id": to}, "messaging_type": "RESPONSE"}
        if as_person:
            start |= {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        carried = [one for one in message.attachments if self.kind_of(one) in self.carried]
        texts = self.pieces(message, linked=[one for one in message.attachments if one not in carried])
        files = [
            {"attachment": {"type": self.kind_of(one), "payload": {"url": link_to(one)}}} for one in carried
        ]
        words: list[dict[str, Any]] = [{"text": text} for text in texts]
        if message.choices and words:
            words[-1]["quick_replies"] = [
                {"content_type": "text", "title": one, "payload": one} for one in message.choices
            ]
        said = [*words, *files]
        return [Call("/me/messages", json={**start, "message": one}) for one in said]

    def wire_id(self, said: Any) -> str:
        return str(said["message_id"])

    def window_of(self, inbox: Inbox) -> timedelta:
        return WEEK if inbox.settings.get("human_agent") else DAY

    def probe(self, settings: Settings, address: str) -> str:
        found = self.get(settings, "/me?fields=name")
        return str(found.get("name") or found.get("id"))

    def name_of(self, value: str, settings: Settings) -> str:
        return str(self.get(settings, f"/{value}?fields=name").get("name") or "")


class Messenger(Page):
    key = "messenger"
    name = _("Messenger")
    object_name = "page"
    abilities = Abilities(
        attachments=True,
        max_length=2000,
        reply_window=DAY,
        signature=False,
        goes_on=timedelta(days=3),
        buttons=13,
        longest_button=20,
    )
    address_label = _("Page ID")
    address_help = _("In the page’s settings, under About.")
    steps = (
        _("In Meta’s app dashboard add the product Messenger and connect your page."),
        _("Enter the page’s ID, the app secret and the page’s access token here, and save."),
        _("Under Messenger, Webhooks, enter the address below and the verify token, and subscribe to messages, message_edits, message_reactions, message_deliveries, message_reads and messaging_postbacks."),
    )  # fmt: skip


class Instagram(Page):
    key = "instagram"
    name = _("Instagram")
    object_name = "instagram"
    abilities = Abilities(
        attachments=True,
        max_length=1000,
        reply_window=DAY,
        signature=False,
        goes_on=timedelta(days=3),
        buttons=13,
        longest_button=20,
    )
    carried = ("image", "video", "audio")
    address_label = _("Instagram account ID")
    address_help = _("The number of the professional account, not its name.")
    steps = (
        _("Make the account a professional one and connect it to your app in Meta’s dashboard."),
        _("Enter the account’s ID, the app secret and an access token here, and save."),
        _("Under Webhooks, Instagram, enter the address below and the verify token, and subscribe to messages, message_edit, message_reactions, messaging_seen and messaging_postbacks."),
    )  # fmt: skip

    def measure(self, text: str) -> int:
        return octets(text)
