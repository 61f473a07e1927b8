"""Secrets at rest: mailbox passwords and tokens are kept sealed with a key drawn from SECRET_KEY."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def key_for(purpose: str) -> bytes:
    """32 bytes that only this installation knows, different for each purpose."""
    return hmac.new(settings.SECRET_KEY.encode(), purpose.encode(), hashlib.sha256).digest()


def seal(text: str) -> str:
    """Encrypt for keeping; "" stays ""."""
    return _box().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """The text that was sealed; "" when the key has changed since (it must then be typed in again)."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key_for("secrets at rest")))
