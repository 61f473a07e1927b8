"""What answers come to over a time, by whom and about what: read from the counts alone, never from the answers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ahlan.channels.models import Inbox
from ahlan.channels.registry import channel
from ahlan.core.numerals import language_name
from ahlan.customers.models import Organisation
from ahlan.feedback.counting import INVITED, RESPONDED, UNDELIVERED
from ahlan.feedback.instruments import scores
from ahlan.feedback.instruments.scores import FEWEST, Reading, Tally
from ahlan.feedback.journal.models import Theme
from ahlan.feedback.marks import OVERLAPPING
from ahlan.feedback.models import Count, Grain, Place, Survey, Version
from ahlan.feedback.segments.models import Segment
from ahlan.knowledge.models import Article
from ahlan.staff.models import Agent, Team

SPLITS = {
    "team": gettext_lazy("Team"), "agent": gettext_lazy("Agent"), "inbox": gettext_lazy("Inbox"), "channel": gettext_lazy("Channel"),
    "language": gettext_lazy("Language"), "organisation": gettext_lazy("Organisation"), "survey": gettext_lazy("Survey"),
    "place": gettext_lazy("Place"), "segment": gettext_lazy("Segment"), "article": gettext_lazy("Article"), "theme": gettext_lazy("Theme"),
}  # fmt: skip
TABLES: dict[str, Any] = {
    "team": Team,
    "agent": Agent,
    "inbox": Inbox,
    "organisation": Organisation,
    "survey": Survey,
    "place": Place,
    "segment": Segment,
    "article": Article,
    "theme": Theme,
}
BY_DAY, BY_WEEK = 31, 190  # days up to which a series goes by days, and by weeks
MOST_GROUPS = 100
Found = dict[Any, dict[str, Counter[int]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is of. `on` and `until` are its first and last day; `inboxes` None: all. `facet` and `key`: one group alone."""

    version: Version
    on: date
    until: date
    inboxes: list[int] | None = None
    facet: str = ""
    key: str = ""
    anonymous: bool = False

    @property
    def before(self) -> "Asked":
        """The same of as many days before."""
        long = self.until - self.on + timedelta(days=1)
        return Asked(
            self.version,
            self.on - long,
            self.on - timedelta(days=1),
            self.inboxes,
            self.facet,
            self.key,
            self.anonymous,
        )


def counted_since(day: date) -> set[int]:
    """The versions of which anything was counted since, by the counts of whole months."""
    found = Count.objects.filter(facet="", grain=Grain.MONTH, on__gte=day.replace(day=1))
    return set(found.order_by().values_list("version", flat=True).distinct())


def whole_weeks(on: date, until: date) -> tuple[date, date]:
    """From the Monday before to the Sunday before: two spans of an anonymous survey differ by weeks, not by a day and its one answer."""
    first = on - timedelta(days=on.weekday())
    last = until - timedelta(days=(until.weekday() + 1) % 7)
    return first, max(last, first + timedelta(days=6))


def _within(asked: Asked, facet: str) -> QuerySet[Count]:
    """The counts of a span: months where they lie in it whole, else days."""
    found = _seen(asked, Count.objects.filter(facet=facet))
    first = asked.on if asked.on.day == 1 else _next_month(asked.on)
    last = (
        asked.until.replace(day=1)
        if asked.until + timedelta(days=1) != _next_month(asked.until)
        else _next_month(asked.until)
    )
    if first >= last:
        return found.filter(grain=Grain.DAY, on__range=(asked.on, asked.until))
    months = Q(grain=Grain.MONTH, on__gte=first, on__lt=last)
    edges = Q(grain=Grain.DAY, on__gte=asked.on, on__lt=first) | Q(
        grain=Grain.DAY, on__gte=last, on__lte=asked.until
    )
    return found.filter(months | edges)


def _seen(asked: Asked, found: QuerySet[Count]) -> QuerySet[Count]:
    return found if asked.inboxes is None else found.filter(Q(inbox_id=None) | Q(inbox_id__in=asked.inboxes))


