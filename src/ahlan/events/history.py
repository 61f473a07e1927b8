"""Telling the log what has happened elsewhere, long ago.

    with history(moment):
        close_ticket(ticket, actor="system")

The verbs are those of every day, and the event bears the moment it tells of. But nobody is to be asked for anything any more:
no job is written, nothing goes to live screens, and of the subscribers only those hear of it that keep something true about
the past (`@within(..., history=True)`): indexes, lists, figures. So nothing is sent, promised, routed or set off, by whatever
room, unless that room says so itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from ahlan.core import clock

_told: ContextVar[bool] = ContextVar("history", default=False)


@contextmanager
def history(moment: datetime) -> Iterator[None]:
    """Within, verbs tell of `moment`. Raises ValueError for one without a time zone."""
    token = _told.set(True)
    try:
        with clock.at(moment):
            yield
    finally:
        _told.reset(token)


def is_history() -> bool:
    """Whether what is done now is told of the past."""
    return _told.get()
