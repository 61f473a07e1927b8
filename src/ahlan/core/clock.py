"""The only clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC; where the past is told, the instant that is told of."""
    return _told.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within, it is `moment`, for what is told of the past. Raises ValueError for a naive one."""
    if timezone.is_naive(moment):
        raise ValueError("a moment needs its time zone")
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
