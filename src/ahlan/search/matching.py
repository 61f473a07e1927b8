"""Asking the database's own index which documents hold some keys. The newest come first, so that a very common word costs
no more than a rare one."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from ahlan.search.models import Document

BUCKET = 16_384  # ids; as in the migration
DENSE = 4_000  # documents; what is held by more is looked for in the newest first

_EXPRESSION = """array_to_tsvector(array_remove(string_to_array(
    facets || ' @b' || (id / 16384)::text || ' ' || title || ' ' || body || ' ' || grams, ' '), ''))"""
_SQLITE = """SELECT d.id, d.group_id FROM (
    SELECT rowid AS id FROM search_index WHERE search_index MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s
    ) AS found CROSS JOIN search_document d ON d.id = found.id ORDER BY d.id DESC"""
# Materialised, or PostgreSQL walks the primary key backwards in the hope of meeting one soon.
_POSTGRES = f"""WITH found AS MATERIALIZED (
    SELECT id, group_id FROM search_document WHERE {_EXPRESSION} @@ %s::tsquery AND id < %s)
    SELECT id, group_id FROM found ORDER BY id DESC LIMIT %s"""  # noqa: S608 -- no value of anybody's
ENDLESS = 2**62


@dataclass(frozen=True, slots=True)
class Wanted:
    """Documents that hold one key of each of `all_of` and none of `none_of`. `about`: how many that may be, at most."""

    all_of: tuple[tuple[str, ...], ...]
    none_of: tuple[str, ...] = ()
    about: int = 0


def matching(wanted: Wanted, limit: int, below: int = ENDLESS) -> list[tuple[int, int]]:
    """(id, group_id) of the newest documents with a smaller id than `below`, at most `limit`."""
    if any(not group for group in wanted.all_of):
        return []
    if connection.vendor == "sqlite":
        return _run(_SQLITE, _fts5(wanted), below, limit)
    if wanted.about > DENSE and below == ENDLESS:
        found = _newest(wanted, limit)
        if len(found) == limit:
            return found
    return _run(_POSTGRES, _tsquery(wanted), below, limit)


def _newest(wanted: Wanted, limit: int) -> list[tuple[int, int]]:
    """The same from as many of the newest buckets as should hold enough."""
    last = (Document.objects.aggregate(last=Max("id"))["last"] or 0) // BUCKET
    some = min(last + 1, 2 + 2 * limit * (last + 1) // wanted.about)
    buckets = tuple(f"@b{last - n}" for n in range(some))
    narrowed = Wanted((*wanted.all_of, buckets), wanted.none_of)
    return _run(_POSTGRES, _tsquery(narrowed), ENDLESS, limit)


def _fts5(wanted: Wanted) -> str:
    text = " AND ".join(f"({' OR '.join(map(_fts5_key, group))})" for group in wanted.all_of)
    if wanted.none_of:
        text = f"({text}) NOT ({' OR '.join(map(_fts5_key, wanted.none_of))})"
    return text


def _fts5_key(key: str) -> str:
    doubled = key.replace('"', '""')
    return f'"{doubled}"'


def _tsquery(wanted: Wanted) -> str:
    parts = [f"({' | '.join(map(_lexeme, group))})" for group in wanted.all_of]
    return " & ".join([*parts, *(f"!{_lexeme(key)}" for key in wanted.none_of)])


def _lexeme(key: str) -> str:
    doubled = key.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def _run(statement: str, asked: str, below: int, limit: int) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [asked, below, limit])
        rows: Sequence[tuple[int, int]] = cursor.fetchall()
    return list(rows)
