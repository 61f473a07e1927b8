"""One row, written or read by a statement that is built once.

Django builds the text of each statement anew, which takes several times as long as the database takes to run it. Every mail
and every click writes events, messages, jobs; here their statements are built on first use and kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast

from django.db import DatabaseError, connections, models, router
from django.db.models.expressions import DatabaseDefault
from django.db.models.signals import post_save, pre_save
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.transaction import mark_for_rollback_on_error

from ahlan.core.asking import Kept

Row = TypeVar("Row", bound=models.Model)
PLAIN: dict[type, type] = {
    models.CharField: str,
    models.TextField: str,
    models.BooleanField: bool,
    models.IntegerField: int,
    models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.SmallIntegerField: int,
    models.BigIntegerField: int,
    models.BigAutoField: int,
    models.AutoField: int,
}


# Each with the kind of value that a database takes from it as it is, None where the field must see to it.
Given = tuple[tuple[models.Field[Any, Any], type | None], ...]

_written: ContextVar[dict[tuple[type, Any], Any] | None] = ContextVar("written", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within, `just_written` gives back the very rows that `insert` wrote. For one transaction: a rollback ends it."""
    token = _written.set({})
    try:
        yield
    finally:
        _written.reset(token)


def just_written(model: type[Row], pk: Any) -> Row | None:
    """The row as whoever wrote it holds it, so that those who listen need not read it back. None where nobody remembers."""
    return (_written.get() or {}).get((model, pk))


class Insert(NamedTuple):
    """What is the same for every row of a table: the text, whose values it takes in turn, what the database gives."""

    sql: str
    given: Given
    filled_in: tuple[models.Field[Any, Any], ...]
    returned: tuple[models.Field[Any, Any], ...]


def insert(row: Row) -> Row:
    """Write a new row and return it, as `row.save(force_insert=True)` would: whole, and with what the database filled in.

    Where somebody listens to the table's signals, or a value is given for what the database fills in, `save` writes.
    Raises what `save` raises.
    """
    model, using = type(row), router.db_for_write(type(row), instance=row)
    statement = _statement(model, using)
    filled_in = all(isinstance(getattr(row, one.attname), DatabaseDefault) for one in statement.filled_in)
    if row.pk is not None or not filled_in or pre_save.has_listeners(model) or post_save.has_listeners(model):
        row.save(force_insert=True)
        return row
    connection = connections[using]
    row._prepare_related_fields_for_save(operation_name="save")  # type: ignore[attr-defined]
    with mark_for_rollback_on_error(using), connection.cursor() as cursor:
        cursor.execute(statement.sql, _values(row, statement.given, connection, adding=True))
        found = cursor.fetchone()
    for one, value in zip(statement.returned, found, strict=True):
        setattr(row, one.attname, value)
    row._state.adding, row._state.db = False, using
    if (written := _written.get()) is not None:
        written[model, row.pk] = row
    return row


def update(row: models.Model, *names: str) -> None:
    """Write these fields of a row that is there, as `row.save(update_fields=names)` would. Raises what `save` raises."""
    model, using = type(row), router.db_for_write(type(row), instance=row)
    if pre_save.has_listeners(model) or post_save.has_listeners(model):
        row.save(update_fields=names)
        return
    sql, given = _changing(model, names, using)
    row._prepare_related_fields_for_save(operation_name="save", fields=[one for one, _plain in given])  # type: ignore[attr-defined]
    with mark_for_rollback_on_error(using), connections[using].cursor() as cursor:
        cursor.execute(sql, [*_values(row, given, connections[using], adding=False), row.pk])
        if not cursor.rowcount:
            raise DatabaseError("Save with update_fields did not affect any rows.")


def _values(row: models.Model, given: Given, connection: Any, *, adding: bool) -> list[Any]:
    held = row.__dict__
    return [
        value
        if plain and ((value := held.get(one.attname)) is None or type(value) is plain)
        else one.get_db_prep_save(one.pre_save(row, adding), connection)
        for one, plain in given
    ]


def fetch(model: type[Row], pk: Any) -> Row:
    """The row of this key, as `model.objects.get(pk=pk)` finds it. Raises `model.DoesNotExist`."""
    found: Row | None = _by_key(model).first(pk)
    if found is None:
        raise model.DoesNotExist(f"{model._meta.label} {pk}")  # type: ignore[attr-defined]
    return found


def _plain(field: models.Field[Any, Any]) -> type | None:
    """Words and whole numbers go as they are; a field of a kind of its own, or with a moment of its own, sees to its values."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return PLAIN.get(type(target)) if type(field).pre_save is models.Field.pre_save else None


@cache
def _by_key(model: type[models.Model]) -> Kept[Any]:
    return Kept(lambda pk: model._base_manager.filter(pk=pk))


@cache
def _statement(model: type[models.Model], using: str) -> Insert:
    """Built by Django itself, from a row of which every field that the database does not fill in is a value."""
    connection, meta = connections[using], model._meta
    given = [one for one in meta.local_concrete_fields if one is not meta.pk and not one.generated]
    query = InsertQuery(model)
    query.insert_values(given, [model()])
    compiler = query.get_compiler(connection=connection)
    compiler.returning_fields = meta.db_returning_fields
    [(sql, values)] = compiler.as_sql()
    filled_in = tuple(one for one in given if one.has_db_default())
    if len(values) != len(given) - len(filled_in):
        raise TypeError(f"{meta.label} has a default in the database that takes values")
    asked = tuple((one, _plain(one)) for one in given if one not in filled_in)
    return Insert(sql, asked, filled_in, tuple(meta.db_returning_fields))


@cache
def _changing(model: type[models.Model], names: tuple[str, ...], using: str) -> tuple[str, Given]:
    """The text of an update of one row, its key last."""
    fields = cast(list[models.Field[Any, Any]], [model._meta.get_field(name) for name in names])
    query = UpdateQuery(model)
    query.add_update_fields([(one, model, None) for one in fields])  # type: ignore[misc]
    query.add_q(models.Q(pk=0))
    sql, _none = query.get_compiler(connection=connections[using]).as_sql()
    sql = sql.replace("= NULL", "= %s")
    if sql.count("%s") != len(fields) + 1:
        raise TypeError(f"{model._meta.label} has a field that is not written as a value")
    return sql, tuple((one, _plain(one)) for one in fields)
