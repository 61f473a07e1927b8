import base64
import binascii

import pytest

from .. import flowed, transfer


@pytest.mark.parametrize(
    ("encoded", "octets", "whole"),
    [
        (base64.encodebytes(b"hello world" * 20), b"hello world" * 20, True),
        (b"aGVsbG8", b"hello", True),
        (b"aGVsbG8=aGVsbG8=", b"hellohello", True),
        (b"aGVs\x00bG8=", b"hello", True),
        (b"aGVsbG8hX", b"hello!", False),
        (b"This was never encoded, whatever it says.", b"This was never encoded, whatever it says.", False),
        (b"", b"", True),
    ],
)  # fmt: skip
def test_base64_is_read_however_badly_it_is_written(encoded, octets, whole):
    assert transfer.decode(memoryview(encoded), "Base64 ; junk") == (octets, whole)


@pytest.mark.parametrize(
    ("encoded", "octets"), [(b"a=20b=\r\nc", b"a bc"), (b"50=ZZ =", b"50=ZZ "), (b"=", b"")]
)
def test_quoted_printable_keeps_what_it_cannot_decode(encoded, octets):
    assert transfer.decode(memoryview(encoded), "quoted-printable")[0] == octets


def test_uuencoded_part_is_read():
    lines = b"begin 644 a.bin\n" + binascii.b2a_uu(b"hello") + b"`\nend\n"

    assert transfer.decode(memoryview(lines), "x-uuencode") == (b"hello", True)


@pytest.mark.parametrize("encoding", ["", "7bit", "8bit", "binary", "7-bit", "no such thing"])
def test_other_encodings_are_none(encoding):
    assert transfer.decode(memoryview(b"a=20b"), encoding) == (b"a=20b", True)


def test_flowed_lines_are_joined_within_one_quote_depth():
    text = "> This is \n> quoted.\nThis is \na paragraph.\n-- \nCy\n From here"

    assert flowed.unflow(text) == "> This is quoted.\nThis is a paragraph.\n-- \nCy\nFrom here"


def test_flowed_text_with_delsp_has_no_space_where_a_line_was_broken():
    assert flowed.unflow("日本 \n語", delete_space=True) == "日本語"
