"""To which ticket a mail belongs: a signed reply address first, ids of earlier mails next, a number in the
subject last."""

import base64
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Iterable

from . import addresses, mail
from .headers import Headers, message_ids

ADDRESS_HEADERS = (
    "to",
    "cc",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
)
TOKEN = re.compile(r"\bt(\d{1,18})-([a-z2-7]{12})\b")
SUBJECT_NUMBER = re.compile(r"\[#\s?(\d{1,18})\]")
MESSAGE_ID_SHAPE = re.compile(r"<[0-9a-f]{10,20}\.[0-9a-f]{16}@([^<>@\s]+)>")
MAX_IDS = 100


def token(ticket_number: int, secret: str) -> str:
    """What is put after the plus sign of the reply address: "t4127-k3v…", lower case, safe in any address."""
    return f"t{ticket_number}-{_signature(ticket_number, secret)}"


def _signature(ticket_number: int, secret: str) -> str:
    digest = hmac.new(secret.encode(), f"ahlan:reply:{ticket_number}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest)[:12].decode("ascii").lower()


def reply_address(address: str, ticket_number: int, secret: str) -> str:
    """support@example.org as support+t4127-…@example.org."""
    local, _, domain = address.rpartition("@")
    return f"{local.split('+')[0]}+{token(ticket_number, secret)}@{domain}"


def read_token(address: str, secret: str) -> int | None:
    """The ticket number in an address or a bare token, None unless its signature is ours."""
    for number, signature in TOKEN.findall(address.lower()):
        if secret and hmac.compare_digest(_signature(int(number), secret), signature):
            return int(number)
    return None


def signed_tokens(headers: Headers, recipients: Iterable[str], secret: str) -> tuple[str, ...]:
    """Every token with a good signature, those of the envelope first, each once."""
    places = [*recipients, *(value for name in ADDRESS_HEADERS for value in headers.all(name))]
    found = (match[0] for place in places for match in TOKEN.finditer(place.lower()))
    return tuple(dict.fromkeys(each for each in found if read_token(each, secret) is not None))


def recipients_of(raw: bytes) -> list[str]:
    """To whom a raw mail says it was delivered or sent, the delivery's own headers first."""
    _tree, head = mail.take_apart(raw)
    order = ("x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "x-delivered-to", "to", "cc")
    return [found.value for name in order for found in addresses.parse(head, name)]


def replies_to(headers: Headers) -> tuple[str, ...]:
    """Ids of the mails this one answers, the newest first: References from its end, then In-Reply-To."""
    references = [found for value in headers.raws("references") for found in message_ids(_ascii(value))]
    answered = [found for value in headers.raws("in-reply-to") for found in message_ids(_ascii(value))]
    return tuple(dict.fromkeys([*reversed(references), *answered]))[:MAX_IDS]


def _ascii(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def subject_number(subject: str) -> int | None:
    """The ticket number written in a subject. Anybody can write one: it proves nothing."""
    match = SUBJECT_NUMBER.search(subject)
    return int(match[1]) if match else None


def new_message_id(domain: str) -> str:
    """An id for a mail of ours that no other mail has: time in microseconds and 64 random bits."""
    return f"<{time.time_ns() // 1000:x}.{secrets.token_hex(8)}@{domain}>"
