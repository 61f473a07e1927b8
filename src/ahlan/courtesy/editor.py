"""A questionnaire while it is being made: questions as rows of a form, worded in one language at a time.

Each row posts its number as `row`, its `id-N`, `kind-N`, `wording-N`, `help-N`, `required-N` and `when-N` ("question=answer" or empty);
its options as `option-N` (their ids, in order) with `label-N-ID`. What the other languages say is taken from the edition that is changed.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ahlan.core.languages import Texts, said
from ahlan.core.text import clean
from ahlan.courtesy.questions import (
    CHOOSING,
    DECIDING,
    LONGEST_INTRO,
    LONGEST_WORDING,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    Asks,
    BadQuestionnaire,
    Kind,
    Option,
    Question,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A question while it is made. `wording`, `help` and `labels` (by the option's id) are in the language at hand.

    `others`: what the question says elsewhere, as a hint where this language says nothing yet. `earlier`: what it may depend on.
    """

    number: int
    id: str
    kind: Kind = Kind.TEXT
    wording: str = ""
    help: str = ""
    required: bool = False
    when: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    others: Question | None = None
    earlier: tuple[tuple[str, str, str], ...] = ()  # question=answer, the question, the answer
    error: str = ""

    @property
    def takes_options(self) -> bool:
        return self.kind in CHOOSING

    @property
    def hint(self) -> str:
        return said(self.others.wording) if self.others else ""

    @property
    def options(self) -> list[tuple[str, str, str]]:
        """(id, label, what it is called elsewhere) of each."""
        known = {one.id: said(one.label) for one in self.others.options} if self.others else {}
        return [(key, label, known.get(key, "")) for key, label in self.labels.items()]


@dataclass(frozen=True, slots=True)
class Draft:
    """The whole form: title and intro in the language at hand, and the rows."""

    language: str
    title: str = ""
    intro: str = ""
    rows: tuple[Row, ...] = ()


def _name() -> str:
    return f"q{secrets.token_hex(4)}"


def draft_of(asks: Asks | None, language: str) -> Draft:
    """What is to be changed; a new one begins with an empty question."""
    if asks is None:
        return _linked(Draft(language, rows=(Row(0, _name()),)))
    rows = tuple(
        Row(
            n, one.id, one.kind, one.wording.get(language, ""), one.help.get(language, ""), one.required, "=".join(one.when),
            {opt.id: opt.label.get(language, "") for opt in one.options}, one,
        )
        for n, one in enumerate(asks.questions)
    )  # fmt: skip
    return _linked(Draft(language, asks.title.get(language, ""), asks.intro.get(language, ""), rows))


def read(data: QueryDict, language: str, before: Asks | None) -> Draft:
    """As it was posted. `more` adds a question, `less` takes one out, `up` moves one before the one above it, `option` adds an answer."""
    known = {one.id: one for one in before.questions} if before else {}
    numbers = [one for one in data.getlist("row")[:MOST_QUESTIONS] if one.isdecimal() and len(one) < 6]
    rows = [_row(data, one, known) for one in numbers if one != data.get("less")]
    place = next((n for n, row in enumerate(rows) if str(row.number) == data.get("up")), 0)
    if place:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    if "more" in data and len(rows) < MOST_QUESTIONS:
        rows.append(Row(max((row.number for row in rows), default=-1) + 1, _name()))
    return _linked(
        Draft(
            language, _said(data, "title", LONGEST_WORDING), _said(data, "intro", LONGEST_INTRO), tuple(rows)
        )
    )


def _said(data: QueryDict, key: str, longest: int = LONGEST_WORDING) -> str:
    return clean(data.get(key, "")).strip()[:longest]


def _row(data: QueryDict, n: str, known: Mapping[str, Question]) -> Row:
    name = data.get(f"id-{n}", "")
    name = name if name.isidentifier() and len(name) <= 40 else _name()
    chosen = data.get(f"kind-{n}", "")
    kind = Kind(chosen) if chosen in Kind.values else Kind.TEXT
    keys = [
        one
        for one in dict.fromkeys(data.getlist(f"option-{n}")[:MOST_OPTIONS])
        if one.isidentifier() and len(one) <= 40
    ]
    keys = [one for one in keys if data.get("less-option") != f"{n}-{one}"]
    if kind in CHOOSING:
        keys += [_name() for _ in range(max(2 - len(keys), int(data.get("option") == n)))]
    labels = {key: _said(data, f"label-{n}-{key}") for key in keys[:MOST_OPTIONS]}
    return Row(
        int(n), name, kind, _said(data, f"wording-{n}"), _said(data, f"help-{n}"), f"required-{n}" in data,
        data.get(f"when-{n}", "")[:90], labels, known.get(name),
    )  # fmt: skip


def _linked(draft: Draft) -> Draft:
    """Each row with what it may depend on; one that depends on something that went is asked always."""
    rows: list[Row] = []
    offered: list[tuple[str, str, str]] = []
    for row in draft.rows:
        when = row.when if any(row.when == one for one, _question, _answer in offered) else ""
        rows.append(replace(row, earlier=tuple(offered), when=when))
        if row.kind in DECIDING:
            offered += [
                (f"{row.id}={key}", row.wording or row.hint or "…", answer) for key, answer in _answers(row)
            ]
    return replace(draft, rows=tuple(rows))


def _answers(row: Row) -> list[tuple[str, str]]:
    if row.kind == Kind.YES_NO:
        return [("yes", pgettext("answer", "Yes")), ("no", pgettext("answer", "No"))]
    return [(key, label or hint or "…") for key, label, hint in row.options]


def asks_of(draft: Draft, before: Asks | None) -> Asks:
    """The questionnaire that the form says, with what the other languages said before."""
    title = _put(before.title if before else {}, draft.language, draft.title)
    intro = _put(before.intro if before else {}, draft.language, draft.intro)
    return Asks(title, intro, tuple(_asked(row, draft.language) for row in draft.rows))


def _put(texts: Texts, language: str, text: str) -> dict[str, str]:
    return {
        **{key: one for key, one in texts.items() if key != language},
        **({language: text} if text else {}),
    }


def _asked(row: Row, language: str) -> Question:
    known = {one.id: one.label for one in row.others.options} if row.others else {}
    question, _sign, answer = row.when.partition("=")
    return Question(
        row.id, row.kind, _put(row.others.wording if row.others else {}, language, row.wording),
        _put(row.others.help if row.others else {}, language, row.help), row.required,
        tuple(Option(key, _put(known.get(key, {}), language, label)) for key, label in _named(row, known)),
        (question, answer) if question else (),
    )  # fmt: skip


def _named(row: Row, known: Mapping[str, Texts]) -> Iterable[tuple[str, str]]:
    """Options that say something, here or in another language."""
    return [(key, label) for key, label in row.labels.items() if label or known.get(key)]


def told(draft: Draft, error: BadQuestionnaire) -> tuple[Draft, str]:
    """The form with what is wrong at its row, or as a word above it all."""
    reason = why(error)
    rows = tuple(replace(row, error=reason) if row.id == error.question else row for row in draft.rows)
    placed = any(row.error for row in rows)
    return replace(draft, rows=rows), "" if placed else reason


def why(error: BadQuestionnaire) -> str:
    """To a person."""
    return {
        "title": _("Give it a title."), "none": _("Ask something: add a question."), "many": _("There are too many questions."),
        "wording": _("Word the question."), "options": _("Give at least two answers to choose from."),
        "when": _("It depends on a question that stands below it."),
    }.get(error.reason, _("Something in it cannot be read."))  # fmt: skip
