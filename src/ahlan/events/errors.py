"""What a job may say about its failure, and how failures are kept: short, and without secrets."""

import re
from datetime import timedelta

LONGEST = 500
SECRETS = [
    (re.compile(r"(?<=://)[^/\s@]+@"), "***@"),
    (re.compile(r"(?i)\b(bearer|basic|token)\s+[\w.~+/=-]{8,}"), r"\1 ***"),
    (
        re.compile(
            r"(?i)([\"']?\b[\w-]*(?:password|passwd|pwd|secret|token|api[_-]?key|authorization)[\"']?\s*[=:]\s*)"
            r"(?!(?:bearer|basic)\b)([\"'][^\"']*[\"']|[^\s,;&\"']+)"
        ),
        r"\1***",
    ),
    (re.compile(r"[A-Za-z0-9_+/=-]{40,}"), "***"),
]


class GiveUp(Exception):
    """Raised by a job: trying again is of no use."""


class TryAgain(Exception):
    """Raised by a job: try again after a pause the job knows better than we do. Counts as an attempt."""

    def __init__(self, reason: str, *, after: timedelta) -> None:
        super().__init__(reason)
        self.after = after


class LostLease(Exception):
    """Somebody else has the job now; nothing of ours counts."""


class WorkerDied(Exception):
    """The worker was gone before the job ended."""


def describe(error: BaseException) -> str:
    """Type and short message on one line, secrets masked, at most 500 characters."""
    message = " ".join(str(error).replace("\0", "").split())[: LONGEST * 4]
    for pattern, mask in SECRETS:
        message = pattern.sub(mask, message)
    return f"{type(error).__name__}: {message}"[:LONGEST]


def class_path(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"[:200]
