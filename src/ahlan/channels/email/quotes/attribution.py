"""The line that says whose words follow: "On 3 May, Ada wrote:", in whatever language the program speaks."""

import re
from collections.abc import Callable, Sequence

from .lines import WROTE_WORDS, Line, alternatives
from .wording import LEADS

MAX_LINES = 4
MAX_LENGTH = 300
MAX_TAIL = 120

ADDRESS = re.compile(r"[<(\[]\s*(?:mailto:)?[^\s<>()\[\]]+@[^\s<>()\[\]]+(?:\[.{0,99}\]|<.{0,99}>)?\s*[>)\]]")
YEAR_OR_TIME = re.compile(r"\b\d{4}\b|\b\d{1,2}[:.]\d{2}\b|\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b")
ENDS_OPEN = re.compile(r"[:：]\s*$")
BEGINS = re.compile(rf"^\s*(?:{alternatives(LEADS)})(?=[\s\d\-])")
BEGINS_WITH_DATE = re.compile(r"^\s*(?:\w{2,12}\.?,?\s+)?(?:\d|\w{2,12}\.?\s+\d)")


def certain(lines: Sequence[Line]) -> dict[int, int]:
    """Attributions that speak for themselves: the number of the first line to the number after the last."""
    return _found(lines, _is_certain)


def likely(lines: Sequence[Line]) -> dict[int, int]:
    """The same for weaker wordings, which are certain only where quoted lines follow at once."""
    return _found(lines, _is_likely)


def _found(lines: Sequence[Line], accepts: Callable[[str], bool]) -> dict[int, int]:
    found: dict[int, int] = {}
    for last, line in enumerate(lines):
        if line.may_introduce and not _is_gap(line):
            start = _start(lines, last, accepts)
            if start is not None:
                found.setdefault(start, last + 1)
    return found


def _words(lines: Sequence[Line], first: int, last: int) -> str:
    return " ".join(line.words.strip() for line in lines[first : last + 1])


def _start(lines: Sequence[Line], last: int, accepts: Callable[[str], bool]) -> int | None:
    """Where the attribution begins that ends with line `last`: at the nearest "On", else where a date
    stands, else at the nearest line that can begin a sentence."""
    earliest = last
    while earliest > 0 and last - earliest < MAX_LINES - 1 and not _is_gap(lines[earliest - 1]):
        earliest -= 1
    possible = [first for first in range(earliest, last + 1) if accepts(_words(lines, first, last))]
    if not possible:
        return None
    led = [first for first in possible if BEGINS.match(lines[first].words)]
    dated = [first for first in possible if BEGINS_WITH_DATE.match(lines[first].words)]
    if led or dated:
        return led[-1] if led else dated[0]
    whole = [first for first in possible if not _goes_on(lines[first].words)]
    return whole[-1] if whole else possible[0]


def _is_gap(line: Line) -> bool:
    """A line that no attribution reaches across; whole paragraphs on one line are too long for one."""
    return line.is_blank or line.is_quoted or len(line.words) > MAX_LENGTH


def _goes_on(words: str) -> bool:
    """Whether a line is the second half of a wrapped attribution: an address or "wrote" begins it."""
    return words.lstrip().lower().startswith(("<", *WROTE_WORDS))


def _says(words: str) -> bool:
    """Whether "wrote" stands at the end of these words, or a little before the colon that ends them."""
    tail = words[-MAX_TAIL:].lower()
    for word in WROTE_WORDS:
        position = tail.rfind(word)
        if position < 0 or tail[position - 1 : position].isalpha():
            continue
        after = tail[position + len(word) :].strip()
        if after in {"", ":", "："} or (after.endswith((":", "：")) and not after[0].isalpha()):
            return True
        if after.endswith((":", "：")) and tail[position + len(word)].isspace() and "? " not in after:
            return True
    return False


def _is_certain(words: str) -> bool:
    """A date, and either an address before the colon or "wrote" after a word such as "On"."""
    if not YEAR_OR_TIME.search(words):
        return False
    open_end, address, says = ENDS_OPEN.search(words), ADDRESS.search(words), _says(words)
    begins = BEGINS.match(words) or BEGINS_WITH_DATE.match(words)
    return bool((open_end and address and (says or begins)) or (says and begins and (open_end or address)))


def _is_likely(words: str) -> bool:
    if not ENDS_OPEN.search(words):
        return _is_certain(words)
    return bool(_says(words) or (YEAR_OR_TIME.search(words) and ADDRESS.search(words)))
