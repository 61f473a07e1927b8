"""Proofs that a knock comes from the provider. All are over the bytes as they came: JSON written anew has other bytes."""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Mapping

from django.utils.crypto import constant_time_compare

FRESH = 300  # seconds; an older knock is a recording that somebody plays again


def hex_mac(secret: str, body: bytes, algorithm: str = "sha256") -> str:
    return hmac.new(secret.encode(), body, algorithm).hexdigest()


def base64_mac(secret: str | bytes, body: bytes, algorithm: str = "sha256") -> str:
    key = secret.encode() if isinstance(secret, str) else secret
    return base64.b64encode(hmac.new(key, body, algorithm).digest()).decode()


def same(given: str, expected: str) -> bool:
    """Compared in constant time. Nothing equals a secret that is not set."""
    return bool(expected) and constant_time_compare(given, expected)


def of_meta(secret: str, body: bytes) -> str:
    """X-Hub-Signature-256."""
    return f"sha256={hex_mac(secret, body)}" if secret else ""


def of_twilio(secret: str, url: str, form: Mapping[str, list[str]]) -> str:
    """X-Twilio-Signature: SHA-1 over the address and the form's fields in order, each value of a field once."""
    told = url + "".join(key + value for key in sorted(form) for value in sorted(set(form[key])))
    return base64_mac(secret, told.encode(), "sha1") if secret else ""


def of_standard(secret: str, knock_id: str, timestamp: str, body: bytes) -> str:
    """One signature of the Standard Webhooks form. `secret`: "whsec_" and base64."""
    signed = f"{knock_id}.{timestamp}.".encode() + body
    return f"v1,{base64_mac(standard_key(secret), signed)}" if secret else ""


def standard_key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()


def is_standard(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a knock bears a fresh signature of the Standard Webhooks form; it may bear several, apart by blanks."""
    knock_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if (
        not knock_id
        or not timestamp.isdecimal()
        or len(timestamp) > 12
        or abs(time.time() - int(timestamp)) > FRESH
    ):
        return False
    expected = of_standard(secret, knock_id, timestamp, body)
    return any(same(one, expected) for one in headers.get("webhook-signature", "").split(" ")[:10])


def number_from(text: str) -> int:
    """A positive 31-bit number that is always the same for the same text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") & 0x7FFFFFFF
