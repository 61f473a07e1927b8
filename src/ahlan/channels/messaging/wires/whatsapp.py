"""WhatsApp by Meta's Cloud API. https://developers.facebook.com/docs/whatsapp/cloud-api"""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

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
    Reach,
    filled,
)
from ahlan.channels.hooks import link_to
from ahlan.channels.messaging.numbers import number_in
from ahlan.channels.messaging.payloads import card, moment, spot
from ahlan.channels.messaging.pieces import pieces_of
from ahlan.channels.messaging.provider import Call, Settings
from ahlan.channels.messaging.wire import Setting
from ahlan.channels.messaging.wires.meta import APP, CODES, Meta
from ahlan.channels.models import Inbox

MEDIA = {
    "image": Kind.TEXT,
    "document": Kind.TEXT,
    "video": Kind.VIDEO,
    "audio": Kind.TEXT,
    "sticker": Kind.STICKER,
}
ARRIVALS = {
    "delivered": Arrival.DELIVERED,
    "read": Arrival.READ,
    "played": Arrival.READ,
    "failed": Arrival.FAILED,
}
MOST_BUTTONS, LONGEST_ASKING = 3, 1024
CHOOSE = pgettext_lazy("on a button that opens a list", "Choose")
_BLANK = re.compile(r"\{\{\w+\}\}")


class Template(NamedTuple):
    """A text that WhatsApp has approved; `body` with "…" where something is filled in."""

    name: str
    language: str
    body: str


class WhatsApp(Meta):
    key = "whatsapp"
    name = _("WhatsApp")
    object_name = "whatsapp_business_account"
    abilities = Abilities(
        attachments=True,
        max_length=4096,
        reply_window=timedelta(hours=24),
        signature=False,
        goes_on=timedelta(days=3),
        buttons=10,
        longest_button=20,
    )
    address_label = _("Phone number ID")
    address_help = _("Not the number itself: Meta shows the ID beside it.")
    settings = (
        *APP,
        Setting(
            "templates",
            _("Templates"),
            _("Each with its name and language on a line of its own, its text below with {{1}} for what is filled in, and a blank line after it."),
            required=False,
            kind="lines",
        ),
    )  # fmt: skip
    steps = (
        _("In Meta’s app dashboard add the product WhatsApp and connect your number."),
        _("Enter its phone number ID, the app secret and a lasting access token here, and save."),
        _(
            "Under WhatsApp, Configuration, enter the address below and the verify token, and subscribe to the field “messages”."
        ),
    )
    beyond = _(
        "More than 24 hours have passed since the customer’s last message: WhatsApp now takes only templates it has approved."
    )

    def entries(self, entry: Any) -> Iterable[tuple[str, Any]]:
        for change in entry["changes"]:
            if change["field"] != "messages":
                continue
            value = change["value"]
            account, people = value["metadata"]["phone_number_id"], value.get("contacts", [])
            for message in value.get("messages", []):
                yield account, ("message", message, people)
            for status in value.get("statuses", []):
                yield account, ("status", status, people)

    def one(self, event: Any, envelope: dict[str, Any]) -> Iterable[Heard]:
        account, (what, said, people) = event
        if account != envelope.get("account", account):
            return
        if what == "status":
            yield from self._status(said, envelope)
        elif said["type"] == "reaction":
            reaction = said["reaction"]
            told = self._said(said, people, envelope, Kind.REACTION, str(reaction.get("emoji") or ""))
            yield Amendment(Change.REACTED, self.id_of(envelope, reaction["message_id"]), told)
        elif said["type"] == "revoke":
            about = self.id_of(envelope, said["revoke"]["original_message_id"])
            yield Amendment(Change.REMOVED, about, self._said(said, people, envelope))
        elif said["type"] == "edit":
            kind, text, files = self._content(said["edit"]["message"])
            about = self.id_of(envelope, said["edit"]["original_message_id"])
            yield Amendment(Change.EDITED, about, self._said(said, people, envelope, kind, text, files))
        elif said["type"] != "system":
            yield self._said(said, people, envelope, *self._content(said))

    def _said(
        self,
        message: Any,
        people: Any,
        envelope: dict[str, Any],
        kind: Kind = Kind.TEXT,
        text: str = "",
        files: Any = (),
    ) -> Inbound:
        """Somebody is known by his number, where he shows it, and by the id that WhatsApp has for him with us."""
        number, own = str(message.get("from") or ""), str(message.get("from_user_id") or "")
        known = (one for one in people if {one.get("wa_id"), one.get("user_id")} & {number, own} - {""})
        person: dict[str, Any] = next(known, {})
        own = own or str(person.get("user_id") or "")
        also = [Address("sms", f"+{number}")] if number.isdecimal() else []
        return self.said(
            envelope, sender=number or own, native=_press_of(message) or message["id"], name=person.get("profile", {}).get("name"), text=text, kind=kind,
            files=files, at=moment(message.get("timestamp")), answers=(message.get("context") or {}).get("id") or "",
            also=[*also, *([Address(self.key, own)] if own and number else [])],
        )  # fmt: skip

    def _content(self, message: Any) -> tuple[Kind, str, list[Elsewhere]]:
        kind = message["type"]
        said = message.get(kind)
        if kind == "text":
            return Kind.TEXT, said["body"], []
        if kind in MEDIA:
            return self._media(kind, said)
        if kind == "location":
            return (
                Kind.LOCATION,
                spot(said["latitude"], said["longitude"], said.get("name"), said.get("address")),
                [],
            )
        if kind == "contacts":
            return Kind.CONTACT, "\n\n".join(_card(one) for one in said), []
        if kind == "button":
            return Kind.TEXT, said["text"], []
        if kind == "interactive" and said.get("type") in ("button_reply", "list_reply"):
            return Kind.TEXT, said[said["type"]]["title"], []
        return Kind.UNSUPPORTED, "", []

    def _media(self, kind: str, said: Any) -> tuple[Kind, str, list[Elsewhere]]:
        shown = Kind.VOICE if said.get("voice") else MEDIA[kind]
        name = said.get("filename") or f"{shown or kind}.{_ending(said.get('mime_type'))}"
        return (
            shown,
            said.get("caption") or "",
            [Elsewhere(str(name), str(said.get("mime_type") or ""), {"id": said["id"]})],
        )

    def _status(self, said: Any, envelope: dict[str, Any]) -> Iterable[Heard]:
        arrival = ARRIVALS.get(said["status"])
        if arrival is not None:
            error: dict[str, Any] = next(iter(said.get("errors") or []), {})
            word = CODES.get(error.get("code") or 0, "undelivered")
            reason = (
                f"{word}: {error.get('title') or error.get('message') or ''}"
                if arrival == Arrival.FAILED
                else ""
            )
            yield Progress(self.id_of(envelope, said["id"]), arrival, reason[:300])

    def calls(self, message: Outbound, to: str) -> list[Call]:
        path = f"/{message.sender.value}/messages"
        person = {"to": to} if to.lstrip("+").isdecimal() else {"recipient": to}
        start = {"messaging_product": "whatsapp", "recipient_type": "individual", **person}
        template = template_for(templates_in(message.settings), message.text)
        said: list[dict[str, Any]] = (
            [template]
            if template
            else [{"type": "text", "text": {"body": text}} for text in self.pieces(message)]
        )
        if message.choices and not template:
            said[-1:] = self._asking(said[-1]["text"]["body"], message)
        files = [self._file(one) for one in message.attachments]
        return [Call(path, json={**start, **one}) for one in (*said, *files)]

    def address_in(self, typed: str, inbox: Inbox) -> Address:
        """Whom we write to first is known by his number; he gets a template, for nothing else is let through."""
        return Address(self.key, number_in(typed, "").lstrip("+"))

    def _asking(self, text: str, message: Outbound) -> list[dict[str, Any]]:
        """The last piece with what can be answered below it: as buttons, or where there are more of them as a list."""
        *before, last = pieces_of(text, LONGEST_ASKING, self.measure)
        rows = [{"id": str(n), "title": one} for n, one in enumerate(message.choices, 1)]
        if len(rows) <= MOST_BUTTONS:
            action: dict[str, Any] = {"buttons": [{"type": "reply", "reply": one} for one in rows]}
        else:
            with override(message.language):
                action = {"button": str(CHOOSE)[:20], "sections": [{"rows": rows}]}
        kind = "button" if len(rows) <= MOST_BUTTONS else "list"
        asking = {"type": kind, "body": {"text": last}, "action": action}
        said: list[dict[str, Any]] = [{"type": "text", "text": {"body": one}} for one in before]
        return [*said, {"type": "interactive", "interactive": asking}]

    def _file(self, file: Any) -> dict[str, Any]:
        kind = self.kind_of(file).replace("file", "document")
        more = {"filename": file.name} if kind == "document" else {}
        return {"type": kind, kind: {"link": link_to(file), **more}}

    def wire_id(self, said: Any) -> str:
        return str(said["messages"][0]["id"])

    def after_window(self, inbox: Inbox) -> Reach:
        return Reach(False, str(self.beyond), choices=tuple(one.body for one in templates_in(inbox.settings)))

    def probe(self, settings: Settings, address: str) -> str:
        found = self.get(settings, f"/{settings['address']}?fields=verified_name,display_phone_number")
        return f"{found.get('verified_name', '')} {found.get('display_phone_number', '')}".strip()

    def place_of(self, reference: dict[str, Any], settings: Settings) -> str:
        return str(self.get(settings, f"/{reference['id']}")["url"])

    def is_own(self, url: str, settings: Settings) -> bool:
        return super().is_own(url, settings) or url.startswith("https://lookaside.fbsbx.com/")


