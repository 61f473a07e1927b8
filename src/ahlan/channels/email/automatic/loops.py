"""Our own mail come back: answering it would go on for ever."""

import re

from ..mail import Mail
from ..threads import MESSAGE_ID_SHAPE


def is_loop(mail: Mail) -> bool:
    return _from_ourselves(mail) or _marked_by_us(mail) or _has_our_id(mail)


def _from_ourselves(mail: Mail) -> bool:
    """Sent from an address of ours. A form on the company's web site does that too, but names its visitor
    in Reply-To."""
    if mail.sender is None or mail.sender.value not in mail.own_addresses:
        return False
    wanted = mail.headers.get("reply-to")
    return not wanted or any(own in wanted.lower() for own in mail.own_addresses)


def _marked_by_us(mail: Mail) -> bool:
    marks = " ".join(mail.headers.all("x-loop")).lower()
    return any(re.search(rf"(?<![\w.+-]){re.escape(own)}(?![\w.-])", marks) for own in mail.own_addresses)


def _has_our_id(mail: Mail) -> bool:
    """An id of the shape and from the domain that only we give."""
    match = MESSAGE_ID_SHAPE.fullmatch(mail.headers.plain("message-id").strip())
    domains = {own.rpartition("@")[2] for own in mail.own_addresses}
    return match is not None and match[1].lower() in domains
