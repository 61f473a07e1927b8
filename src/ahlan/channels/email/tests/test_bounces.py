import re

import pytest

from ...contract import Automatic, Failure
from ..bounces import REASONS, codes, reports
from ..bounces.reasons import classify
from ..parse import understand
from ..parts import read as read_parts
from .recorded import emails, expected
from .writing import mail

REPORT = """From: Mail Delivery System <MAILER-DAEMON@mx.example.net>
To: support@example.com
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=X

--X
Content-Type: text/plain

I'm sorry.
--X
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; cy@example.org
Original-Recipient: rfc822;Cy@Example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

Final-Recipient: rfc822; d@example.org
Action: delivered
Status: 2.0.0
--X
Content-Type: message/rfc822

Message-ID: <1@example.com>
To: cy@example.org

Hello
--X--
"""


def report(action="failed", status="5.1.1", said="550 5.1.1 <cy@example.org>: User unknown"):
    return understand(REPORT.format(action=action, status=status, said=said).encode())


def test_a_report_names_the_address_the_codes_and_our_mail():
    found = report()

    assert found.automatic is Automatic.BOUNCE
    assert found.failures == (
        Failure(
            "cy@example.org",
            "5.1.1",
            "550",
            "userunknown",
            True,
            "<1@example.com>",
            "550 5.1.1 <cy@example.org>: User unknown",
        ),
    )


def test_a_delay_is_not_permanent():
    (failure,) = report("delayed", "4.4.1", "421 4.4.1 Connection timed out").failures

    assert (failure.reason, failure.permanent, failure.smtp_code) == ("expired", False, "421")


def test_an_address_that_was_taken_before_the_mail_was_refused_is_not_dead():
    (failure,) = report(said="550 5.1.1 User unknown (in reply to end of DATA command)").failures

    assert (failure.reason, failure.permanent) == ("filtered", False)


def test_a_passing_trouble_never_marks_the_address():
    (failure,) = report("delayed", "4.4.1", "451 4.4.1 Domain not found").failures

    assert (failure.reason, failure.permanent) == ("hostunknown", False)


def test_a_report_that_says_delivered_is_no_failure():
    assert report("relayed", "2.0.0", "250 Ok").failures == ()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("550 No such user here", "userunknown"),
        ("552 Mailbox full", "mailboxfull"),
        ("554 Domain not found", "hostunknown"),
        ("550 Message size exceeds limit", "exceedlimit"),
        ("554 Your message looks like SPAM", "spamdetected"),
        ("550 5.7.26 Unauthenticated email is not accepted due to DMARC policy", "authfailure"),
        ("550 Relaying denied", "norelaying"),
        ("550 client host blocked using zen.spamhaus.org", "blocked"),
        ("550 The account is disabled", "suspend"),
        ("Virus found", "virusdetected"),
        ("", "undefined"),
    ],
)
def test_answers_are_given_a_reason_of_the_vocabulary(said, reason):
    assert classify(said, "", "") == reason
    assert reason in REASONS


def test_codes_are_not_found_in_addresses_and_times():
    assert codes.enhanced("", "host 192.0.2.5.1 said nothing, version 4.5.1.2") == ""
    assert codes.reply("at 10:550 port 587, sent 421 messages") == ""


def test_words_only_are_read_too():
    words = "Your message could not be delivered.\r\n\r\n<cy@example.org>:\r\nHost said: 550 Unknown user\r\n"

    found = understand(
        mail(words, From="MAILER-DAEMON@mx.example.net", Subject="failure notice", Return_Path="<>")
    )

    assert [(each.recipient, each.reason) for each in found.failures] == [("cy@example.org", "userunknown")]


def test_a_customer_who_writes_about_a_bounce_is_no_bounce():
    found = understand(
        mail("Delivery failed: user unknown. What does that mean?", Subject="Undelivered mail")
    )

    assert (found.automatic, found.failures) == (None, ())


@pytest.fixture(scope="module")
def recorded():
    folder = emails("bounces_sisimai")
    return [
        (name, rows, understand((folder / name).read_bytes()))
        for name, rows in expected("bounces_sisimai").items()
    ]


def test_recorded_reports_are_recognised(recorded, tell):
    kinds = {name: found.automatic for name, _rows, found in recorded}
    known = [name for name, kind in kinds.items() if kind in {Automatic.BOUNCE, Automatic.FEEDBACK}]

    tell(f"bounces: {len(known)} of {len(kinds)} recognised; not: {sorted(set(kinds) - set(known))}")
    assert len(known) >= 304
    # The three vacation notices in the collection are automatic replies to us.
    assert [kinds[f"rfc3834-0{number}.eml"] for number in (1, 3, 5)] == [Automatic.REPLY] * 3


# Invented by the collection where a report states no code: "5.0.910" and the like.
PSEUDO = re.compile(r"[45]\.0\.(?:0|9\d\d)|4\.4\.7")


def test_recorded_reports_agree_in_code_class_and_reason(recorded, tell):
    rows = [
        (row, found.failures[index] if index < len(found.failures) else Failure(""))
        for _name, wanted, found in recorded
        for index, row in enumerate(wanted)
        if row["reason"] not in {"vacation", "delivered"}
    ]
    status = [
        row["dsn"] == got.status for row, got in rows if row["dsn"] and not PSEUDO.fullmatch(row["dsn"])
    ]
    reply = [row["smtp_code"] == got.smtp_code for row, got in rows if row["smtp_code"]]
    hard = [row["hard"] == got.permanent for row, got in rows]
    reason = [row["reason"] == got.reason for row, got in rows]

    for name, agreed in (
        ("status", status),
        ("SMTP code", reply),
        ("hard/soft", hard),
        ("reason", reason),
    ):
        share = f"{sum(agreed)} of {len(agreed)} ({sum(agreed) / len(agreed):.0%})"
        tell(f"bounces: {name} agrees in {share}")
    assert sum(status) / len(status) >= 0.92
    assert sum(reply) / len(reply) >= 0.88
    assert sum(hard) / len(hard) >= 0.88
    assert sum(reason) / len(reason) >= 0.69


def test_recorded_reports_name_the_address_that_failed(recorded, tell):
    """Against an independent look for Final-Recipient in the raw mail."""
    agreed = []
    for name, _rows, found in recorded:
        raw = (emails("bounces_sisimai") / name).read_bytes()
        stated = re.findall(rb"(?im)^(?:Final|Original)-Recipient:\s*rfc822;\s*<?([^\s<>;]+@[^\s<>;]+)", raw)
        if stated and reports.status_part_of(read_parts(raw)):
            known = {address.decode().lower() for address in stated}
            agreed.append(bool(found.failures) and {each.recipient for each in found.failures} <= known)
    named = sum(1 for _name, _rows, found in recorded if any(each.recipient for each in found.failures))

    tell(f"bounces: address right in {sum(agreed)} of {len(agreed)} that state one")
    tell(f"bounces: an address named in {named} of {len(recorded)}")
    assert sum(agreed) / len(agreed) >= 0.97
    assert named >= 285


def test_every_reason_in_the_collection_is_in_the_vocabulary(recorded):
    assert {row["reason"] for _name, rows, _found in recorded for row in rows} <= set(REASONS)
    assert {each.reason for _name, _rows, found in recorded for each in found.failures} <= set(REASONS)
