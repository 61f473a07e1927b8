"""Definitions: the few rows that people set and every verb asks about, kept in each process.

    views = Definitions("views", read=lambda: list(SavedView.objects.all()[:300]), of=[SavedView])

    views()     # one short statement while nothing has changed

Saving or deleting a row gives its definitions a new stamp in the same transaction; under it each process keeps what it has
read. A stamp is random and never given twice, so what is kept stays right across processes and rollbacks. Whoever writes by
`update` or `bulk_…`, which tell nobody, calls `changed()`. What is read is shared between threads: look, do not touch.
"""

import secrets
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from ahlan.events.models import Stamp

Value = TypeVar("Value")
# By hand: it is asked several times in each verb, and building the same statement anew costs more than all else.
SQL = f"SELECT value FROM {Stamp._meta.db_table} WHERE name = %s"  # noqa: S608 -- no value of anybody's


class Definitions(Generic[Value]):
    """What `read` returns, read again when a row of the tables `of` was saved or deleted."""

    def __init__(self, name: str, *, read: Callable[[], Value], of: Sequence[type[Model]]) -> None:
        self.name, self.read = name, read
        self.kept: tuple[int | None, Value] | None = None
        for table in of:
            post_save.connect(self._heard, sender=table, weak=False)
            post_delete.connect(self._heard, sender=table, weak=False)

    def __call__(self) -> Value:
        stamp, kept = self.stamp(), self.kept
        if kept is None or kept[0] != stamp:
            self.kept = kept = (stamp, self.read())
        return kept[1]

    def changed(self) -> None:
        """Let every process read anew, once this transaction is committed."""
        Stamp.objects.update_or_create(name=self.name, defaults={"value": secrets.randbits(62)})

    def _heard(self, **_more: Any) -> None:
        self.changed()

    def stamp(self) -> int | None:
        """What it is known under now; another one after each change, None before the first."""
        with connection.cursor() as cursor:
            cursor.execute(SQL, [self.name])
            found = cursor.fetchone()
        return found[0] if found else None
