"""Slots on a page that other rooms draw into, without either knowing the other.

@panel("ticket.side", order=10)
def loyalty(request: HttpRequest, ticket: Ticket) -> str: ...

{% panels "ticket.side" ticket %}
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

log = structlog.get_logger(__name__)

Draw = Callable[[HttpRequest, Any], str]


@dataclass(frozen=True)
class Panel:
    order: int
    name: str
    draw: Draw


_panels: dict[str, list[Panel]] = defaultdict(list)


def panel(slot: str, *, order: int) -> Callable[[Draw], Draw]:
    """Hang a function on a slot. It gets the request and the slot's thing; "" draws nothing."""

    def register(draw: Draw) -> Draw:
        name = f"{draw.__module__}.{draw.__qualname__}"
        others = [one for one in _panels[slot] if one.name != name]
        _panels[slot] = sorted([*others, Panel(order, name, draw)], key=lambda one: (one.order, one.name))
        return draw

    return register


def draw(slot: str, request: HttpRequest, thing: object) -> SafeString:
    """All panels of a slot in order. One that fails is logged and leaves a notice; the others stand."""
    drawn = [_draw(one, slot, request, thing) for one in list(_panels[slot])]
    return mark_safe("\n".join(conditional_escape(text) for text in drawn if text))  # noqa: S308 -- escaped


def _draw(one: Panel, slot: str, request: HttpRequest, thing: object) -> str:
    try:
        return one.draw(request, thing)
    except Exception:
        log.exception("panel failed", panel=one.name, slot=slot)
        return render_to_string("core/panel_failed.html", {"slot": slot}, request)
