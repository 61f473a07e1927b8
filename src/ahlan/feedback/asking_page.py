"""The screens at which people answer: one question each, in one language, without a script."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from ahlan.core.languages import said
from ahlan.core.numerals import number
from ahlan.feedback.instruments.checking import Refused, checked_item
from ahlan.feedback.instruments.shape import LONGEST_TEXT, Answers, Instrument, Item, Kind


@dataclass(frozen=True, slots=True)
class Row:
    """One field of a screen: a scale, a row of a matrix, a share of points. `label` is "" where the question says it."""

    name: str
    label: str
    value: Any


@dataclass(frozen=True, slots=True)
class Screen:
    """`steps` are (value, how it is written); `options` are (id, words, chosen)."""

    item: Item
    wording: str
    rows: list[Row]
    steps: list[tuple[int, str]]
    ends: tuple[str, str]
    options: list[tuple[str, str, bool]]
    place: int
    of: int
    before: str
    last: bool
    error: str = ""

    @property
    def kind(self) -> str:
        return str(self.item.kind)

    @property
    def wide(self) -> bool:
        return len(self.steps) > 7


def screen_of(
    instrument: Instrument, answers: Answers, at: str, language: str, *, chosen: str = "", error: str = ""
) -> Screen:
    """The screen `at` (else the first unanswered one). `chosen`: a value that came with the link, not yet an answer."""
    asked = list(instrument.asked(answers))
    n = next((n for n, one in enumerate(asked) if one.id == at), None)
    if n is None:
        n = next(
            (n for n, one in enumerate(asked) if not any(column in answers for column in one.columns)),
            len(asked) - 1,
        )
    item = asked[n]
    given = {**answers, **({item.id: int(chosen)} if chosen and item.kind == Kind.SCALE and n == 0 else {})}
    labels = {one.id: said(one.label, language) for one in item.options}
    many = item.kind in (Kind.MATRIX, Kind.POINTS)
    scaled = item.kind in (Kind.SCALE, Kind.MATRIX)
    return Screen(
        item, said(item.wording, language), [Row(one, labels.get(one, "") if many else "", given.get(one)) for one in item.columns],
        [(one, said(item.named(one), language) or number(one)) for one in item.steps] if scaled else [],
        ("", "") if scaled and len(item.steps) == 2 else (said(item.ends[0], language), said(item.ends[1], language)),
        [] if many else [(one.id, labels[one.id], _is_chosen(given.get(item.id), one.id)) for one in item.options],
        n + 1, len(asked), asked[n - 1].id if n else "", n == len(asked) - 1, error,
    )  # fmt: skip


def _is_chosen(answer: Any, option: str) -> bool:
    return option in answer if isinstance(answer, list) else answer == option


def chosen_at(instrument: Instrument, given: str) -> str:
    """The value a link in a mail brings along for the first question; "" for what is none."""
    first = instrument.first
    fits = (
        first.kind == Kind.SCALE
        and given.isascii()
        and given.removeprefix("-").isdecimal()
        and len(given) < 5
    )
    return given if fits and int(given) in first.steps else ""


def given_at(item: Item, data: QueryDict) -> dict[str, Any]:
    """What a screen sent. Raises Refused."""
    given: dict[str, Any] = {column: data.get(column, "") for column in item.columns}
    if item.kind == Kind.CHOICES:
        given = {item.id: data.getlist(item.id)[:50]}
    found = checked_item(item, given)
    missing = [column for column in item.columns if item.required and column not in found]
    if missing:
        raise Refused("missing", missing[0])
    return {column: found.get(column) for column in item.columns}


def next_after(instrument: Instrument, answers: Answers, item: Item) -> str:
    """The screen after this one; "" when it was the last."""
    asked = [one.id for one in instrument.asked(answers)]
    place = asked.index(item.id) if item.id in asked else -1
    return asked[place + 1] if 0 <= place < len(asked) - 1 else ""


def why(refused: Refused) -> str:
    """To the one who answers."""
    told: Mapping[str, str] = {
        "missing": _("Please choose an answer."),
        "points": _("Your points come to %(sum)s. Please share out exactly 100.") % {"sum": refused.value},
        "points_missing": _("Please give each of them some points, or 0."),
        "long": _("This is longer than we can keep. Please use at most %(n)s characters; nothing you wrote is lost.") % {"n": number(LONGEST_TEXT)},
    }  # fmt: skip
    return told.get(refused.reason) or _("This is not one of the answers.")
