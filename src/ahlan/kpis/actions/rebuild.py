"""Verbs that make all facts anew from the event log, and that find where they differ from it. The fold is the one the verbs run."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models.functions import Coalesce

from ahlan.channels.chat.models import Chat
from ahlan.customers.models import Customer
from ahlan.events.models import Event
from ahlan.kpis.actions.keeping import FIELDS, follow, happening_of, line_of, link, rows_of
from ahlan.kpis.course import KINDS, REPEAT, Changes, Course, judge_contact, micro, step
from ahlan.kpis.hours import open_time
from ahlan.kpis.legs import CALL_KIND, CHAT_KINDS, Leg, call_facts, step_chat
from ahlan.kpis.models import Fact, Followed

BATCH = 500  # tickets at once
Subject = tuple[str, int]


class Told(NamedTuple):
    """What the log tells of some tickets with their chats and calls."""

    courses: dict[int, Course]
    legs: dict[int, Leg]
    facts: dict[Subject, Changes]
    owners: dict[Subject, int | None]


def rebuild() -> int:
    """Make every fact anew; returns how many there are. Safe to repeat; batch by batch, so that the desk works on meanwhile."""
    calls = _calls()
    for some in _batches(calls):
        with transaction.atomic():
            _put(told(*some))
    _relink_all()
    return Fact.objects.count()


def differences() -> list[str]:
    """The subjects whose facts are not what their log tells, looked at twice: what changed while we looked is no difference."""
    calls = _calls()
    found: list[str] = []
    for some in _batches(calls):
        if _differing(some):
            found += _differing(some)
    return found


Batch = tuple[Sequence[int], Sequence[int], Sequence[int]]  # tickets, chats and calls (by their events)


def _calls() -> dict[int | None, list[int]]:
    found: dict[int | None, list[int]] = defaultdict(list)
    for pk, ticket in (
        Event.objects.filter(kind=CALL_KIND).order_by("id").values_list("pk", "facts__ticket").iterator()
    ):
        found[ticket].append(pk)
    return found


def _batches(calls: dict[int | None, list[int]]) -> Iterator[Batch]:
    """All tickets in order of their numbers, each with what hangs on it; then what hangs on none."""
    opened = Event.objects.filter(kind="ticket.opened", subject_kind="ticket")
    after = 0
    while ids := list(
        opened.filter(subject_id__gt=after)
        .order_by("subject_id")
        .values_list("subject_id", flat=True)[:BATCH]
    ):
        chats = list(Chat.objects.filter(ticket__in=ids).values_list("pk", flat=True))
        yield ids, chats, [pk for one in ids for pk in calls.pop(one, ())]
        after = ids[-1]
    chats = list(Chat.objects.filter(ticket=None).values_list("pk", flat=True))
    rest = [pk for some in calls.values() for pk in some]
    yield [], chats, rest


def told(tickets: Sequence[int], chats: Sequence[int], calls: Sequence[int]) -> Told:
    """Fold the log of some tickets with their chats and calls, in the order in which things happened."""
    events = Event.objects.filter(subject_kind="ticket", subject_id__in=tickets, kind__in=KINDS)
    events |= Event.objects.filter(subject_kind="chat", subject_id__in=chats, kind__in=CHAT_KINDS)
    events |= Event.objects.filter(pk__in=calls)
    made = Told(defaultdict(Course), defaultdict(Leg), defaultdict(dict), {})
    for event in events.order_by("id").iterator():
        subject, now = (event.subject_kind, event.subject_id), happening_of(event)
        number = event.facts.get("ticket")
        if event.subject_kind == "ticket":
            number = event.subject_id
            changes = step(made.courses[number], now, open_time)
        elif event.kind == CALL_KIND:
            subject = ("call", event.subject_id)
            changes = call_facts(now, made.courses[number] if number else None, open_time)
        else:
            changes = step_chat(
                made.legs[event.subject_id], now, made.courses[number] if number else Course(), open_time
            )
        made.facts[subject].update(changes)
        made.owners[subject] = number or made.owners.get(subject)
    return made


def _rows(made: Told) -> Iterator[Fact]:
    for (kind, pk), changes in made.facts.items():
        number = made.owners[kind, pk]
        gone = bool(number and number in made.courses and made.courses[number].gone)
        yield from rows_of(kind, pk, changes, ticket=number, gone=gone)


def _put(made: Told) -> None:
    for kind in ("ticket", "chat", "call"):
        ids = [pk for one, pk in made.facts if one == kind]
        Fact.objects.filter(subject_kind=kind, subject_id__in=ids).delete()
        Followed.objects.filter(subject_kind=kind, subject_id__in=ids).delete()
    Fact.objects.bulk_create(_rows(made), batch_size=500)
    for number, course in made.courses.items():
        if course.began is not None:
            follow("ticket", number, course)
    for chat, leg in made.legs.items():
        follow("chat", chat, leg)


def _relink_all() -> None:
    """Tell every contact which of the same customer about the same come before and after it."""
    rows = Fact.objects.filter(kind="contact", subject_kind="ticket", gone=False, customer__isnull=False)
    primary = dict(Customer.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into"))
    lines: dict[tuple[int, int | None], list[tuple[int, int]]] = defaultdict(list)
    for customer, topic, at, ticket in (
        rows.order_by("at", "subject_id").values_list("customer", "topic", "at", "subject_id").iterator()
    ):
        lines[primary.get(customer or 0) or customer or 0, topic].append((micro(at), ticket))
    for line in lines.values():
        if len(line) > 1:
            with transaction.atomic():
                link(line, edges=(False, False))


def _neighbours(made: Told) -> None:
    """Set, for contacts just folded, what the table says comes before and after them."""
    people = {place[0] for course in made.courses.values() if (place := line_of(course))}
    primary = dict(Customer.objects.filter(pk__in=people).values_list("pk", Coalesce("merged_into", "pk")))
    everybody = {
        pk: whole or pk
        for pk, whole in (Customer.objects.filter(pk__in=primary.values()) | Customer.objects.filter(merged_into__in=primary.values())).values_list("pk", "merged_into")
    }  # fmt: skip
    lines: dict[tuple[int, int | None], list[tuple[int, int]]] = defaultdict(list)
    rows = Fact.objects.filter(kind="contact", subject_kind="ticket", gone=False, customer__in=everybody)
    for customer, topic, at, ticket in rows.order_by("at", "subject_id").values_list(
        "customer", "topic", "at", "subject_id"
    ):
        lines[everybody[customer or 0], topic].append((micro(at), ticket))
    for number, course in made.courses.items():
        place = line_of(course)
        line = lines.get((primary.get(place[0], place[0]), place[1]), []) if place else []
        if place is None or (place[2], number) not in line:
            continue
        n = line.index((place[2], number))
        before, after = (line[n - 1][0] if n else None), (line[n + 1][0] if n + 1 < len(line) else None)
        course.earlier = before if before is not None and place[2] - before <= REPEAT else None
        course.repeat = after if after is not None and after - place[2] <= REPEAT else None
        judge_contact(course, made.facts["ticket", number])


def _differing(some: Batch) -> list[str]:
    made = told(*some)
    _neighbours(made)
    found: list[str] = []
    for kind in ("ticket", "chat", "call"):
        ids = [pk for one, pk in made.facts if one == kind]
        there = Fact.objects.filter(subject_kind=kind, subject_id__in=ids)
        kept, should = _by_subject(there), _by_subject(one for one in _rows(made) if one.subject_kind == kind)
        found += [f"{kind}:{pk}" for pk in ids if kept.get(pk) != should.get(pk)]
    return found


def _by_subject(rows: Iterable[Fact]) -> dict[int, set[Any]]:
    found: dict[int, set[Any]] = defaultdict(set)
    for one in rows:
        found[one.subject_id].add(tuple(getattr(one, name) for name in FIELDS))
    return found
