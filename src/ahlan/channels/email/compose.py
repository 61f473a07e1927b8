"""One outbound message as the bytes that go to the mail server."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email import policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime, quote
from html import escape
from typing import Any

from ..contract import Address, NotSent, Outbound, OutboundFile
from . import direction
from .addresses import normalise
from .headers import MAX_ID, MESSAGE_ID, clean, one_line

MAX_REFERENCES = 200
MAX_SUBJECT = 998
MAX_WORD = 900
SENT_AS_IS = {"text", "image", "audio", "video", "application"}
BODY_POLICY = policy.SMTP.clone(max_line_length=78, cte_type="7bit")
SHOWN_CID = re.compile(r'<img\b([^>]*?)\sdata-cid="([^"]+)"', re.IGNORECASE)


def compose(outbound: Outbound) -> bytes:
    """The mail as RFC 5322, 7-bit, CRLF: lines under 998 octets, body plain and HTML, files attached.

    Copies in Bcc are for the envelope and never written. Raises NotSent (permanent) when an address or the id
    cannot stand in a mail, OSError when a file cannot be read.
    """
    lines = [f"{name}: {value}" for name, value in _headers(outbound)]
    return "\r\n".join(lines).encode("ascii") + b"\r\n" + _body(outbound).as_bytes(policy=BODY_POLICY)


def _headers(outbound: Outbound) -> Iterator[tuple[str, str]]:
    yield "From", _address(outbound.sender)
    if outbound.to:
        yield "To", _addresses(outbound.to)
    if outbound.cc:
        yield "Cc", _addresses(outbound.cc)
    if outbound.reply_to:
        yield "Reply-To", _address(outbound.reply_to)
    yield "Subject", _words(one_line(outbound.subject)[:MAX_SUBJECT], "Subject")
    yield "Date", format_datetime(outbound.written_at or datetime.now(UTC))
    yield from _identity(outbound)
    if outbound.automatic:
        yield "Auto-Submitted", "auto-generated"
        yield "X-Auto-Response-Suppress", "All"
    if outbound.unsubscribe:
        yield from _unsubscribe(one_line(outbound.unsubscribe).strip("<> "))


def _identity(outbound: Outbound) -> Iterator[tuple[str, str]]:
    """Who this mail is and which it answers. Ids are folded between each other, never encoded."""
    if not MESSAGE_ID.fullmatch(outbound.external_id) or not outbound.external_id.isascii():
        raise NotSent("no_id", permanent=True)
    yield "Message-ID", outbound.external_id
    answered = list(_usable([outbound.in_reply_to]))
    if answered:
        yield "In-Reply-To", answered[0]
    references = list(dict.fromkeys(_usable([*outbound.references, *answered])))
    if len(references) > MAX_REFERENCES:
        references = [references[0], *references[1 - MAX_REFERENCES :]]
    if references:
        yield "References", "\r\n ".join(references)


def _usable(ids: Iterable[str]) -> Iterator[str]:
    return (each for each in ids if MESSAGE_ID.fullmatch(each) and each.isascii() and len(each) < MAX_ID - 20)


def _unsubscribe(place: str) -> Iterator[tuple[str, str]]:
    place = f"mailto:{place}" if "@" in place and ":" not in place else place
    if place.isascii() and " " not in place and len(place) < MAX_WORD:
        yield "List-Unsubscribe", f"<{place}>"
        if place.lower().startswith("https://"):
            yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _addresses(found: Iterable[Address]) -> str:
    return ",\r\n ".join(_address(each) for each in found)


def _address(address: Address) -> str:
    value = normalise(address.value)
    if not value or not value.isascii():
        raise NotSent(f"no_address: {address.value}", permanent=True)
    name = one_line(address.name)[:200]
    if not name:
        return value
    if name.isascii() and "=?" not in name:
        return f'"{quote(name)}"\r\n <{value}>' if len(name) > 60 else f'"{quote(name)}" <{value}>'
    return f"{_encoded(name, 'Reply-To')}\r\n <{value}>"


def _words(text: str, header: str) -> str:
    """Text for a header: as it is when it is short ASCII, else in encoded words (RFC 2047)."""
    is_plain = text.isascii() and "=?" not in text and all(len(word) < 60 for word in text.split())
    return (
        Header(text, "us-ascii", header_name=header).encode(linesep="\r\n")
        if is_plain
        else _encoded(text, header)
    )


def _encoded(text: str, header: str) -> str:
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")


def _body(outbound: Outbound) -> EmailMessage:
    """plain and HTML as alternatives, pictures beside the HTML, files after both."""
    message = EmailMessage(policy=BODY_POLICY)
    message.set_content(direction.mark_lines(clean(outbound.text), outbound.language), charset="utf-8")
    html, shown = _page(outbound)
    message.add_alternative(html, subtype="html", charset="utf-8")
    page_part = list(message.iter_parts())[1]
    for file in outbound.attachments:
        if file.content_id and file.content_id in shown:
            page_part.add_related(
                _content(file), cid=f"<{file.content_id}>", disposition="inline", **_labels(file)
            )
    for file in outbound.attachments:
        if not (file.content_id and file.content_id in shown):
            message.add_attachment(_content(file), **_labels(file))
    return message


def _content(file: OutboundFile) -> bytes:
    with file.open() as stored:
        return stored.read()


def _labels(file: OutboundFile) -> dict[str, Any]:
    """Type and name of a file. A mail as a file goes as octets: nobody may encode message/rfc822."""
    maintype, _slash, subtype = file.content_type.lower().partition("/")
    if maintype not in SENT_AS_IS or not re.fullmatch(r"[a-z0-9.+-]+", subtype):
        maintype, subtype = "application", "octet-stream"
    return {"maintype": maintype, "subtype": subtype, "filename": one_line(file.name) or "file"}


def _page(outbound: Outbound) -> tuple[str, set[str]]:
    """The whole HTML page and the ids of the pictures it shows."""
    fragment = outbound.html.strip() or _paragraphs(clean(outbound.text))
    shown = {cid for _attributes, cid in SHOWN_CID.findall(fragment)}
    shown |= set(re.findall(r'src="cid:([^"]+)"', fragment))
    fragment = SHOWN_CID.sub(r'<img\1 src="cid:\2"', direction.mark_blocks(fragment, outbound.language))
    language, runs = escape(outbound.language), direction.of_language(outbound.language)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" dir="{runs}"><head><meta charset="utf-8"></head>\n'
        f'<body lang="{language}" dir="{runs}">\n{fragment}\n</body></html>\n',
        shown,
    )


def _paragraphs(text: str) -> str:
    blocks = (block for block in re.split(r"\n{2,}", text) if block.strip())
    return "\n".join(f"<p>{'<br>'.join(escape(block).split(chr(10)))}</p>" for block in blocks)
