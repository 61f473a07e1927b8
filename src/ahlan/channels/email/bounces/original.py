"""The mail that came back: what is left of it in the report."""

import re

from ..headers import Headers, message_id, one_line
from ..headers import read as read_headers
from ..mail import Mail

RETURNED = {
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
}
ID_IN_TEXT = re.compile(r"^[>\s]*message-id:\s*(<[^<>\s]{3,900}>)", re.IGNORECASE | re.MULTILINE)
TO_IN_TEXT = re.compile(r"^[>\s]*(?:to|envelope-to):\s*(.{3,900})$", re.IGNORECASE | re.MULTILINE)
MAX_LOOKED_AT = 200_000


def headers(mail: Mail) -> Headers:
    """The headers of the mail that came back, empty when it is not attached."""
    for part in mail.root.leaves():
        if part.content_type in RETURNED:
            octets = part.octets()[0][:MAX_LOOKED_AT].lstrip()
            block = re.split(rb"\r?\n\r?\n", octets, maxsplit=1)[0]
            return read_headers(block)
    return Headers()


def our_message_id(mail: Mail) -> str:
    """The Message-ID of our mail that failed, "" when the report does not say."""
    found = message_id(headers(mail).plain("message-id"))
    if found:
        return found
    match = ID_IN_TEXT.search(mail.text[:MAX_LOOKED_AT])
    if match:
        return match[1]
    answered = mail.headers.plain("in-reply-to") or mail.headers.plain("x-original-message-id")
    return message_id(one_line(answered)) if answered else ""
