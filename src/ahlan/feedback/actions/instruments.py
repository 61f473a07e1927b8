"""Verbs on instruments: a change of words is a new version; put away and bring back; take in those that come with the house."""

from dataclasses import replace

from django.db import transaction
from django.db.models import Max

from ahlan.core.clock import now
from ahlan.events.log import record
from ahlan.feedback.instruments import own
from ahlan.feedback.instruments.ready import READY, ready
from ahlan.feedback.instruments.shape import Instrument
from ahlan.feedback.models import Survey, Version
from ahlan.feedback.queries import latest, versions

MOST = 200


class TooManyInstruments(Exception):
    """There are as many as can be kept."""


class ChangedMeanwhile(Exception):
    """Somebody else has saved a version since."""


class InUse(Exception):
    """A survey that runs asks it."""


@transaction.atomic
def save_instrument(
    instrument: Instrument, *, actor: str, seen: int | None = None, by_hand: bool = True
) -> Version:
    """Keep an instrument as it is worded now; the same words again are no new version.

    One that came with the house keeps its scales, order and score; only words change. `seen`: the number of the version that was
    changed. Raises own.BadInstrument, ChangedMeanwhile, TooManyInstruments.
    """
    checked = _like_the_original(instrument) if instrument.key in READY else own.check(instrument)
    kept = checked.kept() | {"version": 0}
    last = Version.objects.select_for_update().filter(key=instrument.key).order_by("-number").first()
    if seen is not None and seen != (last.number if last else 0):
        raise ChangedMeanwhile
    if last is None and Version.objects.values("key").distinct().count() >= MOST:
        raise TooManyInstruments
    if last is not None and last.kept == _plain(kept):
        return last
    saved = Version.objects.create(
        key=instrument.key, number=last.number + 1 if last else 1, kept=kept, by_hand=by_hand,
        archived_at=last.archived_at if last else None,
    )  # fmt: skip
    if by_hand:
        record("instrument.saved", saved, actor=actor, key=instrument.key, number=saved.number)
    return saved


def _plain(kept: object) -> object:
    """As it comes back from the database: lists, not tuples."""
    if isinstance(kept, dict):
        return {key: _plain(one) for key, one in kept.items()}
    return [_plain(one) for one in kept] if isinstance(kept, list | tuple) else kept


def _like_the_original(given: Instrument) -> Instrument:
    """The house's words in the original's shape. Raises own.BadInstrument."""
    known = {one.id: one for one in given.items}
    items = []
    for item in ready(given.key).items:
        words = known.get(item.id, item)
        labels = {one.id: one.label for one in words.options}
        items.append(
            replace(
                item, wording=own.texts(words.wording, item.wording), ends=(own.texts(words.ends[0], item.ends[0]), own.texts(words.ends[1], item.ends[1])),
                options=tuple(replace(one, label=own.texts(labels.get(one.id, {}), one.label)) for one in item.options),
            )
        )  # fmt: skip
    original = ready(given.key)
    return replace(original, title=own.texts(given.title, original.title), items=tuple(items))


@transaction.atomic
def archive_instrument(version: Version, away: bool, *, actor: str) -> None:
    """Offer it no more, or again. Raises InUse."""
    if away and Survey.objects.filter(key=version.key, is_active=True).exists():
        raise InUse
    held = latest(version.key)
    held.archived_at = now() if away else None
    held.save(update_fields=["archived_at"])
    record("instrument.archived" if away else "instrument.brought_back", held, actor=actor, key=held.key)


def make_ready() -> None:
    """The instruments of this version of Ahlan, in its words where nobody has written others. Safe to repeat."""
    touched = set(Version.objects.filter(by_hand=True).values_list("key", flat=True))
    newest = dict(Version.objects.values_list("key").annotate(Max("number")))
    for key in READY:
        if key not in touched or key not in newest:
            save_instrument(ready(key), actor="system", by_hand=False)
    versions.changed()
