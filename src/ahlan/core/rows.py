"""One row, written or read by a statement that is built once.

Django builds the text of each statement anew, which takes several times as long as the database takes to run it. Every mail
and every click writes events, messages, jobs; here their statements are built on first use and kept.
"""

from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.db import connections, models, router
from django.db.models.expressions import DatabaseDefault
from django.db.models.signals import post_save, pre_save
from django.db.models.sql import InsertQuery
from django.db.transaction import mark_for_rollback_on_error

from ahlan.core.asking import Kept

Row = TypeVar("Row", bound=models.Model)


class Insert(NamedTuple):
    """What is the same for every row of a table: the text, whose values it takes in turn, what the database gives."""

    sql: str
    given: tuple[models.Field[Any, Any], ...]
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
        values = [one.get_db_prep_save(one.pre_save(row, True), connection) for one in statement.given]
        cursor.execute(statement.sql, values)
        found = cursor.fetchone()
    for one, value in zip(statement.returned, found, strict=True):
        setattr(row, one.attname, value)
    row._state.adding, row._state.db = False, using
    return row


def fetch(model: type[Row], pk: Any) -> Row:
    """The row of this key, as `model.objects.get(pk=pk)` finds it. Raises `model.DoesNotExist`."""
    found: Row | None = _by_key(model).first(pk)
    if found is None:
        raise model.DoesNotExist(f"{model._meta.label} {pk}")  # type: ignore[attr-defined]
    return found


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
    asked = tuple(one for one in given if one not in filled_in)
    return Insert(sql, asked, filled_in, tuple(meta.db_returning_fields))
