"""Abuse reports (ARF): whose reader called which mail of ours spam."""

from ...contract import Failure
from ..addresses import ADDRESS, normalise
from ..headers import read as read_headers
from ..mail import Mail
from . import original

RECIPIENT = ("original-rcpt-to", "removal-recipient", "original-recipient")


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
