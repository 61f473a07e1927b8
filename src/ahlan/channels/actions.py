"""Verbs of the wires: keep what came in, and say how a mailbox fares."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from ahlan.channels.models import Carried, Inbox, Mailbox, RawInbound
from ahlan.core import files
from ahlan.core.clock import now
from ahlan.core.rows import insert
from ahlan.events.log import record

MOST_REPORTS = 100  # of one mail
ROW_LIMIT = 256 * 1024  # bytes; larger ones lie in the file store, so that the database stays quick
# By hand: every mail is marked, and building the same statement anew takes longer than running it.
READ = f"UPDATE {RawInbound._meta.db_table} SET state = %s, decision = %s WHERE id = %s"  # noqa: S608 -- a table's name alone


def keep(
    content: bytes,
    *,
    channel: str,
    door: str,
    inbox: Inbox | None = None,
    envelope: dict[str, Any] | None = None,
    announce: bool = True,
) -> RawInbound:
    """Keep what came in, byte for byte. When this has returned and its transaction is over, it cannot be lost.

    `announce` records `inbound.kept`, which has a worker understand it; a caller that does so itself, in the
    same transaction, passes False. Raises OSError on a full disk: nothing was taken then.
    """
    digest = files.keep(content)[0] if len(content) > ROW_LIMIT else ""
    with transaction.atomic(savepoint=False):
        raw = insert(
            RawInbound(
                inbox=inbox,
                channel=channel,
                door=door,
                envelope=envelope or {},
                body=None if digest else content,
                digest=digest,
                size=len(content),
            )
        )
        if announce:
            record("inbound.kept", raw, actor="system", door=door)
    return raw


def save_inbox(inbox: Inbox, fields: list[str], *, actor: str) -> Inbox:
    """Make or change an inbox. The event names the fields that changed, never what is in them."""
    with transaction.atomic():
        kind = "inbox.changed" if inbox.pk else "inbox.created"
        inbox.save()
        Mailbox.objects.filter(inbox=inbox).update(retry_at=None)
        record(kind, inbox, actor=actor, fields=fields)
    return inbox


def mark_read(raw: RawInbound, decision: str, *, unreadable: bool = False) -> None:
    """Note what became of it."""
    raw.state = RawInbound.State.UNREADABLE if unreadable else RawInbound.State.READ
    raw.decision = decision
    with connection.cursor() as cursor:
        cursor.execute(READ, [raw.state, raw.decision, raw.pk])


def note_mailbox(inbox: Inbox, **values: Any) -> None:
    """Set what the health page shows of an inbox (the fields of `Mailbox`); `error_at` comes with `error`."""
    for key in {"error", "send_error"} & values.keys():
        values[key] = str(values[key])[:500]
    if "error" in values:
        values["error_at"] = now() if values["error"] else None
    Mailbox.objects.update_or_create(inbox=inbox, defaults=values)


def note_carried(external_id: str, wire_ids: Iterable[str]) -> None:
    """A provider has taken a mail of ours, and calls it so; one name for each receiver with some."""
    for one in wire_ids:
        Carried.objects.get_or_create(external_id=external_id, wire_id=one[:255])


def first_heard(external_id: str, wire_id: str, mark: str) -> bool:
    """Whether this report about a mail of ours is news. Part of a verb; two at once: one is."""
    held = Carried.objects.select_for_update()
    found, _made = held.get_or_create(external_id=external_id, wire_id=wire_id[:255])
    if mark in found.heard:
        return False
    found.heard = [*found.heard, mark][-MOST_REPORTS:]
    found.save(update_fields=["heard"])
    return True
