"""A raw mail taken apart into its parts, by positions in the one buffer it came in.

The standard library's feed parser turns every line into an object of its own: a 25 MB attachment then needs
seven times its size, and each nested multipart tests every line again. Here a part is a slice, so that memory
and time stay proportional to the mail however hostile it is. Header blocks are small and read by `headers`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from . import headers, transfer
from .headers import Headers, Parameters

MAX_PARTS = 250
MAX_DEPTH = 20
MAX_HEADER_BLOCK = 262_144
TYPE = re.compile(r"[!-.0-~]{1,127}/[!-.0-~]{1,127}")
SHORT_TYPES = {"text": "text/plain", "html": "text/html"}
LEADING = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*")
AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]{0,998}(?:\r\n|\n|\r|\Z)")
BOUNDARY_IN_BODY = re.compile(rb"(?:^|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n(?=[A-Za-z][A-Za-z-]*:)")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its headers, its undecoded body as a view on the mail, the parts in it."""

    headers: Headers
    body: memoryview
    children: tuple["Part", ...] = ()
    depth: int = 0
    default_type: str = "text/plain"
    _type: Parameters = field(init=False)
    _disposition: Parameters = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_type", headers.parameters(self.headers, "content-type"))
        object.__setattr__(self, "_disposition", headers.parameters(self.headers, "content-disposition"))

    @property
    def content_type(self) -> str:
        """Lower-case `type/subtype`; what RFC 2045 says to assume when the header is missing or broken."""
        value = SHORT_TYPES.get(self._type.value, self._type.value)
        if TYPE.fullmatch(value):
            return value
        return "application/octet-stream" if "/" in value else self.default_type

    @property
    def disposition(self) -> str:
        return self._disposition.value

    @property
    def charset(self) -> str:
        return self._type.get("charset")

    @property
    def content_id(self) -> str:
        return self.headers.plain("content-id").strip().strip("<>")[:998]

    @property
    def filename(self) -> str:
        return self._disposition.get("filename") or self._type.get("name")

    def parameter(self, name: str) -> str:
        """A parameter of Content-Type in lower case."""
        return self._type.get(name).lower()

    def leaves(self) -> Iterator["Part"]:
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def octets(self) -> tuple[bytes, bool]:
        """The decoded body and whether it came out whole."""
        return transfer.decode(self.body, self.headers.plain("content-transfer-encoding"))


@dataclass(slots=True)
class Splitter:
    """Splits one mail and remembers what it had to leave undivided."""

    raw: bytes
    view: memoryview = field(init=False)
    parts: int = 0
    too_many: bool = False
    too_deep: bool = False
    long_headers: bool = False

    def __post_init__(self) -> None:
        self.view = memoryview(self.raw)

    def split(self, start: int, end: int, depth: int = 0, default_type: str = "text/plain") -> Part:
        """The part that lies in raw[start:end]."""
        self.parts += 1
        block, body_start = self._header_block(start, end)
        found = headers.read(block)
        part = Part(found, self.view[body_start:end], (), depth, default_type)
        if not part.content_type.startswith("multipart/"):
            return part
        children = self._children(part, body_start, end)
        return Part(found, part.body, children, depth, default_type) if children else part

    def _header_block(self, start: int, end: int) -> tuple[bytes, int]:
        """The header block that begins at `start`, and where the body after it begins."""
        for newline in (b"\r\n", b"\n"):
            if self.raw.startswith(newline, start, end):
                return b"", start + len(newline)
        if not headers.looks_like_headers(self.raw[start : min(end, start + 1024)]):
            return b"", start
        stop, body_start = self._blank_line(start, end)
        if stop - start > MAX_HEADER_BLOCK:
            self.long_headers = True
            stop = max(self.raw.rfind(b"\n", start, start + MAX_HEADER_BLOCK), start + 1)
            return self.raw[start:stop], body_start
        length = headers.length(self.raw[start:stop])
        return self.raw[start : start + length], body_start if length == stop - start else start + length

    def _blank_line(self, start: int, end: int) -> tuple[int, int]:
        """Where the headers stop and where the body starts."""
        found = [
            (position, position + len(blank))
            for blank in (b"\n\n", b"\n\r\n")
            if (position := self.raw.find(blank, start, end)) >= 0
        ]
        return min(found, default=(end, end))

    def _children(self, part: Part, start: int, end: int) -> tuple[Part, ...]:
        if part.depth >= MAX_DEPTH:
            self.too_deep = True
            return ()
        boundary = part._type.get("boundary").encode("utf-8", "surrogateescape")
        slices = self._slices(boundary, start, end)
        if not slices:
            guessed = BOUNDARY_IN_BODY.search(self.raw, start, min(end, start + MAX_HEADER_BLOCK))
            slices = self._slices(guessed[1], start, end) if guessed else []
        inner = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        return tuple(self.split(first, last, part.depth + 1, inner) for first, last in slices)

    def _slices(self, boundary: bytes, start: int, end: int) -> list[tuple[int, int]]:
        """The positions of what lies between the boundary lines, as far as MAX_PARTS allows."""
        slices: list[tuple[int, int]] = []
        opened = -1
        for line_start, line_end, closes in self._boundary_lines(boundary, start, end):
            if opened >= 0:
                slices.append((opened, _without_newline(self.raw, opened, line_start)))
            opened = -1 if closes else line_end
            if closes:
                break
            if self.parts + len(slices) >= MAX_PARTS:
                self.too_many = True
                return slices
        if 0 <= opened < end:
            slices.append((opened, end))
        return slices

    def _boundary_lines(self, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """(start, end, whether it closes) of each line that consists of this boundary."""
        marker = b"--" + boundary
        position = self.raw.find(marker, start, end) if boundary else -1
        while position >= 0:
            tail = AFTER_BOUNDARY.match(self.raw, position + len(marker), end)
            at_line_start = position == start or self.raw[position - 1 : position] in {b"\n", b"\r"}
            if tail and at_line_start:
                yield position, tail.end(), bool(tail[1])
            position = self.raw.find(marker, position + len(marker), end)


def _without_newline(raw: bytes, start: int, end: int) -> int:
    """The line break before a boundary belongs to the boundary."""
    if raw.endswith(b"\r\n", start, end):
        return end - 2
    return end - 1 if raw.endswith((b"\n", b"\r"), start, end) else end


@dataclass(frozen=True, slots=True)
class Tree:
    """A mail taken apart, with what had to be left undivided."""

    root: Part
    raw: bytes = field(default=b"", repr=False)
    too_many: bool = False
    too_deep: bool = False
    long_headers: bool = False


def read(raw: bytes) -> Tree:
    """The parts of a raw mail. Never raises."""
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    start = LEADING.match(raw).end()  # type: ignore[union-attr]  # matches the empty string too
    splitter = Splitter(raw)
    root = splitter.split(start, len(raw))
    return Tree(root, raw, splitter.too_many, splitter.too_deep, splitter.long_headers)
