"""Text as it is compared: one shape for all the ways in which the same words are written."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 40  # letters of a word that are kept
ZWNJ = "\u200c"

_FINAL = dict(zip("ךםןףץ", "כמנפצ", strict=True))
_ARABIC = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ؤ": "و", "ئ": "ي"}  # fmt: skip
_DIGITS = {chr(start + n): str(n) for start in (0x660, 0x6F0) for n in range(10)}
_KEPT = "äöå"  # letters of their own in Finnish, not a with dots


def _bare() -> dict[str, str]:
    """Latin letters without their accents."""
    found = {}
    for code in range(0xC0, 0x250):
        letter = chr(code)
        plain = unicodedata.normalize("NFD", letter)[0]
        if plain != letter and plain.isascii() and letter not in _KEPT:
            found[letter] = plain
    return found


_GONE = [*range(0x300, 0x370), *range(0x591, 0x5BE), 0x5BF, *range(0x5C1, 0x5C3), 0x5C4, 0x5C5, 0x5C7,
         0x640, *range(0x64B, 0x660), 0x670, *range(0x6D6, 0x6DD), 0xAD, *range(0x200D, 0x2010),
         *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]  # fmt: skip
_TABLE = {
    **{ord(one): other for one, other in {**_bare(), **_ARABIC, **_FINAL, **_DIGITS, "ё": "е"}.items()},
    **dict.fromkeys(_GONE),  # marks, vowel points, stretching, and signs of direction
}
_POSSESSIVE = re.compile(r"['’]s\b")
_WORD = re.compile(r"""[^\W_]+(?:(?:['’׳`]|(?<=[א-ת])["״”](?=[א-ת]))[^\W_]+)*""")
_INNER = re.compile(r"""['’׳`"״”]""")


def normal(text: str) -> str:
    """Compatibility forms unfolded, small letters, no marks; Arabic and Persian letters and digits made alike."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold().translate(_TABLE)


def words(text: str) -> Iterator[str]:
    """The words of a text in order, normal and at most `LONGEST` letters."""
    shape = normal(text)
    if "'s" in shape or "’s" in shape:
        shape = _POSSESSIVE.sub("", shape)
    for found in _WORD.finditer(shape):
        word = found[0]
        if not word.isalnum():
            word = _INNER.sub("", word)
        yield word[:LONGEST]


# In the text as it stands, to mark what was found: marks and points belong to the word they stand on.
_RAW_WORD = re.compile(
    r"""[^\W_](?:[^\W_]|[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]|['’׳`](?=[^\W_])|(?<=[א-ת])["״”](?=[א-ת]))*"""
)


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each word of a text stands: start, end, and the word as it is compared."""
    for found in _RAW_WORD.finditer(text):
        for word in words(found[0]):
            yield found.start(), found.end(), word
            break
