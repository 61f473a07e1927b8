"""`ahlan feedback`: what a file of raw answers comes to, on the command line. The house's own instruments need no database."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TextIO

import orjson

from ahlan.feedback.instruments.files import NotRead, Scored, score
from ahlan.feedback.instruments.ready import READY, ready
from ahlan.feedback.instruments.scores import Index
from ahlan.feedback.instruments.shape import Instrument

SHOWN = 20  # refusals told as text


class NoSuchInstrument(ValueError):
    """Nobody has made one of this name."""


def instrument_named(name: str) -> Instrument:
    """One that came with the house, else one of its own. Raises NoSuchInstrument."""
    key = name.strip().casefold()
    if key in READY:
        return ready(key)
    return _own(key)


def _own(key: str) -> Instrument:
    from ahlan.feedback.queries import versions  # noqa: PLC0415 -- needs Django, which the others do not

    known = {one.key: one for one in versions()}
    if key not in known:
        raise NoSuchInstrument(
            f"There is no instrument “{key}”. There are: {', '.join([*READY, *(set(known) - set(READY))])}."
        )
    return known[key].instrument


@contextmanager
def opened(place: str) -> Iterator[TextIO]:
    """A file, or standard input for "-". Raises NotRead."""
    if place == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="strict")  # type: ignore[union-attr]
        yield sys.stdin
        return
    try:
        with open(place, encoding="utf-8", newline="") as lines:  # noqa: PTH123 -- a path or a pipe, as given
            yield lines
    except OSError as error:
        raise NotRead(f"{place} cannot be read: {error.strerror}.") from None


def scored(name: str, place: str, *, weights: str = "", as_json: bool = False) -> str:
    """The score of a file, as lines or as one JSON object. Raises NoSuchInstrument, NotRead."""
    instrument = weighed(instrument_named(name), weights)
    with opened(place) as lines:
        found = score(instrument, lines)
    told = told_of(instrument, found)
    return orjson.dumps(told).decode() if as_json else as_text(told)


def weighed(instrument: Instrument, weights: str) -> Instrument:
    """With weights for its questions, where it takes any: three numbers that come to 1. Raises NotRead."""
    if not weights:
        return instrument
    try:
        given = tuple(float(one) for one in weights.split(","))
    except ValueError:
        given = ()
    if not isinstance(instrument.measure, Index):
        raise NotRead(f"{instrument.key} takes no weights.")
    if len(given) != len(instrument.measure.of) or abs(sum(given) - 1) > 0.001 or min(given) < 0:
        raise NotRead("Give three weights that come to 1, as in 0.3885,0.3190,0.2925.")
    return replace(instrument, measure=replace(instrument.measure, weights=given))


def told_of(instrument: Instrument, found: Scored) -> dict[str, Any]:
    return {
        "instrument": instrument.key, **found.reading.told(), "rows": found.rows, "blank": found.blank,
        "refused": len(found.refusals), "refusals": [{"line": line, "reason": reason} for line, reason in found.refusals],
    }  # fmt: skip


def as_text(told: dict[str, Any]) -> str:
    """A table of two columns, and what was refused below it."""
    refusals = told["refusals"]
    rows = list(_rows({key: value for key, value in told.items() if key != "refusals"}))
    wide = max(len(name) for name, _value in rows)
    lines = [f"{name:<{wide}}  {value}" for name, value in rows]
    lines += [f"line {one['line']}: {one['reason']}" for one in refusals[:SHOWN]]
    return "\n".join(lines + ([f"and {len(refusals) - SHOWN} more"] if len(refusals) > SHOWN else []))


def _rows(told: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in told.items():
        if isinstance(value, dict):
            yield from _rows(value, f"{before}{key} ")
        else:
            yield f"{before}{key}".replace("_", " "), _figure(value)


def _figure(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def imported(name: str, place: str, *, at: str, survey: str, as_json: bool) -> tuple[str, int]:
    """What an import came to, and how many rows were refused. Raises NoSuchInstrument, NotRead."""
    from ahlan.feedback.actions.importing import NotUsable, import_answers, moment_of  # noqa: PLC0415 -- needs Django
    from ahlan.feedback.actions.instruments import make_ready  # noqa: PLC0415 -- the same
    from ahlan.feedback.models import Survey  # noqa: PLC0415 -- the same
    from ahlan.feedback.queries import latest  # noqa: PLC0415 -- the same

    make_ready()
    version = latest(instrument_named(name).key)
    found = Survey.objects.filter(name=survey, key=version.key).first() if survey else None
    if survey and found is None:
        raise NotRead(f"There is no survey “{survey}” that asks {version.key}.")
    try:
        moment = moment_of(at) if at else None
    except NotUsable as why:
        raise NotRead(f"{why}.") from None
    with opened(place) as lines:
        report = import_answers(version, lines, actor="system", survey=found, at=moment)
    told = {
        "instrument": version.key, "taken": report.taken, "known": report.known, "blank": report.blank, "refused": len(report.refusals),
        "refusals": [{"line": line, "reason": reason} for line, reason in report.refusals],
    }  # fmt: skip
    return (orjson.dumps(told).decode() if as_json else as_text(told)), len(report.refusals)
