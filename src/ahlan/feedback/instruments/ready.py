"""The instruments that come with the house, in words of our own. Each is a declared value; adding one is adding one function here."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ahlan.core.languages import INSTALLED
from ahlan.feedback.instruments.scores import Dimensions, Index, Mean, Net, Share
from ahlan.feedback.instruments.shape import Instrument, Item, Kind, Option, Texts

WORDINGS = Path(__file__).parent / "wordings"
DIMENSIONS = {"tangibles": 4, "reliability": 5, "responsiveness": 4, "assurance": 4, "empathy": 5}
ACSI_ITEMS = ("overall", "expected", "ideal")


@cache
def _wordings() -> Mapping[str, Any]:
    return {code: yaml.safe_load((WORDINGS / f"{code}.yaml").read_text("utf-8")) for code in INSTALLED}


def _said(*path: str | int) -> Texts:
    """What stands at a place of each language's file."""
    found: dict[str, str] = {}
    for code, said in _wordings().items():
        for step in path:
            said = said[step]
        found[code] = str(said)
    return found


def _ends(*path: str | int) -> tuple[Texts, Texts]:
    return _said(*path, 0), _said(*path, 1)


def _comment() -> Item:
    return Item("comment", Kind.TEXT, _said("comment"))


def _single(key: str, low: int, high: int) -> tuple[Texts, tuple[Item, ...]]:
    ask = Item("score", Kind.SCALE, _said(key, "ask"), low, high, _ends(key, "ends"), required=True)
    return _said(key, "title"), (ask, _comment())


def _csat() -> Instrument:
    return Instrument("csat", *_single("csat", 1, 5), Share("score", since=4, scale=(1, 5)))


def _ces() -> Instrument:
    return Instrument("ces", *_single("ces", 1, 7), Share("score", since=5, scale=(1, 7)))


def _ces1() -> Instrument:
    return Instrument("ces1", *_single("ces1", 1, 5), Mean(("score",), scale=(1, 5), better="lower"))


def _nps() -> Instrument:
    title, (ask, _asked) = _single("nps", 0, 10)
    return Instrument("nps", title, (ask, Item("comment", Kind.TEXT, _said("nps", "why"))), Net("score"))


def _fcr() -> Instrument:
    """What the customer says of first contact resolution (domain A3): its steps are no and yes."""
    return Instrument("fcr", *_single("fcr", 0, 1), Share("score", since=1, scale=(0, 1)))


def _acsi() -> Instrument:
    asks = tuple(
        Item(
            name, Kind.SCALE, _said("acsi", "asks", n, 0), 1, 10,
            (_said("acsi", "asks", n, 1), _said("acsi", "asks", n, 2)), required=True,
        )
        for n, name in enumerate(ACSI_ITEMS)
    )  # fmt: skip
    return Instrument("acsi", _said("acsi", "title"), (*asks, _comment()), Index(ACSI_ITEMS))


def _columns(letter: str) -> dict[str, tuple[str, ...]]:
    """The columns of each dimension, as e1 to e22."""
    found, first = {}, 1
    for name, many in DIMENSIONS.items():
        found[name] = tuple(f"{letter}{n}" for n in range(first, first + many))
        first += many
    return found


def _statements(letter: str, frame: str) -> tuple[Item, ...]:
    """A matrix for each dimension."""
    return tuple(
        Item(
            f"{letter}_{name}", Kind.MATRIX, _said("quality", frame), 1, 7, _ends("quality", "ends"),
            tuple(Option(one, _said("quality", "statements", int(one[1:]) - 1)) for one in columns), required=True,
        )
        for name, columns in _columns(letter).items()
    )  # fmt: skip


def _points() -> tuple[Item, dict[str, str]]:
    columns = {name: f"w_{name}" for name in DIMENSIONS}
    options = tuple(Option(one, _said("quality", "dimensions", n)) for n, one in enumerate(columns.values()))
    return Item("points", Kind.POINTS, _said("quality", "points"), 0, 100, options=options), columns


def _servqual() -> Instrument:
    points, columns = _points()
    items = (*_statements("e", "expected"), *_statements("p", "met"), points, _comment())
    measure = Dimensions(_columns("p"), (1, 7), _columns("e"), columns)
    return Instrument("servqual", _said("quality", "servqual"), items, measure)


def _servperf() -> Instrument:
    points, columns = _points()
    items = (*_statements("p", "met"), points, _comment())
    return Instrument(
        "servperf", _said("quality", "servperf"), items, Dimensions(_columns("p"), (1, 7), points=columns)
    )


READY: Mapping[str, Callable[[], Instrument]] = {
    "csat": _csat, "ces": _ces, "ces1": _ces1, "nps": _nps, "fcr": _fcr, "acsi": _acsi, "servqual": _servqual, "servperf": _servperf,
}  # fmt: skip
# What one respondent answers that asks for somebody's attention: this or worse, in the units of his own score.
LOW = {"csat": 2, "ces": 3, "ces1": 4, "nps": 6, "fcr": 0, "acsi": 40, "servqual": -2, "servperf": 3}


@cache
def ready(key: str) -> Instrument:
    """Raises KeyError."""
    return READY[key]()
