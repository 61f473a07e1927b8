"""Tickets that something else than people sees to for the moment, told by whatever room does so: nobody is asked for them meanwhile."""

from collections.abc import Callable, Sequence

Tell = Callable[[Sequence[int]], set[int]]
_tellers: list[Tell] = []


def keeps_aside(tell: Tell) -> Tell:
    """Register `f(ticket ids) -> those of them that it sees to`: one query for all of them."""
    _tellers.append(tell)
    return tell


def aside(tickets: Sequence[int]) -> set[int]:
    """Those of the tickets that nobody need be asked for."""
    return set().union(*(tell(tickets) for tell in _tellers))
