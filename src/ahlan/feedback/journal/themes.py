"""Which themes a text is about: by their words, in whichever forms the analyser takes for one. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ahlan.search.analyser import words_of
from ahlan.search.stems import keys_of

LONGEST = 5_000  # characters of a text that are looked at
Phrase = tuple[frozenset[str], ...]  # of each of its words the forms, any of which will do


@dataclass(frozen=True, slots=True)
class Known:
    """A theme as it is looked for."""

    pk: int
    phrases: tuple[Phrase, ...]

    def is_in(self, keys: frozenset[str]) -> bool:
        """A phrase is there when each of its words is, wherever they stand."""
        return any(all(forms & keys for forms in phrase) for phrase in self.phrases)


def known(pk: int, words: Mapping[str, Iterable[str]]) -> Known:
    """`words`: by language. A phrase without a word in it is passed over."""
    found = (_phrase(text, language) for language, texts in words.items() for text in texts)
    return Known(pk, tuple(one for one in found if one))


def _phrase(text: str, language: str) -> Phrase:
    return tuple(frozenset(keys_of(word, language)) for word in words_of(text))


def keys_in(text: str, language: str) -> frozenset[str]:
    return frozenset(key for word in words_of(text[:LONGEST]) for key in keys_of(word, language))


def themes_in(text: str, language: str, themes: Iterable[Known]) -> list[int]:
    """Their keys, in order. `language`: of the text, "" where it is not known."""
    keys = keys_in(text, language)
    return sorted(one.pk for one in themes if one.is_in(keys)) if keys else []
