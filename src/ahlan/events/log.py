"""Writing the event log, and reading it in an order in which nothing is ever missed."""

from contextvars import ContextVar
from typing import Any, NamedTuple, Self

from django.db import connection, models
from django.db.models import Q
from django.db.transaction import TransactionManagementError

from ahlan.core.rows import insert
from ahlan.events.history import is_history
from ahlan.events.jobs import enqueue_after
from ahlan.events.models import Event
from ahlan.events.subscribe import subscribers_within
from ahlan.events.wake import news


class Cursor(NamedTuple):
    """How far a reader has come: the transaction and id of the last event read."""

    txid: int
    pk: int

    def __str__(self) -> str:
        return f"{self.txid}-{self.pk}"

    @classmethod
    def of(cls, event: Event) -> Self:
        return cls(event.txid, event.pk)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError for anything but two whole numbers with a dash between."""
        txid, _dash, pk = text.partition("-")
        if not (txid.isdecimal() and pk.isdecimal() and max(len(txid), len(pk)) <= 18):
            raise ValueError("not a place in the log")
        return cls(int(txid), int(pk))


class OldestWriting(models.Func):
    """The oldest transaction that may still be writing."""

    arity = 0
    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = models.BigIntegerField()


# What is told of each event that is recorded meanwhile: the token of the program that does it.
through: ContextVar[dict[str, Any] | None] = ContextVar("through", default=None)


def record(kind: str, subject: models.Model, /, *, actor: str, audience: str = "", **facts: Any) -> Event:
    """Write one event in the caller's transaction, with all that follows from it.

    Subscribers `within` run at once, in the same transaction; each one `after` gets its job row. Of what is told of the
    past (`history.py`) only those hear that keep it. Call it only from verbs. Raises TransactionManagementError outside a transaction, ValueError for an unsaved subject.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError(f"{kind} must be recorded in the transaction of what it tells of")
    if subject.pk is None:
        raise ValueError(f"{kind} needs a saved subject")
    past = is_history()
    event = Event(
        kind=kind,
        subject_kind=subject._meta.model_name or "",
        subject_id=subject.pk,
        actor=actor,
        audience="" if past else audience,
        facts={**facts, **(through.get() or {})},
    )
    insert(event)
    if not past:
        enqueue_after(event)
        if event.audience:
            news.ring_on_commit()
    for subscriber in subscribers_within(kind, history=past):
        subscriber(event)
    return event


def read_after(cursor: Cursor, *, limit: int) -> list[Event]:
    """The next events after a reader's place, oldest first; asking again from the last one misses nothing.

    On PostgreSQL a later id may be seen before an earlier one. Readers therefore go by (transaction, id) and
    see only transactions older than the oldest that is still writing: what becomes visible later sorts later.
    """
    if connection.vendor != "postgresql":
        return list(Event.objects.filter(pk__gt=cursor.pk).order_by("pk")[:limit])
    later = Q(txid__gt=cursor.txid) | Q(pk__gt=cursor.pk)
    found = Event.objects.filter(later, txid__gt=0, txid__gte=cursor.txid, txid__lt=OldestWriting())
    return list(found.order_by("txid", "pk")[:limit])


def newest() -> Cursor:
    """The place after everything that may be read now."""
    found = Event.objects.order_by("-pk")
    if connection.vendor == "postgresql":
        found = Event.objects.filter(txid__gt=0, txid__lt=OldestWriting()).order_by("-txid", "-pk")
    return Cursor(*(found.values_list("txid", "pk").first() or (0, 0)))


def settle_after_restore(**_signal: Any) -> None:
    """After a dump was restored into another PostgreSQL, whose transaction numbers start anew: what is there
    counts as older than anything to come."""
    if (
        connection.vendor != "postgresql"
        or Event._meta.db_table not in connection.introspection.table_names()
    ):
        return
    newest_txid = Event.objects.filter(txid__gt=0).order_by("-txid").values_list("txid", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        if newest_txid is not None and newest_txid >= cursor.fetchone()[0]:
            Event.objects.filter(txid__gt=0).update(txid=0)
