"""The one way from text to what is kept in the index, the same for both databases, for texts and for questions.

analyse("Refunds for orders", "en")     # Keys(words="refunds refund for orders order", grams="", length=3)
"""

from dataclasses import dataclass
from itertools import islice

from ahlan.core.languages import language_of
from ahlan.search.normal import ZWNJ, words
from ahlan.search.stems import keys_of

MOST_WORDS = 3_000  # of one text; about six pages
GRAM = 4  # letters
LONGEST_TEXT = 200_000  # characters that are looked at


@dataclass(frozen=True, slots=True)
class Keys:
    """What a text is found by. `words`: each with its stems after it, in order; `grams`: pieces of words, marked "#"."""

    words: str
    grams: str
    length: int


def analyse(text: str, language: str = "", *, grams: bool = False) -> Keys:
    """The keys of a text in a language of ours, or in one not known ("")."""
    said = words_of(text)
    found = [key for word in said for key in keys_of(word, language)]
    pieces = [gram for word in said for gram in grams_of(word)] if grams else []
    return Keys(" ".join(found), " ".join(pieces), len(said))


def words_of(text: str) -> list[str]:
    """Its words as they are compared. Persian parts that are joined without being connected count one by one."""
    return list(islice(words(text[:LONGEST_TEXT].replace(ZWNJ, " ")), MOST_WORDS))


def grams_of(word: str) -> list[str]:
    """The pieces of four letters of a word, its ends marked; a short word is one piece."""
    padded = f"_{word}_"
    return [f"#{padded[n : n + GRAM]}" for n in range(max(1, len(padded) - GRAM + 1))]


def spoken(text: str, otherwise: str = "") -> str:
    """The language of a text: its own where it can be told, else the one given (the customer's)."""
    return language_of(text) or otherwise
