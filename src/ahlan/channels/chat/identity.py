"""Who a visitor is: the site's word for it, signed and good for a while, and the token of a browser."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from ahlan.channels.models import Inbox
from ahlan.core.clock import now

LONGEST = timedelta(days=1)  # a signature good for longer is refused: it could be used by whoever finds it
ANONYMOUS = timedelta(days=30)
SECRET = "identity"  # noqa: S105 -- where the inbox keeps it


@dataclass(frozen=True, slots=True)
class Identity:
    """What a site vouches for."""

    id: str
    email: str
    name: str


class Unproved(ValueError):
    """The site's word is forged, too old, good for too long or badly formed."""


def signature(secret: str, *, id: str, email: str, name: str, exp: int) -> str:
    """HMAC-SHA256, in hex, of the four on a line each. `exp` in seconds since 1970."""
    said = "\n".join((id, email, name, str(exp)))
    return hmac.new(secret.encode(), said.encode(), sha256).hexdigest()


def proved(inbox: Inbox, given: Any) -> Identity:
    """The identity a site has signed. Raises Unproved."""
    secret = inbox.secret(SECRET)
    if not secret or not isinstance(given, dict):
        raise Unproved
    words = {key: given.get(key, "") for key in ("id", "email", "name")}
    if not all(isinstance(one, str) and len(one) <= 200 and "\n" not in one for one in words.values()):
        raise Unproved
    try:
        exp = int(given.get("exp", ""))
    except (TypeError, ValueError):
        raise Unproved from None
    expected = signature(secret, exp=exp, **words)
    given_hash = given.get("hash")
    left = exp - now().timestamp()
    genuine = isinstance(given_hash, str) and hmac.compare_digest(expected.encode(), given_hash.encode())
    if not genuine or not words["id"] or not 0 < left <= LONGEST.total_seconds():
        raise Unproved
    return Identity(words["id"], words["email"].strip().casefold(), words["name"])


def new_token() -> str:
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
