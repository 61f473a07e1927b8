"""When the desk is open: weeks that hold from a day on, public holidays, and days of one's own."""

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import pgettext_lazy

from ahlan.calendars.calendar import BEGINNING
from ahlan.calendars.spans import Span, Spans
from ahlan.calendars.spans import Week as WeekValue
from ahlan.core.clock import now


def new_stamp() -> str:
    return secrets.token_hex(8)


class BusinessHours(models.Model):
    """Hours by a name. The default ones hold wherever no others are chosen.

    Every change gives a new `stamp`, by which every process knows whether what it has worked out still holds.
    """

    name = models.CharField(max_length=80, unique=True)
    is_default = models.BooleanField(default=False)
    stamp = models.CharField(max_length=16, default=new_stamp)
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="hours_default_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Week(models.Model):
    """The week that holds from a day on, until a later one does, by the clocks of its time zone.

    `stretches` holds seven lists, Monday first, of [opens, closes] in minutes (see `spans.Span`): they are only
    ever read and written together.
    """

    hours = models.ForeignKey(BusinessHours, on_delete=models.CASCADE, related_name="weeks")
    since = models.DateField()
    time_zone = models.CharField(max_length=64)
    stretches = models.JSONField(default=list)

    class Meta:
        ordering = ["since"]
        constraints = [models.UniqueConstraint(fields=["hours", "since"], name="week_once_a_day")]

    def __str__(self) -> str:
        return f"{self.hours}: {self.since}"

    @property
    def is_first(self) -> bool:
        return self.since == BEGINNING

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def value(self) -> WeekValue:
        first, second, third, fourth, fifth, sixth, seventh = map(spans_of, self.stretches)
        return first, second, third, fourth, fifth, sixth, seventh

    def now(self) -> datetime:
        """The present, by its clocks."""
        return now().astimezone(self.zone)


def spans_of(stored: list[list[int]]) -> Spans:
    return tuple(Span(opens, closes) for opens, closes in stored)


class HolidaySet(models.Model):
    """Whose public holidays are kept. The days themselves are rows, so that news of the past changes nothing."""

    hours = models.OneToOneField(BusinessHours, on_delete=models.CASCADE, related_name="holidays")
    country = models.CharField(max_length=2)
    subdivision = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=10, blank=True)
    categories = models.JSONField(default=list)
    closes_at = models.PositiveSmallIntegerField(default=13 * 60)

    def __str__(self) -> str:
        return f"{self.hours}: {self.country}"


class Day(models.Model):
    """A day that differs from its week. One's own stands before the public holiday of the same date."""

    class Kind(models.TextChoices):
        CLOSED = "closed", pgettext_lazy("a day", "Closed")
        SHORT = "short", pgettext_lazy("a day", "Closes early")
        HOURS = "hours", pgettext_lazy("a day", "Open at other times")
        USUAL = "usual", pgettext_lazy("a day", "As usual")

    hours = models.ForeignKey(BusinessHours, on_delete=models.CASCADE, related_name="days")
    on = models.DateField()
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.CLOSED)
    stretches = models.JSONField(default=list, blank=True)  # of HOURS; of SHORT one, from 0 until it closes
    is_own = models.BooleanField(default=True)

    class Meta:
        ordering = ["on", "is_own"]
        constraints = [models.UniqueConstraint(fields=["hours", "on", "is_own"], name="day_once")]

    def __str__(self) -> str:
        return self.name or str(self.on)
