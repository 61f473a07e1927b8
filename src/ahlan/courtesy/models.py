"""How far the way of service has come on each ticket, and what the house says and asks on it."""

from django.db import models

from ahlan.courtesy.ready_cards import Kind
from ahlan.tickets.models import Ticket


class Way(models.Model):
    """One row a ticket. `taken`: by which message each step was taken by itself; `by_hand`: what people have set, which wins.

    `by_hand` holds for a step whether it is done and which agent says so. `asked`: the customer has spoken.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="+")
    taken = models.JSONField(default=dict)
    by_hand = models.JSONField(default=dict)
    asked = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"#{self.ticket_id}"


class House(models.Model):
    """What the house has chosen; one row at most, and without one all is as it ships."""

    asks_before_closing = models.BooleanField(default=True)

    def __str__(self) -> str:
        return str(self.asks_before_closing)


class Card(models.Model):
    """A card of the house's own, or (with a `key`) what the house has changed in one that came with it.

    `texts` by language; of a changed card only those that are the house's own. A card put away keeps its row.
    """

    key = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=80, blank=True)
    texts = models.JSONField(default=dict)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="card_changed_once")
        ]

    def __str__(self) -> str:
        return self.name or self.key
