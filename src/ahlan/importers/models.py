"""What of other systems has been taken, so that nothing is taken twice."""

from django.db import models

from ahlan.tickets.models import Ticket


class Counterpart(models.Model):
    """What something of another system is here. `kind`: agent or team; `number`: its id."""

    source = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    number = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "name"], name="counterpart_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.name}"


class Case(models.Model):
    """A case of another system's log, and the ticket it became."""

    source = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="case_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.name}"


class CaseStep(models.Model):
    """One row of a log. `digest` tells it from every other row of its case; equal rows are told apart by their order."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps", db_index=False)
    digest = models.CharField(max_length=32)
    activity = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "digest"], name="case_step_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.activity}"