def _several(asked: Iterable[Asked], found: QuerySet[Count], by: str) -> dict[int, Found]:
    """The counts of several instruments in one query, by wording and by one column more."""
    some = list(asked)
    found = found.filter(version__in=[one.version.pk for one in some])
    if some[0].facet:
        found = found.filter(key=some[0].key)
    tallies: dict[int, Found] = defaultdict(lambda: defaultdict(lambda: defaultdict(Counter)))
    rows = found.values_list("version", by, "part", "value").annotate(total=Sum("n")).order_by()
    for version, group, part, value, n in rows:
        tallies[version][group][part][value] += n
    return tallies


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _sums(found: QuerySet[Count], by: str) -> Found:
    tallies: Found = defaultdict(lambda: defaultdict(Counter))
    for group, part, value, n in found.values_list(by, "part", "value").annotate(total=Sum("n")).order_by():
        tallies[group][part][value] += n
    return tallies


def total(asked: Asked) -> Tally:
    """Of everything, or of one group."""
    return _totals([asked]).get(asked.version.pk, {})


def _totals(asked: Sequence[Asked]) -> dict[int, Tally]:
    """Of several wordings over one span."""
    found = _several(asked, _within(asked[0], asked[0].facet), "facet")
    return {version: groups.get(asked[0].facet, {}) for version, groups in found.items()}


def groups(asked: Asked, facet: str) -> Found:
    return _sums(_within(asked, facet).filter(version=asked.version), "key")


@dataclass(frozen=True, slots=True)
class Point:
    """One bucket of a series; `reading` None where it must not be shown."""

    on: date
    until: date
    reading: Reading | None


def series(asked: Asked) -> list[Point]:
    return _series(asked, _several([asked], _by_time(asked), "on").get(asked.version.pk, {}))


def _by_time(asked: Asked) -> QuerySet[Count]:
    """By days where buckets are short, else by months."""
    if (asked.until - asked.on).days + 1 > BY_WEEK:
        return _within(asked, asked.facet)
    found = Count.objects.filter(facet=asked.facet, grain=Grain.DAY, on__range=(asked.on, asked.until))
    return _seen(asked, found)


def _series(asked: Asked, rows: Mapping[date, Tally]) -> list[Point]:
    starts = list(_starts(asked, (asked.until - asked.on).days + 1))
    ends = [one - timedelta(days=1) for one in starts[1:]] + [asked.until]
    bucket = {start: [] for start in starts}  # type: dict[date, list[Tally]]
    for on, tally in rows.items():
        bucket[max(start for start in starts if start <= on)].append(tally)
    read = asked.version.instrument.measure.reading
    points = [
        Point(start, end, read(scores.added(bucket[start]))) for start, end in zip(starts, ends, strict=True)
    ]
    return _veiled(points) if asked.anonymous else points


def _starts(asked: Asked, days: int) -> Iterable[date]:
    """The first days of the buckets: days, weeks or months; the first and last may be cut."""
    if days <= BY_DAY and not asked.anonymous:
        yield from (asked.on + timedelta(days=n) for n in range(days))
        return
    day = asked.on
    while day <= asked.until:
        yield day
        day = _next_month(day) if days > BY_WEEK else day + timedelta(days=7 - day.weekday())


def _veiled(points: list[Point]) -> list[Point]:
    hidden = scores.hidden({n: one.reading.n for n, one in enumerate(points) if one.reading})
    return [Point(one.on, one.until, None) if n in hidden else one for n, one in enumerate(points)]


@dataclass(frozen=True, slots=True)
class Group:
    """`stands`: "above", "below", "same" (not distinguishable) or "" against all others; `reading` None: too few to be shown."""

    key: str
    name: str
    reading: Reading | None
    stands: str = ""


