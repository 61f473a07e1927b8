"""E-mail as the desk sees it."""

from collections.abc import Callable, Iterable
from email.utils import getaddresses
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ahlan.channels.contract import (
    Abilities,
    Address,
    Answered,
    Arrival,
    Authentication,
    Heard,
    Knock,
    NoAddress,
    Outbound,
    Progress,
)
from ahlan.channels.email import mail, threads
from ahlan.channels.email.authentication import Arrival as Way
from ahlan.channels.email.authentication import authenticate, resolver
from ahlan.channels.email.compose import compose
from ahlan.channels.email.imap import fetch, find_sent
from ahlan.channels.email.markdown import render_html
from ahlan.channels.email.parse import parse
from ahlan.channels.email.plain_words import sentence
from ahlan.channels.email.sending import hand_over
from ahlan.channels.models import Inbox
from ahlan.core.secrets import key_for
from ahlan.core.text import clean


def secret() -> str:
    """What our reply addresses are signed with."""
    return key_for("reply addresses").hex()


class Email:
    largest_body: int = settings.MAIL_SIZE * 7 // 5  # as Base64 within JSON
    key: ClassVar[str] = "email"
    name: ClassVar[Any] = _("E-mail")
    abilities: ClassVar[Abilities] = Abilities(
        threads=True, html=True, attachments=True, subject=True, copies=True
    )

    def address_in(self, typed: str, inbox: Inbox) -> Address:
        found = [pair for pair in getaddresses([clean(typed)]) if any(pair)]
        if len(found) != 1:
            raise NoAddress(gettext("Give one address."))
        name, value = found[0]
        try:
            validate_email(value.strip())
        except ValidationError:
            raise NoAddress(
                gettext("“%(text)s” is not an e-mail address.") % {"text": value or name}
            ) from None
        return Address(self.key, value.strip(), name.strip())

    def sentence(self, reason: str) -> tuple[str, str]:
        return sentence(reason)

    def parse(self, raw: bytes, envelope: dict[str, Any]) -> Iterable[Heard]:
        """One mail, or what a provider tells of ours. Only what its own headers prove is looked at here; `check_origin` asks the name service."""
        if provider := envelope.get("events"):
            from ahlan.channels.email.told import happened  # noqa: PLC0415 -- slow import, rarely used

            yield from happened(raw, provider, envelope)
            return
        yield parse(
            raw,
            own_addresses=frozenset(one.casefold() for one in envelope.get("own", ())),
            secret=secret(),
            recipients=envelope.get("rcpt_tos", ()),
            authserv_ids=frozenset(settings.MAIL_AUTHSERV_IDS),
        )

    def check_origin(self, raw: bytes, envelope: dict[str, Any]) -> Authentication:
        """SPF, DKIM and DMARC by the name service: slow, so never within a transaction."""
        tree, head = mail.take_apart(raw)
        peer = envelope.get("peer", "")
        arrival = Way(peer, envelope.get("helo", ""), envelope.get("mail_from", "")) if peer else None
        letter = mail.Mail(tree, head, mail.sender(head))
        ids = frozenset(settings.MAIL_AUTHSERV_IDS)
        return authenticate(letter, authserv_ids=ids, arrival=arrival, dns=resolver())

    def inbox_of(self, inboxes: QuerySet[Inbox], raw: bytes, envelope: dict[str, Any]) -> Inbox | None:
        """The inbox the envelope names, else one that the mail's own headers name."""
        known = {bare(inbox.address): inbox for inbox in inboxes[:1000]}
        for recipient in envelope.get("rcpt_tos", ()) or threads.recipients_of(raw):
            if found := known.get(bare(recipient)):
                return found
        return None

    def render(self, text: str, language: str) -> str:
        return render_html(text, language)

    def send(self, message: Outbound, *, committing: Callable[[], None]) -> str:
        from ahlan.channels.actions import note_carried  # noqa: PLC0415 -- apps must be loaded first

        note_carried(message.external_id, hand_over(compose(message), message, committing=committing))
        return message.external_id

    def note(self, progress: Progress) -> list[tuple[str, Arrival]]:
        return [(self.ours(progress.about), progress.arrival)]

    def arrival_of(self, external_id: str) -> Arrival | None:
        return None

    def ours(self, about: str) -> str:
        """By what its provider calls it, or by its own id, which many of them keep."""
        from ahlan.channels.models import Carried  # noqa: PLC0415 -- apps must be loaded first

        found = Carried.objects.filter(wire_id=about[:255]).order_by("-id")
        return found.values_list("external_id", flat=True).first() or about

    def was_sent(self, message: Outbound) -> bool | None:
        return find_sent(message)

    def new_id(self, address: str) -> str:
        return threads.new_message_id(address.rpartition("@")[2] or "localhost")

    def reply_address(self, address: str, ticket_number: int) -> Address:
        return Address("email", threads.reply_address(address, ticket_number, secret()))

    def hear(self, inbox: Inbox, knock: Knock) -> Answered:
        """Mail that a provider brings over HTTP, or at the same door (?of=events) what became of ours."""
        from ahlan.channels.email import brought, told  # noqa: PLC0415 -- slow imports, rarely used

        return told.hear(inbox, knock) if knock.query.get("of") == "events" else brought.hear(inbox, knock)

    def fetch(self, inbox: Inbox) -> int:
        return fetch(inbox)


def bare(address: str) -> str:
    """An address without its plus part, in lower case: what tells inboxes apart."""
    local, _at, domain = address.strip().casefold().rpartition("@")
    return f"{local.split('+')[0]}@{domain}"
