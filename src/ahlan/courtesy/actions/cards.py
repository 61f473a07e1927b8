"""Verbs on technique cards: save, put away and bring back, back to the original and back from it."""

from collections.abc import Mapping

from django.db import transaction

from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED
from ahlan.core.text import clean
from ahlan.courtesy.cards import MOST, READY, Told
from ahlan.courtesy.models import Card
from ahlan.courtesy.ready_cards import Kind
from ahlan.events.log import record

LONGEST = 4_000  # characters of one card in one language


class TooManyCards(Exception):
    """The house has as many as can be looked through."""


@transaction.atomic
def save_card(
    card: Told | None = None,
    *,
    texts: Mapping[str, str],
    name: str = "",
    kind: str = Kind.EMPATHY,
    actor: str,
) -> Card:
    """Make a card or change one. Of a card that came with the house only what differs from it is kept.

    Raises ValueError for a card that says nothing or has no name, TooManyCards.
    """
    kept = {key: text for key, one in texts.items() if (text := clean(one).strip()[:LONGEST])}
    if not set(kept) <= set(INSTALLED):
        raise ValueError("a language we do not know")
    row = _row(card)
    if card and card.ready:
        row.texts = {key: text for key, text in kept.items() if text != card.ready.texts.get(key)}
    else:
        row.texts, row.name, row.kind = kept, " ".join(clean(name).split())[:80], Kind(kind).value
        if not (row.texts and row.name):
            raise ValueError("a card has a name and says something")
    row.save()
    record("card.saved", row, actor=actor, audience="everyone", key=row.key)
    return row


@transaction.atomic
def restore_card(card: Told, *, actor: str) -> Card:
    """Back to the words that came with the house. Raises ValueError for a card of its own, which has no others."""
    return _swap(card, actor, to_original=True)


@transaction.atomic
def bring_words_back(card: Told, *, actor: str) -> Card:
    """The house's words again, as they were before `restore_card`."""
    return _swap(card, actor, to_original=False)


def _swap(card: Told, actor: str, *, to_original: bool) -> Card:
    if card.ready is None:
        raise ValueError("it never had other words")
    row = _row(card)
    if row.texts if to_original else row.dropped and not row.texts:
        row.texts, row.dropped = ({}, row.texts) if to_original else (row.dropped, {})
        row.save()
        kind = "card.restored" if to_original else "card.saved"
        record(kind, row, actor=actor, audience="everyone", key=row.key)
    return row


@transaction.atomic
def put_away(card: Told, away: bool = True, *, actor: str) -> Card:
    """Out of the composer, or back again."""
    row = _row(card)
    if (row.archived_at is not None) != away:
        row.archived_at = now() if away else None
        row.save()
        kind = "card.put_away" if away else "card.brought_back"
        record(kind, row, actor=actor, audience="everyone", key=row.key)
    return row


def _row(card: Told | None) -> Card:
    """The row of a card, held; a new one where there is none."""
    if card is None:
        if Card.objects.filter(key="").count() >= MOST:
            raise TooManyCards
        return Card()
    if card.ready is None:
        return Card.objects.select_for_update().get(pk=int(card.slug.removeprefix("own-")))
    made = {"kind": READY[card.slug].kind.value}
    return Card.objects.select_for_update().get_or_create(key=card.slug, defaults=made)[0]
