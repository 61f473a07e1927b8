"""What is said in a ticket, how far it has come on its wire, and the files that came or went with it."""

from zlib import crc32

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ahlan.channels.models import Inbox, RawInbound
from ahlan.core.clock import now
from ahlan.core.text import outside
from ahlan.customers.models import Customer
from ahlan.staff.models import Agent


class Direction(models.TextChoices):
    IN = "in", _("from the customer")
    OUT = "out", _("to the customer")
    NOTE = "note", _("note")


class Delivery(models.TextChoices):
    """How far an outgoing message has come. See the README for the way between them."""

    NONE = "", ""
    QUEUED = "queued", pgettext_lazy("delivery", "Waiting to be sent")
    SENDING = "sending", pgettext_lazy("delivery", "Being sent")
    HANDING = "handing", pgettext_lazy("delivery", "Being handed over")
    SENT = "sent", pgettext_lazy("delivery", "Sent")
    UNSURE = "unsure", pgettext_lazy("delivery", "May not have been sent")
    FAILED = "failed", pgettext_lazy("delivery", "Not sent")
    BOUNCED = "bounced", pgettext_lazy("delivery", "Came back undelivered")


class Arrival(models.TextChoices):
    """How far a message that was sent has come, where its wire tells."""

    NONE = "", ""
    DELIVERED = "delivered", pgettext_lazy("delivery", "Delivered")
    READ = "read", pgettext_lazy("delivery", "Read")


class Kind(models.TextChoices):
    """What a message is where it is more than words and files; those of `channels.contract.Kind`."""

    TEXT = "", ""
    VOICE = "voice", _("Voice message")
    VIDEO = "video", _("Video")
    STICKER = "sticker", _("Sticker")
    LOCATION = "location", _("Location")
    CONTACT = "contact", _("Contact")
    REACTION = "reaction", _("Reaction")
    UNSUPPORTED = "unsupported", _("Unsupported message")


class Message(models.Model):
    """One thing said in a ticket: by the customer, to the customer, or among ourselves (a note).

    `external_id` is the wire's id (for mail the Message-ID, fixed when the message is written).
    `fingerprint` is unique among what came in, so that one mail by two doors is one message.
    `automatic`: why a machine wrote it; "notice" and "bot" are ours, and `customer` then the one it goes to.
    `folds` are ranges of `text` that quote earlier words. `addresses`: from, to, cc, bcc as people see them.
    `named`: the names a note mentions, as they are written in it, and the ids of the agents each meant then.
    `changes`: what happened to it on its wire: `edits` (earlier words, each with until when they stood), `removed_at`,
    `reactions` (by who), `files` that are still to be fetched or (`lost`) cannot be had.
    """

    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="+", db_index=False)
    direction = models.CharField(max_length=4, choices=Direction.choices)
    author = models.ForeignKey(Agent, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    external_id = models.CharField(max_length=512, blank=True)
    fingerprint = models.CharField(max_length=64, null=True)
    subject = models.CharField(max_length=255, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    folds = models.JSONField(default=list, blank=True)
    addresses = models.JSONField(default=dict, blank=True)
    named = models.JSONField(default=dict, blank=True)
    automatic = models.CharField(max_length=10, blank=True)
    from_stranger = models.BooleanField(default=False)
    authentication = models.JSONField(default=dict, blank=True)
    troubles = models.JSONField(default=list, blank=True)
    raw = models.ForeignKey(
        RawInbound, on_delete=models.PROTECT, null=True, related_name="messages", db_index=False
    )
    delivery = models.CharField(max_length=8, choices=Delivery.choices, default=Delivery.NONE, blank=True)
    delivery_error = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True)
    arrival = models.CharField(max_length=9, choices=Arrival.choices, default=Arrival.NONE, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.TEXT, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    choices = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["ticket", "id"], name="message_by_ticket"),
            models.Index(fields=["external_id"], condition=~Q(external_id=""), name="message_by_external_id"),
            models.Index(fields=["raw"], condition=Q(raw__isnull=False), name="message_by_raw"),
            models.Index(
                fields=["delivery", "id"],
                condition=Q(delivery__in=["queued", "sending", "handing", "unsure", "failed"]),
                name="message_undelivered",
            ),
            models.Index(
                fields=["customer", "at"],
                condition=Q(fingerprint__isnull=True, customer__isnull=False),  # SQLite sees no values
                name="message_by_itself",
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["fingerprint"], name="message_once")]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} #{self.ticket_id}"

    @property
    def version(self) -> str:
        """Another one whenever it has to be drawn anew."""
        return f"{self.delivery}{self.arrival}{crc32(repr(self.changes).encode()) if self.changes else ''}"

    @property
    def own_text(self) -> str:
        """What it says itself, without the earlier words it quotes."""
        return outside(self.text, self.folds)


class Attachment(models.Model):
    """A file on a message; until the message is written it belongs to the one who uploaded it."""

    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.CASCADE, related_name="attachments", db_index=False
    )
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="attachments")
    uploader = models.ForeignKey(Agent, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    content_id = models.CharField(max_length=255, blank=True)
    inline = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["ticket", "uploader"], condition=Q(message__isnull=True), name="attachment_unsent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        return reverse("tickets:attachment", args=[self.ticket_id, self.pk])

    @property
    def is_picture(self) -> bool:
        return self.content_type in {"image/png", "image/jpeg", "image/gif", "image/webp"}
