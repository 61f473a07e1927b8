from datetime import UTC, datetime, timedelta, timezone

import pytest

from .. import headers


def test_encoded_words_cut_inside_a_letter_are_joined():
    assert headers.decode(b"=?utf-8?b?16nXnNeV150=?= =?utf-8?q?=D7?= =?utf-8?q?=A9?=") == "שלוםש"


def test_encoded_word_in_an_old_hebrew_label_is_read():
    assert headers.decode(b"=?iso-8859-8-i?b?+ezl7Q==?=") == "שלום"


@pytest.mark.parametrize(
    "raw", [b"=?utf-8?b?!!!?=", b"=?x?q?=ZZ?=", b"=?utf-8?q?a", b"=?=?=?=", b"=?utf-8?b?YQ?="]
)
def test_broken_encoded_words_never_raise(raw):
    assert isinstance(headers.decode(raw), str)


def test_line_breaks_hidden_in_a_subject_cannot_start_a_header():
    found = headers.read(b"Subject: =?utf-8?q?a=0D=0ABcc:_x@example.org=00?=\r\n")

    assert found.get("subject") == "a Bcc: x@example.org"


def test_a_line_that_is_no_header_belongs_to_the_one_above():
    found = headers.read(b"Subject: one\ntwo three\nTo: a@example.org\n")

    assert (found.get("subject"), found.get("to")) == ("one two three", "a@example.org")


def test_parameters_in_pieces_and_in_another_charset_are_read():
    found = headers.read(
        b"Content-Disposition: attachment; filename*0*=iso-8859-8-i''%f9%ec; filename*1*=%e5%ed.pdf"
    )

    assert headers.parameters(found, "content-disposition").get("filename") == "שלום.pdf"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@b> <c@d>", ("<a@b>", "<c@d>")),
        ("<a@b>\n<a@b>", ("<a@b>",)),
        ("Your message of Tuesday <x@y>", ("<x@y>",)),
        ("junk <> <a b@c>", ()),
    ],
)
def test_ids_are_found_whatever_stands_around_them(value, expected):
    assert headers.message_ids(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@b>", "<a@b>"),
        ("a@b", "<a@b>"),
        ("[junk", ""),
        ("", ""),
        ("<>", ""),
        ("<" + "x" * 2000 + "@y>", ""),
    ],
)
def test_an_id_is_mended_or_none(value, expected):
    assert headers.message_id(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            "Fri, 02 Jan 2026 03:04:05 +0200",
            datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2))),
        ),
        ("Fri, 02 Jan 2026 03:04:05 -0000", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("yesterday", None),
        ("Fri, 02 Jan 99999 03:04:05 +0000", None),
        ("31 Dec 9999 23:59:59 -2359", None),
        ("", None),
    ],
)
def test_a_date_has_a_zone_or_is_none(value, expected):
    assert headers.sent_at(value) == expected
