"""A language model at an address that answers as the OpenAI API does (`POST …/chat/completions`); off until the owner names one.

    AHLAN_MODEL_URL=http://127.0.0.1:11434/v1   AHLAN_MODEL=…   AHLAN_MODEL_KEY=…

It is read as a stream, with a limit on each silence, on the whole, on what it may say and on what a day may cost. Whatever
goes wrong is `NotAnswered`, and whoever asked does without. Never within a transaction: it may take `MODEL_SECONDS`.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC

import orjson
import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F

from ahlan.assistant.bots import house
from ahlan.assistant.models import Spent
from ahlan.core.clock import now

log = structlog.get_logger(__name__)

LONGEST_ANSWER = 12_000  # characters; one that says more is talking to itself
LARGEST_STREAM = 2_000_000  # bytes, with all its wrapping
MOST_TOKENS = 1_200  # of one answer
LONGEST_QUESTION = 40_000  # characters that are sent
CHARACTERS = 3  # of a token, rather too few than too many, where the server does not count
WAITED_FOR_A_TURN = 1.0  # seconds

_turn = threading.BoundedSemaphore(1)  # of the few threads that work, one at most waits for a model


class NotAnswered(Exception):
    """`why`: "off", "budget", "away", "refused", "slow", "cut", "long", "empty" or "unreadable"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Busy(Exception):
    """It is being asked something else; the job will come again."""


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    tokens: int


def is_on() -> bool:
    return bool(settings.MODEL_URL and settings.MODEL)


def ask(messages: Sequence[dict[str, str]], *, tell: Callable[[str], None] | None = None) -> Answer:
    """What it says to these messages (role, content). `tell` hears what there is so far. Raises NotAnswered, Busy."""
    if not is_on():
        raise NotAnswered("off")
    length = sum(len(one["content"]) for one in messages)
    if length > LONGEST_QUESTION:
        raise NotAnswered("long")
    if not _turn.acquire(timeout=WAITED_FOR_A_TURN):
        raise Busy
    aside = length // CHARACTERS + MOST_TOKENS
    try:
        _set_aside(aside)
        used = length // CHARACTERS  # what a question costs that nobody answered
        try:
            answer = _ask(messages, length, tell)
            used = answer.tokens
        finally:
            _settle(used - aside)
    finally:
        _turn.release()
    return answer


def spent_today() -> int:
    return Spent.objects.filter(on=now().astimezone(UTC).date()).values_list("tokens", flat=True).first() or 0


@transaction.atomic
def _set_aside(tokens: int) -> None:
    """Raises NotAnswered where the day has not so many left."""
    today = now().astimezone(UTC).date()
    Spent.objects.get_or_create(on=today)
    most = house().tokens_a_day - tokens
    if not Spent.objects.filter(on=today, tokens__lte=most).update(tokens=F("tokens") + tokens):
        raise NotAnswered("budget")


def _settle(difference: int) -> None:
    Spent.objects.filter(on=now().astimezone(UTC).date()).update(tokens=F("tokens") + difference)


def _ask(messages: Sequence[dict[str, str]], length: int, tell: Callable[[str], None] | None) -> Answer:
    import httpx  # noqa: PLC0415 -- only where it is switched on

    key = settings.MODEL_KEY
    given = {
        "model": settings.MODEL,
        "messages": list(messages),
        "stream": True,
        "max_tokens": MOST_TOKENS,
        "temperature": 0.2,
    }
    headers = {"Accept-Encoding": "identity", **({"Authorization": f"Bearer {key}"} if key else {})}
    ends = time.monotonic() + settings.MODEL_SECONDS
    try:
        with (
            httpx.Client(timeout=settings.MODEL_PATIENCE, follow_redirects=False) as client,
            client.stream(
                "POST", f"{settings.MODEL_URL}/chat/completions", json=given, headers=headers
            ) as response,
        ):
            if response.status_code != 200:
                log.warning("the language model refused", status=response.status_code)
                raise NotAnswered("refused")
            return _read(_lines(response.iter_bytes(), ends), length, tell)
    except httpx.TimeoutException as error:
        raise NotAnswered("slow") from error
    except httpx.RemoteProtocolError as error:
        raise NotAnswered("cut") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        log.warning("the language model is away", error=type(error).__name__)
        raise NotAnswered("away") from error


def _lines(pieces: Iterator[bytes], ends: float) -> Iterator[bytes]:
    """Line by line, as long as there is time: a byte a second is no answer either."""
    rest, size = b"", 0
    for piece in pieces:
        size += len(piece)
        if time.monotonic() > ends:
            raise NotAnswered("slow")
        if size > LARGEST_STREAM:
            raise NotAnswered("long")
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
    yield rest


def _read(lines: Iterator[bytes], length: int, tell: Callable[[str], None] | None) -> Answer:
    text, tokens, finished = "", 0, ""
    for line in lines:
        if not line.startswith(b"data:"):
            continue
        data = line[5:].strip()
        if data == b"[DONE]":
            finished = finished or "stop"
            break
        more, ended, counted = _part(data)
        text, finished, tokens = text + more, ended or finished, counted or tokens
        if len(text) > LONGEST_ANSWER:
            raise NotAnswered("long")
        if more and tell:
            tell(text)
    if finished != "stop":
        raise NotAnswered("cut" if finished in ("", "length") else "unreadable")
    if not text.strip():
        raise NotAnswered("empty")
    return Answer(text.strip(), tokens or (length + len(text)) // CHARACTERS)


def _part(data: bytes) -> tuple[str, str, int]:
    """(words, why it ends, tokens of all) of one part of the stream. Raises NotAnswered for what is no such part."""
    try:
        found = orjson.loads(data)
        usage = found.get("usage") or {}
        choice = (found.get("choices") or [{}])[0]
        words = (choice.get("delta") or {}).get("content") or ""
        tokens = usage.get("total_tokens") or 0
        if not isinstance(words, str) or not isinstance(tokens, int):
            raise TypeError
        return words, str(choice.get("finish_reason") or ""), max(0, min(tokens, 10_000_000))
    except (orjson.JSONDecodeError, AttributeError, TypeError, IndexError, KeyError) as error:
        raise NotAnswered("unreadable") from error
