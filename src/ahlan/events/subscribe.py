"""Who listens to which event, and which functions the workers may run.

Subscribers are named by their path ("ahlan.tickets.subscribers.greet"); a job row holds that path, so a
renamed function needs its old path given in `formerly` while jobs with the old one may still wait.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils.functional import Promise

from ahlan.events.models import Event

DEFAULT_QUEUE = "default"
MAX_ATTEMPTS = 10

Subscriber = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Handler:
    """A function a worker may run, and how."""

    path: str
    call: Callable[..., Any]
    takes: Literal["event", "nothing"]
    queue: str = DEFAULT_QUEUE
    priority: int = 0
    atomic: bool = False
    max_attempts: int = MAX_ATTEMPTS
    delay: Callable[[Event], datetime] | None = None
    unique_key: Callable[[Event], str] | None = None
    title: str | Promise = ""


handlers: dict[str, Handler] = {}
_within: dict[str, list[Subscriber]] = defaultdict(list)
_within_history: dict[str, list[Subscriber]] = defaultdict(list)
_after: dict[str, list[Handler]] = defaultdict(list)


def within(*kinds: str, history: bool = False) -> Callable[[Subscriber], Subscriber]:
    """Run the function in the transaction that records such an event: database only and quick.

    `history`: also where the past is told (`history.py`), as for what keeps an index or figures and asks nobody for anything.
    """

    def subscribe(function: Subscriber) -> Subscriber:
        for kind in kinds:
            _within[kind].append(function)
            if history:
                _within_history[kind].append(function)
        return function

    return subscribe


def after(
    *kinds: str,
    queue: str = DEFAULT_QUEUE,
    priority: int = 0,
    atomic: bool = False,
    max_attempts: int = MAX_ATTEMPTS,
    delay: Callable[[Event], datetime] | None = None,
    unique_key: Callable[[Event], str] | None = None,
    title: str | Promise = "",
    formerly: Iterable[str] = (),
) -> Callable[[Subscriber], Subscriber]:
    """Run the function as a durable job, written with the event and run by a worker.

    No transaction is open while it runs, and it must be safe to repeat. With `atomic` the job's effects and
    its completion are one transaction: exactly once, for work that touches only the database. `delay` gives
    the instant before which it must not run; `unique_key` names it for `cancel` and keeps a second one out
    while the first is unfinished. A higher `priority` (-100 to 100) goes first. `title` names the work on the
    page of failed jobs.
    """

    def subscribe(function: Subscriber) -> Subscriber:
        handler = Handler(
            path=path_of(function),
            call=function,
            takes="event",
            queue=queue,
            priority=priority,
            atomic=atomic,
            max_attempts=max_attempts,
            delay=delay,
            unique_key=unique_key,
            title=title,
        )
        add_handler(handler, formerly)
        for kind in kinds:
            _after[kind].append(handler)
        return function

    return subscribe


def add_handler(handler: Handler, formerly: Iterable[str] = ()) -> None:
    """Let workers run it. Raises ValueError when another function has that path."""
    for path in (handler.path, *formerly):
        known = handlers.get(path)
        if known is not None and known.call is not handler.call:
            raise ValueError(f"{path} is already taken")
        handlers[path] = handler


def path_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def subscribers_within(kind: str, *, history: bool = False) -> list[Subscriber]:
    return (_within_history if history else _within).get(kind, [])


def handlers_after(kind: str) -> list[Handler]:
    return _after.get(kind, [])
