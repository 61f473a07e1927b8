"""Writing the event log, and reading it in an order in which nothing is ever missed."""

from typing import Any

from django.db import connection, models
from django.db.transaction import TransactionManagementError

from ahlan.events.jobs import enqueue_after
from ahlan.events.models import Event
from ahlan.events.subscribe import subscribers_within


def record(kind: str, subject: models.Model, *, actor: str, audience: str = "", **facts: Any) -> Event:
    """Write one event in the caller's transaction, with all that follows from it.

    Subscribers `within` run at once, in the same transaction; each one `after` gets its job row. Call it only
    from verbs. Raises TransactionManagementError outside a transaction, ValueError for an unsaved subject.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError(f"{kind} must be recorded in the transaction of what it tells of")
    if subject.pk is None:
        raise ValueError(f"{kind} needs a saved subject")
    event = Event(
        kind=kind,
        subject_kind=subject._meta.model_name or "",
        subject_id=subject.pk,
        actor=actor,
        audience=audience,
        facts=facts,
    )
    event.save(force_insert=True)
    enqueue_after(event)
    for subscriber in subscribers_within(kind):
        subscriber(event)
    return event
