"""An instrument as a value: what it asks, in which words, and what its answers come to. Pure.

An answer is kept by *column*: a whole number of a scale, the id of an option, a list of such, or a text. A matrix has a column for
each of its rows, a sharing of points one for each of its options; every other item is its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any

from ahlan.core.languages import Texts as Texts
from ahlan.feedback.instruments import scores
from ahlan.feedback.instruments.scores import Measure

Answers = Mapping[str, Any]  # by column
LONGEST_TEXT = 5_000  # characters of an answer
POINTS = 100


class Kind(StrEnum):
    SCALE = "scale"
    CHOICE = "choice"
    CHOICES = "choices"
    TEXT = "text"
    MATRIX = "matrix"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    label: Texts


@dataclass(frozen=True, slots=True)
class Item:
    """One screen. `low` and `high` bound a scale or the rows of a matrix, and `ends` say what they mean.

    `when`: an earlier scale or choice and the answers with which this one is asked; empty for always.
    """

    id: str
    kind: Kind
    wording: Texts
    low: int = 0
    high: int = 0
    ends: tuple[Texts, Texts] = field(default_factory=lambda: ({}, {}))
    options: tuple[Option, ...] = ()
    when: tuple[str, tuple[str, ...]] | None = None
    required: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        many = self.kind in (Kind.MATRIX, Kind.POINTS)
        return tuple(one.id for one in self.options) if many else (self.id,)

    @property
    def steps(self) -> range:
        return range(self.low, self.high + 1)

    def named(self, step: int) -> Texts:
        """What a step is called: of a yes and a no the ends are their names; of longer scales a number says it."""
        return self.ends[step - self.low] if len(self.steps) == 2 else {}

    @property
    def values(self) -> tuple[str, ...]:
        """What may be answered where others can depend on it."""
        if self.kind == Kind.SCALE:
            return tuple(str(one) for one in self.steps)
        return tuple(one.id for one in self.options) if self.kind in (Kind.CHOICE, Kind.CHOICES) else ()


@dataclass(frozen=True, slots=True)
class Instrument:
    """`version` is 0 until its wording is kept."""

    key: str
    title: Texts
    items: tuple[Item, ...]
    measure: Measure
    version: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column for item in self.items for column in item.columns)

    @property
    def first(self) -> Item:
        return self.items[0]

    def item_of(self, column: str) -> Item:
        return next(one for one in self.items if column in one.columns)

    def asked(self, answers: Answers) -> Iterator[Item]:
        """What is asked with these answers: what depends on one that is not asked is not asked either."""
        shown: set[str] = set()
        for one in self.items:
            if one.when is None or (one.when[0] in shown and _meets(answers.get(one.when[0]), one.when[1])):
                shown.add(one.id)
                yield one

    def kept(self) -> dict[str, Any]:
        found = asdict(self)
        found["measure"] = {"kind": self.measure.kind, **asdict(self.measure)}
        found["items"] = [{**one, "kind": str(one["kind"])} for one in found["items"]]
        return found

    @classmethod
    def of(cls, kept: Mapping[str, Any], version: int = 0) -> "Instrument":
        return cls(
            kept["key"],
            kept["title"],
            tuple(_item(one) for one in kept["items"]),
            _measure(kept["measure"]),
            version,
        )


def _meets(answer: Any, wanted: tuple[str, ...]) -> bool:
    given = answer if isinstance(answer, list) else [answer]
    return any(str(one) in wanted for one in given if one is not None)


def _item(kept: Mapping[str, Any]) -> Item:
    when = kept.get("when")
    ends: Any = kept.get("ends") or ({}, {})
    return Item(
        kept["id"], Kind(kept["kind"]), kept["wording"], int(kept.get("low", 0)), int(kept.get("high", 0)), (ends[0], ends[1]),
        tuple(Option(one["id"], one["label"]) for one in kept.get("options", ())),
        (when[0], tuple(when[1])) if when else None, bool(kept.get("required")),
    )  # fmt: skip


MEASURES = {
    one.kind: one
    for one in (scores.Share, scores.Net, scores.Mean, scores.Index, scores.Dimensions, scores.Unscored)
}


def _measure(kept: Mapping[str, Any]) -> Measure:
    made = MEASURES[kept["kind"]]
    known = {one.name for one in fields(made)}
    found: Measure = made(**{key: _frozen(value) for key, value in kept.items() if key in known})
    return found


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _frozen(one) for key, one in value.items()}
    return tuple(value) if isinstance(value, list) else value
