"""Subscribers and tasks that tests let workers run."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import translation
from django_tasks import task

from ahlan.core.clock import now
from ahlan.events.errors import GiveUp, TryAgain
from ahlan.events.log import record
from ahlan.events.models import Event, Worker
from ahlan.events.subscribe import after, within
from ahlan.events.timers import every

done: list[int] = []
failures: dict[int, Exception] = {}


def thing(number: int) -> Worker:
    """Anything with a number can be an event's subject."""
    return Worker(pk=number)


def want(number: int, kind: str = "chore.wanted") -> Event:
    with transaction.atomic():
        return record(kind, thing(number), actor="system")


def path(function: str) -> str:
    return f"{__name__}.{function}"


@after("chore.wanted", max_attempts=3)
def do_chore(event: Event) -> None:
    if event.subject_id in failures:
        raise failures[event.subject_id]
    done.append(event.subject_id)


@after("ledger.wanted", atomic=True)
def write_ledger(event: Event) -> None:
    if event.subject_id in failures:
        raise failures[event.subject_id]
    record("ledger.written", thing(event.subject_id), actor="system")


@after("slow.wanted", queue="slow")
def take_long(event: Event) -> None:
    time.sleep(event.facts.get("seconds", 1))
    done.append(event.subject_id)


@after(
    "letter.queued",
    queue="mail",
    priority=10,
    delay=lambda event: event.at + timedelta(seconds=10),
    unique_key=lambda event: f"send:{event.subject_id}",
)
def send_letter(event: Event) -> None:
    done.append(event.subject_id)


@within("letter.queued")
def note_letter(event: Event) -> None:
    record("letter.noted", thing(event.subject_id), actor=event.actor)


@task()
def add(first: int, second: int) -> int:
    return first + second


@task(takes_context=True, priority=5)
def say_attempt(context: object, word: str) -> str:
    return f"{word} {context.task_result.attempts}"  # type: ignore[attr-defined]


@task()
async def add_slowly(first: int, second: int) -> int:
    return first + second


@task()
def speak() -> str:
    language = translation.get_language()
    translation.activate("he")
    return str(language)


@every(hours=1, priority=3)
def chime() -> None:
    done.append(-1)


def give_up() -> GiveUp:
    return GiveUp("550 no such mailbox")


def try_again() -> TryAgain:
    return TryAgain("451 greylisted", after=timedelta(minutes=7))


def later(**span: float) -> object:
    return now() + timedelta(**span)


def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Wait for something that happens elsewhere. Fails the test when it does not."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
