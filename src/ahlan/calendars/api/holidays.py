"""Whose public holidays business hours keep."""

import datetime as dt
from typing import Annotated, Literal

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.calendars import actions
from ahlan.calendars.api.hours import Clock, HoursOut, On, clock, hours, hours_told
from ahlan.calendars.models import BusinessHours, HolidaySet
from ahlan.calendars.policies import hours_for
from ahlan.calendars.public_holidays import Country, countries, country
from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import In, Key, Line, Listed, Out, all_of

Kind = Literal["closed", "short", "usual"]


class CountryOut(Out):
    code: Annotated[str, Field(examples=["FI"])]
    name: Annotated[str, Field(examples=["Finland"])]


class HolidaysOut(Out):
    country: Annotated[str, Field(examples=["FI"])]
    subdivision: Annotated[str, Field(examples=[""])]
    language: Annotated[str, Field(description="In which the days are named.", examples=["fi"])]
    categories: Annotated[list[str], Field(examples=[["public"]])]
    closes_at: Annotated[str, Field(description="When half days close.", examples=["13:00"])]


class HolidaysGiven(In):
    country: Annotated[Line, Field(max_length=2, description="ISO 3166.", examples=["FI"])]
    subdivision: Annotated[Line, Field(max_length=10, description="A region of it.", examples=[""])] = ""
    language: Annotated[
        Line, Field(max_length=10, description="The usual one, unless given.", examples=[""])
    ] = ""
    categories: Annotated[list[Line], Field(max_length=20, examples=[["public"]])] = ["public"]
    closes_at: Clock = "13:00"
    days: Annotated[
        dict[On, Kind],
        Field(max_length=200, description="What becomes of single days; others are closed.", examples=[{}]),
    ] = {}


@hours.reads("/holiday-countries", "settings:read")
def list_countries(request: HttpRequest) -> Listed[CountryOut]:
    """List the countries whose public holidays are known."""
    return all_of(countries(), lambda pair: CountryOut(code=pair[0], name=pair[1]))


def _kept(found: BusinessHours) -> HolidaySet:
    kept = HolidaySet.objects.filter(hours=found).first()
    if kept is None:
        raise Http404("no holidays are kept")
    return kept


@hours.reads("/hours/{int:pk}/holidays", "settings:read")
def get_holidays(request: HttpRequest, pk: Key) -> HolidaysOut:
    """Get whose holidays the hours keep. Their days to come stand among the days of the hours."""
    kept = _kept(hours_for(request, pk))
    return HolidaysOut(
        country=kept.country, subdivision=kept.subdivision, language=kept.language, categories=kept.categories,
        closes_at=clock(kept.closes_at),
    )  # fmt: skip


@hours.writes("PUT", "/hours/{int:pk}/holidays", "settings:write")
def set_holidays(request: HttpRequest, pk: Key, given: HolidaysGiven) -> HoursOut:
    """Keep the public holidays of a country. For this year and next, from today on."""
    found = hours_for(request, pk)
    known = _known(given)
    hour, minute = given.closes_at.split(":")
    chosen = HolidaySet(
        hours=found, country=given.country, subdivision=given.subdivision, language=given.language or known.usual_language,
        categories=given.categories, closes_at=int(hour) * 60 + int(minute),
    )  # fmt: skip
    kinds: dict[dt.date, str] = dict(given.days)
    actions.set_holidays(chosen, kinds, actor=f"agent:{request.user.pk}")
    return hours_told(pk)


def _known(given: HolidaysGiven) -> Country:
    """Raises Problem for what is not known of the country."""
    try:
        known = country(given.country)
    except KeyError:
        raise wrong("country", _("No holidays are known of this country.")) from None
    for field, values, offered in (
        ("subdivision", [given.subdivision], known.regions),
        ("language", [given.language], known.languages),
        ("categories", given.categories, known.kinds),
    ):
        if not set(values) <= {"", *(code for code, _name in offered)}:
            raise wrong(field, _("This is not known of the country."))
    return known


@hours.writes("DELETE", "/hours/{int:pk}/holidays", "settings:write")
def drop_holidays(request: HttpRequest, pk: Key) -> None:
    """Keep no country's holidays any more. From today on."""
    found = hours_for(request, pk)
    _kept(found)
    actions.drop_holidays(found, actor=f"agent:{request.user.pk}")
