"""The desk through the API. Its chapters are imported for what they hang on `room`."""

from ahlan.tickets.api import (
    answers,
    fields,
    files,
    inboxes,
    listing,
    saved,
    tags,
    ties,
    webforms,
    words,
    work,
)

__all__ = [
    "answers",
    "fields",
    "files",
    "inboxes",
    "listing",
    "saved",
    "tags",
    "ties",
    "webforms",
    "words",
    "work",
]
