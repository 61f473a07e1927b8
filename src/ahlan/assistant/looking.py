"""Which article answers a customer, and whether one does at all: judged by the words that say something, not by a rank.

A search always finds something; a bot that shows it answers wrongly with a friendly face. So an article answers only when it
holds most of what a sentence of the customer asks about, and its title has to do with it.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ahlan.assistant.words import stop_words
from ahlan.core.languages import INSTALLED
from ahlan.core.text import excerpt
from ahlan.knowledge.models import Translation
from ahlan.knowledge.offering import words_of as offered
from ahlan.knowledge.policies import public_articles
from ahlan.knowledge.rendering import plain
from ahlan.knowledge.searching import look
from ahlan.knowledge.shelf import outline
from ahlan.search.analyser import words_of
from ahlan.search.stems import keys_of

LOOKED_AT = 6  # articles a search gives
SENTENCES = 4  # of a message that are looked for
LONGEST = 2_000  # characters of a message
SHORTEST = 3  # letters; words below say little
FEW = 2  # words; so few must be the title's own: "did not arrive" is not "arrived broken"
HALF = 0.5
ABOUT_IT = 0.6  # of the words of a title: who asks so much of it asks about it
ENOUGH = 0.6  # of the words of a sentence that an article must hold
WITHOUT_TITLE = 0.8  # … where its title holds none of them
TITLE_COUNTS = 0.3
LONGEST_PASSAGE = 600  # characters
_END = re.compile(r"[.!?؟\n]+")
_BLOCK = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Answer:
    """An article as an answer. `share`: how much of what was asked it holds, 0…1; `title`: how much of its title was asked about;
    `held` and `asked`: the words, for whoever wants to know why."""

    one: Translation
    share: float
    title: float
    held: tuple[str, ...]
    asked: tuple[str, ...]

    @property
    def score(self) -> float:
        return self.share + TITLE_COUNTS * self.title

    @property
    def is_sure(self) -> bool:
        """Whether a customer may be told so."""
        if len(self.asked) <= FEW:
            return min(self.share, self.title) >= HALF
        if self.title >= ABOUT_IT:
            return self.share >= HALF
        return len(self.held) > 1 and self.share >= (ENOUGH if self.title else WITHOUT_TITLE)

    @property
    def passage(self) -> str:
        return passage(self.one, self.asked)


def speaks(language: str) -> bool:
    """Whether customers can read articles in it."""
    house = outline()
    return bool(house.centre.is_open and language in house.languages)


def answers_to(text: str, language: str, *, without: Collection[int] = ()) -> list[Answer]:
    """What was found in that language, the best first, sure or not. A few searches, however long the text."""
    units = list(_units(text[:LONGEST], language)) if language in INSTALLED else []
    known = _candidates(units, language)
    judged = [
        max((_judged(one, unit, language) for unit in units), key=lambda found: found.score)
        for one in known.values()
        if one.pk not in without
    ]
    return sorted(judged, key=lambda found: (-found.score, found.one.pk))


def best_answer(text: str, language: str, *, without: Collection[int] = ()) -> Answer | None:
    """The article a customer may be given; None when none is sure."""
    if not speaks(language):
        return None
    return next((one for one in answers_to(text, language, without=without) if one.is_sure), None)


def telling(text: str, language: str) -> list[str]:
    """The words that say something, each once, in order."""
    stop = stop_words(language)
    said = (one for one in words_of(text) if len(one) >= SHORTEST and one not in stop)
    return list(dict.fromkeys(said))


def _units(text: str, language: str) -> Iterator[str]:
    """The whole, and each of its sentences that says enough to be looked for alone."""
    sentences = [one.strip() for one in _END.split(text) if len(telling(one, language)) >= 2]
    if telling(text, language):
        yield text
    if len(sentences) > 1:
        yield from sentences[:SENTENCES]


def _candidates(units: list[str], language: str) -> dict[int, Translation]:
    found: dict[int, None] = {}
    for unit in units:
        words = " ".join(telling(unit, language))
        for hit in look(words, language, None, size=LOOKED_AT).hits:
            found[hit.object_id] = None
    rows = public_articles().filter(pk__in=found, language=language).select_related("article__section")
    return {one.pk: one for one in rows}


def _judged(one: Translation, unit: str, language: str) -> Answer:
    asked = telling(unit, language)
    title = telling(one.live_title, language)
    body = _keys([*words_of(one.live_title), *words_of(plain(one.live_text))], language)
    held = [word for word in asked if body.intersection(keys_of(word, language))]
    meant = _keys(asked, language)
    about = sum(bool(meant.intersection(keys_of(word, language))) for word in title)
    return Answer(one, len(held) / max(1, len(asked)), about / max(1, len(title)), tuple(held), tuple(asked))


def _keys(words: list[str], language: str) -> set[str]:
    return {key for word in words for key in keys_of(word, language)}


def passage(one: Translation, asked: Collection[str]) -> str:
    """The part of an article that speaks of it, as Markdown: with all that stands before it where that is short, since an
    article's first sentence is the answer; alone where it is not."""
    blocks = [block.strip() for block in _BLOCK.split(offered(one)) if block.strip()]
    blocks = [block for block in blocks if not block.startswith(("#", "![", "["))] or blocks
    if not blocks:
        return ""
    meant = _keys(list(asked), one.language)
    weights = [sum(bool(meant.intersection(keys_of(w, one.language))) for w in words_of(b)) for b in blocks]
    at = weights.index(max(weights))
    end = at + 2 if blocks[at].endswith((":", "：")) else at + 1
    whole = "\n\n".join(blocks[:end])
    return whole if len(whole) <= LONGEST_PASSAGE else _cut("\n\n".join(blocks[at:end]))


def _cut(text: str) -> str:
    """Whole lines as far as they go, so that no mark stays open; of one long line its beginning in plain words."""
    if len(text) <= LONGEST_PASSAGE:
        return text
    kept, length = [], 0
    for line in text.splitlines():
        length += len(line) + 1
        if length > LONGEST_PASSAGE:
            break
        kept.append(line)
    return "\n".join(kept) if kept else excerpt(plain(text), LONGEST_PASSAGE)
