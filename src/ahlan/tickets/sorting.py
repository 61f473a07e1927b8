"""How saved views are sorted and what their rows show: the usual, and by the desk's own fields.

An order is a word of `Order`, or a field's key: its greatest first, and with `UP` behind it its smallest. Empty comes last.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import DateField, F, FloatField, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from ahlan.tickets.fields import rows_of, told_of
from ahlan.tickets.models import Order, Shows, Ticket
from ahlan.tickets.models.own import Field, FieldValue, Kind
from ahlan.tickets.vocabulary import vocabulary, word_statuses

UP = "-up"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
PRIORITY_STEP = 10**17  # more microseconds than there are in three thousand years
EMPTY = -(2**62)  # below every key
THOUSANDTHS = 1_000  # of a number, in a key
Rows = Mapping[int, list[FieldValue]]  # by field
ORDER = ("-last_message_at", "-id")
COLUMNS = {
    Order.NEWEST_WORD: ORDER,
    Order.OLDEST_WORD: ("last_message_at", "id"),
    Order.NEWEST: ("-opened_at", "-id"),
    Order.OLDEST: ("opened_at", "id"),
    Order.PRIORITY: ("-priority", "last_message_at", "id"),
}
# By kind: the column, its type, and what stands for nothing at either end.
SORTABLE: dict[str, tuple[str, Any, Any, Any]] = {
    Kind.NUMBER: ("number", FloatField(), -1e15, 1e15),
    Kind.DATE: ("day", DateField(), date.min, date.max),
    Kind.CHOICE: ("option__place", IntegerField(), -1, 10**6),
}


def sorted_field(order: str) -> Field | None:
    """The field an order goes by."""
    pk = field_id(order)
    return vocabulary().fields.get(pk) if pk else None


def field_id(key: str) -> int | None:
    """Of the field that a column or an order names; it costs nothing."""
    pk = key.removeprefix("field-").removesuffix(UP)
    return int(pk) if key.startswith("field-") and pk.isdecimal() else None


def check_order(order: str) -> str:
    """Raises ValueError for one nobody knows."""
    field = sorted_field(order)
    if field is None or field.kind not in SORTABLE:
        return Order(order).value
    return order


def orders() -> list[tuple[str, Any]]:
    """All there are, to choose from."""
    fields = [one for one in vocabulary().standing_fields if one.kind in SORTABLE]
    return [
        *Order.choices,
        *((one.key, _("%(name)s, falling") % {"name": one}) for one in fields),
        *((one.key + UP, _("%(name)s, rising") % {"name": one}) for one in fields),
    ]


def key_of(ticket: Ticket, order: str, rows: Rows) -> int:
    """A ticket's place in an order, as one number: the greater, the further up. `rows`: what stands in its fields."""
    pk = field_id(order)
    if pk is not None:
        found = rows.get(pk)
        place = _place(found[0]) if found else None
        return EMPTY if place is None else -place if order.endswith(UP) else place
    word, opened = _micros(ticket.last_message_at), _micros(ticket.opened_at)
    return {
        Order.NEWEST_WORD: word,
        Order.OLDEST_WORD: -word,
        Order.NEWEST: opened,
        Order.OLDEST: -opened,
        Order.PRIORITY: ticket.priority * PRIORITY_STEP - word,
    }[Order(order)]


def _place(row: FieldValue) -> int | None:
    if row.number is not None:
        return int(row.number * THOUSANDTHS)
    if row.day is not None:
        return row.day.toordinal()
    return row.option.place if row.option else None


def _micros(moment: datetime) -> int:
    return int((moment - EPOCH).total_seconds() * 1_000_000)


def sorting_rows(
    tickets: Iterable[Ticket], all_orders: Iterable[str]
) -> dict[int, dict[int, list[FieldValue]]]:
    """What `key_of` needs, by ticket; no query where no order goes by a field."""
    return rows_of(tickets, {pk for order in all_orders if (pk := field_id(order))})


def columns_of(order: str) -> tuple[str, ...]:
    """What a view that is looked up each time is sorted by; of a field see `sortable`."""
    if field_id(order) is not None:
        return ("own_sort", "id") if order.endswith(UP) else ("-own_sort", "-id")
    return COLUMNS[Order(order)]


def sortable(tickets: QuerySet[Ticket], order: str) -> QuerySet[Ticket]:
    """With the column that an order by a field goes by."""
    field = sorted_field(order)
    if field is None:
        return tickets
    column, kind, least, most = SORTABLE[field.kind]
    rows = FieldValue.objects.filter(ticket=OuterRef("pk"), field=field, slot=0)
    value = Subquery(rows.values(plain=Cast(F(column), kind))[:1], output_field=kind)
    nothing = Value(most if order.endswith(UP) else least, output_field=kind)
    return tickets.annotate(own_sort=Coalesce(value, nothing, output_field=kind))


TYPE, STATUS = "type", "status"


def columns() -> list[tuple[str, Any]]:
    """What rows can show beside the usual."""
    fields = vocabulary().standing_fields
    return [
        *Shows.choices,
        (TYPE, _("Type")),
        (STATUS, _("Status")),
        *((one.key, one.name) for one in fields),
    ]


def mark_columns(tickets: list[Ticket], shows: list[str]) -> None:
    """Give each row the words of its own columns, in order. One query for fields, however many rows and fields."""
    own = [key for key in shows if key in (TYPE, STATUS) or field_id(key)]
    if not own:
        return
    word_statuses(tickets)
    fields = {key: pk for key in own if (pk := field_id(key))}
    rows = rows_of(tickets, fields.values())
    for one in tickets:
        words = {TYPE: one.type_word, STATUS: one.status_word}  # type: ignore[attr-defined]
        for key, pk in fields.items():
            words[key] = ", ".join(told_of(row) for row in rows.get(one.pk, {}).get(pk, []))
        one.own_columns = [words[key] for key in own if words[key]]  # type: ignore[attr-defined]
