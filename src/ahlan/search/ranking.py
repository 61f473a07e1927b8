"""Which of the documents found is meant: BM25 over words, stems and pieces of words, the title counting more.

It is worked out here and not by the databases, so that both answer alike: SQLite's own reads every document of a common
word to weigh it, and PostgreSQL's weighs no word against another.
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log

from ahlan.search.models import Document

SATURATION, LENGTHS = 1.2, 0.9  # BM25's k1 and b
PIECES_SATURATION = 3.0  # k1 of pieces: a word that stands often brings its pieces often
TITLE = 2.5  # what a word of the title counts in words of the body
STEM = 0.95  # what a stem counts against the word as it was written
GUESS = 0.5  # and what a word counts that was only guessed
GRAMS = 0.35  # and all pieces of words together


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: keys with the weight each has where it is held; the best one counts."""

    keys: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ranked:
    document: Document
    score: float
    held: int  # of the terms
    alike: float = 0.0  # share of the pieces that are held


def rank(
    documents: Sequence[Document],
    terms: Sequence[Term],
    grams: Sequence[str],
    holders: Mapping[str, int],
    totals: Mapping[str, tuple[int, int]],
    *,
    moment: datetime,
    fades: int,
) -> list[Ranked]:
    """Best first. `holders`: how many documents hold each key; `totals`: how many there are of each language, and how many
    of those in pieces: a word is rare or not among the texts of its language."""
    average = sum(one.length for one in documents) / max(len(documents), 1) or 1
    keys = {key for term in terms for key in term.keys}
    weights: dict[str, tuple[dict[str, float], dict[str, float]]] = {}
    found = []
    for one in documents:
        if one.language not in weights:
            total, in_pieces = totals.get(one.language, (0, 0))
            weights[one.language] = _rarities(keys, holders, total), _rarities(grams, holders, in_pieces)
        rare, rare_pieces = weights[one.language]
        length = 1 - LENGTHS + LENGTHS * one.length / average
        stretch = SATURATION * length
        title, body = _times(keys, one.title), _times(keys, one.body)
        scores = [_best(term, title, body, rare, stretch) for term in terms]
        by_pieces, alike = _of_pieces(one, rare_pieces, PIECES_SATURATION * length)
        score = sum(scores) + GRAMS * by_pieces
        if fades:
            score *= 0.5 + 0.5 / (1 + max((moment - one.at).days, 0) / fades)
        found.append(Ranked(one, score, sum(1 for part in scores if part), alike))
    return sorted(found, key=lambda one: (-one.score, -one.document.pk))


def _rarities(keys: Iterable[str], holders: Mapping[str, int], total: int) -> dict[str, float]:
    return {key: _rarity(holders.get(key, 1), total) for key in keys}


def _times(keys: Container[str], text: str) -> Counter[str]:
    """How often those of the keys stand in it that do; the others are not even counted."""
    return Counter(filter(keys.__contains__, text.split()))


def _best(
    term: Term,
    title: Mapping[str, int],
    body: Mapping[str, int],
    weights: Mapping[str, float],
    stretch: float,
) -> float:
    best = 0.0
    for key, share in term.keys.items():
        times = TITLE * title.get(key, 0) + body.get(key, 0)
        if times:
            best = max(best, share * weights[key] * times * (SATURATION + 1) / (times + stretch))
    return best


def _of_pieces(one: Document, pieces: Mapping[str, float], stretch: float) -> tuple[float, float]:
    """Their score, and the share of them that is held."""
    if not pieces:
        return 0.0, 0.0
    held = _times(pieces, one.grams)
    times = [(weight, n) for gram, weight in pieces.items() if (n := held.get(gram, 0))]
    score = sum(weight * n * (PIECES_SATURATION + 1) / (n + stretch) for weight, n in times)
    return score, len(times) / len(pieces)


def _rarity(n: int, total: int) -> float:
    return log(1 + (max(total, n) - n + 0.5) / (n + 0.5))
