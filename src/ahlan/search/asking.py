"""What somebody types, read: words, phrases in quotes, words that must not occur, and filters.

    read('refund -card "new address" from:cy@else.example is:open before:2026-11-01')

Nothing typed is an error: what cannot be read as more is a word. Only the values of filters can be wrong.
"""

import re
from dataclasses import dataclass, field, replace

from ahlan.core.text import clean
from ahlan.search.analyser import words_of
from ahlan.search.stems import keys_of

LONGEST = 500  # characters of a question
MOST_WORDS = 24
_PART = re.compile(r'(?P<no>[-−])?(?:(?P<name>[a-z_]{1,20}):)?(?P<value>"[^"]*"|[^\s"]+)')


@dataclass(frozen=True, slots=True)
class Word:
    """One word asked for, and any of the keys by which it may be held: itself first, then its stems."""

    text: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is read. `typing`: its last word may be unfinished."""

    text: str
    words: tuple[Word, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    unwanted: tuple[str, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    typing: bool = False
    names: frozenset[str] = field(default=frozenset())

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.unwanted or self.filters)

    def as_sentence(self) -> "Asked":
        """The same as somebody means it who asks in whole sentences: a hyphen before a word takes nothing out. In Finnish
        it stands behind every name of two words ("Microsoft 365 -tilaus")."""
        words = dict.fromkeys([*self.words, *(Word(one, keys_of(one, "")) for one in self.unwanted)])
        return replace(self, words=tuple(words)[:MOST_WORDS], unwanted=())


def read(text: str, *, names: frozenset[str] = frozenset(), typing: bool = False) -> Asked:
    """`names`: what is a filter when a colon follows; another such word is just a word."""
    text = " ".join(clean(text[: LONGEST * 4]).split())[:LONGEST]
    wanted: list[str] = []
    phrases, unwanted, filters = [], [], []
    for part in _PART.finditer(text.replace("“", '"').replace("”", '"').replace("„", '"')):
        value, name = part["value"].strip('"'), part["name"]
        if name in names and value:
            filters.append((name, value))
            continue
        said = words_of(f"{name} {value}" if name else value)
        if part["no"]:
            unwanted += said
        else:
            wanted += said
            if part["value"].startswith('"') and len(said) > 1:
                phrases.append(tuple(said))
    unfinished = typing and bool(text) and (text[-1].isalnum() or not text[-1].isascii())
    kept = list(dict.fromkeys(wanted))[:MOST_WORDS]
    return Asked(
        text=text,
        words=tuple(Word(one, keys_of(one, "")) for one in kept),
        phrases=tuple(phrases[:4]),
        unwanted=tuple(unwanted[:MOST_WORDS]),
        filters=tuple(filters[:12]),
        typing=unfinished and bool(kept) and not (filters and text.endswith(filters[-1][1])),
        names=names,
    )
