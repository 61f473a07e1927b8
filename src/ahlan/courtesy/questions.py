"""A questionnaire as a value: its title, a word before it, and questions, each worded in some languages. Pure.

`Asks.of(kept)` reads what is kept as JSON, `check` says what is wrong with it before it is kept. An answer is a text; a number or a
day in its plain form; the id of an option, or a list of them; "yes" or "no".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import pgettext_lazy

from ahlan.core.languages import INSTALLED, Texts
from ahlan.core.text import clean

Answers = Mapping[str, Any]  # by the question's id
MOST_QUESTIONS = 40
MOST_OPTIONS = 30
LONGEST_WORDING = 300
LONGEST_INTRO = 2_000
YES_NO = ("yes", "no")


class Kind(models.TextChoices):
    """What is answered."""

    TEXT = "text", pgettext_lazy("kind of answer", "A few words")
    LONG = "long", pgettext_lazy("kind of answer", "Longer text")
    NUMBER = "number", pgettext_lazy("kind of answer", "A number")
    DATE = "date", pgettext_lazy("kind of answer", "A day")
    CHOICE = "choice", pgettext_lazy("kind of answer", "One of several")
    CHOICES = "choices", pgettext_lazy("kind of answer", "Any of several")
    YES_NO = "yes_no", pgettext_lazy("kind of answer", "Yes or no")


CHOOSING = (Kind.CHOICE, Kind.CHOICES)
DECIDING = (*CHOOSING, Kind.YES_NO)  # others may depend on these


class BadQuestionnaire(ValueError):
    """It cannot be asked like this. `reason`: "title", "none", "many", "wording", "options", "when" or "unknown"; `question`: which."""

    def __init__(self, reason: str, question: str = "") -> None:
        super().__init__(f"{reason} {question}".strip())
        self.reason, self.question = reason, question


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    label: Texts


@dataclass(frozen=True, slots=True)
class Question:
    """`when`: the id of an earlier question and the answer with which this one is asked; empty for always."""

    id: str
    kind: Kind
    wording: Texts
    help: Texts = field(default_factory=dict)
    required: bool = False
    options: tuple[Option, ...] = ()
    when: tuple[str, str] | tuple[()] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """What may be chosen."""
        return YES_NO if self.kind == Kind.YES_NO else tuple(one.id for one in self.options)


@dataclass(frozen=True, slots=True)
class Asks:
    title: Texts
    intro: Texts
    questions: tuple[Question, ...]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Asks":
        return cls(kept["title"], kept["intro"], tuple(_question(one) for one in kept["questions"]))

    def kept(self) -> dict[str, Any]:
        found: dict[str, Any] = asdict(self)
        found["questions"] = [
            {**one, "kind": one["kind"].value, "when": list(one["when"]), "options": list(one["options"])}
            for one in found["questions"]
        ]
        return found

    def asked(self, answers: Answers) -> Iterator[Question]:
        """The questions that are asked with these answers: what depends on one that is not asked is not asked either."""
        shown: set[str] = set()
        for one in self.questions:
            if not one.when or (one.when[0] in shown and one.when[1] in _chosen(answers.get(one.when[0]))):
                shown.add(one.id)
                yield one


def _chosen(answer: Any) -> Sequence[str]:
    return answer if isinstance(answer, list) else [answer]


def _question(kept: Mapping[str, Any]) -> Question:
    options = tuple(Option(one["id"], one["label"]) for one in kept.get("options", ()))
    when: list[str] = list(kept.get("when") or ())
    return Question(
        kept["id"], Kind(kept["kind"]), kept["wording"], kept.get("help", {}), bool(kept.get("required")), options,
        (str(when[0]), str(when[1])) if when else (),
    )  # fmt: skip


def check(asks: Asks) -> Asks:
    """The same with its texts made clean. Raises BadQuestionnaire."""
    title = _texts(asks.title, LONGEST_WORDING)
    if not title:
        raise BadQuestionnaire("title")
    if not asks.questions:
        raise BadQuestionnaire("none")
    if len(asks.questions) > MOST_QUESTIONS:
        raise BadQuestionnaire("many")
    before: dict[str, Question] = {}
    for one in asks.questions:
        before[one.id] = _checked(one, before)
    return Asks(title, _texts(asks.intro, LONGEST_INTRO), tuple(before.values()))


def _checked(one: Question, before: Mapping[str, Question]) -> Question:
    wording = _texts(one.wording, LONGEST_WORDING)
    if one.id in before or not one.id.isidentifier() or len(one.id) > 40:
        raise BadQuestionnaire("unknown", one.id)
    if not wording:
        raise BadQuestionnaire("wording", one.id)
    if one.when and one.when[1] not in (before[one.when[0]].values if one.when[0] in before else ()):
        raise BadQuestionnaire("when", one.id)
    options = tuple(Option(opt.id, _texts(opt.label, LONGEST_WORDING)) for opt in one.options)
    named = len({opt.id for opt in options}) == len(options) and all(opt.label for opt in options)
    if one.kind in CHOOSING and not (named and 2 <= len(options) <= MOST_OPTIONS):
        raise BadQuestionnaire("options", one.id)
    kept = options if one.kind in CHOOSING else ()
    return Question(
        one.id, Kind(one.kind), wording, _texts(one.help, LONGEST_WORDING), one.required, kept, one.when
    )


def _texts(texts: Texts, longest: int) -> dict[str, str]:
    if not set(texts) <= set(INSTALLED):
        raise BadQuestionnaire("unknown")
    return {key: text for key in INSTALLED if (text := clean(str(texts.get(key, ""))).strip()[:longest])}
