"""Plans, the queue they keep, and what each person can carry."""

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Ticket

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # where nothing is promised: after everything that is


class Way(models.TextChoices):
    """How a plan chooses. Every way chooses among those who are available, in their hours and have room."""

    LOAD = "load", _("Whoever has the most room")
    TURN = "turn", _("Each in turn")
    SKILL = "skill", _("Whoever can do it best")
    HAND = "hand", _("One team or person")


class Plan(models.Model):
    """Who gets the tickets its conditions fit. The first that fits, in order, holds.

    `team`: who is asked (and where the ticket goes, unless a person has given it to another); without one the ticket's own,
    else all who see its inbox.
    `agent`: the one person, for the way HAND; with a team alone that way hands over and assigns nobody.
    `needs`: the least level by skill. `language_level`: that of the ticket's language; 0 asks for none.
    `overflow_team` is asked as well after `overflow_minutes`. `returns`: what is untouched goes back when its agent is gone.
    `last_agent`: whose turn it was.
    """

    name = models.CharField(max_length=80, unique=True)
    order = models.PositiveIntegerField(default=0)
    conditions = models.JSONField(default=dict)
    way = models.CharField(max_length=5, choices=Way.choices, default=Way.LOAD)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+")
    needs = models.JSONField(default=dict)
    language_level = models.PositiveSmallIntegerField(default=0)
    overflow_minutes = models.PositiveIntegerField(null=True)
    overflow_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    returns = models.BooleanField(default=False)
    last_agent = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def hands_over(self) -> bool:
        """It gives the ticket to a team and to nobody in it."""
        return self.way == Way.HAND and self.agent_id is None


class Capacity(models.Model):
    """How many open tickets of a channel somebody carries at once; without an agent, everybody who has no row of his own."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=20)
    tickets = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "channel"], name="capacity_once"),
            models.UniqueConstraint(fields=["channel"], condition=Q(agent=None), name="capacity_of_all_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id or '*'} {self.channel}: {self.tickets}"


class Lane(models.Model):
    """Tickets for which the very same people come into question; so what nobody can take is passed over at once,
    however long it is. `team` is who is asked first, `wide` whether the plan's overflow team is asked too, `spared`
    an agent it was just taken from."""

    key = models.CharField(max_length=80, unique=True)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lanes")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10, blank=True)
    wide = models.BooleanField(default=False)
    spared = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class Waiting(models.Model):
    """A ticket that waits for somebody: deadline first, then priority, then age. Without a lane it is still to be looked at.

    `told`: the log knows that it waits.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="+")
    lane = models.ForeignKey(
        Lane, on_delete=models.CASCADE, null=True, related_name="waiting", db_index=False
    )
    due_at = models.DateTimeField(default=NEVER)
    urgency = models.SmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    since = models.DateTimeField(default=now)
    widen_at = models.DateTimeField(null=True)
    spared = models.BigIntegerField(default=0)
    told = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["lane", "due_at", "urgency", "opened_at", "ticket"], name="waiting_in_order"
            ),
            models.Index(fields=["id"], condition=Q(lane__isnull=True), name="waiting_fresh"),
            models.Index(fields=["widen_at"], condition=Q(widen_at__isnull=False), name="waiting_widen"),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id}"

    @property
    def place(self) -> tuple[datetime, int, datetime, int]:
        """Where it stands: the smaller, the sooner."""
        return (self.due_at, self.urgency, self.opened_at, self.ticket_id)


class Given(models.Model):
    """A ticket assigned by a plan that takes back, until its agent touches it."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"#{self.ticket_id} to {self.agent_id}"


class Nudge(models.Model):
    """A moment at which the queue may move: somebody came, has room, or begins to work."""

    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["at"], name="nudge_at")]

    def __str__(self) -> str:
        return str(self.at)


class Turnstile(models.Model):
    """One row; whoever holds it gives tickets out, so that two at once never count the same room twice."""
