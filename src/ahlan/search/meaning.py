"""Finding by what is meant, beside what is written: off until the owner names a server that makes embeddings.

    AHLAN_EMBEDDINGS_URL=http://127.0.0.1:11434/v1   AHLAN_EMBEDDINGS_MODEL=…   AHLAN_EMBEDDINGS_KEY=…

The server is asked as the OpenAI API is (`POST …/embeddings`). Only sources with `grams` are learnt: thousands of texts, which are
compared one by one. When the server does not answer, words alone decide and nobody waits longer than `PATIENCE`.
"""

from array import array
from collections.abc import Sequence
from functools import lru_cache
from math import sqrt
from operator import mul

import structlog
from django.conf import settings
from django.db import transaction

from ahlan.search.models import Document, Meaning
from ahlan.search.sources import sources

log = structlog.get_logger(__name__)

AT_ONCE = 32  # texts in one question to the server
LONGEST = 6_000  # characters of a text that are sent
PATIENCE, LEARNING = 2.0, 60.0  # seconds: while a person waits, and in the background
COMPARED = 3_000  # texts, the newest
NEAREST = 50
LEAST = 0.3  # cosine; what is further away is not meant


class NotAnswered(Exception):
    """The server is away, refuses, or says what cannot be read."""


def is_on() -> bool:
    return bool(settings.EMBEDDINGS_URL and settings.EMBEDDINGS_MODEL)


def vectors_of(texts: Sequence[str], *, seconds: float) -> "list[array[float]]":
    """One vector of length 1 for each text. Raises NotAnswered."""
    import httpx  # noqa: PLC0415 -- only where it is switched on

    key = settings.EMBEDDINGS_KEY
    try:
        answer = httpx.post(
            f"{settings.EMBEDDINGS_URL}/embeddings",
            json={"model": settings.EMBEDDINGS_MODEL, "input": [text[:LONGEST] for text in texts]},
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=seconds,
        )
        answer.raise_for_status()
        found = sorted(answer.json()["data"], key=lambda one: one["index"])
        vectors = [_unit([float(number) for number in one["embedding"]]) for one in found]
    except (httpx.HTTPError, ValueError, KeyError, TypeError, OverflowError) as error:
        raise NotAnswered(str(error)[:200]) from error
    if len(vectors) != len(texts) or not all(vectors):
        raise NotAnswered("another number of vectors than of texts")
    return vectors


def _unit(numbers: list[float]) -> "array[float]":
    length = sqrt(sum(map(mul, numbers, numbers))) or 1.0
    return array("f", [number / length for number in numbers])


def learn() -> int:
    """Learn some texts that have not been learnt; returns how many. No transaction is open while the server thinks."""
    kinds = {one.kind: one for one in sources() if one.grams} if is_on() else {}
    model = settings.EMBEDDINGS_MODEL
    waiting = Document.objects.filter(kind__in=list(kinds)).exclude(meaning__model=model).order_by("-pk")
    rows = list(waiting.only("kind", "object_id", "language", "title", "body")[:AT_ONCE])
    texts = [
        (row, one)
        for row in rows
        for one in kinds[row.kind].texts(row.object_id - 1, 1)
        if one.object_id == row.object_id
    ]
    if not texts:
        return 0
    try:
        vectors = vectors_of([f"{text.title}\n{text.body}" for _row, text in texts], seconds=LEARNING)
    except NotAnswered as error:
        log.warning("the server of embeddings did not answer", error=str(error))
        return 0
    for (row, _text), vector in zip(texts, vectors, strict=True):
        _keep(row, vector)
    return len(texts)


@transaction.atomic
def _keep(row: Document, vector: "array[float]") -> None:
    """Unless the text has gone or changed meanwhile: then it is learnt with the next ones."""
    same = Document.objects.select_for_update().filter(pk=row.pk, title=row.title, body=row.body)
    if same.exists():
        values = {"model": settings.EMBEDDINGS_MODEL, "vector": vector.tobytes()}
        Meaning.objects.update_or_create(document=row, defaults=values)


def nearest(kind: str, question: str) -> dict[int, float]:
    """Documents whose meaning is near to the question's, with how near (0…1). Empty while it is off or nobody answers."""
    if not is_on():
        return {}
    try:
        asked = array("f", _asked(settings.EMBEDDINGS_URL, settings.EMBEDDINGS_MODEL, question))
    except NotAnswered as error:
        log.warning("the server of embeddings did not answer", error=str(error))
        return {}
    known = Meaning.objects.filter(document__kind=kind, model=settings.EMBEDDINGS_MODEL).order_by("-document")
    near = {
        pk: sum(map(mul, asked, array("f", bytes(vector))))
        for pk, vector in known.values_list("document", "vector")[:COMPARED].iterator()
    }
    best = sorted(near, key=lambda pk: -near[pk])[:NEAREST]
    return {pk: near[pk] for pk in best if near[pk] >= LEAST}


@lru_cache(256)
def _asked(url: str, model: str, question: str) -> bytes:
    return vectors_of([question], seconds=PATIENCE)[0].tobytes()
