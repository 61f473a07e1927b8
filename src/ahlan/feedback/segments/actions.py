"""Verbs on segments: save and delete them, and keep who is in them as customers change."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.db.models.functions import Coalesce

from ahlan.core.clock import now
from ahlan.core.rows import insert
from ahlan.core.text import clean
from ahlan.customers.models import Customer
from ahlan.events.definitions import one_look
from ahlan.events.log import record
from ahlan.feedback.models import Answer
from ahlan.feedback.segments.facets import A_YEAR, CUSTOMERS
from ahlan.feedback.segments.models import Member, Scale, Segment, Stir
from ahlan.feedback.segments.queries import MOST_SEGMENTS, segments
from ahlan.feedback.segments.scale import least_values
from ahlan.tickets.conditions import Tree, check, holding
from ahlan.tickets.models import State, Ticket

LONGEST = 10_000  # characters of an approach
BATCH = 200  # customers judged in one transaction
TURN = 2.0  # seconds a job works
MOST_TOLD = 500  # open tickets of one batch that are told of it


class TooManySegments(Exception):
    """There are as many as can be kept up to date."""


@transaction.atomic
def save_segment(
    segment: Segment | None = None, *, name: str, conditions: Tree, approach: str = "", actor: str
) -> Segment:
    """Make one or change it; a new rule is asked of everybody, a batch at a time. Raises BadCondition, TooManySegments."""
    if segment is None and Segment.objects.count() >= MOST_SEGMENTS:
        raise TooManySegments
    held = Segment.objects.select_for_update().get(pk=segment.pk) if segment else Segment()
    checked = check(conditions, CUSTOMERS)
    if held.conditions != checked:
        held.sweep_from = 0
    held.name, held.conditions, held.approach = clean(name)[:80], checked, clean(approach)[:LONGEST]
    held.save()
    record("segment.saved", held, actor=actor)
    return held


@transaction.atomic
def delete_segment(segment: Segment, *, actor: str) -> None:
    """Keep it no more. Rules, service levels and plans that ask for it find nobody in it."""
    record("segment.deleted", segment, actor=actor)
    segment.delete()


def stir(kind: str, key: int) -> None:
    """Something of a customer has changed: he is looked at again. Part of the verb that changed it; nothing where no segment is."""
    if segments():
        insert(Stir(kind=kind, key=key))


@transaction.atomic
def begin_sweep() -> None:
    """Let everybody be looked at again: what the clock changes, and what no verb told of."""
    Segment.objects.filter(sweep_from=None).update(sweep_from=0)


def next_look() -> datetime | None:
    """Now, where somebody waits to be looked at."""
    if not segments():
        return None
    waits = Stir.objects.exists() or Segment.objects.filter(sweep_from__isnull=False).exists()
    return now() if waits else None


def keep_members() -> None:
    """Look at whoever waits, for so long; what is left over is for the next job."""
    until = time.monotonic() + TURN
    while time.monotonic() < until and (_take_stirs() or _sweep()):
        pass


@transaction.atomic
def _take_stirs() -> bool:
    """Whom something happened to; whether there was anybody. A row that is committed meanwhile is left for next time."""
    rows = list(Stir.objects.order_by("id")[:BATCH])
    if rows:
        Stir.objects.filter(pk__in=[one.pk for one in rows]).delete()
        judge(_people(rows), list(Segment.objects.order_by("pk").select_for_update()))
    return bool(rows)


def _people(rows: Iterable[Stir]) -> set[int]:
    """The customers these are about, as they were and as they are read now."""
    by = defaultdict(set)
    for one in rows:
        by[one.kind].add(one.key)
    found = by["customer"]
    for kind, model in (("ticket", Ticket), ("answer", Answer)):
        if by[kind]:
            found |= set(model.objects.filter(pk__in=by[kind]).values_list("customer", flat=True)) - {None}
    kept = Customer.objects.filter(pk__in=found, merged_into__isnull=False)
    return found | {pk for pk in kept.values_list("merged_into", flat=True) if pk}


@transaction.atomic
def _sweep() -> bool:
    """The next batch of everybody, for one segment; whether there was anything to do."""
    segment = (
        Segment.objects.select_for_update()
        .filter(sweep_from__isnull=False)
        .order_by("sweep_from", "pk")
        .first()
    )
    if segment is None:
        return False
    found = Customer.objects.filter(pk__gt=segment.sweep_from).order_by("pk")
    people = list(found.values_list("pk", flat=True)[:BATCH])
    judge(people, [segment])
    segment.sweep_from = people[-1] if len(people) == BATCH else None
    Segment.objects.filter(pk=segment.pk).update(sweep_from=segment.sweep_from)
    return True


def judge(people: Iterable[int], held: list[Segment]) -> None:
    """Let these customers be in those of these segments whose rule holds for them, and tell of each who came or went.

    As many queries for one as for a batch, but for what is told. Part of a verb that holds the segments' rows. Who was merged into another is in none.
    """
    people = list(people)
    alive = set(Customer.objects.filter(pk__in=people, merged_into=None).values_list("pk", flat=True))
    rules = {one.pk: one.conditions for one in held}
    with one_look():
        wanted = {(key, pk) for key, found in holding(alive, rules, CUSTOMERS).items() for pk in found}
    rows = Member.objects.filter(customer__in=people, segment__in=list(rules))
    there = set(rows.values_list("segment", "customer"))
    came, went = wanted - there, there - wanted
    if not came and not went:
        return
    Member.objects.bulk_create(
        (Member(segment_id=key, customer_id=pk) for key, pk in sorted(came)), batch_size=500
    )
    for key, gone in _by_segment(went).items():
        Member.objects.filter(segment=key, customer__in=gone).delete()
    sums = Counter(key for key, _pk in came)
    sums.subtract(key for key, _pk in went)
    for key, n in sums.items():
        Segment.objects.filter(pk=key).update(size=F("size") + n)
    _tell(came, went)


def _by_segment(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found = defaultdict(list)
    for key, pk in pairs:
        found[key].append(pk)
    return found


def _tell(came: set[tuple[int, int]], went: set[tuple[int, int]]) -> None:
    """Each customer, and his open tickets, which may be promised, listed or given otherwise now."""
    concerned = Customer.objects.in_bulk({pk for _key, pk in came | went})
    for kind, pairs in (("segment.joined", came), ("segment.left", went)):
        for key, pk in sorted(pairs):
            record(kind, concerned[pk], actor="system", segment=key)
    his = Q(customer__in=concerned) | Q(customer__merged_into__in=concerned)
    found = (
        Ticket.objects.filter(his, removal="", merged_into=None)
        .exclude(state=State.CLOSED)
        .select_related("team")
    )
    for ticket in found.order_by("pk")[:MOST_TOLD]:
        record("ticket.segments_changed", ticket, actor="system", audience=ticket.audience)


@transaction.atomic
def measure_contact() -> None:
    """Work out anew where the scores of recency and frequency begin, over all who opened a ticket within a year. Read row by row: memory stays flat."""
    recent: Counter[int] = Counter()
    frequent: Counter[int] = Counter()
    found = Ticket.objects.filter(removal="", merged_into=None, opened_at__gte=now() - A_YEAR).order_by()
    rows = (
        found.annotate(him=Coalesce("customer__merged_into", "customer"))
        .values_list("him")
        .annotate(last=Max("opened_at"), n=Count("pk"))
    )
    for _pk, last, n in rows.iterator(chunk_size=2_000):
        recent[last.date().toordinal()] += 1
        frequent[n] += 1
    for of, counts in (("recency", recent), ("frequency", frequent)):
        Scale.objects.update_or_create(of=of, defaults={"least": least_values(counts), "at": now()})


def first_of(conditions: Tree, looked_at: int, shown: int) -> tuple[list[Customer], int, int]:
    """Who would be in it: some of them, how many, of how many. The latest customers are looked at. Raises BadCondition."""
    tree = check(conditions, CUSTOMERS)
    latest = Customer.objects.filter(merged_into=None).order_by("-pk").values_list("pk", flat=True)
    people = list(latest[:looked_at])
    found: list[int] = []
    pieces = iter(people)
    while piece := list(islice(pieces, 1_000)):
        found += sorted(holding(piece, {0: tree}, CUSTOMERS).get(0, ()), reverse=True)
    some = Customer.objects.select_related("organisation").in_bulk(found[:shown])
    return [some[pk] for pk in found[:shown]], len(found), len(people)
