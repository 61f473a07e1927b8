import base64

from hypothesis import given, settings
from hypothesis import strategies as st

from ...contract import Address, Inbound
from ..parse import parse, understand
from ..threads import reply_address
from .writing import mail, mime


def multipart(kind: str, *parts: str) -> bytes:
    inside = "".join(f"--XX\r\n{part}\r\n" for part in parts)
    return f"From: cy@example.org\r\nContent-Type: multipart/{kind}; boundary=XX\r\n\r\n{inside}--XX--\r\n".encode()


PLAIN = "Content-Type: text/plain\r\n\r\nWords"
PAGE = "Content-Type: text/html\r\n\r\n<p>Page <img src='cid:pic@x'></p>"
PICTURE = "Content-Type: image/png; name=p.png\r\nContent-ID: <pic@x>\r\n\r\nPNG"
FILE = "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nPDF"


def test_an_ordinary_mail_says_who_what_and_when():
    found = understand(mail("Shalom", To="Us <support@example.com>", Cc="d@example.org", Message_ID="<1@example.org>",
                            Date="Fri, 02 Jan 2026 03:04:05 +0000", Reply_To="other@example.org",
                            References="<a@x> <b@x>", In_Reply_To="<b@x>"))  # fmt: skip

    assert found.sender == Address("email", "cy@example.org", "Cy")
    assert (found.subject, found.text, found.external_id) == ("Question", "Shalom", "<1@example.org>")
    assert found.to == (Address("email", "support@example.com", "Us"),)
    assert found.cc == (Address("email", "d@example.org"),)
    assert found.reply_to == Address("email", "other@example.org")
    assert found.replies_to == ("<b@x>", "<a@x>")
    assert found.sent_at.isoformat() == "2026-01-02T03:04:05+00:00"
    assert (found.automatic, found.failures, found.troubles) == (None, (), ())


def test_a_reply_to_of_our_own_is_no_reply_to():
    found = understand(mail(Reply_To="support@example.com"), own_addresses=frozenset({"support@example.com"}))

    assert found.reply_to is None


def test_plain_and_html_are_one_text_and_one_page():
    found = understand(multipart("alternative", PLAIN, PAGE))

    assert found.text == "Words"
    assert found.html.startswith("<p>Page")
    assert found.attachments == ()


def test_a_picture_shown_in_the_page_is_inline_and_a_file_is_not():
    found = understand(multipart("mixed", PLAIN, PAGE, PICTURE, FILE))

    assert [(each.name, each.inline, each.content) for each in found.attachments] == [
        ("p.png", True, b"PNG"),
        ("a.pdf", False, b"PDF"),
    ]
    assert 'data-cid="pic@x"' in found.html
    assert "Words" in found.text


def test_a_text_that_was_attached_is_a_file():
    attached = "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=notes.txt\r\n\r\nNotes"

    found = understand(multipart("mixed", PLAIN, attached))

    assert found.text == "Words"
    assert [each.name for each in found.attachments] == ["notes.txt"]


def test_a_second_plain_version_is_kept_as_a_file():
    found = understand(multipart("alternative", PLAIN, PLAIN.replace("Words", "Other words")))

    assert found.text == "Words"
    assert [each.content for each in found.attachments] == [b"Other words"]


def test_an_attached_mail_is_one_file_named_by_its_subject():
    inner = "Content-Type: message/rfc822\r\n\r\nSubject: =?utf-8?b?16nXnNeV150=?=\r\n\r\nInner"

    found = understand(multipart("mixed", PLAIN, inner))

    assert [(each.name, each.content_type) for each in found.attachments] == [("שלום.eml", "message/rfc822")]


def test_html_alone_gives_its_words():
    page = "<html><head><title>no</title><style>p{}</style></head><body><p>Hello<br>there</p></body></html>"

    found = understand(mime(html=page, text=""))

    assert found.text == "Hello\nthere"


def test_quotes_of_an_html_mail_are_folded_in_its_text_too():
    page = '<p>Yes.</p><div class="gmail_quote">On Mon, Jan 5, 2026 at 9:00 A &lt;a@b.c&gt; wrote:<blockquote>Old</blockquote></div>'

    found = understand(mime(html=page, text=""))

    ((start, end),) = found.folds
    assert found.text[:start].strip() == "Yes."
    assert "Old" in found.text[start:end]
    assert found.html.count('<details class="quoted">') == 1


def test_a_calendar_invitation_alone_is_told_in_words_and_kept():
    calendar = ("Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n"
                "SUMMARY:Visit\r\nDTSTART:20260105T090000Z\r\nLOCATION:Turku\r\nEND:VEVENT\r\nEND:VCALENDAR")  # fmt: skip

    found = understand(multipart("mixed", calendar))

    assert found.text.split("\n") == ["Visit", "2026-01-05 09:00 (UTC)", "Turku"]
    assert [each.content_type for each in found.attachments] == ["text/calendar"]


