"""A raw mail understood: bytes in, one `Inbound` out, whatever the bytes are."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape

from ..contract import Attachment, Inbound
from . import addresses, bodies, fingerprint, headers, mail, page, quotes, threads, troubles
from .authentication import Arrival, Lookup, authenticate
from .automatic import why_automatic
from .bodies import Block, Body
from .bounces import failures
from .headers import Headers
from .mail import Mail
from .tree import TooMuch, bare_words

MAX_SUBJECT = 998

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a mail and how to show them."""

    text: str = ""
    folds: tuple[tuple[int, int], ...] = ()
    html: str = ""
    cids: frozenset[str] = frozenset()


def parse(
    raw: bytes,
    *,
    own_addresses: frozenset[str] = frozenset(),
    secret: str = "",
    recipients: Iterable[str] = (),
    authserv_ids: frozenset[str] = frozenset(),
    arrival: Arrival | None = None,
    dns: Lookup | None = None,
) -> Inbound:
    """What a raw mail says. Never raises: a mail nobody can read is one that says so, with the original.

    own_addresses: ours, lower case: mail from them is a loop. secret: signs the tokens in reply addresses.
    recipients: to whom the server delivered it, when it says. authserv_ids, arrival, dns: see `authenticate`;
    nothing is asked of the network unless `dns` is given.
    """
    try:
        return understand(
            raw,
            own_addresses=own_addresses,
            secret=secret,
            recipients=recipients,
            authserv_ids=authserv_ids,
            arrival=arrival,
            dns=dns,
        )
    except Exception:
        log.exception("A mail could not be understood")
        original = Attachment("original.eml", "message/rfc822", raw)
        return Inbound(sender=None, attachments=(original,), troubles=troubles.sentences(["unreadable"]))


def understand(
    raw: bytes,
    *,
    own_addresses: frozenset[str] = frozenset(),
    secret: str = "",
    recipients: Iterable[str] = (),
    authserv_ids: frozenset[str] = frozenset(),
    arrival: Arrival | None = None,
    dns: Lookup | None = None,
) -> Inbound:
    """`parse` without its safety net."""
    tree, head = mail.take_apart(raw)
    body = bodies.understand(tree)
    reading = read(body)
    letter = Mail(tree, head, mail.sender(head), tuple(recipients), own_addresses, reading.text)
    tokens = threads.signed_tokens(head, letter.recipients, secret)
    subject = head.get("subject")[:MAX_SUBJECT]
    sent_at = headers.sent_at(head.plain("date"))
    _note_headers(body, head, has_sender=letter.sender is not None, has_date=sent_at is not None)
    return Inbound(
        sender=letter.sender,
        subject=subject,
        text=reading.text,
        folds=reading.folds,
        html=reading.html,
        external_id=headers.message_id(head.plain("message-id")),
        fingerprint=_fingerprint(head, body),
        sent_at=sent_at,
        to=addresses.parse(head, "to"),
        cc=addresses.parse(head, "cc"),
        reply_to=mail.reply_to(head, own_addresses),
        replies_to=threads.replies_to(head),
        tokens=tokens,
        signed_ticket_number=threads.read_token(tokens[0], secret) if tokens else None,
        ticket_number=threads.subject_number(subject),
        attachments=tuple(_shown(found, reading.cids) for found in body.attachments),
        automatic=why_automatic(letter),
        failures=failures(letter),
        authentication=authenticate(letter, authserv_ids=authserv_ids, arrival=arrival, dns=dns),
        troubles=troubles.sentences(body.troubles),
    )


def read(body: Body) -> Reading:
    """The blocks of a mail put together: as words, and as a page where any of them is one."""
    if not any(block.html for block in body.blocks):
        text = "\n".join(block.plain for block in body.blocks).strip("\n")
        return Reading(text, quotes.fold(text))
    pages = [_page(block, body) for block in body.blocks]
    html = "\n".join(found.html for found in pages)
    return Reading(*_joined(pages), html, frozenset().union(*(found.cids for found in pages)))


def _page(block: Block, body: Body) -> Reading:
    if not block.html:
        return Reading(block.plain, quotes.fold(block.plain), as_html(block.plain))
    plain = block.plain if block.plain.strip() else ""
    try:
        shown = page.read(block.html, with_text=not plain)
    except TooMuch:
        body.trouble("html")
        body.keep_page(block.html)
        text = plain or bare_words(block.html)
        return Reading(text, quotes.fold(text))
    folds = quotes.fold(plain) if plain else shown.folds or quotes.fold(shown.text)
    return Reading(plain or shown.text, folds, shown.html, shown.cids)


def as_html(text: str) -> str:
    """Plain words as a paragraph that keeps its lines."""
    return f'<p dir="auto">{"<br>".join(escape(text.strip()).split(chr(10)))}</p>' if text.strip() else ""


def _joined(pages: Iterable[Reading]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The words of the pages after each other, the folds moved to where their words are now."""
    text, folds = "", []
    for found in pages:
        if found.text.strip():
            text = f"{text}\n" if text else text
            folds += [(start + len(text), end + len(text)) for start, end in found.folds]
            text += found.text
    return text, tuple(folds)


def _fingerprint(head: Headers, body: Body) -> str:
    text = "\n".join(block.plain for block in body.blocks)
    html = "\n".join(block.html for block in body.blocks)
    return fingerprint.fingerprint(head, text, html, body.attachments)


def _note_headers(body: Body, head: Headers, *, has_sender: bool, has_date: bool) -> None:
    if not has_sender:
        body.trouble("address")
    if "date" in head and not has_date:
        body.trouble("date")


def _shown(attachment: Attachment, cids: frozenset[str]) -> Attachment:
    return replace(attachment, inline=True) if attachment.content_id in cids else attachment
