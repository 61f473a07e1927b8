"""Themes, what was heard and where, how it was worded before, and links for those who may read along."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy

from ahlan.core.clock import now
from ahlan.core.languages import said
from ahlan.customers.models import Customer
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket


class Theme(models.Model):
    """What many customers speak of. `names` by language; `words` by language: a list of words and turns of phrase by which it is known."""

    names = models.JSONField(default=dict)
    words = models.JSONField(default=dict)
    archived_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return said(self.names, get_language() or "")


class Source(models.TextChoices):
    """Where it was heard."""

    HINT = "hint", pgettext_lazy("source of a need", "Agent’s hint")
    INTERVIEW = "interview", pgettext_lazy("source of a need", "Interview")
    GROUP = "group", pgettext_lazy("source of a need", "Focus group")
    SOCIAL = "social", pgettext_lazy("source of a need", "Social listening")
    OTHER = "other", pgettext_lazy("source of a need", "Something else")


class Strength(models.IntegerChoices):
    MENTIONED = 1, pgettext_lazy("strength of a need", "Mentioned")
    WISHED = 2, pgettext_lazy("strength of a need", "Wished for")
    MISSED = 3, pgettext_lazy("strength of a need", "Badly missed")


class Insight(models.Model):
    """A need that somebody heard of. Retracted, it counts nowhere but stays to be read."""

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    source = models.CharField(max_length=10, choices=Source.choices)
    strength = models.PositiveSmallIntegerField(choices=Strength.choices, default=Strength.WISHED)
    said = models.TextField()
    language = models.CharField(max_length=10)
    heard_on = models.DateField()
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(default=now)
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["heard_on", "theme"], condition=Q(retracted_at=None), name="insight_counted"
            ),
            models.Index(models.F("heard_on").desc(), models.F("id").desc(), name="insight_latest"),
            models.Index(
                "theme", models.F("heard_on").desc(), models.F("id").desc(), name="insight_by_theme"
            ),
            models.Index(fields=["ticket"], condition=Q(ticket__isnull=False), name="insight_by_ticket"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class InsightWording(models.Model):
    """How an insight read before it was changed, by whom and when."""

    insight = models.ForeignKey(Insight, on_delete=models.CASCADE, related_name="wordings")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    source = models.CharField(max_length=10, choices=Source.choices)
    strength = models.PositiveSmallIntegerField(choices=Strength.choices)
    said = models.TextField()
    heard_on = models.DateField()
    agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.insight_id}"


class Reader(models.Model):
    """Somebody beyond the desk who may read the monthly page. The link's token is not kept, only its digest. `quotes`: with what was said, without names."""

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10)
    quotes = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
