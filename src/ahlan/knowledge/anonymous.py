"""Taking out of a text who it is about: addresses, numbers that lead to somebody, links, and the names one knows."""

import re
from collections.abc import Iterable

_MARKS = (
    (re.compile(r"[^\s<>()\[\]\"',;]+@[\w\-]+(?:\.[\w\-]+)+"), "…"),
    (re.compile(r"https?://\S+"), "…"),
    (re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"), "…"),  # IBAN
    (re.compile(r"[+(]?\d(?:[\s().\-/]?\d){4,}"), "…"),  # telephones, cards, orders: five figures and more
)
SHORTEST = 2  # letters of a name
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")


def without_names(text: str, names: Iterable[str] = ()) -> str:
    """The text with "…" for what leads to somebody. `names`: of the people it tells of, in full; each part of them goes.

    Case is minded where the script has it, so that a Mr Green takes no green cups with him.
    """
    for mark, instead in _MARKS:
        text = mark.sub(instead, text)
    parts = {part for name in names for part in _WORD.findall(name) if len(part) >= SHORTEST}
    if parts:
        ordered = sorted(parts, key=len, reverse=True)
        text = re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)", "…", text)
    return re.sub(r"…(?:[ \t,]*…)+", "…", text)
