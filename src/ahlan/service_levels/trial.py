"""What would be promised to a ticket that came in at some moment."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ahlan.calendars.queries import calendar_for
from ahlan.calendars.trial import told
from ahlan.core.numerals import exact
from ahlan.service_levels.clocks import OPEN, Happening, What, replay
from ahlan.service_levels.models import Kind, Policy
from ahlan.staff.models import Team


@dataclass(frozen=True, slots=True)
class Promise:
    """One line: its name, when it is due by the clocks of the desk and of the reader; "" without a deadline."""

    name: Any
    due: str = ""
    here: str = ""


def outcome_of(policy: Policy, team: Team | None, priority: int, start: datetime) -> list[Promise]:
    """`start` is a time on the wall of the desk's hours; the next response is that to a question of the same moment."""
    calendar = calendar_for(team.hours_id if team else None)
    begin = start.replace(tzinfo=calendar.zone_on(start.date())).astimezone(UTC)
    asked = (What.ASKED, What.ANSWERED, What.ASKED)
    happened = [
        Happening(begin, what, OPEN, calendar, policy.terms(priority), message)
        for message, what in enumerate(asked, 1)
    ]
    due = {clock.kind.value: clock.due_at for clock in replay(happened)}
    return [_promise(name, due.get(kind), calendar.zone_on) for kind, name in Kind.choices]


def _promise(name: Any, due: datetime | None, zone_on: Any) -> Promise:
    if due is None:
        return Promise(name)
    return Promise(name, told(due.astimezone(zone_on(due.date()))), exact(due))
