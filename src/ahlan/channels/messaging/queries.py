"""Reads of messaging used in more than one place."""

from datetime import datetime

from ahlan.channels.messaging.models import Piece, Silence


def named(message_id: str) -> set[int]:
    """The pieces of a message that its wire has taken."""
    found = Piece.objects.filter(message_id=message_id).exclude(wire_id=None)
    return set(found.values_list("n", flat=True))


def is_in_doubt(message_id: str) -> bool:
    """Whether a piece of it may have left without an answer."""
    return Piece.objects.filter(message_id=message_id, wire_id=None).exists()


def is_silent(inbox_id: int, value: str) -> bool:
    return silent_since(inbox_id, value) is not None


def silent_since(inbox_id: int, value: str) -> datetime | None:
    return Silence.objects.filter(inbox=inbox_id, value=value).values_list("at", flat=True).first()


def message_of(wire_id: str) -> str:
    """The message of ours that a wire calls so; "" for none."""
    return Piece.objects.filter(wire_id=wire_id).values_list("message_id", flat=True).first() or ""
