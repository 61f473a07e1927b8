"""What an agent is told of, and how loudly he wants to hear it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ahlan.core.clock import now
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket


class Kind(models.TextChoices):
    """What may be told, as its receiver reads it among his choices."""

    ASSIGNED = "assigned", _("A ticket is given to me")
    MENTIONED = "mentioned", _("Somebody mentions me")
    CUSTOMER = "customer", _("The customer writes in a ticket of mine")
    FOLLOWED = "followed", _("Something is said in a ticket I follow")
    WOKEN = "woken", _("A ticket of mine wakes")
    FAILED = "failed", _("A reply of mine is not delivered")
    HELD = "held", _("A reply of mine for later is held back")
    DUE = "due", _("A deadline of a ticket of mine is about to be missed")
    MISSED = "missed", _("A deadline of a ticket of mine was missed")
    PRAISED = "praised", _("A customer praises me")


class Loudness(models.TextChoices):
    OFF = "off", _("Not at all")
    QUIET = "quiet", _("In the list")
    ALOUD = "aloud", _("In the list and by the browser")


USUAL = {kind.value: Loudness.ALOUD.value for kind in Kind} | {
    Kind.FOLLOWED.value: Loudness.QUIET.value,
    Kind.MISSED.value: Loudness.QUIET.value,
}


class Notification(models.Model):
    """One thing an agent is told of a ticket. Told again, the same line comes up anew: no ticket fills the list."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="notifications", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    actor = models.CharField(max_length=60)
    at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "agent", "kind"], name="notification_once")]
        indexes = [
            models.Index("agent", models.F("at").desc(), models.F("id").desc(), name="notification_by_agent"),
            models.Index(fields=["agent"], condition=Q(seen_at__isnull=True), name="notification_unseen"),
            models.Index(fields=["at"], name="notification_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.ticket_id}"


class Wishes(models.Model):
    """How loudly an agent wants to hear of what; kinds that are not named are told as usual."""

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="+", primary_key=True)
    loudness = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.agent_id}"
