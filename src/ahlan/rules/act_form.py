"""Acts as a form: rows in the order in which they are done.

Each row posts its number as `row`, `act-N` and any number of `given-N`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from ahlan.core.text import clean
from ahlan.rules.acts import (
    CHOOSING,
    LONGEST,
    LONGEST_LINE,
    MOST_ACTS,
    Act,
    BadAct,
    Given,
    act_named,
    acts,
    check_one,
)
from ahlan.rules.variables import VARIABLES


@dataclass(frozen=True)
class Row:
    """One act while it is being made; `error` says what is wrong with it."""

    number: int
    act: Act
    values: list[str]
    error: str = ""

    @property
    def given(self) -> Given:
        return {"act": self.act.key, "value": self.values if self.act.takes else []}

    @property
    def options(self) -> list[tuple[str, Any, bool]]:
        """(value, name, chosen) of each, where one chooses."""
        found = self.act.options() if self.act.options and self.act.takes in CHOOSING else ()
        return [(value, name, value in self.values) for value, name in found]

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


def builder(rows: list[Row], place: str) -> dict[str, Any]:
    """What `rules/_acts.html` needs; `place`: "rule" or "macro"."""
    return {
        "act_rows": rows,
        "acts": acts(place),
        "acts_url": reverse("rules:acts", args=[place]),
        "variables": VARIABLES.values(),
    }


def rows_of(given: Iterable[Given]) -> list[Row]:
    found = [(act_named(one["act"]), one["value"]) for one in given]
    return [Row(n, act, list(values)) for n, (act, values) in enumerate(found) if act]


def given_in(rows: Iterable[Row]) -> list[Given]:
    return [row.given for row in rows]


def read(data: QueryDict, place: str) -> list[Row]:
    """The rows as they were posted. `less` leaves one out, `up` moves one before the one above it, `more` adds one."""
    numbers = [one for one in data.getlist("row")[:MOST_ACTS] if one.isdecimal() and len(one) < 6]
    rows = [_row(data, one, place) for one in numbers if one != data.get("less")]
    _lift(rows, data.get("up", ""))
    if "more" in data and len(rows) < MOST_ACTS:
        rows.append(Row(max((row.number for row in rows), default=-1) + 1, acts(place)[0], []))
    return rows


def _lift(rows: list[Row], number: str) -> None:
    place = next((n for n, row in enumerate(rows) if str(row.number) == number), 0)
    if place:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]


def _row(data: QueryDict, number: str, place: str) -> Row:
    """An act that was just changed may not know what it was given before: that is then left out."""
    offered = {one.key: one for one in acts(place)}
    act = offered.get(data.get(f"act-{number}", "")) or acts(place)[0]
    longest = LONGEST if act.takes == "text" else LONGEST_LINE
    values = [clean(one)[:longest] for one in data.getlist(f"given-{number}")]
    if act.takes in CHOOSING:
        known = {value for value, _name in act.options()} if act.options else set()
        values = [one for one in values if one in known]
    return Row(int(number), act, values if act.takes == "options" else values[:1])


def checked(rows: list[Row], place: str) -> tuple[list[Row], bool]:
    """The rows with what is wrong in each, and whether all is well."""
    told = [replace(row, error=_error(row, place)) for row in rows]
    return told, not any(row.error for row in told)


def _error(row: Row, place: str) -> str:
    try:
        check_one(row.given, place)
    except BadAct as error:
        return str(error)
    return ""
