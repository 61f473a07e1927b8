"""What can be said of a piece of text without knowing its language."""

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence

HUES = 12
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_JOINING = ("ARABIC", "SYRIAC")
ZERO_WIDTH_NON_JOINER = "\u200c"


def first_strong(text: str) -> str:
    """The direction of the first letter that has one: "rtl", "ltr", or "auto" when none has."""
    for character in text:
        direction = _STRONG.get(unicodedata.bidirectional(character))
        if direction:
            return direction
    return "auto"


def clean(text: str) -> str:
    """The text without NUL, control characters and lone surrogates, which no database keeps; tabs and line ends stay."""
    return _UNWANTED.sub("", text)


def excerpt(text: str, n: int) -> str:
    """The first n characters on one line, cut between words where there are any, with an ellipsis when cut."""
    line = " ".join(clean(text[: n * 20 + 1000]).split())
    if len(line) <= n:
        return line
    kept = line[: max(n - 1, 0)]
    if line[len(kept)] != " " and " " in kept[n // 2 :]:
        kept = kept.rsplit(" ", 1)[0]
    while kept and unicodedata.combining(line[len(kept)]):  # a mark stays with its letter
        kept = kept[:-1]
    return kept.rstrip() + "…"


def initials(name: str) -> str:
    """One or two letters that stand for a name; "?" for a name without letters."""
    words = [
        found.group() for word in clean(name).split("@")[0].split() if (found := re.search(r"[^\W_]", word))
    ]
    letters = [words[0], words[-1]] if len(words) > 1 else words[:1]
    joins = any(unicodedata.name(letter, "").startswith(_JOINING) for letter in letters)
    return (ZERO_WIDTH_NON_JOINER if joins else "").join(letters).upper() or "?"


def hue(name: str) -> int:
    """A number 0…11 that is always the same for the same name: its tint."""
    return zlib.crc32(" ".join(name.casefold().split()).encode("utf-8", "replace")) % HUES


def outside(text: str, folds: Iterable[Sequence[int]]) -> str:
    """The text without these ranges (start, end), given in order: a mail without the words it quotes."""
    kept, start = [], 0
    for begin, end in folds:
        kept.append(text[start:begin])
        start = end
    return "".join([*kept, text[start:]])
