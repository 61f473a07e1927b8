"""How a worker in the same process learns at once that there is work."""

import threading

from django.db import transaction

_waiting: set[threading.Event] = set()


def add(waiting: threading.Event) -> None:
    _waiting.add(waiting)


def remove(waiting: threading.Event) -> None:
    _waiting.discard(waiting)


def wake_on_commit() -> None:
    """Wake this process's workers when the present transaction is in; costs nothing without workers."""
    if _waiting:
        transaction.on_commit(wake)


def wake() -> None:
    for waiting in tuple(_waiting):
        waiting.set()
