"""When somebody is there to answer: told by whoever knows the house's hours, since calendars are no channel's affair."""

from collections.abc import Callable, Sequence
from datetime import datetime

Opening = Callable[[int], datetime | None]
Choices = Callable[[], Sequence[tuple[int, str]]]

_tellers: list[tuple[Opening, Choices]] = []


def told_by(opening: Opening, choices: Choices) -> None:
    """Register `opening(hours_id) -> None while open, else when it opens` and the hours there are to choose from."""
    _tellers[:] = [(opening, choices)]


def opens_at(hours_id: int | None) -> datetime | None:
    """None: open now (always, without hours)."""
    if hours_id is None or not _tellers:
        return None
    return _tellers[0][0](hours_id)


def choices() -> Sequence[tuple[int, str]]:
    return _tellers[0][1]() if _tellers else ()
