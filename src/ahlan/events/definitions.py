"""Definitions: the few rows that people set and every verb asks about, kept in each process.

    views = Definitions("views", read=lambda: list(SavedView.objects.all()[:300]), of=[SavedView])

    views()     # one short statement while nothing has changed

Saving or deleting a row gives its definitions a new stamp in the same transaction; under it each process keeps what it has
read. A stamp is random and never given twice, so what is kept stays right across processes and rollbacks. Whoever writes by
`update` or `bulk_…`, which tell nobody, calls `changed()`. What is read is shared between threads: look, do not touch.

A request, or a mail that comes in, asks many of them many times: `with one_look():` asks for all stamps at once and goes by
them to its end, but for those it changes itself.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest, HttpResponse

from ahlan.events.models import Stamp

Value = TypeVar("Value")
# By hand: it is asked several times in each verb, and building the same statement anew costs more than all else.
ONE = f"SELECT value FROM {Stamp._meta.db_table} WHERE name = %s"  # noqa: S608 -- no value of anybody's
ALL = f"SELECT name, value FROM {Stamp._meta.db_table}"  # noqa: S608 -- the same


class Look:
    """The stamps as they were when first asked for. A name this unit of work has changed is asked for each time."""

    def __init__(self) -> None:
        self.stamps: dict[str, int] | None = None
        self.changed: set[str] = set()


_look: ContextVar[Look | None] = ContextVar("look", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Within, what people have set is looked at once; inside another look, that one holds."""
    if _look.get() is not None:
        yield
        return
    token = _look.set(Look())
    try:
        yield
    finally:
        _look.reset(token)


def one_look_a_request(
    answer: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a request goes by what was set when it came."""

    def answered(request: HttpRequest) -> HttpResponse:
        with one_look():
            return answer(request)

    return answered


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
        if (look := _look.get()) is not None:
            look.changed.add(self.name)
        Stamp.objects.update_or_create(name=self.name, defaults={"value": secrets.randbits(62)})

    def _heard(self, **_more: Any) -> None:
        self.changed()

    def stamp(self) -> int | None:
        """What it is known under now; another one after each change, None before the first."""
        look = _look.get()
        if look is not None and self.name not in look.changed:
            if look.stamps is None:
                look.stamps = dict(_rows(ALL))
            return look.stamps.get(self.name)
        found = _rows(ONE, self.name)
        return found[0][0] if found else None


def _rows(sql: str, *given: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())
