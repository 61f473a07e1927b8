"""Abuse reports (ARF, RFC 5965): somebody called a mail of ours spam."""

from ..mail import Mail


def is_feedback(mail: Mail) -> bool:
    if mail.root.parameter("report-type") == "feedback-report":
        return True
    return any(part.content_type == "message/feedback-report" for part in mail.root.leaves())
