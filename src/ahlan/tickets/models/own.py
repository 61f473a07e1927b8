"""What a desk words in its own way: types, statuses and fields of tickets, and what stands in the fields.

One row for each ticket and field, typed, not one JSON document on the ticket: a condition asks one ticket by one
step along an index on both databases, and "which tickets have this value" by another: a page of fifty out of 50,000
tickets took 0.4 ms, and 6 ms where a document of each had to be opened (`bench/fields.py`, SQLite).
"""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ahlan.customers.models import Customer
from ahlan.staff.models import Agent
from ahlan.tickets.models.states import State


class Own(models.Model):
    """A word of the desk's own. It is never deleted: what is archived is not offered any more, and keeps its name."""

    name = models.CharField(_("name"), max_length=80)
    place = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["place", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class TicketType(Own):
    """What kind of need it is: question, fault, order … A ticket has at most one."""

    class Meta(Own.Meta):
        constraints = [models.UniqueConstraint(fields=["name"], name="type_name_once")]


class Status(Own):
    """A finer word within one of the four states, for ever within the same one.

    A ticket without a status has the state's plain one, which needs no row: a row that `is_plain` only renames it.
    `is_default`: what a ticket gets that is put into the state; where no row is, the plain one.
    """

    state = models.CharField(max_length=10, choices=State.choices)
    is_plain = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)

    class Meta(Own.Meta):
        constraints = [
            models.UniqueConstraint(fields=["state", "name"], name="status_name_once"),
            models.UniqueConstraint(fields=["state"], condition=Q(is_plain=True), name="status_plain_once"),
            models.UniqueConstraint(
                fields=["state"], condition=Q(is_default=True), name="status_default_once"
            ),
        ]


class Kind(models.TextChoices):
    """What a field holds."""

    TEXT = "text", pgettext_lazy("kind of field", "Text")
    LONG = "long", pgettext_lazy("kind of field", "Long text")
    NUMBER = "number", pgettext_lazy("kind of field", "Number")
    DATE = "date", pgettext_lazy("kind of field", "Date")
    CHOICE = "choice", pgettext_lazy("kind of field", "Choice")
    CHOICES = "choices", pgettext_lazy("kind of field", "Several choices")
    SWITCH = "switch", pgettext_lazy("kind of field", "Yes or no")
    CUSTOMER = "customer", pgettext_lazy("kind of field", "Customer")
    AGENT = "agent", pgettext_lazy("kind of field", "Agent")


class Required(models.TextChoices):
    NO = "", pgettext_lazy("field required", "Never")
    CLOSING = "closing", pgettext_lazy("field required", "Before a ticket is closed")
    ALWAYS = "always", pgettext_lazy("field required", "Always")


def _always() -> dict[str, Any]:
    return {"all": []}


class Field(Own):
    """One more property of tickets. Its kind stays for ever, as what stands in it does.

    `types`: the ids of the types of ticket it belongs to, all where there are none. `shown_when`, `required_when` and
    `filled_when` are conditions; `fill` is what is put in by itself, as `fields.parse` takes it, when the last begins to hold.
    """

    kind = models.CharField(max_length=10, choices=Kind.choices)
    help = models.CharField(max_length=200, blank=True)
    types = models.JSONField(default=list)
    required = models.CharField(max_length=8, choices=Required.choices, blank=True)
    shown_when = models.JSONField(default=_always)
    required_when = models.JSONField(default=_always)
    filled_when = models.JSONField(default=_always)
    fill = models.JSONField(default=list)

    class Meta(Own.Meta):
        constraints = [models.UniqueConstraint(fields=["name"], name="field_name_once")]

    @property
    def has_options(self) -> bool:
        return self.kind in (Kind.CHOICE, Kind.CHOICES)

    @property
    def key(self) -> str:
        """How views, conditions and rules name it."""
        return f"field-{self.pk}"


class FieldOption(Own):
    """One choice of a field. Tickets hold its id, so that it can be renamed."""

    field = models.ForeignKey(Field, on_delete=models.CASCADE, related_name="options")


class FieldValue(models.Model):
    """What stands in a field of a ticket: one column is filled, by the field's kind. Of several choices one row each.

    `slot`: 0, and of several choices the option's id, so that the database refuses a second value.
    """

    ticket = models.ForeignKey("Ticket", on_delete=models.CASCADE, related_name="values", db_index=False)
    field = models.ForeignKey(Field, on_delete=models.PROTECT, related_name="+", db_index=False)
    slot = models.BigIntegerField(default=0)
    text = models.TextField(null=True)
    number = models.DecimalField(max_digits=15, decimal_places=3, null=True)
    day = models.DateField(null=True)
    option = models.ForeignKey(
        FieldOption, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    yes = models.BooleanField(null=True)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["field", "slot"]
        constraints = [models.UniqueConstraint(fields=["ticket", "field", "slot"], name="value_once")]
        indexes = [
            models.Index(
                fields=[*columns, "ticket"],
                condition=Q((f"{filled}__isnull", False)),
                name=f"value_by_{filled}",
            )
            for filled, columns in (
                ("number", ["field", "number"]),
                ("day", ["field", "day"]),
                ("option", ["option"]),
                ("customer", ["customer", "field"]),
                ("agent", ["agent", "field"]),
            )
        ]


class FieldMark(models.Model):
    """The condition by which a field is filled holds for a ticket, so that it fills once and not again and again."""

    ticket = models.ForeignKey("Ticket", on_delete=models.CASCADE, related_name="+", db_index=False)
    field = models.ForeignKey(Field, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "field"], name="mark_once")]
