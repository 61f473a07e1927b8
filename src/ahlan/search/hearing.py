"""Who wants to know what people look for: rooms that keep the questions nothing answered, or make figures of them."""

from collections.abc import Callable
from typing import Any

import structlog

from ahlan.search.finding import Results

log = structlog.get_logger(__name__)

Hear = Callable[[Results, Any], None]
_hearers: dict[str, Hear] = {}


def hears(hear: Hear) -> Hear:
    """Call `hear(results, person)` for each question somebody has finished, not for what he types on the way."""
    _hearers[f"{hear.__module__}.{hear.__qualname__}"] = hear
    return hear


def tell(results: Results, person: Any) -> None:
    """Tell everybody who wants to know. One who fails is logged; the person who asked gets his answer."""
    for name, hear in _hearers.items():
        try:
            hear(results, person)
        except Exception:
            log.exception("a hearer of questions failed", hearer=name)
