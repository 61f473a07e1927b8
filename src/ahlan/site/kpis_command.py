"""`ahlan kpis show`: every figure of some days, as a table or as one JSON object."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from ahlan.calendars.queries import calendar_for
from ahlan.core.clock import now
from ahlan.kpis.declared import DURATION, SPLITS, kpis
from ahlan.kpis.figures import read_all, split
from ahlan.kpis.reading import Filters, Period, Reading


class NotAsked(ValueError):
    """What was given is no period, zone or split; its text says so."""


def shown(start: str, end: str, *, by: str = "", zone: str = "", as_json: bool = False) -> str:
    """Figures by their keys. Raises NotAsked."""
    told = told_of(_period(start, end, zone), by)
    return orjson.dumps(told).decode() if as_json else _table(told)


def _period(start: str, end: str, zone: str) -> Period:
    zone = zone or str(calendar_for(None).zone_on(now().date()))
    try:
        ZoneInfo(zone)
        period = Period(date.fromisoformat(start), date.fromisoformat(end), zone)
    except (ValueError, OSError):  # ZoneInfo raises either, by the kind of nonsense
        raise NotAsked("Give two days as 2026-11-01, and a zone as Europe/Helsinki.") from None
    except LookupError:
        raise NotAsked(f"There is no time zone “{zone}”.") from None
    if period.start >= period.end or not 1990 <= period.start.year <= period.end.year <= 2200:
        raise NotAsked("The first day must lie before the last, both between 1990 and 2200.")
    return period


def told_of(period: Period, by: str = "") -> dict[str, Any]:
    """Each figure with its headline; of durations every method too, plain and by business hours. Raises NotAsked."""
    if by and by not in SPLITS:
        raise NotAsked(f"Figures are not split by “{by}”. They are by: {', '.join(SPLITS)}.")
    plain = {method: read_all(period, method=method) for method in DURATION}
    business = {method: read_all(period, Filters(business=True), method=method) for method in DURATION}
    head, head_business = read_all(period), read_all(period, Filters(business=True))
    told: dict[str, Any] = {}
    for kpi in kpis():
        one = told[kpi.key] = head[kpi.key]._asdict()
        if kpi.in_business_time:
            one["methods"] = {method: plain[method][kpi.key]._asdict() for method in DURATION}
            one["business"] = {
                **head_business[kpi.key]._asdict(),
                "methods": {method: business[method][kpi.key]._asdict() for method in DURATION},
            }
        if by:
            one["groups"] = {
                key: {"name": name, **reading._asdict()} for key, name, reading in split(kpi, period, by)
            }
    return told


def _table(told: dict[str, Any]) -> str:
    wide = max(len(key) for key in told)
    return "\n".join(
        f"{key:<{wide}}  {_line(Reading(**{name: one[name] for name in Reading._fields}))}"
        for key, one in told.items()
    )


def _line(one: Reading) -> str:
    if one.value is None:
        return f"–  (n={one.n})"
    span = f", {one.low:.4g} to {one.high:.4g}" if one.low is not None and one.high is not None else ""
    return f"{one.value:.6g} {one.unit}  ({one.method}, n={one.n}{span})"
