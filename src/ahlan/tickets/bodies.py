"""A message as it is drawn: whole, safe, each piece of text in its own direction."""

import re
from html import escape, unescape
from urllib.parse import urlencode

from django.core import signing
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from ahlan.core.markdown import marked, render
from ahlan.core.text import excerpt
from ahlan.staff.models import Agent
from ahlan.tickets.models import Attachment, Direction, Message

_REMOTE = re.compile(r'data-remote-src="([^"]*)"')
_STYLE = re.compile(r' style="[^"]*"')
_INLINE = re.compile(r'data-cid="([^"]*)"')
PICTURES = signing.Signer(salt="remote pictures")


def body_of(message: Message, reader: Agent | None = None) -> SafeString:
    """The message's text as safe HTML; of the names a note mentions, the reader's own stand out."""
    if message.direction != Direction.IN:
        return mark_safe(render(message.text, _marks(message, reader)))  # noqa: S308 -- Markdown with HTML switched off
    if message.html:
        return mark_safe(_pictures(message))  # noqa: S308 -- made safe when it came in
    return _plain(message)


def _marks(message: Message, reader: Agent | None) -> dict[str, str]:
    own = reader.pk if reader else None
    return {
        f"@{name}": "named named--me" if own in agents else "named" for name, agents in message.named.items()
    }


def excerpt_of(message: Message, n: int, reader: Agent) -> SafeString:
    """The beginning of a note on one line, as safe HTML with the same names marked; Markdown stays as it is typed."""
    return mark_safe(marked(excerpt(message.text, n), _marks(message, reader)))  # noqa: S308 -- escaped in marked


def has_remote_pictures(message: Message) -> bool:
    return "data-remote-src=" in message.html


def _pictures(message: Message) -> str:
    inline = {one.content_id: one for one in message.attachments.all() if one.content_id}
    html = _STYLE.sub("", message.html)  # our pages allow no inline style: a letter reads as our text does
    html = _REMOTE.sub(lambda found: f'data-remote-src="{_proxied(unescape(found[1]))}"', html)
    return _INLINE.sub(lambda found: _inline(unescape(found[1]), inline), html)


def _proxied(url: str) -> str:
    return escape(f"{reverse('tickets:picture')}?{urlencode({'u': PICTURES.sign(url)})}")


def _inline(content_id: str, known: dict[str, Attachment]) -> str:
    attachment = known.get(content_id)
    return f'src="{escape(attachment.url)}"' if attachment and attachment.is_picture else ""


def _plain(message: Message) -> SafeString:
    """Paragraphs, each in its own direction; what quotes earlier words is folded, never cut."""
    parts, start = [], 0
    for begin, end in message.folds:
        parts += [_paragraphs(message.text[start:begin]), _folded(message.text[begin:end])]
        start = end
    parts.append(_paragraphs(message.text[start:]))
    return mark_safe("".join(parts))  # noqa: S308 -- escaped in _paragraphs


def _folded(text: str) -> str:
    return (
        f'<details class="quoted"><summary>…</summary>{_paragraphs(text)}</details>' if text.strip() else ""
    )


_LINK = re.compile(r"https?://[^\s<>\"']{1,1000}[^\s<>\"'.,;:!?)\]]")


def _paragraphs(text: str) -> str:
    blocks = re.split(r"\n\s*\n", text.strip("\n"))
    return "".join(f'<p dir="auto">{_lines(block)}</p>' for block in blocks if block.strip())


def _lines(block: str) -> str:
    out, start = [], 0
    for found in _LINK.finditer(block):
        out.append(escape(block[start : found.start()]))
        url = escape(found[0])
        out.append(f'<a href="{url}" rel="noopener noreferrer nofollow" target="_blank">{url}</a>')
        start = found.end()
    out.append(escape(block[start:]))
    return "".join(out).replace("\n", "<br>")
