"""The web form as the desk sees it: words come in by it, answers go out by the mail of its inbox."""

from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar

import orjson
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ahlan.channels.contract import Abilities, Address, Attachment, Inbound, NotSent, Outbound
from ahlan.channels.models import Inbox
from ahlan.core import files


class Webform:
    key: ClassVar[str] = "webform"
    name: ClassVar[Any] = _("Web form")
    abilities: ClassVar[Abilities] = Abilities(attachments=True, subject=True)

    def parse(self, raw: bytes, envelope: dict[str, Any]) -> Iterable[Inbound]:
        """What the form's page kept: JSON, with the digests of the files beside it."""
        said = orjson.loads(raw)
        yield Inbound(
            sender=Address("email", said["email"].strip().casefold(), said["name"]),
            subject=said["subject"],
            text=said["text"],
            external_id=f"<webform.{said['key']}@localhost>",
            fingerprint=_fingerprint(said),
            sent_at=datetime.fromisoformat(said["at"]),
            more=said.get("more", {}),
            attachments=tuple(
                Attachment(one["name"], one["content_type"], files.read(one["digest"]))
                for one in said["files"]
            ),
        )

    def inbox_of(self, inboxes: QuerySet[Inbox], raw: bytes, envelope: dict[str, Any]) -> Inbox | None:
        return None  # the form's page names the inbox itself

    def new_id(self, address: str) -> str:
        raise LookupError("a web form sends nothing")

    def reply_address(self, address: str, ticket_number: int) -> Address | None:
        return None

    def render(self, text: str, language: str) -> str:
        return ""

    def send(self, message: Outbound, *, committing: Callable[[], None]) -> str:
        raise NotSent("a web form sends nothing", permanent=True)

    def was_sent(self, message: Outbound) -> bool | None:
        return False


def _fingerprint(said: dict[str, Any]) -> str:
    """The same page sent twice is one message; other words from the same page are another."""
    words = [said[key] for key in ("key", "name", "email", "subject", "text")]
    files, more = [one["digest"] for one in said["files"]], said.get("more")
    return sha256(orjson.dumps(["webform", *words, files, *([more] if more else [])])).hexdigest()
