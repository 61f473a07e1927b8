"""One digest for one mail, whichever door it came in by."""

import hashlib
from collections.abc import Iterable

from ..contract import Attachment
from .headers import Headers

SAME_BY_EVERY_DOOR = ("message-id", "from", "date", "subject")


def fingerprint(headers: Headers, text: str, html: str, attachments: Iterable[Attachment]) -> str:
    """SHA-256 in hex over what its sender wrote.

    Received, Delivered-To and Return-Path differ from door to door and are left out. The words and files are
    in it because broken programs send different mails under one Message-ID.
    """
    digest = hashlib.sha256()
    for name in SAME_BY_EVERY_DOOR:
        _add(digest, headers.get(name))
    _add(digest, " ".join(text.split()))
    _add(digest, " ".join(html.split()))
    for octets in sorted(hashlib.sha256(found.content).digest() for found in attachments):
        digest.update(octets)
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", words: str) -> None:
    octets = words.encode("utf-8", "replace")
    digest.update(f"{len(octets)}:".encode())
    digest.update(octets)
