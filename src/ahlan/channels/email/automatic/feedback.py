"""Abuse reports (ARF, RFC 5965): somebody called a mail of ours spam."""

import re

from ..mail import Mail

# Outlook.com's own form, which has no machine-readable part.
COMPLAINT = re.compile(r"^\s*complaint about message from [\d.:a-f]+", re.IGNORECASE)


def is_feedback(mail: Mail) -> bool:
    if mail.root.parameter("report-type") == "feedback-report":
        return True
    kinds = {part.content_type for part in mail.root.leaves()}
    if "message/feedback-report" in kinds:
        return True
    return "message/rfc822" in kinds and bool(COMPLAINT.search(mail.headers.get("subject")))
