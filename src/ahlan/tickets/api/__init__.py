"""The desk through the API. Its chapters are imported for what they hang on `room`."""

from ahlan.tickets.api import answers, files, inboxes, listing, saved, ties, work

__all__ = ["answers", "files", "inboxes", "listing", "saved", "ties", "work"]