def test_a_uuencoded_file_in_the_text_is_a_file():
    found = understand(mail("Before\r\nbegin 644 a.txt\r\n%:&5L;&\\\r\n`\r\nend\r\nAfter"))

    assert [(each.name, each.content) for each in found.attachments] == [("a.txt", b"hello")]
    assert found.text.split() == ["Before", "After"]


def test_flowed_text_is_joined():
    raw = mail("One \r\nline").replace(b"charset=utf-8", b"charset=utf-8; format=flowed")

    assert understand(raw).text == "One line"


def test_a_mail_without_headers_is_all_text():
    assert understand(b"Just words.\nAnd more.").text == "Just words.\nAnd more."


def test_a_mail_without_a_blank_line_keeps_its_words():
    assert understand(b"From: cy@example.org\nSubject: Hi\nThese are words.\nMore of them.").text.startswith(
        "These are"
    )


def test_a_file_name_cannot_leave_its_folder_or_turn_its_letters_around():
    named = FILE.replace("a.pdf", '"..\\\\..\\\\win\u202efdp.exe"')

    assert [each.name for each in understand(multipart("mixed", named)).attachments] == ["winfdp.exe"]


def test_raw_hebrew_in_a_subject_is_read_by_the_charset_of_the_body():
    raw = "Subject: שלום\r\nContent-Type: text/plain; charset=windows-1255\r\n\r\nתודה".encode("cp1255")

    found = understand(raw)

    assert (found.subject, found.text) == ("שלום", "תודה")


def test_a_boundary_that_is_nowhere_stated_is_found():
    raw = multipart("mixed", PLAIN, FILE).replace(b"; boundary=XX", b"")

    assert understand(raw).text == "Words"


def test_unknown_sender_and_date_are_said():
    found = understand(b"From: nobody\nDate: never\n\nHi")

    assert found.sender is None
    assert len(found.troubles) == 2


def test_the_ticket_is_found_in_address_and_subject():
    raw = mail(To=reply_address("support@example.com", 4127, "s"), Subject="Re: [#12] Hi")

    found = understand(raw, secret="s")

    assert (found.signed_ticket_number, found.ticket_number) == (4127, 12)
    assert understand(raw, secret="other").tokens == ()


def test_a_mail_that_breaks_everything_is_still_delivered(monkeypatch):
    def broken(raw):
        raise RuntimeError("bug")

    monkeypatch.setattr("ahlan.channels.email.mail.take_apart", broken)

    found = parse(b"anything")

    assert found.attachments[0].content == b"anything"
    assert found.troubles == ("The mail could not be understood; the original is attached.",)


HEADS = st.sampled_from([b"Content-Type: multipart/mixed; boundary=X", b"Content-Type: text/html; charset=utf-7",
                         b"Content-Transfer-Encoding: base64", b"Subject: =?utf-8?b?", b"From: <", b"Date: 1",
                         b"Content-Type: text/plain; format=flowed; delsp=yes", b"Message-ID: [", b"--X", b"",
                         b"Content-Type: application/ms-tnef", b"Content-Type: text/calendar", b"begin 644 x",
                         b"Content-Type: message/delivery-status", b"References: <" + b"a" * 50,
                         b"Content-Disposition: attachment; filename*0*=x''%", b"> On 1/1/2020 a wrote:"])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(HEADS | st.binary(max_size=60), max_size=25), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_no_bytes_at_all_make_it_raise(lines, newline):
    found = understand(newline.join(lines))

    assert_clean(found)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_random_bytes_make_it_raise(raw):
    assert_clean(understand(raw))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_no_packed_or_encoded_bytes_make_it_raise(raw):
    for content_type in ("application/ms-tnef", "text/calendar", "text/html", "message/delivery-status"):
        head = f"Content-Type: {content_type}\nContent-Transfer-Encoding: base64\n\n".encode()
        assert_clean(understand(head + base64.encodebytes(raw)))


def assert_clean(found: Inbound) -> None:
    """Everything a database stores is text without NUL that can be encoded."""
    names = [each.name for each in found.attachments]
    people = [each.name for each in (*found.to, *found.cc)]
    for text in (
        found.subject,
        found.text,
        found.html,
        found.external_id,
        *names,
        *people,
        *found.replies_to,
    ):
        assert "\x00" not in text
        text.encode("utf-8")
    for start, end in found.folds:
        assert 0 <= start < end <= len(found.text)
