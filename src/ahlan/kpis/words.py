"""What splits, groups, ways of reading and times are called."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ahlan.channels.models import Inbox
from ahlan.channels.registry import channels
from ahlan.core.numerals import day, language_name
from ahlan.customers.models import Organisation
from ahlan.kpis.question import Question, Wanted
from ahlan.kpis.reading import Period
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Priority, Tag

NAMES = {
    "team": gettext_lazy("team"), "agent": gettext_lazy("agent"), "inbox": gettext_lazy("inbox"), "channel": gettext_lazy("channel"),
    "language": gettext_lazy("language"), "priority": gettext_lazy("priority"), "customer_kind": gettext_lazy("kind of customer"),
    "tag": gettext_lazy("tag"), "bot": gettext_lazy("people and bot"),
}  # fmt: skip
LABELS = {
    "external": gettext_lazy("Customers"), "internal": gettext_lazy("Own divisions"), "people": gettext_lazy("People"), "bot": gettext_lazy("Bot"),
}  # fmt: skip
METHODS = {
    "median": gettext_lazy("median"), "mean": gettext_lazy("mean"), "p90": gettext_lazy("nine of ten within"), "p95": gettext_lazy("19 of 20 within"),
}  # fmt: skip
GROUPS = {
    "volume": gettext_lazy("How many"), "speed": gettext_lazy("Speed"), "quality": gettext_lazy("Quality"), "load": gettext_lazy("Load"),
    "voice": gettext_lazy("What customers say"),
}  # fmt: skip
BYS = {
    "": gettext_lazy("nothing, as a whole"), "day": gettext_lazy("day"), "week": gettext_lazy("week, from Monday on"), "month": gettext_lazy("month"),
    "hours": gettext_lazy("hour and weekday"), **NAMES,
}  # fmt: skip
PERIODS = {
    "yesterday": gettext_lazy("Yesterday"), "last_7_days": gettext_lazy("Last 7 days"), "last_28_days": gettext_lazy("Last 28 days"),
    "last_week": gettext_lazy("Last week"), "last_month": gettext_lazy("Last month"), "last_quarter": gettext_lazy("Last quarter"),
    "last_year": gettext_lazy("Last year"), "this_month": gettext_lazy("This month so far"), "fixed": gettext_lazy("Chosen days"),
}  # fmt: skip
AGAINST = {
    "": pgettext_lazy("compared with", "nothing"), "before": gettext_lazy("the time right before"),
    "year": gettext_lazy("the same a year ago"), "chosen": gettext_lazy("chosen days"),
}  # fmt: skip


def group_name(by: str, label: str) -> str:
    """What a group is called, where it is more than a name."""
    if by == "priority" and label.isdecimal() and int(label) in Priority.values:
        return str(Priority(int(label)).label)
    if by == "language":
        return language_name(label)
    if by == "channel":
        found = channels().get(label)
        return str(found.name) if found else label
    return str(LABELS[label]) if label in LABELS else label


def figure_name(one: Wanted) -> str:
    """A figure with how it is read."""
    parts = [str(one.kpi.name)]
    if len(one.kpi.methods) > 1 and one.read_by in METHODS:
        parts.append(str(METHODS[one.read_by]))
    if one.business:
        parts.append(_("in opening hours"))
    return ", ".join(parts)


def days_of(period: Period) -> str:
    """From its first to its last day."""
    last = list(period.days())[-1].start if period.start < period.end else period.start
    return day(period.start) if last == period.start else f"{day(period.start)} – {day(last)}"


def step_name(by: str, at: Period) -> str:
    """A day, or the days of a week or month."""
    return day(at.start) if by == "day" else days_of(at)


def limits_of(question: Question, seen: tuple[int, ...] | None) -> list[str]:
    """What a report is limited to, in words; an inbox that its reader does not see is not named."""
    tables: dict[str, Any] = {
        "team": Team,
        "agent": Agent,
        "inbox": Inbox,
        "tag": Tag,
        "organisation": Organisation,
    }
    found = []
    for name, value in question.limits.items():
        if name in tables:
            hidden = name == "inbox" and seen is not None and value not in seen
            row = None if hidden else tables[name].objects.filter(pk=value).first()
            said = str(row) if row else "–"
        elif name == "bot":
            said = str(LABELS["bot" if value else "people"])
        else:
            said = group_name(name, str(value))
        found.append(f"{LIMITS[name]}: {said}")
    return found


LIMITS = {
    "team": gettext_lazy("Team"), "agent": gettext_lazy("Agent"), "inbox": gettext_lazy("Inbox"), "channel": gettext_lazy("Channel"),
    "language": gettext_lazy("Language"), "priority": gettext_lazy("Priority"), "tag": gettext_lazy("Tag"),
    "organisation": gettext_lazy("Organisation"), "customer_kind": gettext_lazy("Kind of customer"), "bot": gettext_lazy("People and bot"),
}  # fmt: skip
