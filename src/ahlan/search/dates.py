"""Days as keys: each text bears its year, month and day (UTC), so a span of time is a few keys and no column is read."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from ahlan.core.clock import now
from ahlan.search.normal import normal
from ahlan.search.sources import BadFilter, Facets, facet

FIRST = date(1990, 1, 1)
DAY = timedelta(days=1)


def keys_at(moment: datetime) -> list[str]:
    day = moment.astimezone(UTC)
    return [facet("y", f"{day:%Y}"), facet("m", f"{day:%Y%m}"), facet("d", f"{day:%Y%m%d}")]


def read_day(value: str) -> datetime:
    """The moment at which a day ("2026-11-05"), month or year begins where the reader is. Raises BadFilter."""
    parts = normal(value).replace("/", "-").replace(".", "-").split("-")
    try:
        year, month, day = (int(one) for one in [*parts, "1", "1"][: max(3, len(parts))])
        return datetime.combine(date(year, month, day), time(), get_current_timezone())
    except (ValueError, OverflowError) as error:
        raise BadFilter(
            _("“%(value)s” is no day. Write it as 2026-11-05.") % {"value": value[:40]}
        ) from error


def keys_of_span(since: datetime | None, until: datetime | None) -> Facets:
    """Keys one of which is held by whatever fell into this span, and by little else: both of its ends are whole days."""
    first = max(since.astimezone(UTC).date(), FIRST) if since else FIRST
    last = (until or now() + 365 * DAY).astimezone(UTC).date()
    return tuple(_cover(first, min(last, (now() + 366 * DAY).date())))


def _cover(day: date, last: date) -> Iterator[str]:
    while day <= last:
        year, month = date(day.year + 1, 1, 1), (day.replace(day=1) + 32 * DAY).replace(day=1)
        if (day.month, day.day) == (1, 1) and year - DAY <= last:
            yield facet("y", f"{day:%Y}")
            day = year
        elif day.day == 1 and month - DAY <= last:
            yield facet("m", f"{day:%Y%m}")
            day = month
        else:
            yield facet("d", f"{day:%Y%m%d}")
            day += DAY
