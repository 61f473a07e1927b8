"""Long texts in pieces a wire takes, cut where a reader would: between paragraphs, lines, sentences, words."""

import re
import unicodedata
from collections.abc import Callable

_CUTS = [re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…؟۔])\s+"), re.compile(r"\s+")]

Measure = Callable[[str], int]


def utf16(text: str) -> int:
    """The length as most wires count it: signs beyond the first 65,536 count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def octets(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def pieces_of(text: str, longest: int, measure: Measure = utf16) -> list[str]:
    """The text in pieces of at most `longest`, none empty. No word is cut that fits, and no sign apart from its marks."""
    pieces: list[str] = []
    rest = text.strip()
    while rest:
        if measure(rest) <= longest:
            return [*pieces, rest]
        head = _fitting(rest, longest, measure)
        cut = _cut(rest, head)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return pieces


def _fitting(text: str, longest: int, measure: Measure) -> int:
    """How many signs from the beginning fit, at least one."""
    low, high = 1, min(len(text), longest)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= longest else (low, middle - 1)
    return low


def _cut(text: str, fits: int) -> int:
    """The last good place to cut within what fits, but not so early that little is left; else right there."""
    window = text[: fits + 1]
    for n, cut in enumerate(_CUTS):
        ends = [found.start() for found in cut.finditer(window) if 0 < found.start() <= fits]
        if ends and (ends[-1] >= fits // 2 or n == len(_CUTS) - 1):
            return ends[-1]
    while fits > 1 and (unicodedata.combining(text[fits]) or text[fits] in "\u200d\ufe0f"):
        fits -= 1
    return fits
