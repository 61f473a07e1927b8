"""Silences: the moment a rule by time counts from, how long it waits, and when that is over."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ahlan.calendars.calendar import NoOpenHours
from ahlan.calendars.queries import calendar_for
from ahlan.core.numerals import number
from ahlan.tickets.models import Ticket


class Since(models.TextChoices):
    """What it counts from; automatic mail is no word."""

    WORD = "last_message_at", _("the last word, ours or the customer’s")
    OPENED = "opened_at", _("the opening of the ticket")
    CLOSED = "closed_at", _("the closing of the ticket")


class Unit(models.TextChoices):
    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")
    BUSINESS_HOURS = "business_hours", _("business hours")


MOST = {Unit.MINUTES: 525_600, Unit.HOURS: 8_760, Unit.DAYS: 366, Unit.BUSINESS_HOURS: 2_500}


def over_at(ticket: Ticket, start: datetime, amount: int, unit: str) -> datetime | None:
    """When so much time has passed since `start`; None where the desk is never open for so long."""
    if unit != Unit.BUSINESS_HOURS:
        return start + timedelta(**{unit: amount})
    calendar = calendar_for(ticket.team.hours_id if ticket.team else None)
    try:
        return calendar.add(start, timedelta(hours=amount))
    except NoOpenHours:
        return None


def duration_words(amount: int, unit: str) -> str:
    """ "3 days" in the reader's words."""
    n = {"n": number(amount)}
    return {
        Unit.MINUTES: lambda: ngettext("%(n)s minute", "%(n)s minutes", amount),
        Unit.HOURS: lambda: ngettext("%(n)s hour", "%(n)s hours", amount),
        Unit.DAYS: lambda: ngettext("%(n)s day", "%(n)s days", amount),
        Unit.BUSINESS_HOURS: lambda: ngettext("%(n)s business hour", "%(n)s business hours", amount),
    }[Unit(unit)]() % n
