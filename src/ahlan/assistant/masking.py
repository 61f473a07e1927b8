"""Names, addresses and numbers as placeholders, before a text leaves the house; and back again in what comes.

masks = Masks(["Noa Levi"])
masks.hide("Noa Levi, 052-1234567")     # "[NAME_1], [NUMBER_1]"
masks.show("Dear [NAME_1]")             # "Dear Noa Levi"
"""

import re
from collections.abc import Iterable

_MAIL = re.compile(r"[^\s<>()\[\]\"',;]+@[\w\-]+(?:\.[\w\-]+)+")
_LINK = re.compile(r"https?://[^\s<>()\[\]]+")
_BANK = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_NUMBER = re.compile(r"[+(]?\d(?:[\s().\-/]?\d){3,}")  # telephones, cards, orders: four figures and more
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_HIDDEN = re.compile(r"\[\s*(NAME|MAIL|LINK|NUMBER)[_ ](\d{1,4})\s*\]", re.IGNORECASE)
SHORTEST = 2  # letters of a name


class Masks:
    """What was hidden in one question, so that it can be put back into its answer. With `on` false nothing is hidden."""

    def __init__(self, names: Iterable[str] = (), *, on: bool = True) -> None:
        self.on = on
        self.kept: dict[tuple[str, str], str] = {}  # kind and what was there: its placeholder
        whole = {name.strip() for name in names if len(name.strip()) >= SHORTEST}
        parts = {part for name in whole for part in _WORD.findall(name) if len(part) >= SHORTEST}
        ordered = sorted(whole | parts, key=lambda one: (-len(one), one))
        self.names = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)") if ordered else None

    def hide(self, text: str) -> str:
        if not self.on:
            return text
        for kind, mark in (
            ("MAIL", _MAIL),
            ("LINK", _LINK),
            ("NUMBER", _BANK),
            ("NUMBER", _NUMBER),
            ("NAME", self.names),
        ):
            if mark is not None:
                text = mark.sub(lambda found, kind=kind: self._place(kind, found[0]), text)  # type: ignore[misc]
        return text

    def _place(self, kind: str, there: str) -> str:
        number = 1 + sum(one == kind for one, _there in self.kept)
        return self.kept.setdefault((kind, there), f"[{kind}_{number}]")

    def show(self, text: str) -> str:
        """What was hidden stands there again; a placeholder nobody gave stays as it is."""
        known = {place: there for (_kind, there), place in self.kept.items()}
        return _HIDDEN.sub(lambda found: known.get(f"[{found[1].upper()}_{found[2]}]", found[0]), text)
