"""What the `holidays` package knows of a country: its regions, the languages it names days in, kinds, and the days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.utils.translation import gettext, pgettext_lazy

from ahlan.core.numerals import language_name, locale

KINDS = {
    "public": pgettext_lazy("kind of holidays", "Public holidays"),
    "government": pgettext_lazy("kind of holidays", "Government offices"),
    "bank": pgettext_lazy("kind of holidays", "Banks"),
    "school": pgettext_lazy("kind of holidays", "Schools"),
    "half_day": pgettext_lazy("kind of holidays", "Half days"),
    "optional": pgettext_lazy("kind of holidays", "Optional days"),
    "unofficial": pgettext_lazy("kind of holidays", "Unofficial days"),
    "workday": pgettext_lazy("kind of holidays", "Working days of note"),
}


@dataclass(frozen=True, slots=True)
class Holiday:
    on: date
    name: str


@dataclass(frozen=True, slots=True)
class Country:
    """What may be chosen for a country: pairs of code and name."""

    regions: list[tuple[str, str]]
    languages: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    usual_language: str


@cache
def _package() -> Any:
    import holidays  # noqa: PLC0415 -- slow import, only where holidays are set up

    return holidays


def countries() -> list[tuple[str, str]]:
    """Code and name, by name, in the reader's language."""
    names = locale().territories
    codes = _package().list_supported_countries(include_aliases=False)
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda pair: pair[1])


def country(code: str) -> Country:
    """Raises KeyError for a country nobody knows the holidays of."""
    known = _country(code)
    aliases = {code: alias for alias, code in known.subdivisions_aliases.items()}
    spoken = known.supported_languages or ()
    reader = next((one for one in spoken if one.partition("_")[0] == locale().language), None)
    return Country(
        regions=[(one, aliases.get(one, one)) for one in known.subdivisions],
        languages=[(one, language_name(one.replace("_", "-"))) for one in spoken],
        kinds=[
            (one, str(KINDS.get(one) or one.replace("_", " ").capitalize()))
            for one in known.supported_categories
        ],
        usual_language=reader or known.default_language or "",
    )


def days_of(
    code: str, *, subdivision: str = "", language: str = "", kinds: Iterable[str] = (), years: Iterable[int]
) -> list[Holiday]:
    """The holidays of these years, by day. Raises KeyError as `country` does; what is not known there is left out."""
    known = _country(code)
    chosen = tuple(one for one in kinds if one in known.supported_categories)
    if not chosen:
        return []
    found = type(known)(
        subdiv=subdivision if subdivision in known.subdivisions else None,
        language=language if language in (known.supported_languages or ()) else None,
        categories=chosen,
        years=tuple(years),
    )
    return [Holiday(on, name[:200]) for on, name in sorted(found.items())]


def _country(code: str) -> Any:
    try:
        return _package().country_holidays(code)
    except NotImplementedError as error:
        raise KeyError(gettext("No holidays are known of this country.")) from error
