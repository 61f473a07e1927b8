"""Mail that a machine made for some other reason: notices, receipts, read confirmations."""

import re

from ..mail import Mail

NO_REPLY = re.compile(r"(?:do[-_.]?)?no?t?[-_.]?reply(?:[-_.+].*)?|mailer-daemon|bounces?(?:[-_.+=].*)?")


def is_generated(mail: Mail) -> bool:
    submitted = mail.says("auto-submitted")
    if submitted and not submitted.startswith("no"):
        return True
    if "x-auto-response-suppress" in mail.headers and mail.says("x-auto-response-suppress") != "none":
        return True
    if mail.root.parameter("report-type") == "disposition-notification":
        return True
    if mail.says("return-path") == "<>":
        return True
    return bool(mail.sender and NO_REPLY.fullmatch(mail.sender.value.rpartition("@")[0]))
