"""What a server's answer means, in the vocabulary of `wording.REASONS`."""

import re

from .wording import BY_STATUS, SAID

MAX_LOOKED_AT = 2_000
AFTER_DATA = re.compile(
    r"end of data|reply to (?:the )?data|>>> ?data\b|final data|smtp command data", re.IGNORECASE
)
SENDER_REFUSED = re.compile(r"after mail from|reply to mail from", re.IGNORECASE)
ALREADY_REFUSED = re.compile(r"\b503\b|>>> ?rcpt to|reply to rcpt|after rcpt", re.IGNORECASE)


def classify(said: str, status: str, reply: str, action: str = "", notice: str = "") -> str:
    """The reason: by the answer's words, else by the enhanced status, else by the words around the answer,
    else by the reply code."""
    reason = _by_words(said) or BY_STATUS.get(status.partition(".")[2], "") or _by_words(notice)
    if reason == "userunknown" and SENDER_REFUSED.search(said):
        return "rejected"
    if reason == "userunknown" and _was_taken_first(f"{notice} {said}"):
        return "filtered"
    if reason:
        return reason
    if action in {"delayed", "expired"} or status[:1] == "4":
        return "expired"
    return "onhold" if reply or status else "undefined"


def _by_words(words: str) -> str:
    return next((reason for reason, pattern in SAID if pattern.search(words[:MAX_LOOKED_AT])), "")


def _was_taken_first(words: str) -> bool:
    """Whether the server took the address and refused only the mail: then nobody has proved it dead,
    whatever the refusal says."""
    return bool(AFTER_DATA.search(words)) and not ALREADY_REFUSED.search(words)
