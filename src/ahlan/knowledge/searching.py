"""Searching articles: for a visitor, beside a ticket, on the command line; and by what words two searches are the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.utils.functional import cached_property

from ahlan.core.languages import INSTALLED
from ahlan.knowledge.models import Article, Translation
from ahlan.knowledge.search import Articles
from ahlan.search.analyser import words_of
from ahlan.search.asking import read
from ahlan.search.finding import Found, Hit, find_in
from ahlan.search.sources import facet
from ahlan.search.stems import keys_of

SHOWN = 20
ANSWERS = 3  # places from the top in which an article answers a search
SHORT = 3  # letters; words below say little where there are others
ENOUGH = 2 / 3  # of the words of a search that an article holds which answers it
LONGEST = 200  # characters of a search that is told on
SIGNER = "searched articles"


@dataclass(frozen=True)
class Look:
    """What was found for some words. `elsewhere`: nothing in that language, so these are in others."""

    words: str
    language: str
    found: Found
    elsewhere: bool = False

    @property
    def hits(self) -> list[Hit]:
        return self.found.hits

    @cached_property
    def is_vain(self) -> bool:
        """Whether no word of the search stands in anything that was found: only pieces of words look alike."""
        return not any(is_sure(one) for one in self.hits)


def is_sure(hit: Hit) -> bool:
    return any(marked for _piece, marked in [*hit.title, *hit.text])


def look(
    words: str, language: str = "", person: Any = None, *, size: int = SHOWN, typing: bool = False
) -> Look:
    """What this person finds; in that language first. Never raises for what is asked."""
    asked = read(words, typing=typing)
    if asked.is_empty:
        return Look(words, language, Found(Articles(), []))
    if language not in INSTALLED:
        return Look(words, language, find_in(Articles(), asked, person, size=size))
    own = Look(
        words, language, find_in(Articles(), asked, person, size=size, only=[(facet("lang", language),)])
    )
    if not own.is_vain:
        return own
    others = Look(words, language, find_in(Articles(), asked, person, size=size), elsewhere=True)
    return own if others.is_vain else others


def answer_to(words: str, language: str, *, since: datetime) -> Article | None:
    """What a visitor's search shows among the first, that holds his words and was published since; None when nothing does."""
    asked = stems_of(words, language)
    hits = look(words, language, size=ANSWERS).hits
    held = {one.object_id: stems_of(f"{one.shown.title} {one.shown.text}", language) for one in hits}
    ids = [pk for pk, stems in held.items() if len(asked & stems) >= ENOUGH * len(asked)]
    found = Translation.objects.filter(pk__in=ids, live_at__gt=since).select_related("article")
    new = {one.pk: one.article for one in found}
    return next((new[pk] for pk in ids if pk in new), None)


def stems_of(words: str, language: str) -> set[str]:
    """The words that say something, each in its shortest form."""
    said = words_of(words)
    telling = [one for one in said if len(one) >= SHORT] or said
    return {min(keys_of(one, language), key=len) for one in telling}


def key_of(words: str, language: str) -> str:
    """The same for the same words in other forms and another order; "" when nothing is said."""
    return " ".join(sorted(stems_of(words, language)))[:255]


def token_for(words: str, language: str, outcome: str = "") -> str:
    """Carries a search to where it ends, in an address or a form; nothing of it is kept meanwhile."""
    return signing.dumps([words[:LONGEST], language, outcome], salt=SIGNER, compress=True)


def searched(token: str) -> tuple[str, str, str] | None:
    """(words, language, outcome so far) of a token; None for one we did not make."""
    try:
        words, language, outcome = signing.loads(token[:2_000], salt=SIGNER, max_age=2 * 86_400)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(words), str(language), str(outcome)


def wordings_of(hits: list[Hit]) -> dict[int, Translation]:
    """The published wordings of hits, by their numbers."""
    found = Translation.objects.filter(pk__in=[one.object_id for one in hits]).select_related(
        "article__section"
    )
    return {one.pk: one for one in found}
