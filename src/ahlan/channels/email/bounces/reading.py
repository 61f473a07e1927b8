"""A delivery report read recipient by recipient."""

from collections.abc import Iterable

from ...contract import Failure
from ..mail import Mail
from . import codes, complaints, original, prose, reports
from .reasons import classify
from .recognition import is_bounce
from .reports import FAILED, Report
from .wording import PERMANENT

MAX_TEXT = 1_000


def failures(mail: Mail) -> tuple[Failure, ...]:
    """One line for each recipient that was not reached or complained; none for a mail that is no report."""
    if complaints.is_complaint(mail):
        return complaints.failures(mail)
    if not is_bounce(mail):
        return ()
    message_id = original.our_message_id(mail)
    words = prose.notice(mail)
    return tuple(_failure(report, message_id, words) for report in _reports(mail, words))


def _reports(mail: Mail, words: str) -> Iterable[Report]:
    """The machine-readable lines, else the words. Recipients that were reached after all are no failures."""
    stated = reports.reports(mail)
    if not stated:
        return prose.reports(mail)
    failed = (report for report in stated if report.action in FAILED)
    return [_with_words(report, words, [each.recipient for each in stated]) for report in failed]


def _with_words(report: Report, words: str, recipients: list[str]) -> Report:
    """A report that quotes no answer gets the words the notice has for that address."""
    if report.said:
        return report
    said = prose.said_about(report.recipient, words, recipients)
    return Report(report.recipient, report.action, report.status, said)


def _failure(report: Report, message_id: str, words: str) -> Failure:
    status, reply = codes.enhanced(report.status, report.said), codes.reply(report.said)
    reason = classify(report.said, status, reply, report.action, words)
    return Failure(
        report.recipient,
        status=status,
        smtp_code=reply,
        reason=reason,
        permanent=reason in PERMANENT and not _may_pass(report.action, status, reply),
        message_id=message_id,
        text=" ".join(report.said.split())[:MAX_TEXT],
    )


def _may_pass(action: str, status: str, reply: str) -> bool:
    """Whether the server itself calls it a passing trouble: then the address is not given up."""
    return action == "delayed" or status[:1] == "4" or (not status and reply[:1] == "4")
