"""The desk itself: tickets, what was said in them, and what hangs on them."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.customers.models import Customer
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models.messages import Arrival as Arrival
from ahlan.tickets.models.messages import Attachment as Attachment
from ahlan.tickets.models.messages import Delivery as Delivery
from ahlan.tickets.models.messages import Direction as Direction
from ahlan.tickets.models.messages import Kind as Kind
from ahlan.tickets.models.messages import Message as Message
from ahlan.tickets.models.own import Status as Status
from ahlan.tickets.models.own import TicketType as TicketType
from ahlan.tickets.models.states import State as State
from ahlan.tickets.models.views import Listed as Listed
from ahlan.tickets.models.views import Order as Order
from ahlan.tickets.models.views import SavedView as SavedView
from ahlan.tickets.models.views import Shows as Shows
from ahlan.tickets.models.views import Tally as Tally

Table = type[models.Model]


class Priority(models.IntegerChoices):
    LOW = 1, pgettext_lazy("priority", "Low")
    NORMAL = 2, pgettext_lazy("priority", "Normal")
    HIGH = 3, pgettext_lazy("priority", "High")
    URGENT = 4, pgettext_lazy("priority", "Urgent")


class Removal(models.TextChoices):
    """Out of every list and count, and back again when undone."""

    NONE = "", _("in use")
    SPAM = "spam", _("Spam")
    DELETED = "deleted", _("Deleted")
    MERGED = "merged", _("Merged")


class Escalation(models.TextChoices):
    """To people who know more, or to somebody who may decide more. The two are never counted together."""

    FUNCTIONAL = "functional", _("to the next tier")
    HIERARCHIC = "hierarchic", _("to the lead")


class Tag(models.Model):
    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


def _listed(*fields: str, name: str, **more: Any) -> models.Index:
    """An index that serves one kind of list: its fields, then newest word first.

    Those of working lists hold no snoozed tickets; the others serve saved views that are looked up each time.
    """
    return models.Index(
        *(models.F(field) for field in fields),
        models.F("last_message_at").desc(),
        models.F("id").desc(),
        name=name,
        condition=Q(removal="", **more),
    )


class Ticket(models.Model):
    """One need, from first word to last. Its number is its id."""

    subject = models.CharField(_("subject"), max_length=255, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority.choices, default=Priority.NORMAL
    )
    removal = models.CharField(max_length=10, choices=Removal.choices, default=Removal.NONE, blank=True)
    inbox = models.ForeignKey(
        Inbox, on_delete=models.PROTECT, related_name="tickets", verbose_name=_("inbox"), db_index=False
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    assignee = models.ForeignKey(
        Agent,
        on_delete=models.SET_NULL,
        null=True,
        related_name="tickets",
        verbose_name=_("assignee"),
        db_index=False,
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.SET_NULL,
        null=True,
        related_name="tickets",
        verbose_name=_("team"),
        db_index=False,
    )
    type = models.ForeignKey(
        TicketType, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    status = models.ForeignKey(Status, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="tickets", verbose_name=_("tags"))
    language = models.CharField(_("language"), max_length=10, blank=True)
    preview = models.CharField(max_length=200, blank=True)
    last_from_customer = models.BooleanField(default=True)
    opened_at = models.DateTimeField(default=now)
    last_message_at = models.DateTimeField(default=now)
    first_answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged", db_index=False
    )
    internal = models.BooleanField(default=False)  # asked by a division of one's own company, as it was then
    snoozed = models.BooleanField(default=False)
    wakes_at = models.DateTimeField(null=True)  # or woke, when it woke by itself

    held: frozenset[Table] | None = None  # the tables with rows of it, once somebody has looked

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes = [
            _listed("state", name="ticket_by_state"),
            _listed("state", name="ticket_awake", snoozed=False),
            _listed("inbox", "state", name="ticket_by_inbox", snoozed=False),
            _listed("assignee", "state", name="ticket_by_assignee", assignee__isnull=False),
            _listed("state", name="ticket_unassigned", assignee__isnull=True, snoozed=False),
            _listed("team", "state", name="ticket_by_team", team__isnull=False, snoozed=False),
            _listed("state", name="ticket_internal", internal=True, snoozed=False),
            models.Index(fields=["wakes_at", "id"], name="ticket_asleep", condition=Q(snoozed=True)),
            models.Index(
                fields=["inbox", "wakes_at", "id"], name="ticket_asleep_by_inbox", condition=Q(snoozed=True)
            ),
            models.Index(
                fields=["merged_into"], name="ticket_merged", condition=Q(merged_into__isnull=False)
            ),
            models.Index("customer", models.F("last_message_at").desc(), name="ticket_by_customer"),
            models.Index(
                "removal", models.F("last_message_at").desc(), models.F("id").desc(),
                name="ticket_removed", condition=~Q(removal=""),
            ),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                condition=Q(snoozed=False) | Q(wakes_at__isnull=False), name="ticket_snoozed_until"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    @property
    def number(self) -> int:
        return self.pk

    @property
    def standing(self) -> dict[str, object]:
        """Where it stands, as facts of an event: figures are made of the log alone."""
        return {
            "inbox": self.inbox_id, "customer": self.customer_id, "internal": self.internal, "language": self.language,
            "priority": self.priority, "team": self.team_id, "agent": self.assignee_id, "type": self.type_id,
        }  # fmt: skip

    @cached_property
    def family(self) -> list[int]:
        """The tickets whose words lie here: itself and what was merged into it when this was first asked."""
        if not self.holds(Ticket):
            return [self.pk]
        return [self.pk, *Ticket.objects.filter(merged_into=self).values_list("pk", flat=True)]

    def holds(self, table: Table) -> bool:
        """Whether a table may have rows of it or of what was merged into it (see `held.py`)."""
        return self.held is None or table in self.held or Ticket in self.held

    @property
    def audience(self) -> str:
        """Who hears of changes live: everybody who may see the inbox."""
        return f"inbox:{self.inbox_id}"

    def get_absolute_url(self) -> str:
        return reverse("tickets:ticket", args=[self.pk])

    @property
    def is_closed(self) -> bool:
        return self.state == State.CLOSED

    @property
    def asks_since(self) -> datetime | None:
        """Since when it asks to be looked at: by the customer's word, or because it woke. None when it does not."""
        word = self.last_message_at if self.last_from_customer else None
        woke = None if self.snoozed else self.wakes_at
        return max(filter(None, (word, woke)), default=None)


