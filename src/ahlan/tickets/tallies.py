"""How many tickets lie where, kept as they move, so that a count never counts tickets."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Sum

from ahlan.core.rows import insert
from ahlan.tickets.models import Listed, Tally, Ticket

Place = tuple[int | None, int, int | None, int | None, str, str, bool, bool]
FIELDS = ("inbox_id", "team_id", "assignee_id", "state", "removal", "snoozed", "internal")
ALL_FIELDS = ("view_id", *FIELDS)


def place_of(ticket: Ticket) -> Place:
    return (
        None, ticket.inbox_id, ticket.team_id, ticket.assignee_id, ticket.state, ticket.removal, ticket.snoozed,
        ticket.internal,
    )  # fmt: skip


def listed_place(row: Listed) -> Place:
    """Where a ticket lies as far as one saved view is concerned."""
    return (row.view_id, row.inbox_id, None, None, "", "", False, row.internal)


def tally(moves: Iterable[tuple[Place | None, Place | None]]) -> None:
    """Note tickets that went from one place to another (None: came new, or went for good)."""
    changes: Counter[Place] = Counter()
    for before, after in moves:
        if before is not None:
            changes[before] -= 1
        if after is not None:
            changes[after] += 1
    for place, n in changes.items():
        if n:
            insert(Tally(**dict(zip(ALL_FIELDS, place, strict=True)), n=n))


def fold(limit: int = 5_000) -> int:
    """Replace the tally's oldest rows by one for each place; returns how many fewer there are. Safe at any time.

    Goes by the ids it has read, so a row that another transaction commits meanwhile is left for next time.
    """
    with transaction.atomic():
        ids = list(Tally.objects.order_by("id").select_for_update().values_list("id", flat=True)[:limit])
        rows = Tally.objects.filter(id__in=ids)
        sums = [row for row in rows.values(*ALL_FIELDS).annotate(total=Sum("n")).order_by() if row["total"]]
        if len(sums) >= len(ids):
            return 0
        rows.delete()
        _add(sums)
    return len(ids) - len(sums)


def recount() -> None:
    """Count every ticket anew; for `ahlan doctor` and after an import."""
    with transaction.atomic():
        if connection.vendor == "postgresql":  # counts and old rows must be of one moment
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        sums = list(Ticket.objects.values(*FIELDS).annotate(total=Count("id")).order_by())
        sums += (
            Listed.objects.values("view_id", "inbox_id", "internal").annotate(total=Count("id")).order_by()
        )
        Tally.objects.all().delete()
        _add(sums)


def _add(sums: list[dict[str, Any]]) -> None:
    Tally.objects.bulk_create(
        Tally(**{key: row[key] for key in ALL_FIELDS if key in row}, n=row["total"]) for row in sums
    )
