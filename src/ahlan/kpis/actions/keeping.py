"""Verbs that keep the facts: within every verb on a ticket, a chat or a call, by its event."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from ahlan.customers.models import Customer
from ahlan.events.models import Event
from ahlan.kpis import course as courses
from ahlan.kpis.course import REPEAT, Changes, Course, Happening, judge_contact, micro, moment, step
from ahlan.kpis.hours import open_time
from ahlan.kpis.legs import CALL_KIND, Leg, call_facts, step_chat
from ahlan.kpis.models import Fact, Followed

FIELDS = [one.attname for one in Fact._meta.concrete_fields if one.attname != "id"]
ONCE = ["subject_id", "subject_kind", "kind", "turn"]
PLACE = ("customer", "topic")  # the line of contacts a contact stands in
READ = f"SELECT told FROM {Followed._meta.db_table} WHERE subject_id = %s AND subject_kind = %s"  # noqa: S608 -- a table's name alone
# Built once: every verb writes facts, and a queryset takes longer to build its statement than the database to run it.
_FACTS = Fact._meta.db_table
DROP = f"DELETE FROM {_FACTS} WHERE subject_id = %s AND subject_kind = %s AND kind = %s AND turn = %s"  # noqa: S608 -- names of ours alone
KEEP = f"""INSERT INTO {_FACTS} ({", ".join(FIELDS)}) VALUES ({", ".join(["%s"] * len(FIELDS))})
           ON CONFLICT ({", ".join(ONCE)}) DO UPDATE SET {", ".join(f"{one} = excluded.{one}" for one in FIELDS if one not in ONCE)}"""  # noqa: S608 -- the same
WRITE = f"""INSERT INTO {Followed._meta.db_table} (subject_kind, subject_id, told) VALUES (%s, %s, %s)
            ON CONFLICT (subject_id, subject_kind) DO UPDATE SET told = excluded.told"""  # noqa: S608 -- the same


def keep(event: Event) -> None:
    """Take the figures over one event. Part of the verb that recorded it."""
    if event.subject_kind == "ticket":
        keep_ticket(event.subject_id, happening_of(event))
    elif event.kind == CALL_KIND:
        keep_call(event)
    elif event.subject_kind == "chat":
        keep_chat(event)


def happening_of(event: Event) -> Happening:
    return Happening(event.kind, micro(event.at), event.actor, event.facts, event.pk)


def keep_ticket(ticket: int, now: Happening) -> None:
    course = course_of(ticket)
    place, gone = line_of(course), course.gone
    changes = step(course, now, open_time)
    if course.began is None:
        return
    if place is not None and line_of(course) is None and (course.earlier, course.repeat) != (None, None):
        course.earlier = course.repeat = None  # what stands in no line has no neighbours
        judge_contact(course, changes)
    write("ticket", ticket, changes, ticket=ticket, gone=course.gone)
    follow("ticket", ticket, course)
    if gone != course.gone:
        Fact.objects.filter(subject_id=ticket, subject_kind="ticket").update(gone=course.gone)
        Fact.objects.filter(ticket=ticket).exclude(subject_kind="ticket").update(gone=course.gone)
    if place != line_of(course):
        for line in {place, line_of(course)} - {None}:
            relink(*line)  # type: ignore[misc]


def keep_chat(event: Event) -> None:
    leg, number = leg_of(event.subject_id), event.facts.get("ticket")
    ticket = course_of(number) if number else Course()
    changes = step_chat(leg, happening_of(event), ticket, open_time)
    write("chat", event.subject_id, changes, ticket=number, gone=ticket.gone)
    follow("chat", event.subject_id, leg)


def keep_call(event: Event) -> None:
    number = event.facts.get("ticket")
    ticket = course_of(number) if number else None
    changes = call_facts(happening_of(event), ticket, open_time)
    write("call", event.subject_id, changes, ticket=number, gone=bool(ticket and ticket.gone))


def course_of(ticket: int) -> Course:
    told = _told("ticket", ticket)
    return Course(**told) if told else Course()


def leg_of(chat: int) -> Leg:
    told = _told("chat", chat)
    return Leg(**told) if told else Leg()


def _told(kind: str, pk: int) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(READ, [pk, kind])
        found = cursor.fetchone()
    return orjson.loads(found[0]) if found else None


def follow(kind: str, pk: int, state: Course | Leg) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [kind, pk, orjson.dumps(state.told()).decode()])


def write(kind: str, pk: int, changes: Changes, *, ticket: int | None, gone: bool) -> None:
    """Make the rows what the fold says."""
    off: list[list[Any]] = [[pk, kind, one, turn] for (one, turn), fact in changes.items() if fact is None]
    rows = rows_of(kind, pk, changes, ticket=ticket, gone=gone)
    with connection.cursor() as cursor:
        if off:
            cursor.executemany(DROP, off)
        if rows:
            cursor.executemany(KEEP, [_values(one) for one in rows])


def _values(fact: Fact) -> list[Any]:
    """In the order of `FIELDS`, as the database takes them."""
    return [
        connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
        for value in (getattr(fact, name) for name in FIELDS)
    ]


def rows_of(kind: str, pk: int, changes: Changes, *, ticket: int | None, gone: bool) -> list[Fact]:
    """As they lie in the table."""
    return [
        Fact(
            **fact._replace(at=0, until=None)._asdict() | {"at": moment(fact.at), "until": moment(fact.until) if fact.until else None},
            kind=one, turn=turn, subject_kind=kind, subject_id=pk, ticket=ticket, gone=gone,
        )
        for (one, turn), fact in changes.items() if fact is not None
    ]  # fmt: skip


Line = tuple[int, int | None, int]


def line_of(course: Course) -> Line | None:
    """Whose contact it is, about what, and when; None where it is none."""
    if course.began is None or not course.contact or course.gone or course.customer is None:
        return None
    return course.customer, course.topic, course.began


def relink(customer: int, topic: int | None, at: int) -> None:
    """Tell the contacts around a moment which of the same customer about the same come before and after them.

    Only what lies within the days of a repeat matters, so a look takes three rows however many there are.
    """
    lines = Fact.objects.filter(
        kind="contact", subject_kind="ticket", customer__in=family(customer), topic=topic, gone=False
    ).values_list("at", "subject_id")
    near = courses.moment(at)
    before = list(
        lines.filter(at__lt=near, at__gte=near - REPEAT * courses.MICRO).order_by("-at", "-subject_id")[:1]
    )
    here = list(lines.filter(at=near).order_by("subject_id"))
    after = list(
        lines.filter(at__gt=near, at__lte=near + REPEAT * courses.MICRO).order_by("at", "subject_id")[:1]
    )
    link(
        [(micro(one), ticket) for one, ticket in [*before, *here, *after]], edges=(bool(before), bool(after))
    )


def link(line: list[tuple[int, int]], *, edges: tuple[bool, bool]) -> None:
    """Set the neighbours of contacts that follow one another; of those at an `edge` that reaches on, only the inner one."""
    for n, (at, ticket) in enumerate(line):
        course = course_of(ticket)
        was = (course.earlier, course.repeat)
        if n or not edges[0]:
            course.earlier = line[n - 1][0] if n and at - line[n - 1][0] <= REPEAT else None
        if n + 1 < len(line) or not edges[1]:
            course.repeat = line[n + 1][0] if n + 1 < len(line) and line[n + 1][0] - at <= REPEAT else None
        if was == (course.earlier, course.repeat):
            continue
        changes: Changes = {}
        judge_contact(course, changes)
        write("ticket", ticket, changes, ticket=ticket, gone=course.gone)
        follow("ticket", ticket, course)


def family(customer: int) -> list[int]:
    """Everybody who is the same person."""
    primary = Customer.objects.filter(pk=customer).values_list("merged_into", flat=True).first() or customer
    return [primary, *Customer.objects.filter(merged_into=primary).values_list("pk", flat=True)]


def take_people(customers: Iterable[int]) -> None:
    """These were made one person, or several again: their contacts stand in other lines now."""
    ids = set(customers)
    for one in list(ids):
        ids.update(family(one))
    found = Fact.objects.filter(kind="contact", subject_kind="ticket", customer__in=ids, gone=False)
    for customer, topic, at in found.values_list("customer", "topic", "at"):
        relink(customer or 0, topic, micro(at))