class FormField(models.Model):
    """A field of the desk's own that a web form asks its visitors for."""

    webform = models.ForeignKey("webform.Webform", on_delete=models.CASCADE, related_name="+")
    field = models.ForeignKey("tickets.Field", on_delete=models.CASCADE, related_name="+")
    required = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webform", "field"], name="form_field_once")]

    def __str__(self) -> str:
        return f"{self.field} in {self.webform}"


class Participant(models.Model):
    """Somebody other than the ticket's customer who has written into it, or was copied.

    A stranger who wrote into the thread takes part without rights: nothing is sent to him by itself.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    copied = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "customer"], name="participant_once")]


class Merge(models.Model):
    """One ticket that went into another. `took`: what came with it beside messages, so that it can be taken back.

    `Ticket.merged_into` names where the words of a merged ticket lie now, however many merges away; these rows
    name the steps.
    """

    source = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    target = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    messages = models.ManyToManyField(Message, related_name="+")
    took = models.JSONField(default=dict)
    merged_at = models.DateTimeField(default=now)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["target", "-merged_at"], name="merge_by_target")]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(undone_at__isnull=True), name="merge_stands_once"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.source_id} → #{self.target_id}"


class Relation(models.TextChoices):
    """How a ticket stands to another one."""

    SPLIT = "split", pgettext_lazy("link of tickets", "Split off")
    PART = "part", pgettext_lazy("link of tickets", "Part")
    RELATED = "related", pgettext_lazy("link of tickets", "Related")


class Link(models.Model):
    """`ticket` was split off `other`, is a part of it, or is related to it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links", db_index=False)
    other = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="linked")
    relation = models.CharField(max_length=8, choices=Relation.choices)
    made_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "other", "relation"], name="link_once")]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.relation} #{self.other_id}"


class Follow(models.Model):
    """An agent who wants to know what becomes of a ticket."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="follows", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "agent"], name="follow_once")]
        indexes = [
            models.Index("agent", models.F("at").desc(), models.F("ticket").desc(), name="follow_by_agent")
        ]


class Mention(models.Model):
    """Somebody was named in a note of a ticket; `message` is the latest such note, `seen_at` when he looked since."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="mentions", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "agent"], name="mention_once")]
        indexes = [
            models.Index("agent", models.F("at").desc(), models.F("ticket").desc(), name="mention_by_agent"),
            models.Index(fields=["agent"], condition=Q(seen_at__isnull=True), name="mention_unseen"),
        ]


class Draft(models.Model):
    """What an agent has typed and not sent; one a person and ticket."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="drafts", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="drafts", db_index=False)
    kind = models.CharField(max_length=8, default="reply")
    text = models.TextField(blank=True)
    to = models.CharField(max_length=2000, blank=True)
    cc = models.CharField(max_length=2000, blank=True)
    bcc = models.CharField(max_length=2000, blank=True)
    changed_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "agent"], name="draft_once")]


class Sight(models.Model):
    """Up to when an agent has seen a ticket."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+", db_index=False)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "ticket"], name="sight_once")]


class Later(models.Model):
    """A reply that is to be sent at a moment to come. `people`: to, cc and bcc, each as pairs of name and address.

    `seen`: the latest message when it was written. `files`: attachments that belong to nobody until then.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="later")
    author = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", db_index=False)
    text = models.TextField()
    people = models.JSONField(default=dict)
    files = models.JSONField(default=list)
    then = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    seen = models.BigIntegerField(default=0)
    unless_answered = models.BooleanField(default=False)
    send_at = models.DateTimeField(db_index=True)
    made_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.send_at}"


class Item(models.Model):
    """Something to be done for a ticket: one line of its checklist."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="items", db_index=False)
    text = models.CharField(max_length=200)
    place = models.PositiveIntegerField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["place", "id"]
        indexes = [models.Index(fields=["ticket", "place", "id"], name="item_by_ticket")]

    def __str__(self) -> str:
        return self.text
