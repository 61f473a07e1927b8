"""The way of service: five steps, and which of them a message takes. Pure: no database, no clock.

`fold` goes over what was said, oldest first, and tells by which message each step was taken. Welcome, need and the open door stay
taken; the solution and the check belong to the customer's last need, and a new one empties them.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import pgettext_lazy

from ahlan.courtesy.phrases import PHRASES, Phrases, plain

EXPLAINS = 32  # letters beside greeting, questions, thanks and promises, from which on something is explained
LONGEST = 8_000  # characters of a message that are looked at
SHORT_THANKS = 120
_URL = re.compile(r"https?://\S+|www\.\S+")
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?؟…])\s+|\n+")
_CLAUSE = re.compile(r"[,;:،؛!.?؟…()-]+(?:\s|$)")
_LETTER = re.compile(r"[^\W\d_]")
_OWN_LINK = re.compile(r"https?://[^\s/]+/inquiries/\S+")


class Step(models.TextChoices):
    """In the order in which one goes."""

    WELCOME = "welcome", pgettext_lazy("step of service", "Welcome")
    NEED = "need", pgettext_lazy("step of service", "Need")
    SOLUTION = "solution", pgettext_lazy("step of service", "Solution")
    CHECK = "check", pgettext_lazy("step of service", "Check")
    DOOR = "door", pgettext_lazy("step of service", "Open door")


OF_THE_NEED = (Step.SOLUTION, Step.CHECK)  # these a new need of the customer empties


@dataclass(frozen=True, slots=True)
class Word:
    """Something said: by us (`ours`) or by the customer. `name`: the customer's; `language` of the text; `files` on it."""

    message: int
    ours: bool
    text: str
    language: str = "en"
    name: str = ""
    files: bool = False


State = Mapping[str, int]  # step: the message that took it


def fold(words: Iterable[Word], state: State | None = None, *, asked: bool = False) -> dict[str, int]:
    """`state` and `asked` (whether the customer has spoken) are how it stood before these words."""
    taken = dict(state or {})
    for word in words:
        if not word.ours:
            asked = True
            if is_need(word):
                taken = {step: by for step, by in taken.items() if step not in OF_THE_NEED}
            continue
        for step in steps_in(word):
            if step != Step.SOLUTION or asked:
                taken.setdefault(step.value, word.message)
    return taken


def steps_in(word: Word) -> list[Step]:
    """The steps that words of ours take, in their order."""
    phrases, text = _read(word)
    return [step for step, takes in TAKES.items() if takes(word, phrases, text)]


def is_need(word: Word) -> bool:
    """Whether the customer wants something: all but a short word of thanks that asks nothing."""
    phrases, text = _read(word)
    short = len(text) <= SHORT_THANKS and not _asks(text, phrases)
    return not (short and (not _LETTER.search(text) or phrases.thanks.search(text)))


def _read(word: Word) -> tuple[Phrases, str]:
    """The phrases of its language, and its own words: no quotation, no addresses of pages."""
    text = _QUOTED.sub("", word.text[:LONGEST])
    return PHRASES.get(word.language) or PHRASES["en"], plain(_URL.sub(" ", text)).strip()


def _sentences(text: str) -> list[str]:
    return [one.strip() for one in _SENTENCE.split(text) if one.strip()]


def _asks(text: str, phrases: Phrases) -> bool:
    return any(one in text for one in "?؟")


def _is_check(sentence: str, phrases: Phrases) -> bool:
    return bool(phrases.checks.search(sentence)) and (
        _asks(sentence, phrases) or bool(phrases.asks.search(sentence))
    )


def _welcome(word: Word, phrases: Phrases, text: str) -> bool:
    """A greeting at the very beginning (a few words, not a sentence that begins alike), the customer's name, or thanks for writing."""
    first = next(iter(text.splitlines()), "").strip(" *_#")
    head = re.split(r"[,!.?؟،:;-](?:\s|$)|\s-\s", first, maxsplit=1)[0]
    names = [one for one in plain(word.name).split() if len(one) > 1]
    named = any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", head) for one in names)
    greeted = bool(phrases.greets.match(head)) and (len(head.split()) <= 4 or named)
    called = named and len(head.split()) <= 3 and head != first
    return greeted or called or bool(phrases.thanks_for_writing.search(" ".join(_sentences(text)[:3])))


def _need(word: Word, phrases: Phrases, text: str) -> bool:
    """A question, or a request to tell us something, that is no check, no pleasantry and no open door."""
    if _OWN_LINK.search(word.text[:LONGEST]):
        return True
    return any(
        _asks(one, phrases) or phrases.requests.search(one)
        for one in _sentences(text)
        if not (_is_check(one, phrases) or phrases.pleasant.search(one) or phrases.opens.search(one))
    )


def _solution(word: Word, phrases: Phrases, text: str) -> bool:
    """A file, an address of a page, or an explanation: what remains when courtesies, questions and promises are taken away."""
    pages = _URL.search(_OWN_LINK.sub("", _QUOTED.sub("", word.text[:LONGEST])))
    explained = sum(len(_LETTER.findall(one)) for one in _explaining(text, phrases))
    return word.files or bool(pages) or explained >= EXPLAINS


def _explaining(text: str, phrases: Phrases) -> Iterable[str]:
    courtesies = (
        phrases.fills,
        phrases.thanks_for_writing,
        phrases.opens,
        phrases.requests,
        phrases.pleasant,
    )
    for n, sentence in enumerate(_sentences(text)):
        if _asks(sentence, phrases) or _is_check(sentence, phrases) or phrases.opens.search(sentence):
            continue
        for clause in _CLAUSE.split(sentence):
            greets = n == 0 and phrases.greets.match(clause)
            if not greets and not any(one.search(clause) for one in courtesies):
                yield clause


def _check(word: Word, phrases: Phrases, text: str) -> bool:
    return any(_is_check(one, phrases) for one in _sentences(text))


def _door(word: Word, phrases: Phrases, text: str) -> bool:
    return any(phrases.opens.search(one) for one in _sentences(text))


TAKES: dict[Step, Callable[[Word, Phrases, str], bool]] = {
    Step.WELCOME: _welcome, Step.NEED: _need, Step.SOLUTION: _solution, Step.CHECK: _check, Step.DOOR: _door,
}  # fmt: skip
