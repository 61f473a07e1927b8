"""Conditions as a form: rows that must all hold, and rows of which one is enough.

Each row posts `facet-N`, `is-N` and any number of `value-N`; `all` and `any` hold the rows' numbers. Where a page has more
than one such form, a prefix stands before each name.
"""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from ahlan.core.text import clean
from ahlan.tickets.conditions import BadCondition, Tree, check
from ahlan.tickets.facets import CHOOSING, TICKETS, Facet, Subject, Test, facet_named, facets

BLOCKS = ("all", "any")
MOST_ROWS = 20


@dataclass(frozen=True)
class Row:
    """One condition while it is being made; `error` says what is wrong with it."""

    number: int
    facet: Facet
    test: Test
    values: list[str]
    error: str = ""

    @property
    def leaf(self) -> Tree:
        return {"facet": self.facet.key, "is": self.test.key, "value": self.values if self.test.takes else []}

    @property
    def options(self) -> list[tuple[str, Any, bool]]:
        """(value, name, chosen) of each, where one chooses."""
        given = self.facet.options() if self.facet.options and self.test.takes in CHOOSING else ()
        return [(value, name, value in self.values) for value, name in given]

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


Rows = dict[str, list[Row]]


def builder(rows: Rows, prefix: str = "", of: Subject = TICKETS) -> dict[str, Any]:
    """What `tickets/_conditions.html` needs."""
    given = {"prefix": prefix, "of": "" if of is TICKETS else of.key}
    query = {name: value for name, value in given.items() if value}
    return {
        "prefix": prefix,
        "blocks": [
            ("all", _("All of these hold"), rows["all"]),
            ("any", _("And at least one of these"), rows["any"]),
        ],
        "facets": facets(of),
        "rows_url": reverse("tickets:conditions", query=query),
    }


def rows_of(tree: Tree, of: Subject = TICKETS) -> Rows:
    """The rows that show a tree made by `tree_of`."""
    rows: Rows = {"all": [], "any": []}
    number = 0
    for part in tree.get("all", []):
        block, leaves = ("any", part["any"]) if "any" in part else ("all", [part])
        for leaf in leaves:
            facet = facet_named(leaf["facet"], of)
            test = facet and facet.test_named(leaf["is"])
            if facet and test:
                rows[block].append(Row(number, facet, test, list(leaf["value"])))
                number += 1
    return rows


def tree_of(rows: Rows) -> Tree:
    leaves = [row.leaf for row in rows["all"]]
    either = [row.leaf for row in rows["any"]]
    return {"all": [*leaves, *([{"any": either}] if either else [])]}


def read(data: QueryDict, prefix: str = "", of: Subject = TICKETS) -> Rows:
    """The rows as they were posted. `drop` leaves one out; `add` ("all" or "any") adds one to that block."""
    dropped = data.get(f"{prefix}drop", "")
    rows: Rows = {
        block: [
            _row(data, prefix, number, of)
            for number in data.getlist(prefix + block)[:MOST_ROWS]
            if number.isdecimal() and len(number) < 6 and number != dropped
        ]
        for block in BLOCKS
    }
    block = data.get(f"{prefix}add", "")
    if block in BLOCKS and len(rows[block]) < MOST_ROWS:
        taken = [row.number for one in rows.values() for row in one]
        rows[block].append(_fresh(max(taken, default=-1) + 1, of))
    return rows


def checked(rows: Rows, of: Subject = TICKETS) -> tuple[Rows, bool]:
    """The rows with what is wrong in each, and whether all is well."""
    told = {
        block: [Row(row.number, row.facet, row.test, row.values, _error(row, of)) for row in one]
        for block, one in rows.items()
    }
    return told, not any(row.error for one in told.values() for row in one)


def _error(row: Row, of: Subject) -> str:
    try:
        check(row.leaf, of)
    except BadCondition as error:
        return str(error)
    return ""


def _row(data: QueryDict, prefix: str, number: str, of: Subject) -> Row:
    """A property that was just changed may not know the way it was asked in: its first way then stands."""
    facet = facet_named(data.get(f"{prefix}facet-{number}", ""), of) or facets(of)[0]
    test = facet.test_named(data.get(f"{prefix}is-{number}", "")) or facet.tests[0]
    values = [text for one in data.getlist(f"{prefix}value-{number}") if (text := clean(one).strip()[:200])]
    if test.takes in CHOOSING and facet.options:
        known = {value for value, _name in facet.options()}
        values = [one for one in values if one in known]
    if test.takes != "options":
        values = values[:1]
    return Row(int(number), facet, test, values)


def _fresh(number: int, of: Subject) -> Row:
    first = facets(of)[0]
    return Row(number, first, first.tests[0], [])
