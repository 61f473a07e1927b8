"""What a new ticket may begin with. A room registers a source under a word: "template" answers for ?from=template-5."""

from collections.abc import Callable
from typing import Any

from ahlan.staff.models import Agent

Source = Callable[[Agent, int], dict[str, Any] | None]
_sources: dict[str, Source] = {}


def opening(word: str, source: Source) -> None:
    """`source` gives the fields of the form of a new ticket, or None for what is not the agent's to see."""
    _sources[word] = source


def opening_for(agent: Agent, given: str) -> dict[str, Any]:
    """The fields to begin with; none for what nobody knows."""
    word, _dash, key = given.partition("-")
    source = _sources.get(word)
    return (source(agent, int(key)) if source and key.isdecimal() and len(key) < 19 else None) or {}
