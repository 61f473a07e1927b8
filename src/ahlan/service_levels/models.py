"""Policies, and one row for each promise made to a customer."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ahlan.core.clock import now
from ahlan.service_levels import clocks
from ahlan.service_levels.clocks import Target, Terms, Unit
from ahlan.tickets.models import Ticket


class Kind(models.TextChoices):
    FIRST_RESPONSE = clocks.Kind.FIRST_RESPONSE.value, _("First response")
    NEXT_RESPONSE = clocks.Kind.NEXT_RESPONSE.value, _("Next response")
    RESOLUTION = clocks.Kind.RESOLUTION.value, _("Resolution")


class State(models.TextChoices):
    RUNNING = clocks.State.RUNNING.value, pgettext_lazy("deadline", "running")
    PAUSED = clocks.State.PAUSED.value, pgettext_lazy("deadline", "paused")
    MET = clocks.State.MET.value, pgettext_lazy("deadline", "met")
    BREACHED = clocks.State.BREACHED.value, pgettext_lazy("deadline", "missed")
    NA = clocks.State.NA.value, pgettext_lazy("deadline", "not promised")


class Policy(models.Model):
    """What is promised to the tickets its conditions fit. The first that fits, in order, holds.

    `targets`: by priority, then by kind, {"amount": 240, "unit": "business_minutes"}; what is missing is not promised.
    """

    name = models.CharField(max_length=80, unique=True)
    order = models.PositiveIntegerField(default=0)
    conditions = models.JSONField(default=dict)
    targets = models.JSONField(default=dict)
    hold_counts = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name

    def terms(self, priority: int) -> Terms:
        """What it promises a ticket of a priority."""
        given: dict[str, dict[str, Any]] = self.targets.get(str(priority), {})
        targets = {clocks.Kind(kind): Target(one["amount"], Unit(one["unit"])) for kind, one in given.items()}
        return Terms(self.pk, targets, self.hold_counts)


class Deadline(models.Model):
    """A clock (`clocks.Clock`, which tells what the fields mean) as it stood when last something happened to it.

    `hours` are those the piece since `since` is counted by; None is round the clock.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="deadlines", db_index=False)
    policy = models.ForeignKey(Policy, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    turn = models.BigIntegerField(default=0)
    amount = models.PositiveIntegerField(null=True)
    unit = models.CharField(max_length=16, blank=True)
    hours = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    since = models.DateTimeField(null=True)
    counted = models.DurationField()
    counted_plain = models.DurationField()
    state = models.CharField(max_length=8, choices=State.choices)
    waiting = models.BooleanField()
    due_at = models.DateTimeField(null=True)
    notice_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    answer = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "kind", "turn"], name="deadline_once"),
        ]
        indexes = [
            models.Index(fields=["notice_at"], condition=Q(notice_at__isnull=False), name="deadline_notice"),
            models.Index(
                fields=["due_at"], condition=Q(waiting=True, state="running"), name="deadline_running"
            ),
            models.Index(
                fields=["due_at"], condition=Q(waiting=True, state="breached"), name="deadline_overdue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.ticket_id}"

    @property
    def target(self) -> Target | None:
        return Target(self.amount, Unit(self.unit)) if self.amount else None

    @property
    def is_overdue(self) -> bool:
        return self.waiting and self.state == State.BREACHED
