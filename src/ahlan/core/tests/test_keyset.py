"""Paging by key over a table of its own, with the index a list would have."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext, isolate_apps

from ahlan.core.keyset import Page, page

ORDER = ("-said_at", "-id")
START = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def rows(db: None) -> Iterator[Any]:
    """Seven rows, of which four share one instant. Undone with the test's transaction."""
    with isolate_apps("ahlan.core"):

        class Row(models.Model):
            said_at = models.DateTimeField()
            name = models.CharField(max_length=10)

            class Meta:
                app_label = "core"

        kind = "timestamptz" if connection.vendor == "postgresql" else "datetime"
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TABLE core_row (id bigint PRIMARY KEY, said_at {kind} NOT NULL, name varchar(10))"
            )
            cursor.execute("CREATE INDEX core_row_order ON core_row (said_at DESC, id DESC)")
        for i, minutes in enumerate([0, 5, 5, 5, 5, 9, 12]):
            Row.objects.create(id=i + 1, said_at=START + timedelta(minutes=minutes), name="ab"[i % 2])
        yield Row.objects.all()


def ids(shown: Page[Any]) -> list[int]:
    return [row.pk for row in shown.items]


def test_pages_follow_each_other_without_gap_or_repetition(rows: Any) -> None:
    first = page(rows, ORDER, None, 3)
    second = page(rows, ORDER, first.next_cursor, 3)
    third = page(rows, ORDER, second.next_cursor, 3)

    assert [ids(first), ids(second), ids(third)] == [[7, 6, 5], [4, 3, 2], [1]]
    assert first.previous_cursor is None
    assert third.next_cursor is None


def test_the_way_back_shows_the_same_pages(rows: Any) -> None:
    first = page(rows, ORDER, None, 3)
    second = page(rows, ORDER, first.next_cursor, 3)
    third = page(rows, ORDER, second.next_cursor, 3)

    back = page(rows, ORDER, third.previous_cursor, 3)
    start = page(rows, ORDER, back.previous_cursor, 3)

    assert [ids(back), ids(start)] == [[4, 3, 2], [7, 6, 5]]
    assert start.previous_cursor is None
    assert ids(page(rows, ORDER, start.next_cursor, 3)) == [4, 3, 2]


def test_each_page_is_one_query(rows: Any) -> None:
    cursor = page(rows, ORDER, None, 2).next_cursor

    with CaptureQueriesContext(
        connection,
    ) as queries:
        page(rows, ORDER, cursor, 2)

    assert len(queries) == 1


def test_a_later_page_is_sought_in_the_index(rows: Any) -> None:
    cursor = page(rows, ORDER, None, 2).next_cursor
    if connection.vendor == "postgresql":
        with connection.cursor() as planner:
            planner.execute("SET LOCAL enable_seqscan = off")
            planner.execute("SET LOCAL enable_bitmapscan = off")

    with CaptureQueriesContext(connection) as queries:
        page(rows, ORDER, cursor, 2)
    with connection.cursor() as planner:
        plain = connection.vendor == "postgresql"
        planner.execute(f"EXPLAIN {'' if plain else 'QUERY PLAN '}{queries[0]['sql']}")
        plan = " ".join(str(line) for line in planner.fetchall())

    assert "core_row_order" in plan
    assert (
        "Index Cond: (ROW(said_at, id) <"
        if plain
        else "(said_at,id)<"
        if "(said_at,id)<" in plan
        else "said_at<"
    ) in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def test_mixed_directions_page_too(rows: Any) -> None:
    order = ("name", "-said_at", "-id")
    seen: list[int] = []
    cursor = None
    for _ in range(7):
        shown = page(rows, order, cursor, 2)
        seen += ids(shown)
        cursor = shown.next_cursor
        if cursor is None:
            break

    assert seen == [row.pk for row in rows.order_by(*order)]
    assert cursor is None


@pytest.mark.parametrize("hostile", ["", "x", "a:b", "\x00", "é" * 5000, "eyJ9:abc", "' OR 1=1 --"])
def test_a_cursor_that_was_made_up_gives_the_first_page(rows: Any, hostile: str) -> None:
    assert ids(page(rows, ORDER, hostile, 3)) == [7, 6, 5]


def test_a_cursor_of_another_list_gives_the_first_page(rows: Any) -> None:
    other = page(rows, ("id",), None, 3).next_cursor

    assert ids(page(rows, ORDER, other, 3)) == [7, 6, 5]


def test_rows_added_meanwhile_shift_nothing(rows: Any) -> None:
    first = page(rows, ORDER, None, 3)
    rows.create(id=50, said_at=START + timedelta(hours=1), name="a")

    assert ids(page(rows, ORDER, first.next_cursor, 3)) == [4, 3, 2]


def test_values_rows_page_as_models_do(rows: Any) -> None:
    first = page(rows.values("id", "said_at"), ORDER, None, 3)
    second = page(rows.values("id", "said_at"), ORDER, first.next_cursor, 3)

    assert [row["id"] for row in second.items] == [4, 3, 2]


def test_an_empty_list_has_no_neighbours(rows: Any) -> None:
    assert page(rows.none(), ORDER, None, 3) == Page([], None, None)
