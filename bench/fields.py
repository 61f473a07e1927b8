"""What the desk's own fields cost as the desk grows, kept as typed rows; beside them one JSON document on each ticket.

`python bench/fields.py [TICKETS]` (200000); DATABASE_URL for PostgreSQL, AHLAN_BENCH to keep the data.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import desk

desk.start(os.environ.get("AHLAN_BENCH"))

from django.db import connection

from ahlan.tickets.actions.fields import set_fields
from ahlan.tickets.actions.views import save_view
from ahlan.tickets.actions.words import save_field
from ahlan.tickets.conditions import matching, query
from ahlan.tickets.models import Ticket
from ahlan.tickets.models.own import Field, FieldValue

TIMES = 40
BATCH = 20_000
VIEWS = 20


def fields() -> tuple[Field, Field]:
    part = save_field(
        name="Part", kind="choice", options=[(None, f"Part {n}") for n in range(100)], actor="system"
    )
    return part, save_field(name="Price", kind="number", actor="system")


def fill(part: Field, price: Field) -> None:
    """A choice of a hundred and a number on each ticket; the same in a table of documents."""
    options = [one.pk for one in part.options.all()]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_documents (ticket_id bigint PRIMARY KEY, data text NOT NULL)")
        ids = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            FieldValue.objects.bulk_create(
                [FieldValue(ticket_id=pk, field=part, option_id=options[pk % 100]) for pk in some]
                + [FieldValue(ticket_id=pk, field=price, number=pk % 9_973) for pk in some],
                batch_size=2_000,
            )
            cursor.executemany(
                "INSERT INTO bench_documents VALUES (%s, %s)",
                [(pk, json.dumps({"1": options[pk % 100], "2": pk % 9_973})) for pk in some],
            )
        cursor.execute("ANALYZE")


def acts(part: Field, price: Field) -> dict[str, Callable[[int], Any]]:
    options = [one.pk for one in part.options.all()]
    numbers = list(Ticket.objects.order_by("-id").values_list("id", flat=True)[:2_000:7])
    json_of = (
        "(data::json->>'1')::bigint" if connection.vendor == "postgresql" else "json_extract(data, '$.\"1\"')"
    )

    def tree(n: int) -> dict[str, Any]:
        asked = {"facet": part.key, "is": "any_of", "value": [str(options[n % 100])]}
        dear = {"facet": price.key, "is": "at_least", "value": [str(9_900)]}
        return {"all": [asked, dear]}

    def documents(n: int) -> None:
        with connection.cursor() as cursor:
            sql = (
                f"SELECT ticket_id FROM bench_documents WHERE {json_of} = %s ORDER BY ticket_id DESC LIMIT 51"
            )
            cursor.execute(sql, [options[n % 100]])
            assert cursor.fetchall()

    def rows(n: int) -> None:
        found = FieldValue.objects.filter(option=options[n % 100]).order_by("-ticket")
        assert list(found.values_list("ticket", flat=True)[:51])

    return {
        "ask one ticket twenty conditions": lambda n: matching(
            Ticket(pk=numbers[n]), {k: tree(k) for k in range(VIEWS)}
        ),
        "tickets of two conditions, a page": lambda n: list(
            Ticket.objects.filter(query(tree(n))).order_by("-pk")[:51]
        ),
        "tickets of one choice, a page": rows,
        "the same from documents": documents,
        f"set a field (verb), {VIEWS} views ask": lambda n: set_fields(
            Ticket(pk=numbers[n]), {price.pk: [str(n)]}, actor="system"
        ),
    }


def measure(act: Callable[[int], Any]) -> list[float]:
    """Milliseconds of each call after a warm-up."""
    taken = []
    for n in range(TIMES + 3):
        began = time.perf_counter()
        act(n)
        taken.append((time.perf_counter() - began) * 1000)
    return taken[3:]


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    desk.fill(size)
    part, price = fields()
    fill(part, price)
    for n in range(VIEWS):
        asked = {"facet": price.key, "is": "at_least", "value": [str(n * 100)]}
        save_view(name=f"View {n}", conditions={"all": [asked]}, order=price.key, actor="system")
    rows = []
    for name, act in acts(part, price).items():
        taken = measure(act)
        rows.append([name, f"{desk.p(taken, 0.5):.2f} / {desk.p(taken, 0.95):.2f}"])
    desk.table(f"{size:,} tickets, two fields each, {desk.kind()}", ["ms", "p50 / p95"], rows)


if __name__ == "__main__":
    main()
