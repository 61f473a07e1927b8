"""Work before sending: a sum that costs one visitor a second of his machine, and who sends a million a million.

The page's stamp is what is worked on: a number is sought which, written behind it, gives a SHA-256 that begins with so many
zero bits. No third party, no puzzle for people; who has no JavaScript sends without, and is let through less often.
"""

from hashlib import sha256

from django.core.cache import cache

FRESH = 24 * 3600  # seconds for which one piece of work is remembered, so that it serves once


def is_done(stamp: str, number: str, bits: int) -> bool:
    """Whether this number is the work asked for."""
    if not number.isdecimal() or len(number) > 20:
        return False
    found = int.from_bytes(sha256(f"{stamp}:{number}".encode()).digest(), "big")
    return found >> (256 - bits) == 0


def use_up(stamp: str, words: str) -> bool:
    """Whether this work is good for these words: for the first ones it comes with, and for the same again."""
    key = f"webform-work:{sha256(stamp.encode()).hexdigest()}"
    own = sha256(words.encode()).hexdigest()
    return bool(cache.add(key, own, FRESH) or cache.get(key) == own)
