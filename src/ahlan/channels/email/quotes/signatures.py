"""The signature below a text: not earlier words, so never folded as a quote; told apart for who wants to."""

import re

from .lines import split
from .wording import SENT_FROM

MAX_LINES = 25
MAX_LENGTH = 4_000  # characters at the end of the text that are looked at
DELIMITER = re.compile(r"^\s{0,2}(?:--|__|_{5,})\s*$")
SENT = re.compile(rf"^\s*[*_]?(?:{'|'.join(SENT_FROM)})[*_.]?\s*(?:<[^<>]*>)?\s*$", re.IGNORECASE)
CLOSING = re.compile(
    r"^\s*(?:(?:best|kind|warm|warmest)\s+)?(?:regards|wishes)\s*,\s*$|^\s*(?:yours )?sincerely,\s*$|"
    r"^\s*(?:yst[äa]v[äa]llisin )?terveisin,?\s*$|^\s*с уважением,?\s*$|^\s*בברכה,?\s*$|"
    r"^\s*(?:مع )?أطيب التحيات،?\s*$|^\s*مع التحية،?\s*$|^\s*با (?:احترام|تشکر)،?\s*$",
    re.IGNORECASE,
)


def signature(text: str) -> tuple[int, int] | None:
    """The character range of the signature that ends `text` (quotes already gone), None when it has none."""
    skipped = max(0, len(text) - MAX_LENGTH)
    filled = [line for line in split(text[skipped:], MAX_LENGTH) if not line.is_blank]
    for line in filled[-MAX_LINES:]:
        starts = DELIMITER.match(line.words) or SENT.match(line.words) or CLOSING.match(line.words)
        if starts and line is not filled[0]:
            return skipped + line.start, len(text)
    return None


def without_signature(text: str) -> str:
    found = signature(text)
    return text[: found[0]].strip() if found else text.strip()
