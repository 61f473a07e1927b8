"""What a new ticket may begin with. A room registers a source under a word: "template" answers for ?from=template-5."""

from collections.abc import Callable
from typing import Any

from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket

Source = Callable[[Agent, int], dict[str, Any] | None]
Fill = Callable[[str, Ticket, Agent | None], str]
_sources: dict[str, Source] = {}
_fills: list[Fill] = []


def opening(word: str, source: Source) -> None:
    """`source` gives the fields of the form of a new ticket, or None for what is not the agent's to see."""
    _sources[word] = source


def opening_for(agent: Agent, given: str) -> dict[str, Any]:
    """The fields to begin with; none for what nobody knows."""
    word, _dash, key = given.partition("-")
    source = _sources.get(word)
    return (source(agent, int(key)) if source and key.isdecimal() and len(key) < 19 else None) or {}


def filled_by(fill: Fill) -> None:
    """`fill` goes over the subject and the words of a ticket that an agent opens."""
    if fill not in _fills:
        _fills.append(fill)


def filling(agent: Agent) -> Callable[[str, Ticket], str]:
    def fill(text: str, ticket: Ticket) -> str:
        for one in _fills:
            text = one(text, ticket, agent)
        return text

    return fill
