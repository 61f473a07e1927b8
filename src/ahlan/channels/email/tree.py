"""HTML as a tree and back. Nothing here makes it safe: `page.sanitise` does, last of all."""

import re
from html import unescape
from itertools import islice

from lxml import etree, html
from lxml.html import HtmlElement

PARSER_OPTIONS = {"encoding": "utf-8", "huge_tree": True, "remove_comments": True, "remove_pis": True}
MAX_ELEMENTS = 20_000
MAX_BARE = 200_000
TAG = re.compile(r"<[^<>]*>")
# List servers write their footers below the end of the page, and the parser drops what stands there.
END_OF_PAGE = re.compile(rb"</(?:body|html)\s*>", re.IGNORECASE)
NOT_MARKUP = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000-\ue001]")


class TooMuch(ValueError):
    """A page too deep or too large to be read as one."""


def parse(source: str) -> HtmlElement | None:
    """The tree of a page, None when there is nothing in it.

    Raises TooMuch when the page is nested more deeply than the parser can follow: it would lose the rest.
    """
    octets = NOT_MARKUP.sub("", source).encode("utf-8", "replace")
    octets = END_OF_PAGE.sub(b"", octets)
    if not octets.strip():
        return None
    parser = html.HTMLParser(**PARSER_OPTIONS)
    try:
        found = html.document_fromstring(octets, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    if parser.error_log.filter_from_level(etree.ErrorLevels.FATAL):
        raise TooMuch
    return found


def is_large(tree: HtmlElement) -> bool:
    """Whether a page has so many elements that laying it out would take seconds."""
    return next(islice(tree.iter(), MAX_ELEMENTS, None), None) is not None


def bare_words(source: str) -> str:
    """The words in HTML that cannot be parsed: what stands outside its tags."""
    words = unescape(TAG.sub(" ", source[:MAX_BARE]))
    return "\n".join(line.strip() for line in words.split("\n") if line.strip())


def serialise(tree: HtmlElement) -> str:
    return str(html.tostring(tree, encoding="unicode", method="html"))
