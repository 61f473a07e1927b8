"""Whether a mail is a delivery report, with or without a machine-readable part."""

import re

from ..mail import Mail
from .reports import status_part

REPORTER = re.compile(
    r"mailer-?daemon|postmaster|mail[-_. ]?(?:delivery|deliver)|(?:delivery|mail)[-_. ]?subsystem"
    r"|mdaemon|mail ?error|\bdaemon\b",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"undeliver|delivery (?:status|fail|report|problem|error|notif|incomplete|delay)|fail(?:ed"
    r"|ure)?.{0,20}(?:deliver|notice)"
    r"|returned (?:mail|to sender)|returned mail|mail (?:delivery|system) (?:fail|error)"
    r"|failure notice|non.?deliver"
    r"|could not be delivered|not delivered|mail failed|message (?:delayed|status|undeliver)"
    r"|\bbounced?\b|mail failure|system error"
    r"|could not (?:send|deliver)|mail delivery|user unknown|delivery notification"
    r"|warning: (?:message|could not)"
    r"|メール.{0,6}エラー|エラー通知|не доставлено|недоставлен|לא נמסר|כשל|تعذر|فشل|ei voitu toimittaa"
    r"|toimitus epäonnistui",
    re.IGNORECASE,
)
TEXT = re.compile(
    r"did not reach|(?:could|can) ?not be delivered|(?:was|were|is|has been|have been) (?:not"
    r"|un)(?: been)? ?deliver|wasn't able to deliver|unable to deliver"
    r"|(?:following|these) (?:address|recipient)\S*.{0,40}(?:fail|error|reject)"
    r"|delivery to the following|undeliverable"
    r"|fatal errors|permanent (?:error|failure|fatal)|delivery (?:attempts? )?(?:has |have )?fail"
    r"|was not delivered|returned to sender"
    r"|rejected by|delivery (?:temporarily )?suspended|user unknown|unknown user|no such user"
    r"|mailbox (?:is )?full"
    r"|there was (?:an error|a problem)|failed to deliver|error(?:s)? (?:occurred|delivering)"
    r"|could not deliver|not (?:be )?deliver"
    r"|transcript of session|i'?m afraid|delivery errors|送信できません|配信できません|couldn't be delivered",
    re.IGNORECASE | re.DOTALL,
)

NO_AUTHOR = re.compile(r"no-?reply@|^(?:system|admin|mail|root)@", re.IGNORECASE)


def is_bounce(mail: Mail) -> bool:
    """Whether a mail server reports on a mail of ours."""
    if mail.root.parameter("report-type") in {"feedback-report", "disposition-notification"}:
        return False
    if status_part(mail) is not None or "x-failed-recipients" in mail.headers:
        return True
    if _is_from_a_server(mail):
        return bool(SUBJECT.search(mail.headers.get("subject")) or TEXT.search(mail.text[:4000]))
    return bool(
        SUBJECT.search(mail.headers.get("subject")) and TEXT.search(mail.text[:4000]) and _has_no_author(mail)
    )


def _is_from_a_server(mail: Mail) -> bool:
    senders = " ".join(mail.headers.get(name) for name in ("from", "sender", "return-path"))
    return mail.says("return-path") == "<>" or bool(REPORTER.search(senders))


def _has_no_author(mail: Mail) -> bool:
    return bool(mail.sender and NO_AUTHOR.search(mail.sender.value))
