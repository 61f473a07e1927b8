"""Moments ahead as a person chooses them, in the reader's own time zone."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext_lazy as _

from ahlan.core.clock import now
from ahlan.core.numerals import first_workday

LATER = timedelta(hours=3)
MORNING = time(9)
FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Choice:
    """A moment with a name."""

    key: str
    name: str | Promise
    at: datetime


def snooze_choices(present: datetime) -> list[Choice]:
    """Later today (while there is enough of it left), tomorrow morning, the first morning of next week's work
    (unless that is tomorrow)."""
    there = localtime(present)
    later = (there + LATER).replace(minute=0, second=0, microsecond=0)
    days = (first_workday() - there.weekday()) % 7 or 7
    choices = [Choice("later", _("Later today"), later)] if later.date() == there.date() else []
    choices.append(Choice("tomorrow", _("Tomorrow morning"), _morning(there, 1)))
    return [*choices, Choice("next_week", _("Next week"), _morning(there, days))] if days > 1 else choices


def _morning(there: datetime, days: int) -> datetime:
    return make_aware(datetime.combine(there.date() + timedelta(days=days), MORNING))


def is_ahead(moment: datetime) -> bool:
    """Whether something can be put off until then: it is to come, within a year."""
    return now() < moment <= now() + FURTHEST