def split(asked: Asked, facet: str) -> list[Group]:
    """Every group by itself, held against the rest; the largest first."""
    measure = asked.version.instrument.measure
    tallies = groups(asked, facet)
    readings = {key: measure.reading(tally) for key, tally in tallies.items()}
    hidden = scores.hidden({key: one.n for key, one in readings.items()}) if asked.anonymous else set()
    largest = sorted((key for key, one in readings.items() if one.n), key=lambda key: -readings[key].n)[
        :MOST_GROUPS
    ]
    names = names_of(facet, largest)
    whole = total(asked) if facet in OVERLAPPING else scores.added(tallies.values())
    return [
        Group(key, names[key], None if key in hidden else readings[key], "" if hidden else _stands(measure, whole, tallies[key]))
        for key in largest
    ]  # fmt: skip


def _stands(measure: Any, whole: Tally, own: Tally) -> str:
    rest = {part: Counter(counts) for part, counts in whole.items()}
    for part, counts in own.items():
        rest[part].subtract(counts)
    found = scores.difference(
        measure.reading(own), measure.reading({part: +counts for part, counts in rest.items()})
    )
    return stands(found, measure.better)


def stands(found: scores.Difference | None, better: str) -> str:
    if found is None:
        return ""
    if not found.sure:
        return "same"
    return "above" if (found.by > 0) == (better == "higher") else "below"


def names_of(facet: str, keys: Iterable[str]) -> dict[str, str]:
    keys = list(keys)
    if facet in TABLES:
        found = TABLES[facet].objects.filter(pk__in=[int(key) for key in keys])
        known = {
            str(one.pk): str(one)
            for one in (found.prefetch_related("translations") if facet == "article" else found)
        }
        return {key: known.get(key, "–") for key in keys}
    return {key: language_name(key) if facet == "language" else _channel_name(key) for key in keys}


def _channel_name(key: str) -> str:
    try:
        return str(channel(key).name)
    except KeyError:
        return key


@dataclass(frozen=True, slots=True)
class Rate:
    """How many were asked and answered, by the day they were asked."""

    invited: int = 0
    undelivered: int = 0
    responded: int = 0

    @property
    def percent(self) -> float | None:
        return scores.response_rate(self.responded, self.invited, self.undelivered)


def rate_of(tally: Mapping[str, Counter[int]] | Tally) -> Rate:
    return Rate(*(sum(tally.get(part, {}).values()) for part in (INVITED, UNDELIVERED, RESPONDED)))


@dataclass(frozen=True, slots=True)
class Report:
    """One instrument over a span. `veiled`: there are too few answers to be shown at all."""

    asked: Asked
    reading: Reading
    earlier: Reading
    stands: str
    rate: Rate
    veiled: bool = False
    points: list[Point] = field(default_factory=list)


def report(asked: Asked) -> Report:
    return overview([asked])[0]


def overview(asked: Iterable[Asked]) -> list[Report]:
    """Several instruments, in three queries for each span that is asked of."""
    found = []
    for _of, same in groupby(sorted(asked, key=_span), key=_span):
        some = list(same)
        tallies, before = _totals(some), _totals([one.before for one in some])
        rows = _several(some, _by_time(some[0]), "on")
        for one in some:
            key = one.version.pk
            found.append(_report(one, tallies.get(key, {}), before.get(key, {}), rows.get(key, {})))
    return found


def _span(asked: Asked) -> tuple[Any, ...]:
    return asked.on, asked.until, asked.facet, asked.key, asked.anonymous


def _report(asked: Asked, tally: Tally, before: Tally, rows: Mapping[date, Tally]) -> Report:
    measure = asked.version.instrument.measure
    reading, earlier = measure.reading(tally), measure.reading(before)
    if asked.anonymous and reading.n < FEWEST:
        return Report(asked, Reading(None, 0), Reading(None, 0), "", rate_of(tally), veiled=reading.n > 0)
    if asked.anonymous and earlier.n < FEWEST:
        earlier = Reading(None, 0)
    told = stands(scores.difference(reading, earlier), measure.better)
    return Report(asked, reading, earlier, told, rate_of(tally), points=_series(asked, rows))


def trend_words(told: str) -> str:
    """How a span stands against the one before."""
    return {
        "above": _("better than before"), "below": _("worse than before"), "same": _("not distinguishable from before"),
    }.get(told, "")  # fmt: skip
