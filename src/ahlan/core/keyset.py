"""Pages by key: each page starts where the last one ended, so the thousandth costs as much as the first.

    page(tickets, order=("-last_message_at", "-id"), after=request.GET.get("after"), size=50)

The order must end in something unique and name no column that can be NULL. A cursor is signed and tied
to its order; one that was made up, cut or meant for another list gives the first page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core import signing
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from ahlan.core.text import clean

Row = TypeVar("Row")
LONGEST_CURSOR = 2000


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Up to `size` rows, and the cursors of the pages beside it (None where there is none)."""

    items: list[Row]
    next_cursor: str | None
    previous_cursor: str | None


def page(
    queryset: QuerySet[Any, Row], order: Sequence[str], after: str | None = None, size: int = 50
) -> Page[Row]:
    """One page in one query. `after` is a cursor from another page, whether of the next or the previous one."""
    cursor = _read(after, order)
    backwards, key = cursor if cursor else (False, None)
    way = [_turned(name) for name in order] if backwards else list(order)
    rows = queryset.order_by(*way)
    if key is not None:
        rows = rows.filter(_beyond(way, key))
    found = list(rows[: size + 1])
    items, more = found[:size], len(found) > size
    if backwards:
        items.reverse()
        if not items:
            return page(queryset, order, None, size)
    has_next, has_previous = (True, more) if backwards else (more, key is not None)
    return Page(
        items,
        _write(False, items[-1], order) if items and has_next else None,
        _write(True, items[0], order) if items and has_previous else None,
    )


def cursor_after(row: Any, order: Sequence[str]) -> str:
    """The cursor of the page that starts right after this row; for lists merged from several querysets."""
    return _write(False, row, order)


def fits(cursor: str, order: Sequence[str]) -> bool:
    """Whether a cursor was written for a list of this order."""
    return _read(cursor, order) is not None


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


class _RowValue(Func):
    """`(a, b) < (x, y)`, which both databases answer from a composite index."""

    output_field = BooleanField()
    arg_joiner = ", "

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        compiled = [compiler.compile(one) for one in self.source_expressions]
        half = len(compiled) // 2
        columns = ", ".join(sql for sql, _ in compiled[:half])
        values = ", ".join(sql for sql, _ in compiled[half:])
        params = [param for _, given in compiled for param in given]
        return f"({columns}) {self.extra['sign']} ({values})", params


def _beyond(way: Sequence[str], key: Sequence[Any]) -> Any:
    names = [name.lstrip("-") for name in way]
    if len({name.startswith("-") for name in way}) == 1:
        sign = "<" if way[0].startswith("-") else ">"
        return _RowValue(*(F(name) for name in names), *(Value(value) for value in key), sign=sign)
    return _beyond_mixed(way, key)


def _beyond_mixed(way: Sequence[str], key: Sequence[Any]) -> Q:
    """The same for an order that mixes directions: a bound the index can use, then the exact condition."""
    condition, same = Q(), Q()
    for name, value in zip(way, key, strict=True):
        column, lookup = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        condition |= same & Q((f"{column}__{lookup}", value))
        same &= Q((column, value))
    first = way[0].lstrip("-"), "lte" if way[0].startswith("-") else "gte"
    return Q((f"{first[0]}__{first[1]}", key[0])) & condition


def _signer(order: Sequence[str]) -> signing.Signer:
    return signing.Signer(salt=f"keyset:{','.join(order)}")


def _write(backwards: bool, row: Any, order: Sequence[str]) -> str:
    values = [_plain(_value(row, name.lstrip("-"))) for name in order]
    return _signer(order).sign_object([backwards, values])


def _read(cursor: str | None, order: Sequence[str]) -> tuple[bool, list[Any]] | None:
    if not cursor or len(cursor) > LONGEST_CURSOR or cursor != clean(cursor):
        return None
    try:
        backwards, values = _signer(order).unsign_object(cursor)
    except signing.BadSignature:
        return None
    return bool(backwards), [_typed(value) for value in values]


def _value(row: Any, name: str) -> Any:
    if isinstance(row, dict):
        return row[name]
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    return value


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        kind, text = next(iter(value.items()))
        return datetime.fromisoformat(text) if kind == "at" else date.fromisoformat(text)
    return value
