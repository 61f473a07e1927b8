"""Slots on a page that other rooms draw into, without either knowing the other.

@panel("ticket.side", order=10)
def loyalty(request: HttpRequest, ticket: Ticket) -> str: ...

{% panels "ticket.side" ticket %}

A slot on each row of a list is drawn for the whole page at once, so that a row costs no query of its own:

@row_panel("ticket.row", order=10)
def deadlines(request: HttpRequest, tickets: Sequence[Ticket]) -> dict[int, str]: ...
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
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
DrawRows = Callable[[HttpRequest, Sequence[Any]], Mapping[int, str]]
_row_panels: dict[str, dict[str, tuple[int, DrawRows]]] = defaultdict(dict)


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


def row_panel(slot: str, *, order: int) -> Callable[[DrawRows], DrawRows]:
    """Hang a function on a slot of rows. It gets the request and a page of things; returns what it draws by their keys."""

    def register(draw: DrawRows) -> DrawRows:
        _row_panels[slot][f"{draw.__module__}.{draw.__qualname__}"] = order, draw
        return draw

    return register


def draw_rows(slot: str, request: HttpRequest, things: Sequence[Any]) -> dict[int, SafeString]:
    """What all panels of a slot draw on each row, by the thing's key. One that fails is logged and draws nothing."""
    found: dict[int, list[str]] = defaultdict(list)
    for _order, name, draw in sorted(
        (order, name, draw) for name, (order, draw) in _row_panels[slot].items()
    ):
        try:
            drawn = draw(request, things) if things else {}
        except Exception:
            log.exception("panel failed", panel=name, slot=slot)
            continue
        for key, text in drawn.items():
            found[key].append(conditional_escape(text))
    return {key: mark_safe("".join(texts)) for key, texts in found.items()}  # noqa: S308 -- escaped
