"""The addresses the company answers at, and what came in on them, kept as it came."""

import secrets as chance
from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ahlan.core import files, secrets
from ahlan.core.clock import now


def new_public_id() -> str:
    return chance.token_hex(10)


class Inbox(models.Model):
    """One address the company answers at, on one kind of wire.

    `public_id` names it where providers call us, and nobody else knows it. `settings` belongs to the channel (servers, folders, form fields); `sealed` holds its secrets, each
    encrypted. `state` is what the health page shows: last fetched, last sent, last error.
    """

    name = models.CharField(_("name"), max_length=80)
    channel = models.CharField(_("channel"), max_length=20)
    address = models.CharField(_("address"), max_length=254)
    language = models.CharField(_("language"), max_length=10, default="en")
    signature = models.TextField(_("signature"), blank=True)
    signatures = models.JSONField(default=dict, blank=True)  # in other languages, by their codes
    is_active = models.BooleanField(_("active"), default=True)
    settings = models.JSONField(default=dict, blank=True)
    sealed = models.JSONField(default=dict, blank=True)
    public_id = models.CharField(max_length=20, unique=True, default=new_public_id, editable=False)
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("inbox")
        verbose_name_plural = _("inboxes")
        constraints = [
            models.UniqueConstraint("channel", Lower("address"), name="inbox_address_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def secret(self, key: str) -> str:
        return secrets.unseal(self.sealed.get(key, ""))

    def set_secret(self, key: str, text: str) -> None:
        self.sealed[key] = secrets.seal(text)

    @property
    def for_its_wire(self) -> dict[str, Any]:
        """Its settings with the secrets opened, as its channel takes them to fetch and to send. Never to be logged or kept."""
        return {
            **self.settings,
            "inbox": self.pk,
            "public_id": self.public_id,
            "address": self.address,
            "secrets": {key: self.secret(key) for key in self.sealed},
        }


class Mailbox(models.Model):
    """How far a place that is fetched from has been read, and how it fares.

    `cursor` is the channel's own (for IMAP: folder, UIDVALIDITY, last UID). One row an inbox, written
    apart from it so that fetching never fights with somebody editing the settings. `error` is of fetching,
    `send_error` of sending; after `failures` in a row it is not asked again before `retry_at`.
    """

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="mailbox")
    cursor = models.JSONField(default=dict)
    fetched_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)
    error_at = models.DateTimeField(null=True)
    send_error = models.CharField(max_length=500, blank=True)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)


class RawInbound(models.Model):
    """What came in, byte for byte, kept before it is understood.

    Small ones lie in the row; large ones in the file store under `digest`.
    """

    class State(models.TextChoices):
        NEW = "new", _("not read yet")
        READ = "read", _("read")
        UNREADABLE = "unreadable", _("unreadable")

    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, null=True, related_name="raw_inbound")
    channel = models.CharField(max_length=20)
    door = models.CharField(max_length=20)
    envelope = models.JSONField(default=dict)
    body = models.BinaryField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.NEW)
    decision = models.CharField(max_length=12, blank=True)
    received_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], condition=models.Q(state="new"), name="raw_inbound_new"),
        ]

    def content(self) -> bytes:
        """The bytes as they came. Raises FileNotFoundError when the file store has lost them."""
        return files.read(self.digest) if self.body is None else bytes(self.body)

    def recipients(self) -> list[str]:
        found: Any = self.envelope.get("rcpt_tos", [])
        return [str(one) for one in found]


class Carried(models.Model):
    """What a provider calls a mail of ours, by which it reports later; `external_id` is our own. `heard`: marks of the reports taken."""

    external_id = models.CharField(max_length=512)
    wire_id = models.CharField(max_length=255, db_index=True)
    heard = models.JSONField(default=list)
    made_at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["external_id", "wire_id"], name="carried_once")]

    def __str__(self) -> str:
        return self.wire_id
