"""The open wire: anybody's own, by signed webhooks of the Standard Webhooks form in both directions. See the README of messaging."""

import base64
import secrets
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils.translation import gettext_lazy as _

from ahlan.channels.contract import (
    Abilities,
    Address,
    Amendment,
    Answered,
    Arrival,
    Attachment,
    Change,
    Consent,
    Elsewhere,
    Heard,
    Kind,
    Knock,
    NotSent,
    Outbound,
    Progress,
)
from ahlan.channels.hooks import link_to
from ahlan.channels.messaging.provider import Call, Settings
from ahlan.channels.messaging.signatures import is_standard, of_standard
from ahlan.channels.messaging.wire import Setting, Wire
from ahlan.channels.models import Inbox

CHANGES = {"edits": Change.EDITED, "removes": Change.REMOVED, "reacts_to": Change.REACTED}
MOST = 100  # events at once


def new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


class Open(Wire):
    key = "open"
    name = _("Open channel")
    abilities = Abilities(
        attachments=True,
        max_length=20_000,
        signature=False,
        goes_on=timedelta(days=3),
        buttons=20,
        longest_button=100,
    )
    address_label = _("Name of the wire")
    address_help = _("A word of your own, such as our-app.")
    settings = (
        Setting(
            "api_url",
            _("Where answers go"),
            _("The address of your program. Without one nothing can be answered."),
            required=False,
        ),
        Setting("secret", _("Secret"), _("Both sides sign with it."), secret=True, made=new_secret),
    )
    steps = (
        _(
            "Have your program bring messages to this address, signed with the secret in the form of Standard Webhooks."
        ),
        _("Enter where answers are to go; they come signed in the same way."),
        _("The README of this wire shows every field, with an example by curl and openssl."),
    )
    is_idempotent = True
    checks = False

    def is_genuine(self, settings: Settings, knock: Knock) -> bool:
        return is_standard(settings["secrets"].get("secret", ""), knock.headers, knock.body)

    def take_in(self, inbox: Inbox, settings: Settings, knock: Knock) -> Answered:
        taken = super().take_in(inbox, settings, knock)
        return Answered(
            taken.brought, text='{"taken": true}', status=202, content_type="application/json", held=429
        )

    def events(self, said: Any) -> Iterable[Any]:
        found = [
            *(("message", one) for one in said.get("messages", [])),
            *(("status", one) for one in said.get("statuses", [])),
            *(("consent", one) for one in said.get("consents", [])),
        ]
        if len(found) > MOST:
            raise ValueError("too many at once")
        return found

    def one(self, event: Any, envelope: dict[str, Any]) -> Iterable[Heard]:
        what, given = event
        if what == "message":
            yield self._message(given, envelope)
        elif what == "status":
            arrival = Arrival(given["status"])
            yield Progress(
                self.id_of(envelope, given["id"]), arrival, f"undelivered: {given.get('reason', '')}"[:300]
            )
        else:
            yield Consent(
                Address(self.key, self.value_of(given["from"], envelope)), given=bool(given["wants"])
            )

    def _message(self, given: Any, envelope: dict[str, Any]) -> Heard:
        person, kind = given["from"], str(given.get("kind") or "")
        change, about = next(
            ((word, given[key]) for key, word in CHANGES.items() if given.get(key)), (None, "")
        )
        known = Kind(kind) if kind in list(Kind) else Kind.UNSUPPORTED
        said = self.said(
            envelope, sender=person["id"], name=person.get("name"), native=given["id"], text=given.get("text"),
            at=_moment(given.get("at")), kind=Kind.REACTION if change == Change.REACTED else known,
            files=[_file(one) for one in given.get("files", [])], also=_proved(person), answers=given.get("reply_to") or "",
        )  # fmt: skip
        return Amendment(change, self.id_of(envelope, about), said) if change else said

    def value_of(self, person: Any, envelope: dict[str, Any]) -> str:
        """Two programs may call two people by one id: each inbox has people of its own."""
        return super().value_of(
            f"{envelope['inbox']}:{person}" if isinstance(person, str | int) else person, envelope
        )

    def person(self, value: str) -> str:
        return value.partition(":")[2]

    def is_address(self, value: str) -> bool:
        return value.partition(":")[0].isdecimal()

    def calls(self, message: Outbound, to: str) -> list[Call]:
        if not message.settings.get("api_url"):
            raise NotSent("refused: no address to answer to", permanent=True)
        files = [
            {"name": one.name, "type": one.content_type, "url": link_to(one)} for one in message.attachments
        ]
        texts = self.pieces(message) or [""]
        return [
            Call("", json={
                "type": "message", "id": f"{_key(message.external_id, n)}", "to": to, "text": text,
                "files": files if n == len(texts) - 1 else [], "choices": list(message.choices) if n == len(texts) - 1 else [],
            })
            for n, text in enumerate(texts)
        ]  # fmt: skip

    def signed(self, settings: Settings, content: bytes, key: str) -> dict[str, str]:
        knock_id, at = str(uuid5(NAMESPACE_URL, key)), str(int(time.time()))
        signature = of_standard(settings["secrets"].get("secret", ""), knock_id, at, content)
        return {"webhook-id": knock_id, "webhook-timestamp": at, "webhook-signature": signature}

    def wire_id(self, said: Any) -> str:
        return str(said["id"])


def _key(external_id: str, n: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"{external_id} {n}"))


def _moment(text: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _file(one: Any) -> Elsewhere | Attachment:
    name, kind = str(one.get("name") or "file"), str(one.get("type") or "application/octet-stream")
    if one.get("base64"):
        return Attachment(name, kind, base64.b64decode(one["base64"], validate=True))
    return Elsewhere(name, kind, {"url": str(one["url"])})


def _proved(person: Any) -> list[Address]:
    """The addresses that the program says it has proved: it is trusted with that, since it signs."""
    given, proved = {"email": person.get("email"), "sms": person.get("phone")}, person.get("verified") or []
    words = {"email": "email", "sms": "phone"}
    return [Address(kind, str(value)) for kind, value in given.items() if value and words[kind] in proved]
