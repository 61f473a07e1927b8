"""A delivery report read recipient by recipient."""

from ...contract import Failure
from ..mail import Mail
from . import original
from .recognition import is_bounce
from .reports import FAILED, Report, reports


def failures(mail: Mail) -> tuple[Failure, ...]:
    """One line for each recipient that was not reached; none for a mail that is no report."""
    if not is_bounce(mail):
        return ()
    message_id = original.our_message_id(mail)
    return tuple(_failure(report, message_id) for report in reports(mail) if report.action in FAILED)


def _failure(report: Report, message_id: str) -> Failure:
    return Failure(report.recipient, status=report.status, text=report.said, message_id=message_id)
