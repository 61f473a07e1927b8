"""Rules, and the silences that rules by time wait for."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from ahlan.core.clock import now
from ahlan.rules.waits import Since, Unit, over_at
from ahlan.tickets.models import Ticket


class Rule(models.Model):
    """Something that happens by itself: when (`triggers`, or `amount` `unit` after `since`), to which tickets, what.

    One with `since` is a rule by time and has no triggers. `stops`: no later rule follows the same event.
    """

    name = models.CharField(max_length=80, unique=True)
    order = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=False)
    triggers = models.JSONField(default=list)
    since = models.CharField(max_length=16, choices=Since.choices, blank=True)
    amount = models.PositiveIntegerField(default=0)
    unit = models.CharField(max_length=16, choices=Unit.choices, blank=True)
    conditions = models.JSONField(default=dict)
    acts = models.JSONField(default=list)
    stops = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> str:
        """How the event log names it."""
        return f"rule:{self.pk}"

    def begun_at(self, ticket: Ticket) -> datetime | None:
        """The moment it counts from on a ticket; None while that has not come."""
        moment: datetime | None = getattr(ticket, self.since)
        return moment

    def over_at(self, ticket: Ticket) -> datetime | None:
        """When its time on a ticket is over; None for never."""
        begun = self.begun_at(ticket)
        return over_at(ticket, begun, self.amount, self.unit) if begun else None


class Wait(models.Model):
    """A silence on a ticket that a rule waits for. `due_at` is empty where there is nothing to do when it is over.

    `done_for` is the start of the silence the rule has acted on: it never acts on the same one again.
    """

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="waits")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    due_at = models.DateTimeField(null=True)
    done_for = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "rule"], name="wait_once")]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="wait_due")]

    def __str__(self) -> str:
        return f"{self.rule_id} #{self.ticket_id}"
