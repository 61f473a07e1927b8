"""Calls, as the telephone system tells of them."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.customers.models import Customer
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket


class Outcome(models.TextChoices):
    """How a call ended. Who leaves in the menu never came into a queue and is not abandoned."""

    ANSWERED = "answered", pgettext_lazy("call", "Answered")
    ABANDONED = "abandoned", pgettext_lazy("call", "Hung up while waiting")
    CALLBACK = "callback", pgettext_lazy("call", "Asked to be called back")
    FAILED = "failed", pgettext_lazy("call", "Failed")
    LEFT_MENU = "left_menu", pgettext_lazy("call", "Left in the menu")


class Way(models.TextChoices):
    IN = "inbound", pgettext_lazy("call", "Incoming")
    OUT = "outbound", pgettext_lazy("call", "Outgoing")


class Call(models.Model):
    """One call, from its first ring to its end; times are instants, lengths whole seconds.

    `source` names the system that tells of it, `external_id` the call there. `menu_seconds` None: not known. `doubts`: what of the
    source could not be believed, as codes.
    """

    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=120)
    direction = models.CharField(_("direction"), max_length=8, choices=Way.choices, default=Way.IN)
    offered_at = models.DateTimeField(_("began"))
    queued_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField()
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome.choices)
    menu_seconds = models.PositiveIntegerField(null=True)
    talk_seconds = models.PositiveIntegerField(default=0)
    hold_seconds = models.PositiveIntegerField(default=0)
    wrap_seconds = models.PositiveIntegerField(default=0)
    transferred = models.BooleanField(default=False)
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    customer = models.ForeignKey(
        Customer, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    priority = models.SmallIntegerField(null=True)
    kind = models.CharField(max_length=40, blank=True)
    doubts = models.JSONField(default=list)
    recorded_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="call_once"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False, outcome="answered")
                | Q(answered_at__isnull=True) & ~Q(outcome="answered"),
                name="call_answered_at",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__gte=F("offered_at")), name="call_ends_after_it_begins"
            ),
        ]
        indexes = [
            models.Index(F("offered_at").desc(), F("id").desc(), name="call_newest"),
            models.Index("outcome", F("offered_at").desc(), F("id").desc(), name="call_by_outcome"),
            models.Index("inbox", F("offered_at").desc(), F("id").desc(), name="call_by_inbox"),
            models.Index(
                "agent", F("offered_at").desc(), F("id").desc(), name="call_by_agent", condition=Q(agent__isnull=False)
            ),
            models.Index("ticket", "offered_at", name="call_by_ticket", condition=Q(ticket__isnull=False)),
            models.Index(
                "customer", F("offered_at").desc(), name="call_by_customer", condition=Q(customer__isnull=False)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"

    @property
    def audience(self) -> str:
        """Who hears of it live: everybody who may see its inbox."""
        return f"inbox:{self.inbox_id}" if self.inbox_id else ""

    @property
    def left_queue_at(self) -> datetime | None:
        """When its waiting was over; None for one that never waited in a queue."""
        return (self.answered_at or self.ended_at) if self.queued_at else None

    @property
    def wait_seconds(self) -> int:
        """How long it waited in the queue; 0 without one."""
        left = self.left_queue_at
        return int((left - self.queued_at).total_seconds()) if left and self.queued_at else 0

    @property
    def icon(self) -> str:
        if self.outcome != Outcome.ANSWERED:
            return "phone-missed"
        return "phone-outgoing" if self.direction == Way.OUT else "phone-incoming"

    @property
    def handle_seconds(self) -> int:
        return self.talk_seconds + self.hold_seconds + self.wrap_seconds
