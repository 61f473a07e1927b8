from .writing import mail, mime, understand


def of(raw):
    return understand(raw).fingerprint


def test_one_mail_by_two_doors_has_one_fingerprint():
    raw = mail(Message_ID="<1@example.org>", Date="Fri, 02 Jan 2026 03:04:05 +0000")
    by_another_door = (
        b"Return-Path: <cy@example.org>\r\nDelivered-To: x@example.com\r\nReceived: by b\r\n" + raw
    )

    assert of(raw) == of(by_another_door)


def test_the_words_are_compared_decoded():
    as_qp = mime("Hyvää päivää, " * 3)
    as_8bit = mime("").replace(b"\n\n", b"\n\n" + ("Hyvää päivää, " * 3).encode(), 1)

    assert of(as_qp) == of(as_8bit)


def test_different_words_under_one_message_id_are_two_mails():
    assert of(mail("One", Message_ID="<1@example.org>")) != of(mail("Two", Message_ID="<1@example.org>"))


def test_different_files_or_pages_are_two_mails():
    one, other = (mime(files=(("a.txt", "application/octet-stream", octets),)) for octets in (b"1", b"2"))

    assert of(one) != of(other)
    assert of(mime(html="<p>1</p>")) != of(mime(html="<p>2</p>"))
