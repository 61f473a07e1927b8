"""What the law of a country, or the house, promises about complaints. The profiles are data (`profiles.yaml`); no day is counted here
that it does not name, and holidays come from the room of calendars."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.utils.translation import get_language

from ahlan.calendars.calendar import NoOpenHours
from ahlan.calendars.public_holidays import country, days_of
from ahlan.calendars.queries import calendar_for
from ahlan.core.clock import now
from ahlan.core.languages import Texts, said
from ahlan.feedback.register.deadlines import IsWorkday, Unit, Within

FILE = Path(__file__).with_name("profiles.yaml")
HOUSE = "house"


class NotInForce(ValueError):
    """The profile did not hold yet on that day."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One step's deadline. `fixed`: the rule itself names the number; else it is the house's promise."""

    within: Within
    rule: str = ""
    fixed: bool = True


@dataclass(frozen=True, slots=True)
class Profile:
    """What holds from a day on. Steps are "acknowledge", "answer", and perhaps "short" and "extended"."""

    key: str
    valid_from: date
    names: Texts
    source: str
    url: str
    steps: Mapping[str, Promise]
    country: str = ""
    subdivision: str = ""
    time_zone: str = ""
    workdays: tuple[int, ...] = ()

    def __str__(self) -> str:
        return said(self.names, get_language() or "")

    @property
    def zone(self) -> ZoneInfo:
        """By whose clocks a day ends: the country's, else those of the house."""
        return ZoneInfo(self.time_zone) if self.time_zone else calendar_for(None).zone_on(now().date())

    def is_workday(self, subdivision: str = "") -> IsWorkday:
        """Tells of a day whether it is one, in a part of the country or (without a country) by the house's own hours."""
        if not self.country:
            return _open_days()
        region = subdivision or self.subdivision
        return lambda day: (
            day.weekday() in self.workdays and day not in holidays_in(self.country, region, day.year)
        )

    def day_of(self, step: str, received: date, subdivision: str = "") -> date | None:
        """The last day for a step; None where the profile says nothing of it."""
        promise = self.steps.get(step)
        return promise.within.after(received, self.is_workday(subdivision)) if promise else None


def _open_days() -> IsWorkday:
    """Those on which the house is open; every day, where it never is."""
    hours = calendar_for(None)
    try:
        hours.next_opening(now())
    except NoOpenHours:
        return lambda day: True
    return lambda day: bool(hours.spans_on(day))


@lru_cache(maxsize=128)
def holidays_in(code: str, subdivision: str, year: int) -> frozenset[date]:
    """The public holidays of a country, or of a part of it, in a year."""
    found = days_of(code, subdivision=subdivision, kinds=("public",), years=(year,))
    return frozenset(one.on for one in found)


@cache
def profiles() -> tuple[Profile, ...]:
    """All that there are, in the order of the file."""
    return tuple(_read(one) for one in yaml.safe_load(FILE.read_text()))


def keys() -> list[str]:
    return list(dict.fromkeys(one.key for one in profiles()))


def profile_of(key: str, on: date) -> Profile:
    """The one that holds on a day. Raises KeyError for a key nobody knows, NotInForce before its first day."""
    versions = [one for one in profiles() if one.key == key]
    if not versions:
        raise KeyError(key)
    held = [one for one in versions if one.valid_from <= on]
    if not held:
        raise NotInForce(f"{key} holds from {versions[0].valid_from} on")
    return max(held, key=lambda one: one.valid_from)


def latest(key: str) -> Profile:
    """As it is known last. Raises KeyError."""
    return profile_of(key, date.max)


def regions_of(profile: Profile) -> list[tuple[str, str]]:
    """Parts of its country that have holidays of their own, as pairs of code and name."""
    return country(profile.country).regions if profile.country else []


def _read(given: dict[str, Any]) -> Profile:
    steps = {name: _promise(dict(one)) for name, one in given["steps"].items()}
    return Profile(**{**given, "steps": steps, "workdays": tuple(given.get("workdays", ()))})


def _promise(given: dict[str, Any]) -> Promise:
    units = [unit for unit in Unit if unit in given]
    if len(units) != 1:
        raise ValueError("a promise counts in one unit")
    return Promise(
        Within(int(given[units[0]]), units[0]), given.get("rule", ""), bool(given.get("fixed", True))
    )
