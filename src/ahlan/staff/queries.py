"""Reads about people used in more than one place."""

from datetime import datetime

from ahlan.staff.models import Presence, PresenceState


def next_look() -> datetime | None:
    """When somebody's presence has to be looked at next: one step along an index."""
    waiting = Presence.objects.filter(look_at__isnull=False).order_by("look_at")
    return waiting.values_list("look_at", flat=True).first()


def own_states() -> list[PresenceState]:
    """The states the house has named, that may be chosen."""
    return list(PresenceState.objects.filter(is_active=True))
