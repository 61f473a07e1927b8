"""Content-Transfer-Encoding undone, also where the sender did it badly."""

import binascii
import re

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
NOT_BASE64 = bytes(set(range(256)) - set(ALPHABET))
MORE_AFTER_PADDING = re.compile(rb"=[=\s]*[A-Za-z0-9+/]")
SEGMENT = re.compile(rb"[A-Za-z0-9+/]+")
UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)
UU_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)


def decode(body: memoryview, encoding: str) -> tuple[bytes, bool]:
    """The octets behind a transfer encoding, and whether they came out whole. Never raises.

    An encoding nobody knows is taken as none at all.
    """
    encoding = encoding.split(";")[0].strip().lower()
    if encoding == "base64":
        return _base64(body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body), True
    if encoding in {"x-uuencode", "uuencode", "x-uue"}:
        return _uuencode(bytes(body))
    return bytes(body), True


def _base64(body: memoryview) -> tuple[bytes, bool]:
    """Base64; the mail itself when what is labelled so plainly is not."""
    if _is_plain(bytes(body[:4096])):
        return bytes(body), False
    if not MORE_AFTER_PADDING.search(body):
        try:
            return binascii.a2b_base64(body), True
        except binascii.Error:
            pass  # the padding is wrong: the segments below mend it
    letters = bytes(body).translate(None, NOT_BASE64)
    pieces = [_padded(segment) for segment in SEGMENT.findall(letters)]
    return b"".join(pieces), all(len(piece) % 4 != 1 for piece in SEGMENT.findall(letters))


def _is_plain(sample: bytes) -> bool:
    foreign = len(sample.translate(None, ALPHABET + b"\r\n\t "))
    words = len(re.findall(rb"[A-Za-z] [A-Za-z]", sample))
    return foreign * 20 > len(sample) + 100 or words * 15 > len(sample) > 0


def _padded(segment: bytes) -> bytes:
    if len(segment) % 4 == 1:
        segment = segment[:-1]
    return binascii.a2b_base64(segment + b"=" * (-len(segment) % 4))


def _uuencode(body: bytes) -> tuple[bytes, bool]:
    start = UU_BEGIN.search(body)
    return uu_lines(body[start.end() if start else 0 :])


def uu_lines(lines: bytes) -> tuple[bytes, bool]:
    """The octets of the uuencoded lines up to `end`, and whether every line was well formed."""
    out, whole = [], True
    for line in lines.splitlines():
        if line.strip() in {b"end", b"`", b""}:
            if line.strip() == b"end":
                break
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            whole = False
            out.append(_uu_repaired(line))
    return b"".join(out), whole


def _uu_repaired(line: bytes) -> bytes:
    """Some programs pad a line with junk: only as much of it counts as its first letter says."""
    wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
    try:
        return binascii.a2b_uu(line[:wanted])
    except binascii.Error:
        return b""
