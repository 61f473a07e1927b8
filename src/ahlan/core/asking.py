"""Questions to the database whose text is built once.

    @kept
    def messages_of(ticket, upto):
        return Message.objects.select_related("author").filter(ticket=ticket, pk__lt=upto).order_by("-pk")[:41]

    messages_of(12, 900)    # a list, as of the queryset

Django builds the text of a query anew each time it is asked, which often takes longer than the database takes to answer.
A kept question is built once in each process and asked with new values: whole numbers, texts, moments, never None and never
a list. The function is called once, with stand-ins for its values: it must not look at them. This is for what every page and
every verb asks; anything else is a queryset as everywhere.
"""

from collections.abc import Callable, Iterable
from copy import copy
from datetime import datetime
from functools import cached_property, update_wrapper
from inspect import signature
from typing import Any, Generic, TypeVar, cast

from django.db import connections
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Found = TypeVar("Found")
Value = int | str | datetime
BIGGEST = 2**63  # no column holds a greater number, and databases fail over one


class Given(Expression):
    """Stands where a value will stand."""

    def __init__(self, place: int) -> None:
        super().__init__(output_field=Field())
        self.place = place

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        return "%s", [self]


class Kept(Generic[Found]):
    """A question built once. Called with its values it gives what the queryset would give, as a list."""

    def __init__(self, ask: Callable[..., QuerySet[Any, Found]]) -> None:
        self.ask = ask
        update_wrapper(self, ask)

    @cached_property
    def built(self) -> tuple[QuerySet[Any, Found], SQLCompiler, str, tuple[Any, ...]]:
        queryset = self.ask(*map(Given, range(len(signature(self.ask).parameters))))
        if cast(Any, queryset)._prefetch_related_lookups:
            raise TypeError("a kept question fetches nothing beforehand")
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([one for one, *_more in compiler.select or ()])
        compiler.get_converters = lambda _columns: converters
        return queryset, compiler, sql, params

    def __call__(self, *values: Value) -> list[Found]:
        """Raises TypeError for None, a list or anything else that is no value. A number no column holds finds nothing."""
        queryset, compiler, sql, params = self.built
        if any(isinstance(one, int) and not -BIGGEST <= one < BIGGEST for one in values):
            return []
        connection = connections[queryset.db]
        asked = copy(compiler)
        asked.connection = connection
        bound = [_bound(values[one.place], connection) if isinstance(one, Given) else one for one in params]
        asked.as_sql = lambda: (sql, bound)  # type: ignore[method-assign, assignment, misc]
        rows: Iterable[Found] = cast(Any, queryset)._iterable_class(_Asked(queryset, asked))
        return list(rows)

    def first(self, *values: Value) -> Found | None:
        """The first of them, None without any. The question itself should ask for one alone: `[:1]`."""
        return next(iter(self(*values)), None)


class _Asked:
    """As much of a queryset as those who make rows into objects look at."""

    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, queryset: QuerySet[Any, Any], compiler: SQLCompiler) -> None:
        self.model, self.db, self.compiler = queryset.model, queryset.db, compiler

    @property
    def query(self) -> "_Asked":
        return self

    def get_compiler(self, using: str) -> SQLCompiler:
        return self.compiler


kept = Kept


def _bound(value: Value, connection: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, int | str):
        return value
    raise TypeError(f"a kept question takes no {type(value).__name__}")
