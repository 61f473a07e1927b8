"""A text as lines that know where they stand in it, and what one line can be seen to be by itself."""

import re
from dataclasses import dataclass

from .wording import FORWARDED, HEADER_WORDS, ORIGINAL_MESSAGE

DIRECTION_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))
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
FORWARD = re.compile(rf"^\s*[-_=*>\s]{{0,40}}(?:{alternatives(FORWARDED)})\s*:?[-_=*<\s]{{0,40}}$", re.IGNORECASE)
REPLY_ABOVE = re.compile(
    r"^\s*##-.{1,120}-##\s*$|^\s*[-=#*]{2,}\s*(?:please\s+)?(?:type\s+your\s+)?(?:reply|write)\s+above\s+this\s+line"
    r".{0,40}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """text[start:end] of the whole, line break included; `words` without marks of direction."""

    start: int
    end: int
    words: str

    @property
    def is_blank(self) -> bool:
        return not self.words.strip()

    @property
    def is_quoted(self) -> bool:
        return bool(QUOTED.match(self.words))

    @property
    def is_rule(self) -> bool:
        return bool(RULE.match(self.words[:200]))

    @property
    def header(self) -> str:
        """Which header of an earlier mail this line shows: "from", "date", "to", "cc", "subject" or ""."""
        match = HEADER.match(self.words[:80])
        return (match.lastgroup or "") if match else ""

    @property
    def is_original_marker(self) -> bool:
        return bool(ORIGINAL.match(self.words[:200]) or REPLY_ABOVE.match(self.words[:200]))

    @property
    def is_forward_marker(self) -> bool:
        return bool(FORWARD.match(self.words[:200]))


def split(text: str) -> list[Line]:
    lines, position = [], 0
    for line in text.split("\n"):
        end = min(position + len(line) + 1, len(text))
        lines.append(Line(position, end, line.translate(DIRECTION_MARKS)))
        position = end
    return lines
