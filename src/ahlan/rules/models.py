"""Rules and the silences they wait for; canned replies and macros, which people use."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from ahlan.core.clock import now
from ahlan.customers.models import Customer
from ahlan.rules.timetable import next_after
from ahlan.rules.waits import Since, Unit, over_at
from ahlan.staff.models import Agent, Team
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


class Shortcut(models.Model):
    """What an agent reaches by a short code: his own, a team's, or (with neither) everybody's."""

    name = models.CharField(max_length=80)
    code = models.CharField(max_length=40, blank=True)
    owner = models.ForeignKey(Agent, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    uses = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=now)

    class Meta:
        abstract = True
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def audience(self) -> str:
        """As forms call it: "me", "team-3" or "everyone"."""
        if self.team_id:
            return f"team-{self.team_id}"
        return "me" if self.owner_id else "everyone"


class CannedReply(Shortcut):
    """Words that are written often, in the languages they are needed in."""


class CannedText(models.Model):
    """A canned reply in one language; "" stands for all that have none of their own."""

    reply = models.ForeignKey(CannedReply, on_delete=models.CASCADE, related_name="texts", db_index=False)
    language = models.CharField(max_length=10, blank=True)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reply", "language"], name="canned_text_once")]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.language}"


class Macro(Shortcut):
    """Acts that a person does to a ticket at once."""

    acts = models.JSONField(default=list)


class Run(models.Model):
    """One use of a macro: how the ticket was before and after, so that it can be taken back."""

    macro = models.ForeignKey(Macro, on_delete=models.SET_NULL, null=True, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    messages = models.JSONField(default=list)
    at = models.DateTimeField(default=now)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.macro_id} #{self.ticket_id}"


class TicketTemplate(Shortcut):
    """What a new ticket may begin with: the fields of its form, by name."""

    fields = models.JSONField(default=dict)


class Recurrence(models.Model):
    """A template that opens a ticket by itself, again and again: an RRULE from a time on the wall of a place.

    `next_at` is empty when it has ended. `made`: how many it has opened.
    """

    template = models.ForeignKey(TicketTemplate, on_delete=models.CASCADE, related_name="recurrences")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=200)
    starts = models.CharField(max_length=16)
    zone = models.CharField(max_length=64)
    next_at = models.DateTimeField(null=True)
    made = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="recurrence_due")
        ]

    def __str__(self) -> str:
        return f"{self.template_id}: {self.rule}"

    def after(self, moment: datetime) -> datetime | None:
        """When it comes next after a moment."""
        start = datetime.fromisoformat(self.starts)
        return next_after(self.rule, start, ZoneInfo(self.zone), moment)


class Bulk(models.Model):
    """Acts that a person does to many tickets: those of a list (`view`), or chosen ones.

    The tickets are set down first (gathering) and then done one after another, whatever lists they leave by that.
    """

    class State(models.TextChoices):
        GATHERING = "gathering"
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    acts = models.JSONField(default=list)
    view = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.state} {self.done}/{self.total}"

    @property
    def is_going_on(self) -> bool:
        return self.state in (self.State.GATHERING, self.State.RUNNING)


class BulkTicket(models.Model):
    """One ticket of a bulk. `failed`: the acts that could not be done, each with its reason."""

    bulk = models.ForeignKey(Bulk, on_delete=models.CASCADE, related_name="tickets", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    waits = models.BooleanField(default=True)
    is_failed = models.BooleanField(default=False)
    failed = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulk", "ticket"], name="bulk_ticket_once")]
        indexes = [
            models.Index(fields=["bulk", "id"], condition=Q(waits=True), name="bulk_waits"),
            models.Index(fields=["bulk", "id"], condition=Q(is_failed=True), name="bulk_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.bulk_id} #{self.ticket_id}"
