"""A messenger as the desk sees it. What differs from one to another stands in a file of its own under `wires/`; all else is here."""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import NAMESPACE_URL, uuid4, uuid5

import orjson
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ahlan.channels.contract import (
    Abilities,
    Address,
    Amendment,
    Answered,
    Arrival,
    Attachment,
    Brought,
    Consent,
    Elsewhere,
    Forged,
    Heard,
    Inbound,
    Kind,
    Knock,
    NotSent,
    Outbound,
    OutboundFile,
    Progress,
    Reach,
    Unspoken,
    Unsure,
)
from ahlan.channels.messaging.pieces import pieces_of, utf16
from ahlan.channels.messaging.provider import SECONDS, Call, Provider, Settings
from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.core.markdown import plain
from ahlan.core.numerals import exact
from ahlan.core.text import clean, excerpt

if TYPE_CHECKING:
    pass

log = logging.getLogger(__name__)

LONGEST_NAME = 254  # an address as the desk keeps it
ODD = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
)  # what a payload of another shape than told raises

SENTENCES = {
    "away": _("The provider could not be reached or was not able to answer."),
    "rate": _("The provider takes no more messages for the moment. It will be tried again."),
    "key": _("The provider does not accept our key. Look at the inbox’s settings."),
    "refused": _("The provider refused the message."),
    "window": _("Too much time has passed since the customer’s last message; the provider takes no answer any more."),
    "blocked": _("The customer has blocked us or left, and gets nothing from us there."),
    "silent": _("The customer has asked not to be written to from this inbox."),
    "elsewhere": _("This inbox reaches one person of its own messenger at a time; forward it from an e-mail inbox."),
    "nowhere": _("There is no such person or number."),
    "file": _("The provider does not take this file."),
    "undelivered": _("The provider took the message, but could not deliver it."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setting:
    """Something an administrator enters, or (`made`) that we think up ourselves for him to enter at the provider."""

    key: str
    label: Any
    help: Any = ""
    secret: bool = False
    required: bool = True
    made: Callable[[], str] | None = None
    kind: str = "text"  # or "lines", "switch"


class Wire(Provider):
    """One messenger. Beside the names below a subclass says `is_genuine`, `events`, `one`, `calls` and `wire_id`."""

    key: ClassVar[str]
    name: ClassVar[Any]
    abilities: ClassVar[Abilities]
    address_label: ClassVar[Any] = _("Address")
    address_help: ClassVar[Any] = ""
    settings: ClassVar[tuple[Setting, ...]] = ()
    steps: ClassVar[
        tuple[Any, ...]
    ] = ()  # what to do at the provider, in order; {address} is where it calls us
    thanks: ClassVar[str] = ""
    largest_body: int = 5 * 1024 * 1024
    beyond: ClassVar[Any] = SENTENCES["window"]
    checks: ClassVar[bool] = True
    shows_made: ClassVar[bool] = True  # what we think up is shown, to be entered at the provider

    # --- what a wire says itself

    def is_genuine(self, settings: Settings, knock: Knock) -> bool:
        raise NotImplementedError

    def read(self, raw: bytes, envelope: dict[str, Any]) -> Any:
        """The payload. Raises ValueError."""
        return orjson.loads(raw)

    def events(self, said: Any) -> Iterable[Any]:
        """What a payload holds, one by one."""
        raise NotImplementedError

    def one(self, event: Any, envelope: dict[str, Any]) -> Iterable[Heard]:
        """What one of them says; nothing for what says nothing."""
        raise NotImplementedError

    def calls(self, message: Outbound, to: str) -> list[Call]:
        """The requests a message takes, the same each time. Raises NotSent."""
        raise NotImplementedError

    def wire_id(self, said: Any) -> str:
        """What the provider calls the message it has just taken."""
        raise NotImplementedError

    def greet(self, settings: Settings, knock: Knock) -> Answered:
        """The answer to a knock that brings nothing. Raises Forged."""
        raise Forged("nothing to greet")

    def probe(self, settings: Settings, address: str) -> str:
        """Ask the provider whether all is well, and tell it our address where it takes that; returns what it calls us. Raises NotSent."""
        raise NotImplementedError

    # --- in

    def hear(self, inbox: Inbox, knock: Knock) -> Answered:
        settings = inbox.for_its_wire
        if knock.method == "GET":
            return self.greet(settings, knock)
        if not self.is_genuine(settings, knock):
            raise Forged(self.key)
        return self.take_in(inbox, settings, knock)

    def take_in(self, inbox: Inbox, settings: Settings, knock: Knock) -> Answered:
        envelope = {"inbox": inbox.pk, "type": knock.headers.get("content-type", "")}
        brought = Brought(knock.body, envelope, sender=self.sender_of(knock.body, envelope))
        return Answered((brought,), text=self.thanks)

    def sender_of(self, raw: bytes, envelope: dict[str, Any]) -> str:
        """Whose it is, where all of it is one's."""
        found = {
            said.sender.value
            for one in self.parse(raw, envelope)
            if (said := one if isinstance(one, Inbound) else one.said if isinstance(one, Amendment) else None)
            and said.sender
        }
        return found.pop() if len(found) == 1 else ""

    def parse(self, raw: bytes, envelope: dict[str, Any]) -> Iterable[Heard]:
        """All that was brought. What cannot be understood of a readable payload is shown as such; [] for what cannot be read."""
        try:
            events = list(self.events(self.read(raw, envelope)))
        except ODD:
            log.warning("a payload could not be read", extra={"wire": self.key})
            return []
        found = [heard for n, event in enumerate(events) for heard in self._one(event, envelope, raw, n)]
        return found or [Unspoken("nothing")]

    def _one(self, event: Any, envelope: dict[str, Any], raw: bytes, n: int) -> list[Heard]:
        try:
            return list(self.one(event, envelope))
        except ODD:
            log.warning("an event could not be understood", extra={"wire": self.key})
            mark = sha256(raw).hexdigest()
            return [self.said(envelope, sender="", native=f"odd.{mark}.{n}", kind=Kind.UNSUPPORTED)]

    def said(
        self,
        envelope: dict[str, Any],
        *,
        sender: Any,
        native: Any,
        name: Any = "",
        text: Any = "",
        at: datetime | None = None,
        kind: Kind = Kind.TEXT,
        files: Iterable[Elsewhere | Attachment] = (),
        also: Iterable[Address] = (),
        answers: Any = "",
    ) -> Inbound:
        """A message, from what its event says. `native`, `answers`: the wire's ids of it and of what it answers."""
        files, text = list(files), clean(str(text or ""))
        external_id = self.id_of(envelope, native)
        return Inbound(
            sender=Address(self.key, self.value_of(sender, envelope), clean(str(name or "")).strip()[:200])
            if sender
            else None,
            subject=excerpt(text, 80),
            text=text,
            external_id=external_id,
            fingerprint=sha256(external_id.encode()).hexdigest(),
            replies_to=(self.id_of(envelope, answers),) if answers else (),
            sent_at=at,
            kind=kind,
            elsewhere=tuple(one for one in files if isinstance(one, Elsewhere)),
            attachments=tuple(one for one in files if isinstance(one, Attachment)),
            also=tuple(also),
        )

    def id_of(self, envelope: dict[str, Any], native: Any) -> str:
        """An id of the wire's as the desk knows it: unique among all inboxes."""
        if not isinstance(native, str | int) or native == "":
            raise ValueError("no id")
        return f"<{self.key}.{envelope['inbox']}.{native}@wire.invalid>"

    def value_of(self, person: Any, envelope: dict[str, Any]) -> str:
        """Somebody's id as the desk keeps it."""
        if not isinstance(person, str | int):
            raise ValueError("no person")
        value = clean(str(person)).strip()
        return value if len(value) <= LONGEST_NAME else f"sha256:{sha256(value.encode()).hexdigest()}"

    def person(self, value: str) -> str:
        """The wire's own id of somebody."""
        return value

    # --- out

    def send(self, message: Outbound, *, committing: Callable[[], None]) -> str:
        """Piece by piece; those that have left are not sent again. Raises NotSent, Unsure."""
        import httpx  # noqa: PLC0415 -- slow to start

        from ahlan.channels.messaging import actions, queries  # noqa: PLC0415 -- apps must be loaded first

        to, settings = self._to(message), message.settings
        calls = self.calls(message, to)
        actions.forget_failed(message.external_id)
        left, is_committed = queries.named(message.external_id), False
        with httpx.Client(timeout=SECONDS, trust_env=False) as line:
            for n, call in enumerate(calls):
                if n in left:
                    continue
                if not is_committed:
                    committing()
                    is_committed = True
                actions.begin(message.external_id, n, self.id_of(settings, to))
                try:
                    said = self.ask(line, settings, call, key=f"{message.external_id} {n}")
                except NotSent:
                    actions.take_back(message.external_id, n)
                    raise
                wire_id = self.id_of(settings, self._named(said, call, message, n))
                actions.name(message.external_id, n, wire_id)
        if not is_committed:
            committing()
        return message.external_id

    def _named(self, said: Any, call: Call, message: Outbound, n: int) -> str:
        with suppress(*ODD):
            if found := self.wire_id(said):
                return str(found)
        return str(uuid5(NAMESPACE_URL, f"{message.external_id} {n}"))  # it was taken, whatever it is called

    def _to(self, message: Outbound) -> str:
        """The one it goes to. Raises NotSent."""
        from ahlan.channels.messaging.queries import is_silent  # noqa: PLC0415 -- apps must be loaded first

        people = [*message.to, *message.cc, *message.bcc]
        if len(people) != 1 or not self.is_address(people[0].value):
            raise NotSent("elsewhere: ", permanent=True)
        if is_silent(message.settings["inbox"], people[0].value):
            raise NotSent("silent: ", permanent=True)
        return self.person(people[0].value)

    def is_address(self, value: str) -> bool:
        return "@" not in value

    def pieces(self, message: Outbound, *, linked: Iterable[OutboundFile] = ()) -> list[str]:
        """The words as the wire takes them, below them links to the files it cannot carry."""
        from ahlan.channels.hooks import link_to  # noqa: PLC0415 -- apps must be loaded first

        links = [f"{one.name}: {link_to(one)}" for one in linked]
        text = "\n\n".join(part for part in (plain(message.text), "\n".join(links)) if part)
        return pieces_of(text, self.abilities.max_length or len(text) * 2 + 1, self.measure)

    def measure(self, text: str) -> int:
        """How long a text is to this wire."""
        return utf16(text)

    def was_sent(self, message: Outbound) -> bool | None:
        from ahlan.channels.messaging import queries  # noqa: PLC0415 -- apps must be loaded first

        named = queries.named(message.external_id)
        if queries.is_in_doubt(message.external_id):
            return False if self.is_idempotent else None
        return len(named) >= len(self.calls(message, self._to(message)))

    def check(self, settings: Settings, address: str) -> tuple[bool, str]:
        """Whether the provider knows us, and what it says. Slow."""
        try:
            return True, self.probe(settings, address)
        except ODD:
            return False, self.sentence("away: ")[0]
        except (NotSent, Unsure) as error:
            told, said = self.sentence(str(error))
            return False, f"{told} {said}".strip()

    # --- how far, and whether at all

    def note(self, progress: Progress) -> list[tuple[str, Arrival]]:
        from ahlan.channels.messaging import actions  # noqa: PLC0415 -- apps must be loaded first

        if progress.address and progress.until:
            return actions.note_all(progress.address.value, progress.until, progress.arrival)
        noted = actions.note(progress)
        return [noted] if noted else []

    def arrival_of(self, external_id: str) -> Arrival | None:
        from ahlan.channels.messaging import actions  # noqa: PLC0415 -- apps must be loaded first

        return actions.arrival_of(external_id)

    def ours(self, about: str) -> str:
        from ahlan.channels.messaging import queries  # noqa: PLC0415 -- apps must be loaded first

        return queries.message_of(about)

    def reach(self, inbox: Inbox, to: str, last_word_at: datetime | None) -> Reach:
        from ahlan.channels.messaging.queries import silent_since  # noqa: PLC0415 -- apps must be loaded first

        since = silent_since(inbox.pk, to)
        if since is not None:
            told = gettext(
                "Since %(moment)s this customer wants no messages from this inbox. Only he can change that: by START, or by coming back."
            )
            return Reach(False, told % {"moment": exact(since)})
        window = self.window_of(inbox)
        if window is None or last_word_at is None:
            return Reach(True) if window is None else self.after_window(inbox)
        until = last_word_at + window
        if until <= now():
            return self.after_window(inbox)
        told = gettext("You can answer freely until %(moment)s. After that %(wire)s has rules of its own.")
        return Reach(True, told % {"moment": exact(until), "wire": self.name}, until)

    def window_of(self, inbox: Inbox) -> timedelta | None:
        return self.abilities.reply_window

    def after_window(self, inbox: Inbox) -> Reach:
        return Reach(False, str(self.beyond))

    def take(self, inbox: Inbox, consent: Consent) -> None:
        from ahlan.channels.messaging import actions  # noqa: PLC0415 -- apps must be loaded first

        (actions.let_speak if consent.given else actions.silence)(inbox, consent.address.value)

    # --- the rest of what a channel is

    def sentence(self, reason: str) -> tuple[str, str]:
        word, _colon, said = reason.partition(": ")
        return (str(SENTENCES[word]), said) if word in SENTENCES else ("", reason)

    def inbox_of(self, inboxes: QuerySet[Inbox], raw: bytes, envelope: dict[str, Any]) -> Inbox | None:
        return inboxes.filter(pk=int(envelope.get("inbox") or 0)).first()

    def new_id(self, address: str) -> str:
        return f"<{self.key}.ours-{uuid4().hex}@wire.invalid>"

    def reply_address(self, address: str, ticket_number: int) -> Address | None:
        return None

    def render(self, text: str, language: str) -> str:
        return ""
