"""From parts to what a person reads: the words, the page, the files. No part is lost on the way."""

import mimetypes
import re
from dataclasses import dataclass, field

from ..contract import Attachment
from . import charsets, flowed, headers, invitations, tnef, transfer
from .headers import clean, one_line, without_overrides
from .parts import MAX_DEPTH, Part, Tree

MAX_TEXT = 1_000_000  # characters of plain text that are shown; the whole is kept as a file
MAX_HTML = 2_000_000
MAX_UU_FILES = 50
META_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([A-Za-z0-9_:.-]+)""", re.IGNORECASE)
UNSAFE_IN_NAME = re.compile(r'[<>:"|?*]')


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the mail as it is to be read: as words, as a page, or as either."""

    plain: str = ""
    html: str = ""


@dataclass(slots=True)
class Body:
    """What a mail says. `blocks` follow each other; `troubles` are keys of `troubles.SENTENCES`."""

    blocks: list[Block] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    hints: tuple[str, ...] = ()
    spare: list[Block] = field(default_factory=list)  # what to show when nobody wrote a word

    def trouble(self, key: str) -> None:
        if key not in self.troubles:
            self.troubles.append(key)

    def keep_page(self, html: str) -> None:
        """Keeps a page that cannot be shown."""
        _keep(self, "text.html", "text/html; charset=utf-8", html.encode())


def understand(tree: Tree) -> Body:
    """The words, the page and the files of a mail."""
    body = Body(hints=charset_hints(tree))
    for key in ("too_many", "too_deep", "long_headers"):
        if getattr(tree, key):
            body.trouble(key)
    body.blocks = _blocks(tree.root, body)
    if not any(block.plain.strip() or block.html.strip() for block in body.blocks):
        body.blocks = body.spare[:1]
    return body


def charset_hints(tree: Tree) -> tuple[str, ...]:
    """The charsets the mail's parts state: the best guess for whatever in it states none."""
    return tuple(dict.fromkeys(part.charset for part in tree.root.leaves() if part.charset))


def _blocks(part: Part, body: Body) -> list[Block]:
    if part.children:
        blocks = [block for child in part.children for block in _blocks(child, body)]
        return _one_of(blocks, body) if part.content_type == "multipart/alternative" else blocks
    if _is_text(part):
        return _text(part, body)
    if part.content_type == "text/html" and not _is_file(part):
        return _page(part, body)
    _file(part, body)
    return []


def _one_of(blocks: list[Block], body: Body) -> list[Block]:
    """The same words said twice: the first plain version and all that is HTML. A second plain version
    that differs is kept as a file."""
    plain = next((block.plain for block in blocks if block.plain and not block.html), "")
    html = "".join(block.html for block in blocks)
    for block in blocks:
        if block.plain and not block.html and block.plain != plain:
            _keep(body, "alternative.txt", "text/plain", block.plain.encode())
    return [Block(plain, html)]


def _is_file(part: Part) -> bool:
    """A text that its sender attached, rather than wrote."""
    return part.disposition == "attachment" or bool(part.filename and part.depth)


def _is_text(part: Part) -> bool:
    undivided = part.content_type.startswith("multipart/") and part.depth < MAX_DEPTH
    return undivided or (part.content_type == "text/plain" and not _is_file(part))


def _text(part: Part, body: Body) -> list[Block]:
    octets, whole = part.octets()
    text, sure = charsets.decode(octets, part.charset, body.hints)
    _note(body, whole=whole, sure=sure)
    text = _without_uu(clean(text), body)
    if len(text) > MAX_TEXT:
        body.trouble("long_text")
        _keep(body, "text.txt", "text/plain; charset=utf-8", text.encode())
        text = text[:MAX_TEXT]
    if part.parameter("format") == "flowed":
        text = flowed.unflow(text, delete_space=part.parameter("delsp") == "yes")
    return [Block(plain=text)]


def _page(part: Part, body: Body) -> list[Block]:
    octets, whole = part.octets()
    stated = META_CHARSET.search(octets[:2048])
    label = part.charset or (stated[1].decode("ascii") if stated else "")
    text, sure = charsets.decode(octets, label, body.hints)
    _note(body, whole=whole, sure=sure)
    text = clean(text)
    if len(text) > MAX_HTML:
        body.trouble("long_text")
        _keep(body, "text.html", "text/html; charset=utf-8", text.encode())
        text = text[:MAX_HTML]
    return [Block(html=text)]


def _note(body: Body, *, whole: bool, sure: bool) -> None:
    if not whole:
        body.trouble("encoding")
    if not sure:
        body.trouble("charset")


def _without_uu(text: str, body: Body) -> str:
    """The words around files that were uuencoded into the text, as mail did before MIME."""
    if "begin " not in text:
        return text
    octets, out, position = text.encode(), [], 0
    while (begin := transfer.UU_BEGIN.search(octets, position)) and len(body.attachments) < MAX_UU_FILES:
        end = transfer.UU_END.search(octets, begin.end())
        if not end:
            break
        content, whole = transfer.uu_lines(octets[begin.end() : end.end()])
        is_file = whole and content
        out.append(octets[position : begin.start() if is_file else end.end()])
        if is_file:
            _keep(body, begin[1].decode("utf-8", "replace"), "", content)
        position = end.end()
    return (b"".join(out) + octets[position:]).decode()


def _file(part: Part, body: Body) -> None:
    content, whole = part.octets()
    if not whole:
        body.trouble("encoding")
    name = part.filename or _name_for(part, body)
    _keep(body, name, part.content_type, content, part.content_id)
    if part.content_type in tnef.TYPES or name.lower() == "winmail.dat":
        _open_tnef(content, body)
    elif part.content_type == "text/calendar":
        body.spare.append(Block(plain=clean(invitations.summary(content))))


def _open_tnef(content: bytes, body: Body) -> None:
    """What Outlook packed into winmail.dat, beside the pack itself."""
    pack = tnef.read(content)
    if pack is None:
        body.trouble("tnef")
        return
    body.spare.append(Block(clean(pack.text)[:MAX_TEXT], clean(pack.html)[:MAX_HTML]))
    for name, inside in pack.files:
        _keep(body, name, "", inside)


def _name_for(part: Part, body: Body) -> str:
    """A name for a file that came without one; an attached mail is named by its subject."""
    number = len(body.attachments) + 1
    if part.content_type == "message/rfc822":
        subject = headers.read(bytes(part.body[:16_384]).split(b"\n\n")[0].split(b"\r\n\r\n")[0]).get(
            "subject"
        )
        return f"{subject[:80] or f'mail-{number}'}.eml"
    return f"file-{number}{mimetypes.guess_extension(part.content_type) or ''}"


def _keep(body: Body, name: str, content_type: str, content: bytes, content_id: str = "") -> None:
    name = file_name(name) or f"file-{len(body.attachments) + 1}"
    content_type = content_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
    body.attachments.append(Attachment(name, content_type, content, content_id))


def file_name(name: str) -> str:
    """A name that is only a name: no folders, no tricks with the order of letters, at most 200 characters."""
    name = without_overrides(one_line(name)).replace("\\", "/").rsplit("/", 1)[-1]
    name = UNSAFE_IN_NAME.sub("_", name).strip(". ")
    if len(name) <= 200:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: 199 - len(ending)]}.{ending}" if dot and len(ending) < 20 else name[:200]
