"""What a rule may wait for: kinds of events of the log, under a name. A room adds its own with `trigger(...)`.

A room need not be known here for its events to be: their kinds are enough.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps

from ahlan.events.models import Event
from ahlan.events.subscribe import Subscriber, within
from ahlan.rules.acts import Words


def any_of_them(event: Event) -> bool:
    return True


@dataclass(frozen=True)
class Trigger:
    """`fits`: whether such an event is meant. The subject of its kinds is the ticket."""

    key: str
    name: Words
    kinds: tuple[str, ...]
    fits: Callable[[Event], bool]


_triggers: dict[str, Trigger] = {}
_listeners: list[Subscriber] = []
_heard: set[str] = set()


def trigger(
    key: str, name: Words, *kinds: str, fits: Callable[[Event], bool] = any_of_them, room: str = ""
) -> None:
    """Let rules wait for one more thing; nothing at all where the `room` that tells of it is left out."""
    if room and not apps.is_installed(room):
        return
    _triggers[key] = Trigger(key, name, kinds, fits)
    for hear in _listeners:
        _listen(hear, kinds)


def listen(hear: Subscriber) -> None:
    """Call a function in the transaction of each such event, of those yet to be named as well."""
    _listeners.append(hear)
    for one in _triggers.values():
        _listen(hear, one.kinds)


def _listen(hear: Subscriber, kinds: tuple[str, ...]) -> None:
    within(*(kind for kind in kinds if kind not in _heard))(hear)
    _heard.update(kinds)


def triggers() -> list[Trigger]:
    return list(_triggers.values())


def trigger_named(key: str) -> Trigger | None:
    return _triggers.get(key)


def told_by(event: Event) -> set[str]:
    """The keys of what an event is."""
    return {one.key for one in _triggers.values() if event.kind in one.kinds and one.fits(event)}
