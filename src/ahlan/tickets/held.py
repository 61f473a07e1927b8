"""Which tables have a row of a ticket: one statement, so that a page asks no table that has nothing to tell.

hangs(Inquiry)           # when a room starts: a table with a `ticket_id`
look_at(ticket)          # by whoever draws a page
ticket.holds(Inquiry)    # whether to ask it; True as well where nobody has looked
"""

from django.db import connection
from django.db.models import Model

from ahlan.tickets.models import Draft, Follow, Item, Later, Link, Mention, Ticket

_tables: dict[type[Model], str] = {}


def hangs(table: type[Model], *columns: str) -> None:
    """A table whose rows belong to tickets, by any of these columns; each must lead an index."""
    wanted = " OR ".join(f'"{column}" = %(ticket)s' for column in columns or ("ticket_id",))
    _tables[table] = f'EXISTS(SELECT 1 FROM "{table._meta.db_table}" WHERE {wanted})'  # noqa: S608 -- names of ours


def look_at(ticket: Ticket) -> None:
    """Tell the ticket what it holds, as of now. What was merged into it may hold anything."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(_tables.values())}", {"ticket": ticket.pk})
        found = cursor.fetchone()
    ticket.held = frozenset(table for table, there in zip(_tables, found, strict=True) if there)


hangs(Ticket, "merged_into_id")
hangs(Ticket.tags.through)
hangs(Link, "ticket_id", "other_id")
for one in (Follow, Mention, Draft, Later, Item):
    hangs(one)
