"""What customers need in a span of days, by theme: from the journal, from searches that found nothing, and from what they wrote in surveys."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count as CountOf
from django.db.models import QuerySet, Sum

from ahlan.events.definitions import Definitions
from ahlan.feedback.journal.models import Insight, Source, Theme
from ahlan.feedback.journal.themes import Known, known, themes_in
from ahlan.feedback.models import Count, Grain, Version
from ahlan.knowledge.models import Need, NeedDay
from ahlan.tickets.models import Ticket

MOST_THEMES = 200
MOST_SEARCHES = 500  # of a span, the most frequent
QUOTES = 3
SEARCH, SURVEY = "search", "survey"


@dataclass(frozen=True)
class House:
    """The themes of the house, as they are shown and as they are looked for."""

    all: list[Theme]

    @property
    def open(self) -> list[Theme]:
        return [one for one in self.all if not one.archived_at]

    def names(self) -> dict[int | None, str]:
        return {one.pk: str(one) for one in self.all}


def _read() -> tuple[House, list[Known]]:
    house = House(list(Theme.objects.all()[:MOST_THEMES]))
    return house, [known(one.pk, one.words) for one in house.open]


_themes = Definitions("themes", read=_read, of=[Theme])


def themes() -> House:
    return _themes()[0]


def known_themes() -> list[Known]:
    return _themes()[1]


@dataclass
class Row:
    """One theme in a span. `sources` and `languages`: how often by each; `weight`: the sum of strengths of what was noted."""

    theme: int | None
    name: str
    sources: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    weight: int = 0
    searches: list[tuple[str, int]] = field(default_factory=list)
    quotes: list[Insight] = field(default_factory=list)
    before: int = 0

    @property
    def total(self) -> int:
        return self.sources.total()

    @property
    def noted(self) -> int:
        return sum(n for source, n in self.sources.items() if source in Source.values)

    @property
    def strength(self) -> float | None:
        """The mean of what was noted, 1 to 3."""
        return self.weight / self.noted if self.noted else None


def counted(on: date, until: date, language: str = "") -> QuerySet[Insight]:
    """What counts in a span, its last day included."""
    found = Insight.objects.filter(retracted_at=None, heard_on__range=(on, until))
    return found.filter(language=language) if language else found


def board(on: date, until: date, *, language: str = "", quotes: bool = False) -> list[Row]:
    """Every theme that was met, the most frequent first, what has no theme last. As many queries whatever there is."""
    rows = _counted(on, until, language)
    long = until - on + timedelta(days=1)
    for key, row in _counted(on - long, on - timedelta(days=1), language).items():
        if key in rows:
            rows[key].before = row.total
    if quotes:
        _quote(rows, counted(on, until, language))
    return sorted(rows.values(), key=lambda one: (one.theme is None, -one.total, one.name))


def _counted(on: date, until: date, language: str) -> dict[int | None, Row]:
    names, looked_for = themes().names(), known_themes()
    rows: dict[int | None, Row] = {}

    def row(theme: int | None) -> Row:
        return rows.setdefault(theme, Row(theme, names.get(theme, "")))

    by = counted(on, until, language).order_by().values_list("theme", "source", "language")
    for theme, source, spoken, n, weight in by.annotate(n=CountOf("pk"), weight=Sum("strength")):
        _add(row(theme), source, spoken, n)
        row(theme).weight += weight
    for need, spoken, wordings, n in _searched(on, until, language):
        spoken_of: Sequence[int | None] = themes_in(" ".join(wordings), spoken, looked_for) or [None]
        for theme in spoken_of:
            _add(row(theme), SEARCH, spoken, n)
            row(theme).searches.append((wordings[0] if wordings else need, n))
    for theme, spoken, n in written(on, until, language):
        _add(row(theme), SURVEY, spoken, n)
    return rows


def _add(row: Row, source: str, language: str, n: int) -> None:
    row.sources[source] += n
    row.languages[language] += n


def _searched(on: date, until: date, language: str) -> list[tuple[str, str, list[str], int]]:
    """What was searched in vain, the most frequent first: its key, language, wordings, and how often."""
    days = NeedDay.objects.filter(on__range=(on, until))
    if language:
        days = days.filter(need__language=language)
    most = days.order_by().values_list("need").annotate(n=Sum("n")).order_by("-n", "need")[:MOST_SEARCHES]
    sums = dict(most)
    found = Need.objects.in_bulk(sums)
    return [
        (found[pk].key, found[pk].language, found[pk].wordings, n) for pk, n in sums.items() if pk in found
    ]


def written(on: date, until: date, language: str) -> Iterable[tuple[int, str, int]]:
    """What survey answers speak of: theme, language, how many. Read from the daily counts; of anonymous answers nothing is counted by theme."""
    days = Count.objects.filter(
        version__in=Version.objects.values("pk"), facet="theme_in", grain=Grain.DAY, on__range=(on, until)
    )
    for key, n in days.order_by().values_list("key").annotate(total=Sum("n")):
        theme, _dot, spoken = key.partition(".")
        if n and theme.isdecimal() and (not language or spoken == language):
            yield int(theme), spoken, n


def _quote(rows: dict[int | None, Row], found: QuerySet[Insight]) -> None:
    """Some of what was said of each theme, the strongest first."""
    for one in found.select_related("customer").order_by("-strength", "-heard_on", "-id")[:MOST_SEARCHES]:
        if len(rows[one.theme_id].quotes) < QUOTES:
            rows[one.theme_id].quotes.append(one)


def insights_of(ticket: Ticket) -> QuerySet[Insight]:
    """What was noted from a ticket, the latest first."""
    return (
        Insight.objects.filter(ticket=ticket, retracted_at=None)
        .select_related("theme", "agent")
        .order_by("-id")
    )


def month_of(text: str, today: date) -> tuple[date, date]:
    """The first and last day of "2026-11"; of this month for anything else."""
    year, _dash, month = text.partition("-")
    if year.isdecimal() and month.isdecimal() and 2000 <= int(year[:5]) <= 2200 and 1 <= int(month[:3]) <= 12:
        today = date(int(year), int(month), 1)
    first = today.replace(day=1)
    return first, next_month(first) - timedelta(days=1)


def next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
