"""Live chat as the desk sees it: an answer is sent when it stands in the log that the visitor's stream reads."""

from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar

import orjson
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ahlan.channels.contract import Abilities, Address, Attachment, Inbound, NotSent, Outbound
from ahlan.channels.models import Inbox
from ahlan.core import files
from ahlan.core.markdown import render


class LiveChat:
    key: ClassVar[str] = "chat"
    name: ClassVar[Any] = _("Live chat")
    abilities: ClassVar[Abilities] = Abilities(
        threads=True,
        html=True,
        attachments=True,
        immediate=True,
        signature=False,
        buttons=12,
        longest_button=80,
    )

    def parse(self, raw: bytes, envelope: dict[str, Any]) -> Iterable[Inbound]:
        """What the visitor's browser brought: JSON, with the digests of the files beside it."""
        said = orjson.loads(raw)
        kind = "email" if said["verified_email"] else "chat"
        yield Inbound(
            sender=Address(
                kind, said["verified_email"] or said["visitor"], said["name"], said.get("nickname", "")
            ),
            subject=said["subject"],
            text=said["text"],
            external_id=said["id"],
            fingerprint=sha256(f"chat:{said['visitor']}:{said['key']}".encode()).hexdigest(),
            replies_to=() if said["id"] == said["first"] else (said["first"],),
            sent_at=datetime.fromisoformat(said["at"]),
            attachments=tuple(
                Attachment(one["name"], one["type"], files.read(one["digest"])) for one in said["files"]
            ),
        )

    def inbox_of(self, inboxes: QuerySet[Inbox], raw: bytes, envelope: dict[str, Any]) -> Inbox | None:
        return None  # the door names it itself

    def new_id(self, address: str) -> str:
        from ahlan.channels.chat.actions import new_message_id  # noqa: PLC0415 -- apps must be loaded first

        return new_message_id()

    def reply_address(self, address: str, ticket_number: int) -> Address | None:
        return None

    def render(self, text: str, language: str) -> str:
        return render(text)

    def send(self, message: Outbound, *, committing: Callable[[], None]) -> str:
        """Put it where the visitor's stream reads. The same message twice is one line."""
        from ahlan.channels.chat.actions import NoChat, chat_for, hear  # noqa: PLC0415 -- apps must be loaded first

        try:
            chat = chat_for(message)
        except NoChat:
            raise NotSent("elsewhere: not the visitor of this chat", permanent=True) from None
        committing()
        hear(message, chat)
        return message.external_id

    def sentence(self, reason: str) -> tuple[str, str]:
        if not reason.startswith("elsewhere"):
            return "", reason
        return gettext("A chat reaches its visitor alone; forward it from an e-mail inbox."), ""

    def was_sent(self, message: Outbound) -> bool | None:
        from ahlan.channels.chat.models import Line  # noqa: PLC0415 -- apps must be loaded first

        return Line.objects.filter(external_id=message.external_id).exists()

    def typing(self, ticket_number: int) -> None:
        from ahlan.channels.chat.actions import agent_types  # noqa: PLC0415 -- apps must be loaded first

        agent_types(ticket_number)
