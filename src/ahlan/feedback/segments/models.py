"""Segments, who is in them since when, and whom to look at again."""

from django.db import models

from ahlan.core.clock import now
from ahlan.customers.models import Customer


class Segment(models.Model):
    """Customers who belong together by a rule over what is known of them; `approach`: how they are met, in the house's words.

    `conditions` are asked of customers (`facets.py`). `size`: how many there are, kept with its members. `sweep_from`: the key of the
    customer after whom everybody is being looked at again; None when that is done.
    """

    name = models.CharField(max_length=80, unique=True)
    conditions = models.JSONField(default=dict)
    approach = models.TextField(blank=True)
    size = models.PositiveIntegerField(default=0)
    sweep_from = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A customer who is in a segment now."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="members", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "segment"], name="segment_member_once")]
        indexes = [models.Index("segment", models.F("id").desc(), name="segment_members")]

    def __str__(self) -> str:
        return f"#{self.customer_id}"


class Stir(models.Model):
    """Something of a customer has changed: `kind` and `key` name the ticket, the customer or the answer. Gone once it was looked at."""

    kind = models.CharField(max_length=10)
    key = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class Scale(models.Model):
    """Where the scores of contact begin: the least value for each of 2 to 5, worked out each night over all who wrote within a year.

    `of`: "recency" (day numbers of the last ticket) or "frequency" (tickets of the year).
    """

    of = models.CharField(max_length=10, unique=True)
    least = models.JSONField(default=dict)
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.of
