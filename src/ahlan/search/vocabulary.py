"""The words that stand in the index: how often, how they go on, and which are one slip of the finger away.

It is one vocabulary for everybody; what it proposes is only ever asked of the index in a person's name, and shown to
him in the words of something he has found.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet

from ahlan.search.models import Key

COMPLETIONS = 12
NEIGHBOURS = 3
SHORTEST_START, SHORTEST_SLIP = 2, 4  # letters
LONGEST_SLIP = 20
LAST = "\U0010ffff"
_ALPHABETS = (
    ("a", "ɏ", "abcdefghijklmnopqrstuvwxyzäöå"),
    ("\u0400", "\u04ff", "абвгдежзийклмнопрстуфхцчшщъыьэюя"),
    ("\u0590", "\u05ff", "אבגדהוזחטיכלמנסעפצקרשת"),
    ("\u0600", "\u06ff", "ابتثجحخدذرزسشصضطظعغفقكلمنهويءپچژگ"),
)


def counts(keys: Iterable[str]) -> dict[str, int]:
    """How many documents hold each of these keys; what was never counted is not in it."""
    return dict(Key.objects.filter(pk__in=set(keys)).values_list("key", "n"))


def going_on(start: str, most: int = COMPLETIONS) -> list[str]:
    """The most frequent words that begin so."""
    if len(start) < SHORTEST_START:
        return []
    return list(_starting(start).order_by("-n").values_list("key", flat=True)[:most])


def _starting(start: str) -> QuerySet[Key]:
    said = Key.objects.filter(said=True)
    if connection.vendor == "sqlite":  # its LIKE looks at every row
        return said.filter(key__gte=start, key__lt=start + LAST)
    return said.filter(key__startswith=start)


def near(word: str) -> list[str]:
    """The most frequent words that are one letter more, less, other or swapped away."""
    letters = next((letters for low, high, letters in _ALPHABETS if low <= word[:1] <= high), "")
    if not letters or not SHORTEST_SLIP <= len(word) <= LONGEST_SLIP:
        return []
    found = Key.objects.filter(pk__in=_slips(word, letters), said=True).order_by("-n")
    return list(found.values_list("key", flat=True)[:NEIGHBOURS])


def _slips(word: str, letters: str) -> set[str]:
    parts = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    less = {a + b[1:] for a, b in parts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1}
    other = {a + letter + b[1:] for a, b in parts if b for letter in letters}
    more = {a + letter + b for a, b in parts for letter in letters}
    return (less | swapped | other | more) - {word}
