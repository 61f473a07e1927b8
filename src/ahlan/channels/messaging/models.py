"""What went out piece by piece, and who wants to hear no more."""

from django.db import models
from django.db.models import Q

from ahlan.channels.models import Inbox
from ahlan.core.clock import now


class Piece(models.Model):
    """One request of those that a message takes. It is written before the wire is asked and named by the wire's id afterwards.

    A row without `wire_id` is a piece that may have left. One without `message_id` is a report that came before the answer to
    the request it is about, or about something that another program sent.
    """

    message_id = models.CharField(max_length=512, blank=True)
    n = models.PositiveSmallIntegerField(default=0)
    wire_id = models.CharField(max_length=512, null=True, unique=True)
    to = models.CharField(max_length=254, blank=True)
    arrival = models.CharField(max_length=9, blank=True)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message_id", "n"], condition=~Q(message_id=""), name="piece_once"
            )
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(message_id=""), name="piece_of_nobody"),
            models.Index(fields=["to", "-at"], condition=~Q(to=""), name="piece_to"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.n}"


class Silence(models.Model):
    """Somebody who wants nothing more from one inbox. No row: he may be written to."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+")
    value = models.CharField(max_length=254)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inbox", "value"], name="silence_once")]

    def __str__(self) -> str:
        return self.value
