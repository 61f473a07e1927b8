"""Tracking numbers of complaints: nobody guesses one, anybody can read one aloud, and one that was misheard is told at once.

Eleven random signs of thirty-one (54 bits) and a check sign, in three groups of four: "7KQ3-XM9D-4TRH". The signs leave out those
that are taken for each other (0 O, 1 I L). Their number is a prime, so every wrong sign and every two that changed places are found.
"""

import secrets
import unicodedata

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12
GROUP = 4


def new_number() -> str:
    """Without the dashes, as it is kept."""
    drawn = "".join(secrets.choice(SIGNS) for _n in range(LENGTH - 1))
    return drawn + _check(drawn)


def _check(drawn: str) -> str:
    total = sum(place * SIGNS.index(sign) for place, sign in enumerate(drawn, start=1))
    return SIGNS[total % len(SIGNS)]


def told(number: str) -> str:
    """As people read it."""
    return "-".join(number[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def understood(given: str) -> str:
    """As it is kept, from however somebody wrote it: in small letters, with spaces, in Arabic digits. "" for one that cannot be."""
    if len(given) > 100:
        return ""
    plain = unicodedata.normalize("NFKC", given).upper()
    signs = "".join(_sign(one) for one in plain if one.isalnum())
    well = len(signs) == LENGTH and all(one in SIGNS for one in signs) and _check(signs[:-1]) == signs[-1]
    return signs if well else ""


def _sign(one: str) -> str:
    return str(unicodedata.decimal(one, one))
