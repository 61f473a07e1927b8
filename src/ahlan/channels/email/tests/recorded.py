"""The recorded mails the tests read: not in the repository, beside it in the place where Ahlan is made."""

import json
import os
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

BESIDE = Path(__file__).resolve().parents[6] / "shared" / "data"


def emails(name: str) -> Path:
    """The folder of one set of mails. Fails when AHLAN_SHARED_DATA names a place without it; skips where
    nobody promised any recorded mails."""
    stated = os.environ.get("AHLAN_SHARED_DATA")
    folder = Path(stated or BESIDE) / "emails" / name
    if folder.is_dir():
        return folder
    if stated or BESIDE.is_dir():
        pytest.fail(f"The recorded mails are missing: {folder}")
    pytest.skip("The recorded mails are kept beside the repository and are not here (see AHLAN_SHARED_DATA).")


def expected(name: str) -> dict[str, Any]:
    return json.loads((emails(name) / "expected.json").read_text())


def leaves(raw: bytes) -> list[Message]:
    """Every part that holds no other, found by the standard library: attached mails count as one."""

    def walk(part: Message) -> list[Message]:
        inside = part.get_payload() if part.is_multipart() else None
        if isinstance(inside, list) and part.get_content_maintype() == "multipart":
            return [leaf for child in inside for leaf in walk(child)]
        return [part]

    return walk(message_from_bytes(raw))
