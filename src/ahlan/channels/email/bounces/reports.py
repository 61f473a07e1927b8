"""The machine-readable part of a delivery report (RFC 3464)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..addresses import ADDRESS, normalise
from ..headers import Headers, clean
from ..headers import read as read_headers
from ..mail import Mail
from ..parts import Part, Tree

TYPES = {"message/delivery-status", "message/global-delivery-status"}
MAX_RECIPIENTS = 100
FAILED = {"failed", "failure", "delayed", "expired", "error", ""}


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says of one recipient. `said` is what the other server answered, word for word."""

    recipient: str
    action: str = ""
    status: str = ""
    said: str = ""
    other_recipient: str = ""


def status_part(mail: Mail) -> Part | None:
    return status_part_of(mail.tree)


def status_part_of(tree: Tree) -> Part | None:
    return next((part for part in tree.root.leaves() if part.content_type in TYPES), None)


def reports(mail: Mail) -> tuple[Report, ...]:
    """One report for each recipient that the delivery report names, at most MAX_RECIPIENTS."""
    part = status_part(mail)
    if part is None:
        return ()
    found = [report for group in _groups(part) if (report := _report(group))]
    return tuple(found[:MAX_RECIPIENTS])


def _groups(part: Part) -> Iterator[Headers]:
    text = clean(part.octets()[0][:500_000].decode("utf-8", "replace"))
    for block in re.split(r"\n\s*\n", text.strip()):
        yield read_headers(block.encode())


def _report(group: Headers) -> Report | None:
    final, original = (_recipient(group.get(name)) for name in ("final-recipient", "original-recipient"))
    alternative = _recipient(group.get("x-actual-recipient"))
    recipient = final or original or alternative
    if not recipient or ("action" not in group and "status" not in group):
        return None
    status = re.search(r"[245]\.\d{1,3}\.\d{1,3}", group.get("status"))
    said = re.sub(r"^[\w-]+\s*;\s*", "", group.get("diagnostic-code"))
    action = group.get("action").lower().split(" ")[0].strip(";")
    return Report(recipient, action, status[0] if status else "", said, original or alternative)


def _recipient(value: str) -> str:
    """The address in "rfc822; ada@example.org"."""
    address = value.split(";", 1)[-1].strip()
    found = ADDRESS.search(address)
    return normalise(address) or (normalise(found[0]) if found else "")
