"""Daily and monthly counts, written by the verbs that take answers, so that no page of results reads answers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F

from ahlan.feedback.marks import marked
from ahlan.feedback.models import Answer, Count, Grain, Invitation

FACETS = ("team", "agent", "inbox", "channel", "language", "organisation", "survey", "place")
THEMED, OF_THEME = "theme_in", "t.n"  # how often a theme was written of in a language: one for each answer
INVITED, UNDELIVERED, RESPONDED = "i.invited", "i.undelivered", "i.responded"
FOLDED_AT_ONCE = 20_000


class Spot(NamedTuple):
    """Where something is counted."""

    version_id: int
    grain: str
    on: date
    inbox_id: int | None
    facet: str
    key: str


def facets_of(thing: Answer | Invitation) -> Iterator[tuple[str, str]]:
    """Everything as "", then each property it has."""
    yield "", ""
    for facet in FACETS:
        if facet == "channel":
            value = thing.channel if isinstance(thing, Answer) else thing.inbox and thing.inbox.channel
        elif facet == "language":
            value = thing.language
        else:
            value = getattr(thing, f"{facet}_id", None)
        if value:
            yield facet, str(value)
    yield from marked(thing.marks)


def spots_of(thing: Answer | Invitation, on: date) -> Iterator[Spot]:
    for facet, key in facets_of(thing):
        yield Spot(thing.version_id, Grain.DAY, on, thing.inbox_id, facet, key)
        yield Spot(thing.version_id, Grain.MONTH, on.replace(day=1), thing.inbox_id, facet, key)


Counted = Counter[tuple[Spot, str, int]]


def counted(answer: Answer) -> Counted:
    """Where an answer counts, and as what."""
    on = answer.answered_at.date()
    found = Counter(
        (spot, part, value) for spot in spots_of(answer, on) for part, value in answer.parts.items()
    )
    for facet, key in marked(answer.marks):
        if facet == "theme":
            place = (
                answer.version_id,
                Grain.DAY.value,
                on,
                answer.inbox_id,
                THEMED,
                f"{key}.{answer.spoken}",
            )
            found[Spot(*place), OF_THEME, 1] += 1
    return found


def move(answer: Answer, before: Counted) -> None:
    """Count what an answer has become instead of what it was. Part of a verb."""
    changes = counted(answer)
    changes.subtract(before)
    rows = (
        Count(**spot._asdict(), part=part, value=value, n=n)
        for (spot, part, value), n in changes.items()
        if n
    )
    Count.objects.bulk_create(rows, batch_size=500)


def count_invitation(invitation: Invitation, part: str) -> None:
    """By the day it was sent. Part of a verb."""
    on = (invitation.sent_at or invitation.send_at).date()
    Count.objects.bulk_create(
        (Count(**spot._asdict(), part=part, value=0, n=1) for spot in spots_of(invitation, on)),
        batch_size=500,
    )


KEYS = ("version_id", "grain", "on", "inbox_id", "facet", "key", "part", "value")


def fold(limit: int = FOLDED_AT_ONCE) -> int:
    """Bring new rows into one for each place; returns how many there were. Safe at any time, and by two at once.

    Goes by the ids it has read, so a row that is committed meanwhile is left for next time.
    """
    with transaction.atomic():
        new = list(Count.objects.select_for_update().filter(folded=False).order_by("id")[:limit])
        sums: Counter[tuple[Any, ...]] = Counter()
        for row in new:
            sums[tuple(getattr(row, key) for key in KEYS)] += row.n
        known = _folded(sums)
        fresh = [
            Count(**dict(zip(KEYS, place, strict=True)), n=n, folded=True)
            for place, n in sums.items()
            if n and place not in known
        ]
        by: dict[int, list[int]] = defaultdict(list)
        for place, n in sums.items():
            if n and place in known:
                by[n].append(known[place])
        for n, ids in by.items():
            for start in range(0, len(ids), 500):
                Count.objects.filter(pk__in=ids[start : start + 500]).update(n=F("n") + n)
        Count.objects.bulk_create(fresh, batch_size=500)
        ids = [row.pk for row in new]
        for start in range(0, len(ids), 500):
            Count.objects.filter(pk__in=ids[start : start + 500]).delete()
    return len(new)


def _folded(places: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], int]:
    """The rows there are already for these places, by place; read day by day along the index."""
    heads = {(*place[:3], place[4]) for place in places}
    found = {}
    for version, grain, on, facet in heads:
        rows = Count.objects.filter(version_id=version, grain=grain, on=on, facet=facet, folded=True)
        for row in rows.values_list("id", *KEYS):
            found[tuple(row[1:])] = row[0]
    return found
