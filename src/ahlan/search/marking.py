"""Showing where the words lie: a text as pieces, each marked as found or not."""

from collections.abc import Collection, Sequence

from ahlan.core.text import clean
from ahlan.search.normal import ZWNJ, spans
from ahlan.search.stems import keys_of

EXCERPT = 220  # characters
LOOKED_AT = 20_000  # characters of a text
Pieces = list[tuple[str, bool]]


def marked(text: str, keys: Collection[str], starts: Sequence[str] = ()) -> Pieces:
    """The whole of a short text. `starts`: beginnings of words that count as found."""
    return _pieces(text, _found(text, keys, starts), 0, len(text))


def excerpt(text: str, keys: Collection[str], starts: Sequence[str] = ()) -> Pieces:
    """The stretch of a text in which most of what was found lies; its beginning when nothing does."""
    line = " ".join(clean(text[:LOOKED_AT]).split())
    found = _found(line, keys, starts)
    begin = _richest(found)
    while begin > 0 and not line[begin - 1].isspace():
        begin -= 1
    end = min(len(line), begin + EXCERPT)
    while end < len(line) and not line[end].isspace() and end < begin + EXCERPT + 30:
        end += 1
    pieces = _pieces(line, found, begin, end)
    return [*([("… ", False)] if begin else []), *pieces, *([(" …", False)] if end < len(line) else [])]


def as_written(text: str, word: str) -> str:
    """How a word that is compared as `word` stands in the text; "" when it does not."""
    line = clean(text[:LOOKED_AT])
    return next((line[begin:end] for begin, end, one in _spans(line) if one == word), "")


def _spans(text: str) -> list[tuple[int, int, str]]:
    return list(spans(text.replace(ZWNJ, " ")))


def _found(text: str, keys: Collection[str], starts: Sequence[str]) -> list[tuple[int, int, str]]:
    beginnings = tuple(starts)
    return [
        (begin, end, word)
        for begin, end, word in _spans(text)
        if any(key in keys for key in keys_of(word, "")) or (beginnings and word.startswith(beginnings))
    ]


def _richest(found: list[tuple[int, int, str]]) -> int:
    """Where the stretch begins that holds the most different words found, a little before the first of them."""
    best, at = 0, 0
    for n, (begin, _end, _word) in enumerate(found[:200]):
        inside = {word for start, _stop, word in found[n : n + 40] if start < begin + EXCERPT - 40}
        if len(inside) > best:
            best, at = len(inside), begin
    return max(0, at - 30)


def _pieces(text: str, found: list[tuple[int, int, str]], begin: int, end: int) -> Pieces:
    pieces, at = [], begin
    for start, stop, _word in found:
        if start < at or stop > end:
            continue
        pieces += [(text[at:start], False), (text[start:stop], True)]
        at = stop
    return [piece for piece in [*pieces, (text[at:end], False)] if piece[0]]


def respelt(text: str, changes: dict[str, str]) -> str:
    """The text with some of its words, as they are compared, written otherwise."""
    parts, at = [], 0
    for begin, end, word in _spans(text):
        if word in changes:
            parts += [text[at:begin], changes[word]]
            at = end
    return "".join([*parts, text[at:]])
