"""What a report asks: which figures, split by what, of which time, of whom, against which other time. A value, kept as JSON.

question_of({"figures": [{"key": "first_response_time", "method": "p90", "business": True}], "by": "team", "period": "last_month"})
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from ahlan.core.clock import now
from ahlan.core.text import clean
from ahlan.kpis.declared import SPLITS, Kpi, kpi_for
from ahlan.kpis.own import OWN
from ahlan.kpis.policies import seen_inboxes
from ahlan.kpis.reading import Filters, Period
from ahlan.staff.models import Agent, Team

MOST_FIGURES = 6
LONGEST = 2 * 366  # days
TIMES = ("day", "week", "month")
HOURS = "hours"  # a heat map: weekday by hour
BYS = ("", *TIMES, HOURS, *SPLITS)
FIXED = "fixed"
PERIODS = (
    "yesterday", "last_7_days", "last_28_days", "last_week", "last_month", "last_quarter", "last_year", "this_month", FIXED,
)  # fmt: skip
BEFORE, YEAR, CHOSEN = "before", "year", "chosen"
AGAINST = ("", BEFORE, YEAR, CHOSEN)
NUMBERS = ("team", "agent", "inbox", "tag", "organisation", "priority")
WORDS = ("channel", "language", "customer_kind")
KINDS = ("internal", "external")


class BadQuestion(ValueError):
    """What no report can ask; `at` names the part."""

    def __init__(self, at: str, why: str) -> None:
        super().__init__(f"{at}: {why}")
        self.at = at


@dataclass(frozen=True)
class Wanted:
    """One figure as it is read. `method` "" is its first."""

    key: str
    method: str = ""
    business: bool = False

    @property
    def kpi(self) -> Kpi:
        return kpi_for(self.key)

    @property
    def read_by(self) -> str:
        return self.method or (self.kpi.methods[0] if self.kpi.methods else "")


@dataclass(frozen=True)
class Question:
    """`period`: one of PERIODS, reckoned anew at each reading; "fixed" are the days from `start` up to `until`, included.

    `limits`: what is counted, by the names of `Filters`. `clock`: "team" for the clocks of the team it is limited to, else its reader's.
    """

    figures: tuple[Wanted, ...]
    by: str = ""
    period: str = "last_28_days"
    start: date | None = None
    until: date | None = None
    against: str = ""
    other_start: date | None = None
    other_until: date | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    clock: str = ""

    def as_data(self) -> dict[str, Any]:
        """As JSON holds it; `question_of` reads it back."""
        found = asdict(self)
        for name in ("start", "until", "other_start", "other_until"):
            found[name] = found[name].isoformat() if found[name] else None
        return {**found, "figures": list(found["figures"]), "limits": dict(self.limits)}


def question_of(given: Mapping[str, Any]) -> Question:
    """Raises BadQuestion."""
    figures = tuple(_figure(one) for one in given.get("figures") or ())
    if not 0 < len(figures) <= MOST_FIGURES or len(set(figures)) < len(figures):
        raise BadQuestion("figures", f"between one and {MOST_FIGURES}, each once")
    by = _one_of("by", given, BYS)
    for one in figures:
        if (by in SPLITS and by not in one.kpi.splits) or (by == HOURS and one.kpi.measure in OWN):
            raise BadQuestion("by", f"{one.key} is not told so")
    found = Question(
        figures, by, _one_of("period", given, PERIODS, "last_28_days"), _day(given, "start"), _day(given, "until"),
        _one_of("against", given, AGAINST), _day(given, "other_start"), _day(given, "other_until"),
        _limits(given.get("limits") or {}), _one_of("clock", given, ("", "team")),
    )  # fmt: skip
    if found.period == FIXED:
        _check_days(found.start, found.until, "start")
    if found.against == CHOSEN:
        _check_days(found.other_start, found.other_until, "other_start")
    if found.against and found.by == HOURS:
        raise BadQuestion("against", "a heat map is of one time")
    return found


def _figure(given: Any) -> Wanted:
    if not isinstance(given, Mapping):
        raise BadQuestion("figures", "not a figure")
    try:
        kpi = kpi_for(str(given.get("key")))
    except KeyError:
        raise BadQuestion("figures", "no such figure") from None
    method = str(given.get("method") or "")
    if method and method not in kpi.methods:
        raise BadQuestion("figures", f"{kpi.key} is not read so")
    return Wanted(kpi.key, method, bool(given.get("business")) and kpi.in_business_time)


def _one_of(name: str, given: Mapping[str, Any], choices: tuple[str, ...], usual: str = "") -> str:
    found = given.get(name) or usual
    if found not in choices:
        raise BadQuestion(name, "not one of them")
    return str(found)


def _day(given: Mapping[str, Any], name: str) -> date | None:
    found = given.get(name)
    if isinstance(found, str) and found:
        try:
            found = date.fromisoformat(found)
        except ValueError:
            raise BadQuestion(name, "not a day") from None
    if found and not (isinstance(found, date) and 1900 <= found.year <= 2200):
        raise BadQuestion(name, "out of reach")
    return found or None


def _check_days(start: date | None, until: date | None, name: str) -> None:
    if start is None or until is None or not timedelta() <= until - start < timedelta(days=LONGEST):
        raise BadQuestion(name, "from a day to a later one, two years at most")


def _limits(given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping) or not set(given) <= {*NUMBERS, *WORDS, "bot"}:
        raise BadQuestion("limits", "unknown")
    found: dict[str, Any] = {}
    for name, value in given.items():
        if value in (None, ""):
            continue
        if name in NUMBERS:
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
                raise BadQuestion("limits", f"{name} is a number")
            found[name] = value
        elif name == "bot":
            found[name] = bool(value)
        else:
            text = clean(str(value))
            if len(text) > 20 or (name == "customer_kind" and text not in KINDS):
                raise BadQuestion("limits", f"not a {name}")
            found[name] = text
    return found


def filters_of(question: Question, reader: Agent, *, business: bool = False) -> Filters:
    """What is counted: what it is limited to, of the inboxes its reader sees."""
    return Filters(**question.limits, business=business, inboxes=seen_inboxes(reader))


def zone_of(question: Question, reader: Agent) -> str:
    """By whose clocks days begin: the team's where the report says so, else its reader's."""
    if question.clock == "team" and question.limits.get("team"):
        team = Team.objects.select_related("hours").filter(pk=question.limits["team"]).first()
        if team is not None:
            return team.calendar().zone_on(now().date()).key
    return reader.time_zone


def period_of(question: Question, zone: str, today: date) -> Period:
    """`today`: by the clocks of that zone."""
    if question.period == FIXED and question.start and question.until:
        return Period(question.start, question.until + timedelta(days=1), zone)
    return Period(*_span(question.period, today), zone)


def _span(name: str, today: date) -> tuple[date, date]:
    """The first day, and the one after the last. Weeks begin on Monday."""
    month = today.replace(day=1)
    if name == "this_month":
        return month, today + timedelta(days=1)
    if name == "last_month":
        return _months(month, -1), month
    if name == "last_quarter":
        quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
        return _months(quarter, -3), quarter
    if name == "last_year":
        return date(today.year - 1, 1, 1), date(today.year, 1, 1)
    if name == "last_week":
        monday = today - timedelta(days=today.weekday())
        return monday - timedelta(days=7), monday
    days = {"yesterday": 1, "last_7_days": 7, "last_28_days": 28}[name]
    return today - timedelta(days=days), today


CALENDAR = {"last_month": 1, "last_quarter": 3, "last_year": 12, "this_month": 1}  # months


def other_of(question: Question, period: Period) -> Period | None:
    """The time it is held against: of a month the month before, of this month as many of its days, else as many days right before."""
    if question.against == CHOSEN and question.other_start and question.other_until:
        return Period(question.other_start, question.other_until + timedelta(days=1), period.zone)
    if question.against == YEAR:
        if question.period == "last_week":  # weekday by weekday
            return Period(period.start - timedelta(days=364), period.end - timedelta(days=364), period.zone)
        return Period(_months(period.start, -12), _months(period.end, -12), period.zone)
    if question.against == BEFORE:
        back = CALENDAR.get(question.period)
        if back is None:
            length = period.end - period.start
            return Period(period.start - length, period.start, period.zone)
        return Period(_months(period.start, -back), _months(period.end, -back), period.zone)
    return None


def _months(day: date, n: int) -> date:
    """So many months on; of a month without that day its last one."""
    at = day.year * 12 + day.month - 1 + n
    first = date(at // 12, at % 12 + 1, 1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


def steps_of(period: Period, by: str) -> list[Period]:
    """The days, weeks (from Monday on) or months of a time; the first and the last may be shorter."""
    if by == "day":
        return list(period.days())
    if by == "week":
        return list(period.weeks())
    found, start = [], period.start
    while start < period.end:
        after = min(_months(start.replace(day=1), 1), period.end)
        found.append(Period(start, after, period.zone))
        start = after
    return found


def query_of(question: Question, one: Wanted, period: Period, **more: Any) -> str:
    """The same in the words of Pulse's pages, for a link to them."""
    said = {
        "start": period.start.isoformat(), "until": (period.end - timedelta(days=1)).isoformat(), **question.limits, **more,
        **({"business": "1"} if one.business else {}), **({"method": one.method} if one.method else {}),
        **({"clock": question.clock} if question.clock else {}),
    }  # fmt: skip
    if "bot" in said:
        said["bot"] = "1" if said["bot"] in (True, "1") else "0"
    return urlencode(said)
