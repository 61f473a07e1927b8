"""Instruments of the house's own: what may be asked, and which of it is scored."""

from collections.abc import Mapping
from dataclasses import replace

from ahlan.core.languages import INSTALLED
from ahlan.core.text import clean
from ahlan.feedback.instruments.scores import Mean, Measure, Share, Unscored
from ahlan.feedback.instruments.shape import Instrument, Item, Kind, Option, Texts

MOST_ITEMS = 40
MOST_OPTIONS = 30
LONGEST_WORDING = 400
WIDEST = 11  # steps of a scale
SCORES = ("none", "mean", "share")


class BadInstrument(ValueError):
    """It cannot be asked like this. `reason`: "title", "none", "many", "wording", "options", "scale", "when", "score" or "unknown"; `item`: which."""

    def __init__(self, reason: str, item: str = "") -> None:
        super().__init__(f"{reason} {item}".strip())
        self.reason, self.item = reason, item


def texts(given: Texts, otherwise: Texts | None = None) -> dict[str, str]:
    """By language, clean; what is not said is as it was otherwise. Raises BadInstrument."""
    if not set(given) <= set(INSTALLED):
        raise BadInstrument("unknown")
    found = {
        key: clean(str(text)).strip()[:LONGEST_WORDING]
        for key, text in {**(otherwise or {}), **given}.items()
    }
    return {
        key: found[key] or (otherwise or {}).get(key, "")
        for key in INSTALLED
        if found.get(key) or (otherwise or {}).get(key)
    }


def check(given: Instrument) -> Instrument:
    """The same with clean texts and a score that fits. Raises BadInstrument."""
    title = texts(given.title)
    if not title:
        raise BadInstrument("title")
    if not given.items:
        raise BadInstrument("none")
    if len(given.items) > MOST_ITEMS:
        raise BadInstrument("many")
    before: dict[str, Item] = {}
    for one in given.items:
        before[one.id] = _checked(one, before)
    items = tuple(before.values())
    if len({column for one in items for column in one.columns}) != sum(len(one.columns) for one in items):
        raise BadInstrument("unknown")
    return replace(given, title=title, items=items, measure=measure_of(given.measure.kind, items))


def measure_of(kind: str, items: tuple[Item, ...]) -> Measure:
    """A mean over every scale of the same width, or the share of the two best answers to the first one. Raises BadInstrument."""
    scales = [one for one in items if one.kind in (Kind.SCALE, Kind.MATRIX)]
    if kind in ("none", ""):
        return Unscored()
    if kind not in SCORES:
        raise BadInstrument("score")
    if not scales:
        raise BadInstrument("score")
    first = scales[0]
    scale = (first.low, first.high)
    if kind == "share":
        return Share(first.columns[0], since=first.high - 1, scale=scale)
    same = [one for one in scales if (one.low, one.high) == scale]
    return Mean(tuple(column for one in same for column in one.columns), scale)


def _checked(one: Item, before: Mapping[str, Item]) -> Item:
    wording = texts(one.wording)
    if one.id in before or not _is_name(one.id):
        raise BadInstrument("unknown", one.id)
    if not wording:
        raise BadInstrument("wording", one.id)
    if one.when is not None:
        earlier = before[one.when[0]].values if one.when[0] in before else ()
        if not one.when[1] or not set(one.when[1]) <= set(earlier):
            raise BadInstrument("when", one.id)
    scaled = one.kind in (Kind.SCALE, Kind.MATRIX)
    if scaled and not (-100 <= one.low < one.high <= 100 and one.high - one.low < WIDEST):
        raise BadInstrument("scale", one.id)
    options = _options(one)
    low, high = (one.low, one.high) if scaled else (0, 100) if one.kind == Kind.POINTS else (0, 0)
    ends = (texts(one.ends[0]), texts(one.ends[1])) if scaled else ({}, {})
    return replace(one, wording=wording, options=options, low=low, high=high, ends=ends)


def _options(one: Item) -> tuple[Option, ...]:
    if one.kind in (Kind.SCALE, Kind.TEXT):
        return ()
    options = tuple(Option(opt.id, texts(opt.label)) for opt in one.options)
    named = len({opt.id for opt in options}) == len(options) and all(
        opt.label and _is_name(opt.id) for opt in options
    )
    fewest = 1 if one.kind == Kind.MATRIX else 2
    if not (named and fewest <= len(options) <= MOST_OPTIONS):
        raise BadInstrument("options", one.id)
    return options


def _is_name(text: str) -> bool:
    return text.isidentifier() and text.isascii() and len(text) <= 40
