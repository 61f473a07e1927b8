"""Markdown as agents write it, to HTML: no raw HTML, links found by themselves, a line end is a line end."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import islice

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from ahlan.core.text import first_strong

BLOCKS = {"paragraph_open", "heading_open", "list_item_open"}
HOLDERS = {"blockquote_open", "bullet_list_open", "ordered_list_open"}
FIRST_WORDS = 40  # tokens of a list or a quotation that are asked for its direction


def render(text: str, marks: Mapping[str, str] | None = None) -> str:
    """Safe HTML of a Markdown text; every block finds its own direction.

    `marks`: words to mark where they stand whole, outside links and code, each with the class its mark gets.
    """
    return str(_parser().render(text, {"marks": marks or {}}))


def marked(text: str, marks: Mapping[str, str]) -> str:
    """Safe HTML of plain text with the same marks."""
    return "".join(
        f'<mark class="{escape(marks[piece])}" dir="auto">{escape(piece)}</mark>'
        if is_mark
        else escape(piece)
        for piece, is_mark in _pieces(text, marks)
    )


def _pieces(text: str, marks: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """The text cut at the words to mark, the longer of two that fit; whether each piece is one."""
    words = "|".join(re.escape(word) for word in sorted(marks, key=len, reverse=True))
    for n, piece in enumerate(re.split(rf"(?<![^\W_])({words})(?![^\W_])", text) if words else [text]):
        if piece:
            yield piece, n % 2 == 1


@cache
def _parser() -> MarkdownIt:
    return new_parser().disable("image")


def new_parser() -> MarkdownIt:
    """A parser to add to. Where pictures stay allowed, whoever adds says which."""
    parser = MarkdownIt("js-default", {"html": False, "linkify": True, "breaks": True, "typographer": False})
    parser.core.ruler.push("direction", _set_direction)
    parser.core.ruler.push("marks", _set_marks)
    parser.add_render_rule("link_open", outward)
    return parser


def _set_direction(state: StateCore) -> None:
    """Each block finds its own. What holds blocks is told by its first words: "auto" passes over whatever inside finds its own."""
    for n, token in enumerate(state.tokens):
        if token.type in HOLDERS:
            token.attrSet("dir", _direction_of(islice(state.tokens, n, n + FIRST_WORDS)))
        elif token.type in BLOCKS:
            token.attrSet("dir", "auto")


def _direction_of(tokens: Iterable[Token]) -> str:
    for token in tokens:
        said = "".join(one.content for one in token.children or () if one.type in ("text", "code_inline"))
        if (found := first_strong(said)) != "auto":
            return found
    return "auto"


def _set_marks(state: StateCore) -> None:
    marks = state.env.get("marks") or {}
    for block in state.tokens if marks else ():
        depth = 0
        children: list[Token] = []
        for token in block.children or ():
            depth += token.nesting * (token.type in ("link_open", "link_close"))
            children += _cut(token, marks) if token.type == "text" and not depth else [token]
        block.children = children if block.children is not None else None


def _cut(token: Token, marks: Mapping[str, str]) -> Iterator[Token]:
    for piece, is_mark in _pieces(token.content, marks):
        if is_mark:
            yield Token("mark_open", "mark", 1, attrs={"class": marks[piece], "dir": "auto"})
        yield Token("text", "", 0, content=piece)
        if is_mark:
            yield Token("mark_close", "mark", -1)


def outward(
    renderer: RendererHTML, tokens: list[Token], at: int, options: OptionsDict, env: dict[str, object]
) -> str:
    """A link to another site: it opens beside ours and learns nothing of it."""
    tokens[at].attrSet("rel", "noopener noreferrer nofollow")
    tokens[at].attrSet("target", "_blank")
    return renderer.renderToken(tokens, at, options, env)


def plain(text: str) -> str:
    """A Markdown text without its marks, for where there are none: links with their addresses, lists with their signs."""
    blocks: list[str] = []
    lists: list[int] = []  # the next number of each list we are in; 0: one of points
    sign = ""
    for token in _parser().parse(text, {}):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(int(token.attrGet("start") or 1) if token.type.startswith("ordered") else 0)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            sign = f"{lists[-1]}. " if lists[-1] else "• "
            lists[-1] += bool(lists[-1])
        elif token.type in ("inline", "fence", "code_block"):
            said = _said(token.children) if token.children else token.content.rstrip("\n")
            joint = "\n" if lists and blocks and blocks[-1].startswith("\0") else "\n\n"
            blocks.append(
                ("\0" if lists else "")
                + (joint if blocks else "")
                + "  " * max(len(lists) - 1, 0)
                + sign
                + said
            )
            sign = ""
    return "".join(blocks).replace("\0", "").strip()


def _said(children: Iterable[Token]) -> str:
    said, link, start = "", "", 0
    for token in children:
        if token.type == "link_open":
            link, start = str(token.attrGet("href") or ""), len(said)
        elif token.type == "link_close":
            words = said[start:]
            said += f" ({link})" if link not in (words, f"http://{words}", f"mailto:{words}") else ""
        elif token.type in ("softbreak", "hardbreak"):
            said += "\n"
        else:
            said += token.content
    return said


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a text for paper. `kind`: "words", "heading", "item" (with its `mark`), "quote" or "code"; `depth`: of lists and quotations."""

    kind: str
    text: str
    depth: int = 0
    mark: str = ""


def blocks(text: str) -> Iterator[Block]:
    """The plain words of a Markdown text, block by block; where a link leads stands behind it."""
    depth, kinds, marks = 0, [], []
    for token in _parser().parse(text):
        if token.type in HOLDERS:
            depth += 1
            marks.append(int(token.attrGet("start") or 1) if token.type.startswith("ordered") else 0)
        elif token.type.replace("_close", "_open") in HOLDERS:
            depth -= 1
            marks.pop()
        elif token.type == "list_item_open":
            kinds.append(f"{marks[-1]}." if marks[-1] else "•")
            marks[-1] += bool(marks[-1])
        elif token.type == "heading_open":
            kinds.append("#")
        elif token.type in ("fence", "code_block"):
            yield Block("code", token.content.rstrip("\n"), depth)
        elif token.type == "inline":
            mark = kinds.pop() if kinds else ""
            kind = "heading" if mark == "#" else "item" if mark else "quote" if depth else "words"
            yield Block(kind, _plain_words(token.children or []), depth, "" if mark == "#" else mark)


def _plain_words(tokens: list[Token]) -> str:
    found: list[str] = []
    leads: list[tuple[str, int]] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            found.append("\n")
        elif token.type == "link_open":
            leads.append((str(token.attrGet("href") or ""), len(found)))
        elif token.type == "link_close":
            href, start = leads.pop()
            if "".join(found[start:]).strip() not in (
                href,
                href.removeprefix("mailto:"),
                href.removesuffix("/"),
            ):
                found.append(f" ({href})")
        else:
            found.append(token.content)
    return "".join(found)
