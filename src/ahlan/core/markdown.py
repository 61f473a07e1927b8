"""Markdown as agents write it, to HTML: no raw HTML, links found by themselves, a line end is a line end."""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

BLOCKS = {
    "paragraph_open",
    "heading_open",
    "blockquote_open",
    "bullet_list_open",
    "ordered_list_open",
    "list_item_open",
}


def render(text: str) -> str:
    """Safe HTML of a Markdown text; every block finds its own direction."""
    return str(_parser().render(text))


@cache
def _parser() -> MarkdownIt:
    return new_parser().disable("image")


def new_parser() -> MarkdownIt:
    """A parser to add to. Where pictures stay allowed, whoever adds says which."""
    parser = MarkdownIt("js-default", {"html": False, "linkify": True, "breaks": True, "typographer": False})
    parser.core.ruler.push("direction", _set_direction)
    parser.add_render_rule("link_open", outward)
    return parser


def _set_direction(state: object) -> None:
    for token in state.tokens:  # type: ignore[attr-defined]
        if token.type in BLOCKS:
            token.attrSet("dir", "auto")


def outward(
    renderer: RendererHTML, tokens: list[Token], at: int, options: OptionsDict, env: dict[str, object]
) -> str:
    """A link to another site: it opens beside ours and learns nothing of it."""
    tokens[at].attrSet("rel", "noopener noreferrer nofollow")
    tokens[at].attrSet("target", "_blank")
    return renderer.renderToken(tokens, at, options, env)
