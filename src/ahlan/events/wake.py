"""How others in the same process learn at once that there is something: workers of work, streams of news."""

from typing import Protocol

from django.db import transaction


class Sleeper(Protocol):
    """Whoever waits: a `threading.Event`, for one."""

    def set(self) -> None: ...


class Bell:
    """Rung when a transaction is in; costs nothing while nobody listens."""

    def __init__(self) -> None:
        self._listening: set[Sleeper] = set()

    def add(self, sleeper: Sleeper) -> None:
        self._listening.add(sleeper)

    def remove(self, sleeper: Sleeper) -> None:
        self._listening.discard(sleeper)

    def ring_on_commit(self) -> None:
        if self._listening:
            transaction.on_commit(self.ring)

    def ring(self) -> None:
        for sleeper in tuple(self._listening):
            sleeper.set()


work, news = Bell(), Bell()
