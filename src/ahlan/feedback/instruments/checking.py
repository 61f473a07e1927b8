"""What somebody answers, held against what was asked. A value that cannot be is refused with a reason, never bent into one that can."""

import re
from collections.abc import Mapping
from typing import Any

from ahlan.core.text import clean
from ahlan.feedback.instruments.shape import LONGEST_TEXT, POINTS, Answers, Instrument, Item, Kind

WHOLE = re.compile(r"[+-]?\d{1,6}(?:\.0+)?")


class Refused(ValueError):
    """`reason`: "number", "range", "option", "long", "points", "points_missing", "columns" or "missing"; `column`: where; `value`: what stood there."""

    def __init__(self, reason: str, column: str = "", value: object = "") -> None:
        super().__init__(f"{reason} {column}".strip())
        self.reason, self.column, self.value = reason, column, str(value)[:40]


def checked(instrument: Instrument, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they are kept; what is empty is not answered. Raises Refused."""
    if unknown := set(given) - set(instrument.columns):
        raise Refused("columns", sorted(unknown)[0])
    found: dict[str, Any] = {}
    for item in instrument.items:
        found |= checked_item(item, given)
    return found


def checked_item(item: Item, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to one screen. Raises Refused."""
    found = {
        column: value
        for column in item.columns
        if (value := _value(item, column, given.get(column))) is not None
    }
    if item.kind == Kind.POINTS and found:
        if len(found) < len(item.columns):
            raise Refused("points_missing", item.id)
        if sum(found.values()) != POINTS:
            raise Refused("points", item.id, sum(found.values()))
    return found


def _value(item: Item, column: str, value: Any) -> Any:
    if value is None or value == "" or value == []:
        return None
    if item.kind == Kind.TEXT:
        text = clean(str(value)).strip()
        if len(text) > LONGEST_TEXT:
            raise Refused("long", column)
        return text or None
    if item.kind == Kind.CHOICE:
        return _option(item, column, value)
    if item.kind == Kind.CHOICES:
        many = value if isinstance(value, list) else [one.strip() for one in str(value).split("|")]
        return list(dict.fromkeys(_option(item, column, one) for one in many)) or None
    return _number(item, column, value)


def _option(item: Item, column: str, value: Any) -> str:
    if str(value) not in {one.id for one in item.options}:
        raise Refused("option", column, value)
    return str(value)


def _number(item: Item, column: str, value: Any) -> int | None:
    text = str(value).strip()
    if not text:
        return None
    if isinstance(value, bool) or not WHOLE.fullmatch(text):
        raise Refused("number", column, text)
    number = int(text.partition(".")[0])
    if number not in item.steps:
        raise Refused("range", column, text)
    return number


def missing(instrument: Instrument, answers: Answers) -> list[str]:
    """The columns that must be answered and are not."""
    return [
        column
        for item in instrument.asked(answers)
        if item.required
        for column in item.columns
        if answers.get(column) is None
    ]
