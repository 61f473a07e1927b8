"""Markdown of articles as safe HTML: only their own pictures, links between articles by number, headings below the page's own.

`![what it shows](attachment:12)` is a picture of the article, `[manual](attachment:13)` a file of it, `[returns](article:7)` another article.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from ahlan.core.markdown import new_parser, outward
from ahlan.knowledge.models import File

LONGEST = 100_000  # characters of one article
LONGEST_PARAGRAPH = (
    4_000  # characters; a longer one is words alone, for marks take time by the square of its length
)
NAMED = re.compile(r"(attachment|article):(\d{1,18})$")
_OUTWARD = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


def render(text: str, *, files: Mapping[int, File], address: Callable[[int], str]) -> SafeString:
    """Safe HTML. `address`: where an article is read, by its number; "" where it cannot be, and its link is plain words."""
    env = {"files": files, "address": address}
    return SafeString(_parser().render(text[:LONGEST], env))


def plain(text: str) -> str:
    """The words of it, for excerpts and search: no marks, no addresses."""
    parts = []
    for token in _parser().parse(text[:LONGEST], {"files": {}, "address": lambda _pk: ""}):
        if token.type == "inline":
            parts.append("".join(_said(one) for one in token.children or ()))
        elif token.type in ("fence", "code_block"):
            parts.append(token.content)
    return "\n".join(part for part in parts if part.strip())


def named(text: str) -> set[int]:
    """The articles a text links to."""
    return {
        int(pk)
        for kind, pk in re.findall(r"\]\((attachment|article):(\d{1,18})\)", text)
        if kind == "article"
    }


def _said(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return token.content if token.type in ("text", "code_inline", "image") else ""


@cache
def _parser() -> MarkdownIt:
    parser = new_parser()
    parser.enable("image")
    parser.core.ruler.before("inline", "long", _set_aside)
    parser.core.ruler.push("house", _settle)
    parser.add_render_rule("link_open", _link_open)
    parser.add_render_rule("image", _image)
    return parser


def _set_aside(state: object) -> None:
    for token in state.tokens:  # type: ignore[attr-defined]
        if token.type == "inline" and len(token.content) > LONGEST_PARAGRAPH:
            token.meta["long"], token.content = token.content, ""


def _settle(state: object) -> None:
    """Headings one step down, for the article's title is the first; links that lead nowhere become plain words."""
    for token in state.tokens:  # type: ignore[attr-defined]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
        elif token.type == "inline" and "long" in token.meta:
            token.children = [Token("text", "", 0, content=token.meta["long"])]
        elif token.type == "inline":
            token.children = _without_dead_links(token.children or [], state.env)  # type: ignore[attr-defined]


def _without_dead_links(tokens: list[Token], env: Mapping[str, object]) -> list[Token]:
    kept, dead = [], False
    for token in tokens:
        if token.type == "link_open":
            found = NAMED.match(str(token.attrGet("href") or ""))
            place = _place(found, env) if found else _elsewhere(str(token.attrGet("href")))
            dead = not place
            token.attrSet("href", place)
            token.meta = {"own": bool(found)}
        if not (dead and token.type in ("link_open", "link_close")):
            kept.append(token)
        if token.type == "link_close":
            dead = False
    return kept


def _elsewhere(address: str) -> str:
    """An address of another site; "" for one that names no site, which would lead astray among our own."""
    return address if _OUTWARD.match(address) else ""


def _place(found: re.Match[str], env: Mapping[str, object]) -> str:
    """Where one of our own things is; "" where it is not to be had."""
    kind, pk = found[1], int(found[2])
    if kind == "article":
        return str(env["address"](pk))  # type: ignore[operator]
    file = env["files"].get(pk)  # type: ignore[attr-defined]
    return str(file.url) if file else ""


def _link_open(
    renderer: RendererHTML, tokens: list[Token], at: int, options: OptionsDict, env: dict[str, object]
) -> str:
    if tokens[at].meta.get("own"):
        return renderer.renderToken(tokens, at, options, env)
    return outward(renderer, tokens, at, options, env)


def _image(
    renderer: RendererHTML, tokens: list[Token], at: int, options: OptionsDict, env: dict[str, object]
) -> str:
    """A picture of the article's own. Any other would tell its server who reads, so its words stand instead."""
    from django.utils.html import escape  # noqa: PLC0415 -- only here

    found = NAMED.match(str(tokens[at].attrGet("src") or ""))
    file = env["files"].get(int(found[2])) if found and found[1] == "attachment" else None  # type: ignore[attr-defined]
    words = escape(_SPACE.sub(" ", tokens[at].content))
    if file is None or not file.is_picture:
        return f"<em>{words}</em>" if words else ""
    return f'<img src="{escape(file.url)}" alt="{words}" loading="lazy">'
