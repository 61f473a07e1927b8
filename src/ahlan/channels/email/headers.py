"""The header block of a mail or of one of its parts: split, unfolded and decoded without ever giving up."""

import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from . import charsets

MAX_VALUE = 65_536  # octets of one header that are understood
HEADER_LINE = re.compile(rb"([!-9;-~]+)[ \t]*:")
PLAUSIBLE_HEADER = re.compile(rb"^[A-Za-z][A-Za-z0-9-]*[ \t]*:", re.MULTILINE)
ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
BETWEEN_WORDS = re.compile(r"(?<=\?=)[ \t\r\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
PARAMETER = re.compile(r'([!#$&+.^_`|~\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))')
MESSAGE_ID = re.compile(r"<[^<>\s]+>")
MAX_ID = 998


@dataclass(frozen=True, slots=True)
class Headers:
    """Header fields in the order they stood, names in lower case, values raw but unfolded.

    hints: charsets that the rest of the mail states, for values that state none.
    """

    fields: tuple[tuple[str, bytes], ...] = ()
    hints: tuple[str, ...] = ()
    _named: dict[str, list[bytes]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        named: dict[str, list[bytes]] = {}
        for name, value in self.fields:
            named.setdefault(name, []).append(value)
        object.__setattr__(self, "_named", named)

    def __contains__(self, name: str) -> bool:
        return name in self._named

    def raws(self, name: str) -> list[bytes]:
        return self._named.get(name, [])

    def raw(self, name: str) -> bytes:
        """The first value of that name, b"" when there is none."""
        return next(iter(self.raws(name)), b"")

    def get(self, name: str) -> str:
        """The first value of that name as clean text on one line, "" when there is none."""
        return one_line(decode(self.raw(name), self.hints))

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(one_line(decode(value, self.hints)) for value in self.raws(name))

    def plain(self, name: str) -> str:
        """The first value of that name without encoded words undone: for ids, addresses and parameters."""
        return one_line(charsets.decode(self.raw(name), "", self.hints)[0])


def read(block: bytes) -> Headers:
    """The fields of a header block; a line that is no header belongs to the one above it."""
    fields: list[tuple[str, list[bytes]]] = []
    for line in block.split(b"\n"):
        line = line.rstrip(b"\r")
        match = None if line[:1] in b" \t" else HEADER_LINE.match(line)
        if match:
            fields.append((match[1].decode("ascii").lower(), [line[match.end() :].strip()]))
        elif fields and line.strip():
            fields[-1][1].append(line.strip())
    return Headers(tuple((name, b" ".join(lines)[:MAX_VALUE]) for name, lines in fields))


def looks_like_headers(block: bytes) -> bool:
    """Whether the first line of a block is a header (an mbox `From ` line before it counts too)."""
    match = HEADER_LINE.match(block)
    return bool(match and len(match[1]) <= 80) or block.startswith((b"From ", b">From "))


def length(block: bytes) -> int:
    """How much of a block is headers. Some programs forget the blank line: headers then end where no line
    that follows looks like one."""
    last = max((match.start() for match in PLAUSIBLE_HEADER.finditer(block)), default=0)
    position = 0
    for line in block.splitlines(keepends=True):
        continues = line[:1] in {b" ", b"\t"} or looks_like_headers(line)
        if not continues and position > last:
            return position
        position += len(line)
    return len(block)


def decode(value: bytes, hints: Sequence[str] = ()) -> str:
    """A raw header value as text: encoded words undone, raw 8-bit octets guessed."""
    text, _ = charsets.decode(value, "", hints)
    return decode_words(text) if "=?" in text else text


def decode_words(text: str) -> str:
    """RFC 2047 encoded words undone. Neighbours in one charset are joined before decoding, because many
    programs cut a letter in two."""
    text = BETWEEN_WORDS.sub("", text)
    out: list[str] = []
    pending, charset, position = b"", "", 0
    for match in ENCODED_WORD.finditer(text):
        label = match[1].split("*")[0].lower()
        if pending and (match.start() > position or label != charset):
            out.append(charsets.decode(pending, charset)[0])
            pending = b""
        out.append(text[position : match.start()])
        pending, charset, position = pending + _word(match[2], match[3]), label, match.end()
    out.append(charsets.decode(pending, charset)[0] if pending else "")
    out.append(text[position:])
    return "".join(out)


def _word(encoding: str, payload: str) -> bytes:
    octets = payload.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(octets, header=True)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", octets)
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def one_line(text: str) -> str:
    """Text fit for one line of a screen or a header: no line breaks, no control characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(CONTROL.sub(" ", NOT_TEXT.sub("", text)).split())


def clean(text: str) -> str:
    """Text fit for a database: Unix line ends, no NUL, no half surrogates."""
    return NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def without_overrides(text: str) -> str:
    """A name that cannot show itself in another order than it is written (invoice_exe.pdf)."""
    return OVERRIDES.sub("", text)


@dataclass(frozen=True, slots=True)
class Parameters:
    """A header of the form `value; name=value`, such as Content-Type."""

    value: str
    named: dict[str, str]

    def get(self, name: str) -> str:
        return self.named.get(name, "")


def parameters(headers: Headers, name: str) -> Parameters:
    """Content-Type or Content-Disposition in pieces: the first of each name, RFC 2231 undone."""
    text = headers.plain(name)
    value, _, rest = text.partition(";")
    named: dict[str, str] = {}
    for match in PARAMETER.finditer(rest):
        plain = match[2] if match[2] is not None else match[3]
        named.setdefault(match[1].lower(), one_line(decode_words(plain.replace('\\"', '"').strip())))
    if "*" in rest:
        named.update(_continued(text, {key.split("*")[0] for key in named if "*" in key}))
    return Parameters(value.strip().lower(), named)


def _continued(text: str, names: set[str]) -> dict[str, str]:
    """Parameters that are split in pieces or say their charset (RFC 2231)."""
    message = Message()
    message["content-type"] = text
    found = {}
    for name in names:
        value = message.get_param(name)
        if isinstance(value, tuple):
            octets = value[2].encode("latin-1", "replace")
            found[name] = one_line(charsets.decode(octets, value[0] or "")[0])
        elif value:
            found[name] = one_line(str(value))
    return found


def message_ids(value: str) -> tuple[str, ...]:
    """All ids in a References, In-Reply-To or Message-ID header, in their order, each once."""
    return tuple(dict.fromkeys(found for found in MESSAGE_ID.findall(value) if len(found) <= MAX_ID))


def message_id(value: str) -> str:
    """The id of a mail; one without brackets gets them, and junk is no id at all ("")."""
    found = message_ids(value)
    if found:
        return found[0]
    bare = value.strip().strip("<>")
    usable = "@" in bare and len(bare) < MAX_ID and not re.search(r"[\s<>]", bare)
    return f"<{bare}>" if usable else ""


def sent_at(value: str) -> datetime | None:
    """The Date header with its zone (UTC when it names none), None when it cannot be read."""
    try:
        found = parsedate_to_datetime(value)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        found.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    return found
