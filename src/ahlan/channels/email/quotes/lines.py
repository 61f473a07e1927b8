"""A text as lines that know where they stand in it, and what one line can be seen to be by itself."""

import re
from dataclasses import dataclass

from .wording import FORWARDED, HEADER_WORDS, ORIGINAL_MESSAGE, WROTE

DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
WROTE_WORDS = tuple(word.lower() for word in WROTE)
QUOTED = re.compile(r"\s{0,3}(?:>|&gt;)")
RULE = re.compile(r"\s*(?:[-_=*]\s?){4,}\s*$")


def alternatives(words: tuple[str, ...]) -> str:
    """A pattern for any of these words, the longest first."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


HEADER = re.compile(
    r"^[\s*_]*(?:"
    + "|".join(f"(?P<{role}>{alternatives(words)})" for role, words in HEADER_WORDS.items())
    + r")[*_]*\s*[:：][*_]*(?!//)",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    rf"^\s*(?:[-_=*>]\s?){{2,}}\s*(?:{alternatives(ORIGINAL_MESSAGE)})\s*:?\s*(?:[-_=*<]\s?){{2,}}.{{0,3}}$",
    re.IGNORECASE,
)
FORWARD = re.compile(
    rf"^\s*[-_=*>\s]{{0,40}}(?:{alternatives(FORWARDED)})\s*:?[-_=*<\s]{{0,40}}$", re.IGNORECASE
)
REPLY_ABOVE = re.compile(
    r"^\s*##-.{1,120}-##\s*$|^\s*[-=#*]{2,}\s*(?:please\s+)?(?:type\s+your\s+)?(?:reply"
    r"|write)\s+above\s+this\s+line"
    r".{0,40}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """text[start:end] of the whole, line break included; `words` without marks of direction.

    may_introduce: an attribution could end with this line, a cheap look that spares most lines the patterns.
    """

    start: int
    end: int
    words: str
    is_blank: bool
    is_quoted: bool
    may_introduce: bool

    @property
    def is_rule(self) -> bool:
        return bool(RULE.match(self.words[:200]))

    @property
    def header(self) -> str:
        """Which header of an earlier mail this line shows: "from", "date", "to", "cc", "subject" or ""."""
        beginning = self.words[:80]
        match = HEADER.match(beginning) if ":" in beginning or "：" in beginning else None
        return (match.lastgroup or "") if match else ""

    @property
    def is_original_marker(self) -> bool:
        beginning = self.words.strip()[:200]
        if not beginning.startswith(("-", "_", "=", "#", "*")):
            return False
        return bool(ORIGINAL.match(beginning) or REPLY_ABOVE.match(beginning))

    @property
    def is_forward_marker(self) -> bool:
        beginning = self.words.strip()[:200]
        if not (beginning.startswith(("-", "_", "=", ">", "*")) or beginning.endswith((":", "-"))):
            return False
        return bool(FORWARD.match(beginning))


def line(words: str, start: int = 0, end: int = 0) -> Line:
    words = words if words.isascii() else DIRECTION_MARKS.sub("", words)
    trimmed = words.strip()
    is_quoted = trimmed[:1] in {">", "&"} and bool(QUOTED.match(words))
    may_introduce = trimmed.endswith((":", "：")) or trimmed.lower().endswith(WROTE_WORDS)
    return Line(start, end, words, not trimmed, is_quoted, may_introduce)


def split(text: str, most: int) -> list[Line]:
    """The first `most` lines of a text."""
    lines, position = [], 0
    for words in text.split("\n", most)[:most]:
        end = min(position + len(words) + 1, len(text))
        lines.append(line(words, position, end))
        position = end
    return lines
