"""What a server's answer means, in the vocabulary of `wording.REASONS`."""

from .wording import BY_STATUS, SAID

MAX_LOOKED_AT = 2_000


def classify(said: str, status: str, reply: str, action: str = "") -> str:
    """The reason: by the words, else by the enhanced status, else by the reply code."""
    by_words = next((reason for reason, pattern in SAID if pattern.search(said[:MAX_LOOKED_AT])), "")
    if by_words:
        return by_words
    by_status = BY_STATUS.get(status.partition(".")[2], "")
    if by_status:
        return by_status
    if action in {"delayed", "expired"} or status[:1] == "4":
        return "expired"
    return "onhold" if reply or status else "undefined"