def _press_of(message: Any) -> str:
    """A button stays where it is and can be pressed again: one press of each message is what its reader answers."""
    about = (message.get("context") or {}).get("id")
    return f"press.{about}" if about and message["type"] == "interactive" else ""


def templates_in(settings: dict[str, Any]) -> list[Template]:
    """Those an administrator has entered. One that says hardly anything fixed is none: any text would fit it."""
    found = []
    for block in re.split(r"\n\s*\n", str(settings.get("templates") or "").replace("\r", "")):
        head, _line, body = block.strip().partition("\n")
        words = head.split()
        if len(words) == 2 and len(_BLANK.sub("", body).strip()) >= 8:
            found.append(Template(words[0], words[1], _BLANK.sub("…", body.strip())))
    return found


def template_for(templates: list[Template], text: str) -> dict[str, Any] | None:
    """How a text is sent that is one of them with its blanks filled in."""
    for one in templates:
        given = filled(one.body, text)
        if given is not None:
            told = (
                [{"type": "body", "parameters": [{"type": "text", "text": value} for value in given]}]
                if given
                else []
            )
            return {
                "type": "template",
                "template": {"name": one.name, "language": {"code": one.language}, "components": told},
            }
    return None


def _card(one: Any) -> str:
    return card(
        (one.get("name") or {}).get("formatted_name"),
        *(phone.get("phone") for phone in one.get("phones", [])),
    )


def _ending(mime: Any) -> str:
    """audio/ogg; codecs=opus → ogg"""
    kind = str(mime or "").partition(";")[0].rpartition("/")[2]
    return {"jpeg": "jpg", "mpeg": "mp3"}.get(kind, kind if kind.isalnum() else "bin")
