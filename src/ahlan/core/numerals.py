"""Numbers and times as each language writes them. The browser's Intl gives the same; see js/when.js."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    format_time,
    format_timedelta,
    get_day_names,
)
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit
from django.utils.timezone import get_current_timezone_name, localtime
from django.utils.translation import get_language, gettext, to_locale
from persiantools.jdatetime import JalaliDate

_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_STEPS = (("day", 86_400), ("hour", 3_600), ("minute", 60))
MINUTE, WEEK = timedelta(minutes=1), timedelta(days=7)


def locale() -> Locale:
    """The reader's, from the language of the interface."""
    return _locale(get_language() or "en")


@lru_cache(maxsize=16)
def _locale(language: str) -> Locale:
    return Locale.parse(to_locale(language))


def digits(text: str) -> str:
    """Babel leaves Persian numbers in Latin digits; Persian readers do not."""
    return text.translate(_PERSIAN) if locale().language == "fa" else text


def language_name(code: str) -> str:
    """A language by its name in the reader's own; its code when nobody knows it."""
    try:
        return Locale.parse(to_locale(code)).get_display_name(locale()) or code
    except (UnknownLocaleError, ValueError):
        return code


def number(n: int | float | Decimal) -> str:
    return digits(format_decimal(n, locale=locale(), numbering_system="default"))


def exact(moment: datetime) -> str:
    """Day and time in full, in the reader's time zone and calendar."""
    there = localtime(moment)
    if locale().language == "fa":
        return digits(f"{_persian(there.date(), with_year=True)}، {there:%H:%M}")
    return format_datetime(there, "medium", locale=locale(), tzinfo=there.tzinfo)


def day_and_clock(moment: datetime) -> str:
    """ "Mon 9:00 AM" in the reader's time zone; with the date instead of the weekday when it is a week ahead or more."""
    there = localtime(moment)
    day = get_day_names("abbreviated", locale=locale())[there.weekday()]
    if abs((there.date() - localtime().date()).days) >= WEEK.days:
        day = _date(there.date(), localtime().year, get_language())
    return digits(f"{day} {format_time(there, 'short', tzinfo=there.tzinfo, locale=locale())}")


def ago(moment: datetime, present: datetime) -> str:
    """ "4 hours ago"; the day itself once a week has gone by."""
    passed = present - moment
    if abs(passed) < MINUTE:
        return gettext("now")
    if abs(passed) >= WEEK:
        return _day(moment, present)
    told = format_timedelta(-passed, threshold=1, add_direction=True, locale=locale())
    return digits(re.sub(r" \([12]\)$", "", told))  # CLDR's Hebrew says "two hours (2) ago"


def short_ago(moment: datetime, present: datetime) -> str:
    """ "4 min", for lists; the day once a week has gone by."""
    passed = abs(present - moment)
    if passed >= WEEK:
        return _day(moment, present)
    return apart(moment, present) if passed >= MINUTE else gettext("now")


def apart(moment: datetime, present: datetime) -> str:
    """ "4 min": the time between two moments, whichever comes first; a minute at least."""
    seconds = max(abs(present - moment), MINUTE).total_seconds()
    unit, length = next(step for step in _STEPS if seconds >= step[1])
    return _unit(int(seconds // length), unit)


def hours(n: int) -> str:
    """ "4 hours" in the reader's words."""
    return digits(format_unit(n, "duration-hour", locale=locale(), numbering_system="default"))


def seconds(n: int) -> str:
    """ "10 seconds" in the reader's words."""
    return digits(format_unit(n, "duration-second", locale=locale(), numbering_system="default"))


def _unit(n: int, unit: str) -> str:
    return digits(
        format_unit(n, f"duration-{unit}", length="short", locale=locale(), numbering_system="default")
    )


def _day(moment: datetime, present: datetime) -> str:
    return _date(localtime(moment).date(), localtime(present).year, get_language())


def _persian(day: date, *, with_year: bool) -> str:
    """ "21 Mehr 1405" in Persian words and Latin digits: the calendar Babel does not know."""
    there = JalaliDate(day, locale="fa")  # type: ignore[no-untyped-call]
    return f"{there.day} {there.strftime('%B')}" + (f" {there.year}" if with_year else "")


@lru_cache(maxsize=2048)
def _date(there: date, this_year: int, _language: str | None) -> str:
    if locale().language == "fa":
        return digits(_persian(there, with_year=there.year != this_year))
    if there.year == this_year:
        midnight = datetime.combine(there, time(), tzinfo=UTC)
        return format_skeleton("MMMd", midnight, tzinfo=UTC, locale=locale())
    return format_date(there, "medium", locale=locale())


def day(on: date) -> str:
    """A date in short, with its year where that is another one."""
    return _date(on, localtime().year, get_language())


def full_day(day: date) -> str:
    """Weekday and date in full: "Sunday, January 18, 2026"."""
    if locale().language == "fa":
        weekday = get_day_names(locale=locale())[day.weekday()]
        return digits(f"{weekday} {_persian(day, with_year=True)}")
    return format_date(day, "full", locale=locale())


def long_day(day: date) -> str:
    """A date as it stands in a letter: "January 18, 2026"."""
    if locale().language == "fa":
        return digits(_persian(day, with_year=True))
    return format_date(day, "long", locale=locale())


def weekdays() -> list[tuple[int, str]]:
    """The days of the week by number (Monday is 0) and name, from the reader's first one on.

    Which is first goes by the land of his time zone (CLDR), else by the land his language is most at home in.
    """
    first = _home().first_week_day
    names = get_day_names(context="stand-alone", locale=locale())
    return [(day % 7, names[day % 7]) for day in range(first, first + 7)]


def first_workday() -> int:
    """The first day of the reader's working week (Monday is 0): Sunday in Israel, Saturday in Iran."""
    return (_home().weekend_end + 1) % 7


def _home() -> Locale:
    """The land of the reader, by his time zone, else by his language."""
    return _home_of(get_current_timezone_name(), locale().language)


@lru_cache(maxsize=256)
def _home_of(zone: str, language: str) -> Locale:
    land = get_global("zone_territories").get(zone)
    home = get_global("likely_subtags").get(language, "en_Latn_US").rpartition("_")[2]
    return Locale.parse(f"und_{land or home}")


def clock(minutes: int) -> str:
    """A time of day from minutes after midnight: "9:00 AM", "09.00"."""
    return digits(format_time(time(*divmod(minutes % 1440, 60)), "short", locale=locale()))


def listed(parts: Sequence[str]) -> str:
    """ "a, b and c" """
    return str(format_list(parts, locale=locale()))


def listed_or(parts: Sequence[str]) -> str:
    """ "a, b or c" """
    return str(format_list(parts, style="or", locale=locale()))


def size(n: int) -> str:
    """Bytes for people: "12 kB", "3.4 MB"."""
    for unit, length in (("gigabyte", 10**9), ("megabyte", 10**6), ("kilobyte", 10**3)):
        if n >= length:
            figure = round(n / length, 1) if n < 10 * length else round(n / length)
            return digits(format_unit(figure, f"digital-{unit}", length="short", locale=locale()))
    return digits(format_unit(n, "digital-byte", length="short", locale=locale()))
