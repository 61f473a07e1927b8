"""Technique cards as a house has them: those that come with it under its own changes, and those it has added."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from ahlan.core.languages import INSTALLED
from ahlan.core.text import excerpt
from ahlan.courtesy.models import Card
from ahlan.courtesy.phrases import plain
from ahlan.courtesy.ready_cards import READY_CARDS, Kind, ReadyCard
from ahlan.events.definitions import Definitions
from ahlan.tickets.models import Ticket

MOST = 300  # cards of its own in a house
READY = {one.key: one for one in READY_CARDS}


@dataclass(frozen=True, slots=True)
class Told:
    """A card as it stands. `slug` names it in addresses; `own`: the languages whose words are the house's; `ready`: it came with it;
    `dropped`: the house had words of its own before it went back to the original."""

    slug: str
    kind: Kind
    name: Any
    texts: dict[str, str]
    own: frozenset[str] = frozenset()
    ready: ReadyCard | None = None
    archived_at: datetime | None = None
    dropped: bool = False
    searched: str = field(default="", compare=False)

    @property
    def shown(self) -> str:
        """Its first words, in the reader's language where it has them."""
        text = self.texts.get(get_language() or "") or next(iter(self.texts.values()), "")
        return in_short(text)

    def text_for(self, ticket: Ticket) -> str:
        """In the customer's language; else the inbox's; else English; else any. "" when it has none."""
        found = (self.texts.get(one) for one in (ticket.language, ticket.inbox.language, "en"))
        return next((one for one in found if one), next(iter(self.texts.values()), ""))


def in_short(text: str) -> str:
    """A card's words on one line, without their marks."""
    return excerpt(text.replace("**", ""), 120)


def _read() -> list[Told]:
    rows = list(Card.objects.order_by("name", "pk")[: MOST + len(READY)])
    changed = {row.key: row for row in rows if row.key}
    ready = [_told(changed.get(one.key), one) for one in READY_CARDS]
    return ready + [_told(row, None) for row in rows if not row.key]


def _told(row: Card | None, ready: ReadyCard | None) -> Told:
    texts = {**(ready.texts if ready else {}), **(row.texts if row else {})}
    kind, name = (ready.kind, ready.name) if ready else (Kind(row.kind), row.name)  # type: ignore[union-attr]
    slug = ready.key if ready else f"own-{row.pk}"  # type: ignore[union-attr]
    return Told(
        slug, kind, name, {one: texts[one] for one in INSTALLED if texts.get(one)},
        frozenset(row.texts if row else ()), ready, row.archived_at if row else None, bool(row and row.dropped), plain(" ".join(texts.values())),
    )  # fmt: skip


cards = Definitions("technique cards", read=_read, of=[Card])


def card_named(slug: str) -> Told | None:
    return next((one for one in cards() if one.slug == slug), None)


def at_hand() -> list[Told]:
    """In the order of their kinds; none that is put away."""
    order = list(Kind)
    return sorted((one for one in cards() if one.archived_at is None), key=lambda one: order.index(one.kind))


def search(words: str) -> list[Told]:
    """Those in whose name or words, in any language, it stands."""
    wanted = plain(words.strip()[:80])
    return [one for one in at_hand() if wanted in plain(str(one.name)) or wanted in one.searched]
