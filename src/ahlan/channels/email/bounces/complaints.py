"""Abuse reports (ARF): whose reader called which mail of ours spam."""

import re

from ...contract import Failure
from ..addresses import ADDRESS, normalise
from ..headers import read as read_headers
from ..mail import Mail
from . import original

# Outlook.com's own form, which has no machine-readable part.
COMPLAINT = re.compile(r"^\s*complaint about message from [\d.:a-f]+", re.IGNORECASE)
RECIPIENT = ("original-rcpt-to", "removal-recipient", "original-recipient")


def is_complaint(mail: Mail) -> bool:
    """Whether a mail is an abuse report."""
    if mail.root.parameter("report-type") == "feedback-report":
        return True
    kinds = {part.content_type for part in mail.root.leaves()}
    if "message/feedback-report" in kinds:
        return True
    return "message/rfc822" in kinds and bool(COMPLAINT.search(mail.headers.get("subject")))


def failures(mail: Mail) -> tuple[Failure, ...]:
    return (Failure(_complainer(mail), reason="feedback", message_id=original.our_message_id(mail)),)


def _complainer(mail: Mail) -> str:
    """The reader, where the report does not hide the address; else to whom our mail was written."""
    for part in mail.root.leaves():
        if part.content_type == "message/feedback-report":
            fields = read_headers(part.octets()[0][:20_000])
            for name in RECIPIENT:
                found = ADDRESS.search(fields.get(name))
                if found and (address := normalise(found[0])):
                    return address
    found = ADDRESS.search(original.headers(mail).get("to"))
    return normalise(found[0]) if found else ""
