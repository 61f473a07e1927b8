import pytest

from .. import threads
from ..headers import Headers
from ..parse import understand
from .writing import mail

SECRET = "a secret"


def test_a_token_leads_back_to_its_ticket():
    address = threads.reply_address("Support@example.org", 4127, SECRET)

    assert threads.read_token(address, SECRET) == 4127
    assert address.startswith("Support+t4127-")
    assert len(threads.token(4127, SECRET)) == len("t4127-") + 12


def test_a_reply_address_has_one_token_only():
    twice = threads.reply_address(threads.reply_address("support@example.org", 1, SECRET), 2, SECRET)

    assert threads.read_token(twice, SECRET) == 2
    assert twice.count("+") == 1


def test_mail_servers_that_change_case_do_no_harm():
    assert threads.read_token(threads.reply_address("s@e.org", 7, SECRET).upper(), SECRET) == 7


@pytest.mark.parametrize(
    "address",
    [
        "support+t4127-aaaaaaaaaaaa@example.org",
        "support+" + threads.token(4128, SECRET).replace("4128", "4127") + "@example.org",
        "support+" + threads.token(4127, "another secret") + "@example.org",
        "support+t4127@example.org",
        "support@example.org",
        "",
    ],
)
def test_a_forged_token_leads_nowhere(address):
    assert threads.read_token(address, SECRET) is None


def test_without_a_secret_no_token_is_believed():
    assert threads.read_token(threads.token(1, ""), "") is None


@pytest.mark.parametrize("header", ["To", "Cc", "Delivered_To", "X_Original_To", "Envelope_To"])
def test_a_token_is_found_in_every_address_header(header):
    raw = mail(**{header: f"Support <support+{threads.token(5, SECRET)}@example.org>"})

    assert understand(raw, secret=SECRET).signed_ticket_number == 5


def test_the_envelope_comes_before_the_headers():
    raw = mail(To=f"a+{threads.token(1, SECRET)}@example.org")

    found = understand(raw, secret=SECRET, recipients=[f"a+{threads.token(2, SECRET)}@example.org"])

    assert found.signed_ticket_number == 2
    assert found.tokens == (threads.token(2, SECRET), threads.token(1, SECRET))


def test_ids_come_newest_first_and_each_once():
    headers = Headers((("references", b"<1@x> <2@x>\t<3@x>"), ("in-reply-to", b"Mail of Monday <2@x> <4@x>")))

    assert threads.replies_to(headers) == ("<3@x>", "<2@x>", "<1@x>", "<4@x>")


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Re: [#4127] Order", 4127),
        ("[# 12]", 12),
        ("#4127", None),
        ("[#]", None),
        ("[#" + "9" * 30 + "]", None),
    ],
)
def test_the_number_in_a_subject_is_read(subject, number):
    assert threads.subject_number(subject) == number


def test_new_ids_are_never_the_same():
    ids = {threads.new_message_id("example.org") for _ in range(1000)}

    assert len(ids) == 1000
    assert all(threads.MESSAGE_ID_SHAPE.fullmatch(each) for each in ids)
