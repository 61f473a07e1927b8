"""An instrument while it is worded: its items as rows of a form, in one language at a time.

Each row posts its number as `row`, its `id-N`, `kind-N`, `wording-N`, `low-N`, `high-N`, `least-N` and `most-N` (the ends in words), `options-N` (a line for each),
`required-N` and `when-N` ("item=answer" or empty). What the other languages say is taken from the version that is changed.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from ahlan.core.languages import Texts, said
from ahlan.core.text import clean
from ahlan.feedback.instruments.own import (
    LONGEST_WORDING,
    MOST_ITEMS,
    MOST_OPTIONS,
    BadInstrument,
    measure_of,
)
from ahlan.feedback.instruments.scores import Unscored
from ahlan.feedback.instruments.shape import Instrument, Item, Kind, Option


@dataclass(frozen=True, slots=True)
class Row:
    """An item while it is made, in the language at hand. `hint`: what it says elsewhere. `earlier`: (item=answer, in words)."""

    number: int
    id: str
    kind: Kind = Kind.SCALE
    wording: str = ""
    low: int = 1
    high: int = 5
    ends: tuple[str, str] = ("", "")
    options: tuple[tuple[str, str], ...] = ()
    required: bool = False
    when: str = ""
    hint: str = ""
    earlier: tuple[tuple[str, str], ...] = ()
    error: str = ""

    @property
    def takes_options(self) -> bool:
        return self.kind in (Kind.CHOICE, Kind.CHOICES, Kind.MATRIX, Kind.POINTS)

    @property
    def takes_scale(self) -> bool:
        return self.kind in (Kind.SCALE, Kind.MATRIX)

    @property
    def lines(self) -> str:
        return "\n".join(label for _key, label in self.options)


@dataclass(frozen=True, slots=True)
class Draft:
    language: str
    title: str
    score: str
    rows: tuple[Row, ...]


def _name() -> str:
    return f"q{secrets.token_hex(4)}"


def draft_of(instrument: Instrument | None, language: str) -> Draft:
    if instrument is None:
        return _linked(Draft(language, "", "mean", (Row(0, _name()),)))
    rows = tuple(
        Row(
            n, one.id, one.kind, one.wording.get(language, ""), one.low, one.high,
            (one.ends[0].get(language, ""), one.ends[1].get(language, "")),
            tuple((opt.id, opt.label.get(language, "")) for opt in one.options), one.required, _joined(one), said(one.wording),
        )
        for n, one in enumerate(instrument.items)
    )  # fmt: skip
    return _linked(Draft(language, instrument.title.get(language, ""), str(instrument.measure.kind), rows))


def _joined(one: Item) -> str:
    return f"{one.when[0]}={one.when[1][0]}" if one.when else ""


def read(data: QueryDict, language: str, before: Instrument | None) -> Draft:
    """As it was posted. `more` adds an item, `less` takes one out, `up` moves one before the one above it."""
    known = {one.id: one for one in before.items} if before else {}
    numbers = [
        one for one in dict.fromkeys(data.getlist("row")[:MOST_ITEMS]) if one.isdecimal() and len(one) < 6
    ]
    rows = [_row(data, one, known) for one in numbers if one != data.get("less")]
    place = next((n for n, row in enumerate(rows) if str(row.number) == data.get("up")), 0)
    if place:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    if "more" in data and len(rows) < MOST_ITEMS:
        rows.append(Row(max((row.number for row in rows), default=-1) + 1, _name()))
    return _linked(Draft(language, _text(data, "title"), data.get("score", "none"), tuple(rows)))


def _text(data: QueryDict, key: str) -> str:
    return clean(data.get(key, "")).strip()[:LONGEST_WORDING]


def _row(data: QueryDict, n: str, known: Mapping[str, Item]) -> Row:
    name = data.get(f"id-{n}", "")
    name = name if name.isidentifier() and name.isascii() and len(name) <= 40 else _name()
    chosen = data.get(f"kind-{n}", "")
    before = known.get(name)
    keys = [one.id for one in before.options] if before else []
    lines = [
        one.strip()[:LONGEST_WORDING]
        for one in clean(data.get(f"options-{n}", "")).splitlines()
        if one.strip()
    ][:MOST_OPTIONS]
    options = tuple((keys[m] if m < len(keys) else _name(), line) for m, line in enumerate(lines))
    if not lines and before:
        options = tuple((key, "") for key in keys)  # worded in another language only
    return Row(
        int(n), name, Kind(chosen) if chosen in list(Kind) else Kind.SCALE, _text(data, f"wording-{n}"), _whole(data.get(f"low-{n}"), 1),
        _whole(data.get(f"high-{n}"), 5), (_text(data, f"least-{n}"), _text(data, f"most-{n}")), options, f"required-{n}" in data,
        data.get(f"when-{n}", "")[:90], said(before.wording) if before else "",
    )  # fmt: skip


def _whole(text: str | None, otherwise: int) -> int:
    try:
        return int(text or "") if len(text or "") < 5 else otherwise
    except ValueError:
        return otherwise


def _linked(draft: Draft) -> Draft:
    """Each row with what it may depend on; one that depends on something that went is asked always."""
    rows: list[Row] = []
    offered: list[tuple[str, str]] = []
    for row in draft.rows:
        rows.append(
            replace(
                row,
                earlier=tuple(offered),
                when=row.when if any(row.when == key for key, _words in offered) else "",
            )
        )
        name = row.wording or row.hint or "…"
        if row.kind == Kind.SCALE:
            offered += [
                (f"{row.id}={step}", f"{name} = {step}")
                for step in range(row.low, min(row.high, row.low + 10) + 1)
            ]
        elif row.kind in (Kind.CHOICE, Kind.CHOICES):
            offered += [(f"{row.id}={key}", f"{name} = {label or '…'}") for key, label in row.options]
    return replace(draft, rows=tuple(rows))


def instrument_of(draft: Draft, key: str, before: Instrument | None) -> Instrument:
    """What the form says, with what the other languages said before. Raises BadInstrument."""
    known = {one.id: one for one in before.items} if before else {}
    items = tuple(_item(row, draft.language, known.get(row.id)) for row in draft.rows)
    title = _put(before.title if before else {}, draft.language, draft.title)
    return Instrument(key, title, items, measure_of(draft.score, items) if items else Unscored())


def _put(texts: Texts, language: str, text: str) -> dict[str, str]:
    return {
        **{key: one for key, one in texts.items() if key != language},
        **({language: text} if text else {}),
    }


def _item(row: Row, language: str, before: Item | None) -> Item:
    labels = {one.id: one.label for one in before.options} if before else {}
    item, _sign, answer = row.when.partition("=")
    ends = before.ends if before else ({}, {})
    return Item(
        row.id, row.kind, _put(before.wording if before else {}, language, row.wording), row.low, row.high,
        (_put(ends[0], language, row.ends[0]), _put(ends[1], language, row.ends[1])),
        tuple(Option(key, _put(labels.get(key, {}), language, label)) for key, label in row.options) if row.takes_options else (),
        (item, (answer,)) if item else None, row.required,
    )  # fmt: skip


def why(error: BadInstrument) -> str:
    """To a person."""
    return {
        "title": _("Give it a title."), "none": _("Ask something: add a question."), "many": _("There are too many questions."),
        "wording": _("Word the question."), "options": _("Give at least two answers to choose from, one on each line."),
        "scale": _("A scale goes from a lower to a higher number, in at most eleven steps."),
        "when": _("It depends on a question that stands below it."),
        "score": _("A score needs a scale: add one, or choose no score."),
    }.get(error.reason, _("Something in it cannot be read."))  # fmt: skip


def told(draft: Draft, error: BadInstrument) -> tuple[Draft, str]:
    """The form with what is wrong at its row, or as a word above it all."""
    rows = tuple(replace(row, error=why(error)) if row.id == error.item else row for row in draft.rows)
    return replace(draft, rows=rows), "" if any(row.error for row in rows) else why(error)
