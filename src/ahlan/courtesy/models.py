"""How far the way of service has come on each ticket, and what the house says and asks on it."""

from django.db import models
from django.utils.translation import get_language

from ahlan.core.clock import now
from ahlan.core.languages import said
from ahlan.courtesy.questions import Asks
from ahlan.courtesy.ready_cards import Kind
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket


class Way(models.Model):
    """One row a ticket. `taken`: by which message each step was taken by itself; `by_hand`: what people have set, which wins.

    `by_hand` holds for a step whether it is done and which agent says so. `asked`: the customer has spoken.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="+")
    taken = models.JSONField(default=dict)
    by_hand = models.JSONField(default=dict)
    asked = models.BooleanField(default=False)

    def is_done(self, step: str) -> bool:
        hand = self.by_hand.get(step)
        return step in self.taken if hand is None else bool(hand["done"])

    def __str__(self) -> str:
        return f"#{self.ticket_id}"


class House(models.Model):
    """What the house has chosen; one row at most, and without one all is as it ships."""

    asks_before_closing = models.BooleanField(default=True)

    def __str__(self) -> str:
        return str(self.asks_before_closing)


class Card(models.Model):
    """A card of the house's own, or (with a `key`) what the house has changed in one that came with it.

    `texts` by language; of a changed card only those that are the house's own. `dropped`: those it had before it went back to
    the original. A card put away keeps its row.
    """

    key = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=80, blank=True)
    texts = models.JSONField(default=dict)
    dropped = models.JSONField(default=dict)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="card_changed_once")
        ]

    def __str__(self) -> str:
        return self.name or self.key


class Questionnaire(models.Model):
    """What is asked again and again. `titles` and `number` are those of its latest edition; `key` says that it came with the house."""

    key = models.CharField(max_length=40, blank=True)
    titles = models.JSONField(default=dict)
    number = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=~models.Q(key=""), name="questionnaire_came_once"
            )
        ]

    def __str__(self) -> str:
        return said(self.titles, get_language() or "")


class Edition(models.Model):
    """A questionnaire as it was at one time: an answer keeps the words it was asked with. `by_hand`: the house has worded it."""

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="editions", db_index=False
    )
    number = models.PositiveIntegerField()
    kept = models.JSONField()
    by_hand = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["questionnaire", "number"], name="edition_once")]

    def __str__(self) -> str:
        return f"{self.questionnaire_id}/{self.number}"

    @property
    def asks(self) -> Asks:
        return Asks.of(self.kept)


class Inquiry(models.Model):
    """A questionnaire put to the customer of one ticket: filled in by an agent while asking, by the customer at a link, or by both.

    A link is good for `serial` until `expires_at`; none is open without it. `revision` counts changes of `answers`, so that two who
    answer at once do not undo each other. `rounds`: how often the customer has sent them.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    language = models.CharField(max_length=10)
    answers = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    serial = models.PositiveIntegerField(default=1)
    expires_at = models.DateTimeField(null=True)
    rounds = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["ticket", "-id"], name="inquiry_by_ticket")]

    def __str__(self) -> str:
        return f"#{self.ticket_id}: {self.edition.questionnaire}"

    @property
    def is_open(self) -> bool:
        """Whether a customer can answer at a link."""
        return self.closed_at is None and self.expires_at is not None and self.expires_at > now()
