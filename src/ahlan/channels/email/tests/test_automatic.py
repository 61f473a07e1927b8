import pytest

from ...contract import Automatic
from ..parse import understand
from ..threads import new_message_id
from .writing import mail

OURS = frozenset({"support@example.com"})


def why(**headers: str):
    return understand(mail(**headers), own_addresses=OURS).automatic


@pytest.mark.parametrize(
    ("reason", "headers"),
    [
        (Automatic.REPLY, {"Auto_Submitted": "auto-replied"}),
        (Automatic.REPLY, {"Auto-Submitted": "auto-replied (vacation)"}),
        (Automatic.REPLY, {"X_Autoreply": "yes"}),
        (Automatic.REPLY, {"X_Autorespond": "Out of office"}),
        (Automatic.REPLY, {"Precedence": "auto_reply"}),
        (Automatic.REPLY, {"X_Apple_Action": "VACATION"}),
        (Automatic.REPLY, {"Auto_Submitted": "auto-generated", "Subject": "Automatic reply: Order"}),
        (Automatic.REPLY, {"X_Auto_Response_Suppress": "All", "Subject": "תשובה אוטומטית: הזמנה"}),
        (Automatic.REPLY, {"Return_Path": "<>", "Subject": "رد تلقائي: الطلب"}),
        (Automatic.REPLY, {"Precedence": "bulk", "Subject": "Automaattinen vastaus: Tilaus"}),
        (Automatic.REPLY, {"Precedence": "junk", "Subject": "پاسخ خودکار: سفارش"}),
        (Automatic.REPLY, {"Return_Path": "<>", "Subject": "Автоматический ответ: Заказ"}),
        (Automatic.LIST, {"List_Id": "<news.shop.example>"}),
        (Automatic.LIST, {"List_Unsubscribe": "<https://shop.example/u>"}),
        (Automatic.LIST, {"Precedence": "bulk"}),
        (Automatic.LOOP, {"From": "support@example.com"}),
        (Automatic.LOOP, {"X_Loop": "support@example.com"}),
        (Automatic.LOOP, {"Message_ID": new_message_id("example.com")}),
        (Automatic.OTHER, {"Auto_Submitted": "auto-generated"}),
        (Automatic.OTHER, {"X_Auto_Response_Suppress": "OOF, AutoReply"}),
        (Automatic.OTHER, {"Return_Path": "<>"}),
        (Automatic.OTHER, {"From": "No Reply <no-reply@shop.example>"}),
        (Automatic.OTHER, {"From": "donotreply@shop.example"}),
        (None, {}),
        (None, {"Auto_Submitted": "no"}),
        (None, {"Subject": "Out of office chairs: delivery?"}),
        (None, {"Subject": "Автоответ не работает"}),
        (None, {"Subject": "Lomalla, milloin pakettini saapuu?"}),
        (None, {"From": "Noreen Plyman <noreen@example.org>"}),
        (None, {"Message_ID": "<abc@example.com>"}),
        (None, {"List_Id": "<support.example.com>", "List_Post": "<mailto:support@example.com>"}),
        (None, {"From": "support@example.com", "Reply_To": "visitor@example.org"}),
        (None, {"X_Loop": "othersupport@example.com"}),
    ],
)
def test_machines_are_told_from_people(reason, headers):
    assert why(**headers) is reason


def test_a_report_of_spam_is_feedback():
    raw = (
        b"From: fbl@isp.example\r\n"
        b"Content-Type: multipart/report; report-type=feedback-report; boundary=X\r\n\r\n"
        b"--X\r\n\r\nSpam.\r\n--X\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
        b"Original-Rcpt-To: cy@isp.example\r\n--X\r\nContent-Type: message/rfc822\r\n\r\n"
        b"Message-ID: <1@example.com>\r\n\r\nHello\r\n--X--\r\n"
    )

    found = understand(raw)

    assert found.automatic is Automatic.FEEDBACK
    assert [(each.recipient, each.reason, each.permanent, each.message_id) for each in found.failures] == [
        ("cy@isp.example", "feedback", False, "<1@example.com>")
    ]


def test_a_read_receipt_is_no_bounce():
    raw = (
        b"From: cy@example.org\r\n"
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=X\r\n\r\n"
        b"--X\r\n\r\nRead.\r\n--X\r\nContent-Type: message/disposition-notification\r\n\r\n"
        b"Disposition: manual-action; displayed\r\n--X--\r\n"
    )

    assert understand(raw).automatic is Automatic.OTHER
