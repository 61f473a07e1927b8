"""Keeping out of the log what opens something: the links customers and invited agents are given."""

import re
from collections.abc import MutableMapping
from typing import Any

_KEYS = re.compile(r"(/(?:my/in|in|requests|inquiries)/)[^/\s\"']+")


def hide_keys(_logger: Any, _method: str, told: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: addresses that are keys lose the key."""
    event = told.get("event")
    if isinstance(event, str):
        told["event"] = _KEYS.sub(r"\1…", event)
    return told
