"""What a word is counted under beside itself: its stem, by rules of its language.

English, Finnish and Russian stem by Snowball. Hebrew has no such stemmer; for Arabic and Persian Snowball alone joins too
few forms, so light rules of ours take off what is written onto a word first. All of them take words as `normal` writes them.
"""

import re
import threading
from functools import lru_cache
from typing import Any

SHORTEST = 3  # letters that must be left of a word
KEPT = 20_000  # words whose stems each process remembers

_own = threading.local()  # a stemmer is not to be shared between threads


def _snowball(language: str) -> Any:
    stemmer = getattr(_own, language, None)
    if stemmer is None:
        import Stemmer  # noqa: PLC0415 -- compiled code, only where text is analysed

        stemmer = Stemmer.Stemmer(language)
        setattr(_own, language, stemmer)
    return stemmer


@lru_cache(KEPT)
def keys_of(word: str, language: str) -> tuple[str, ...]:
    """The word itself first, then its stems. `language`: "" asks the word's script, and for what may be two asks both."""
    found = [word]
    if len(word) >= SHORTEST and not word.isdecimal():
        for one in _languages(word, language):
            found += _STEMS[one](word)
    return tuple(dict.fromkeys(found))


def _languages(word: str, language: str) -> tuple[str, ...]:
    letter = word[0]
    if "\u0590" <= letter <= "\u05ff":
        return ("he",)
    if "\u0400" <= letter <= "\u04ff":
        return ("ru",)
    if "\u0600" <= letter <= "\u06ff":
        return (language,) if language in ("ar", "fa") else ("ar", "fa")
    if "a" <= letter <= "\u024f":
        if language in ("en", "fi"):
            return (language,)
        return ("en",) if language else ("en", "fi")
    return ()


def _english(word: str) -> list[str]:
    return [_snowball("english").stemWord(word)]


_FI_ENDING = re.compile(r"(?<=...)[aäoöei]$|(?<=...)(?:ks|s|n|ej|j)$")


def _finnish(word: str) -> list[str]:
    """Snowball's stem, and what all stems of one word share: tilaus, tilau(sta), tilauks(en); pöytä, pöydä(n), pöyt(iä)."""
    stem = root = _snowball("finnish").stemWord(word)
    for _vowel_consonant_vowel in range(3):
        root = _FI_ENDING.sub("", root)
    return [stem, root.replace("d", "t")]


def _russian(word: str) -> list[str]:
    return [_snowball("russian").stemWord(word)]


_HE_SUFFIXES = ("יותיהמ", "ותיהמ", "יותיו", "יהמ", "ותיו", "ותיה", "יות", "ייה", "ותי", "נו", "כמ", "המ", "ימ", "ות", "ית", "יו", "יה", "ה", "ת", "י", "ו", "נ")  # fmt: skip


def _hebrew(word: str) -> list[str]:
    """With and without what is written onto its front (and, that, the, in, like, to, from), each without its ending."""
    bare = word
    for letters in ("ו", "ש", "הבכלמ"):
        longer = letters == "ש" and bare[:2] in ("כש", "מש") and len(bare) >= SHORTEST + 3
        if longer:
            bare = bare[2:]
        elif bare[0] in letters and len(bare) > SHORTEST:
            bare = bare[1:]
    return [_he_ending(word), bare, _he_ending(bare)]


def _he_ending(word: str) -> str:
    for ending in _HE_SUFFIXES:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return word[: -len(ending)]
    return word


_AR_PREFIXES = ("وبال", "وكال", "ولل", "وال", "بال", "كال", "فال", "لل", "ال", "و")
_AR_SUFFIXES = (
    "هما",
    "كما",
    "ات",
    "ان",
    "ون",
    "ين",
    "يه",
    "ها",
    "هم",
    "كم",
    "نا",
    "تها",
    "ته",
    "ه",
    "ي",
    "ك",
    "ا",
)


def _arabic(word: str) -> list[str]:
    """Light stemming (article, conjunctions, endings), and Snowball's stem of what is left."""
    light = _without(_AR_PREFIXES, word, front=True)
    bare = _without(_AR_SUFFIXES, light, front=False)
    return [light, bare, _snowball("arabic").stemWord(light)]


_FA_SUFFIXES = ("هايي", "هايمان", "هايتان", "هايشان", "هايم", "هايت", "هايش", "هاي", "ها", "ترين", "تري", "تر", "مان", "تان", "شان", "ان", "ات", "يم", "يد", "ند", "ام", "اي", "است", "ي", "م", "ت", "ش")  # fmt: skip
_FA_PREFIXES = ("نمي", "مي")


def _persian(word: str) -> list[str]:
    bare = _without(_FA_PREFIXES, word, front=True)
    bare = _without(_FA_SUFFIXES, bare, front=False)
    return [bare]


def _without(parts: tuple[str, ...], word: str, *, front: bool) -> str:
    """The word without the first of these parts that it has, where enough is left."""
    for part in parts:
        fits = word.startswith(part) if front else word.endswith(part)
        if fits and len(word) - len(part) >= SHORTEST:
            return word[len(part) :] if front else word[: -len(part)]
    return word


_STEMS = {"en": _english, "fi": _finnish, "ru": _russian, "he": _hebrew, "ar": _arabic, "fa": _persian}
