"""Mails made to hurt. Each test has to end; how fast is measured elsewhere."""

import io
import struct
import tracemalloc
import zipfile

import pytest

from .. import parts, troubles
from ..parse import understand
from .writing import mail, mime


def trouble(key: str) -> str:
    return troubles.SENTENCES[key]


def test_a_bomb_of_a_thousand_parts_is_understood_as_far_as_it_goes():
    part = b"--X\r\nContent-Type: application/octet-stream; name=a.bin\r\n\r\nx\r\n"
    raw = b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=X\r\n\r\n" + part * 1000 + b"--X--"

    found = understand(raw)

    assert len(found.attachments) < parts.MAX_PARTS
    assert trouble("too_many") in found.troubles


def test_parts_inside_parts_end_somewhere():
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000)
    )
    raw = b"From: a@b.c\r\n" + head + b"\r\nhello\r\n" * 1000

    found = understand(raw)

    assert found.troubles == (trouble("too_deep"),)
    assert b"hello" in found.attachments[0].content


def test_ten_megabytes_of_headers_are_cut():
    raw = b"From: a@b.c\r\nSubject: Hi\r\n" + b"X-Junk: " + b"y" * 990 + b"\r\n"
    raw += (b"X-Junk: " + b"y" * 990 + b"\r\n") * 10_000 + b"\r\nWords"

    found = understand(raw)

    assert (found.sender.value, found.subject, found.text) == ("a@b.c", "Hi", "Words")
    assert found.troubles == (trouble("long_headers"),)


def test_one_header_of_ten_megabytes_is_cut():
    raw = b"From: a@b.c\r\nSubject: " + b"=?utf-8?q?a?= " * 700_000 + b"\r\n\r\nWords"

    found = understand(raw)

    assert found.text == "Words"
    assert len(found.subject) <= 998


def test_an_endless_line_is_shown_in_part_and_kept_whole():
    found = understand(mail("x" * 30_000_000))

    assert len(found.text) == 1_000_000
    assert len(found.attachments[0].content) == 30_000_000
    assert found.troubles == (trouble("long_text"),)


def test_a_zip_bomb_is_only_a_file():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(50_000_000))
    raw = mime(files=(("bomb.zip", "application/zip", packed.getvalue()),))

    tracemalloc.start()
    found = understand(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found.attachments[0].content == packed.getvalue()
    assert peak < 5_000_000


def test_a_large_file_takes_no_more_than_four_times_its_size():
    size = 25_000_000
    raw = mime(files=(("a.bin", "application/octet-stream", bytes(range(256)) * (size // 256)),))

    tracemalloc.start()
    found = understand(raw)
    peak = tracemalloc.get_traced_memory()[1] + len(raw)
    tracemalloc.stop()

    assert len(found.attachments[0].content) > size - 256
    assert peak < 4 * size


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 100_000 + "words",
        "<b>" * 100_000 + "words",
        "<table><tr><td>" * 30_000 + "words",
        "<svg>" * 50_000 + "</svg>words",
        "words" + "<a<" * 300_000,
        "<p>words" + "&#x41;" * 200_000,
        "words<!--" * 100_000,
        "<p>words</p>" + "<blockquote type=cite>old</blockquote>new" * 20_000,
    ],
    ids=["div", "b", "table", "svg", "unclosed", "entities", "comments", "quotes"],
)
def test_a_hostile_page_ends_and_keeps_its_words(source):
    found = understand(mime(html=source, text=""))

    assert "words" in found.text or any(b"words" in each.content for each in found.attachments)


@pytest.mark.parametrize(
    "line", ["On 1/1/2020 <a@b.c> ", "> ", "From: x\n", "a:\n", "\n", "____ ", "-- \n", "wrote: "]
)
def test_a_hostile_text_ends(line):
    found = understand(mail(line * (900_000 // len(line))))

    assert len(found.text) > 0 or line == "\n"


def test_a_hostile_list_of_ids_and_addresses_is_cut():
    raw = mail(References="<a@b> " * 100, To=", ".join(f"a{n}@b.c" for n in range(2000)))

    found = understand(raw)

    assert found.replies_to == ("<a@b>",)
    assert len(found.to) == 500


def tnef(*objects: tuple[int, int, bytes]) -> bytes:
    """A winmail.dat of (level, attribute, octets)."""
    packed = [
        struct.pack("<BIi", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
        for level, name, data in objects
    ]
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(packed)


def test_the_files_in_a_winmail_are_taken_out_and_the_pack_is_kept():
    pack = tnef(
        (1, 0x0002800C, b"Words\x00"),
        (2, 0x00069002, bytes(14)),
        (2, 0x00018010, b"a.txt\x00"),
        (2, 0x0006800F, b"inside"),
    )

    found = understand(mime(text="", files=(("winmail.dat", "application/ms-tnef", pack),)))

    assert [(each.name, each.content) for each in found.attachments] == [
        ("winmail.dat", pack),
        ("a.txt", b"inside"),
    ]
    assert found.text == "Words"


def test_a_winmail_made_to_be_slow_is_not_opened():
    pack = tnef(*[(1, 0x00080001, b"")] * 100_000)

    found = understand(mime(files=(("winmail.dat", "application/ms-tnef", pack),)))

    assert trouble("tnef") in found.troubles
    assert found.attachments[0].content == pack
