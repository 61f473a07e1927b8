"""HTML as a tree and back. Nothing here makes it safe: `page.sanitise` does, last of all."""

import re

from lxml import etree, html
from lxml.html import HtmlElement

PARSER_OPTIONS = {"encoding": "utf-8", "huge_tree": True, "remove_comments": True, "remove_pis": True}
NOT_MARKUP = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000-\ue001]")


def parse(source: str) -> HtmlElement | None:
    """The tree of a page, None when there is nothing in it."""
    octets = NOT_MARKUP.sub("", source).encode("utf-8", "replace")
    if not octets.strip():
        return None
    try:
        return html.document_fromstring(octets, parser=html.HTMLParser(**PARSER_OPTIONS))
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def serialise(tree: HtmlElement) -> str:
    return html.tostring(tree, encoding="unicode", method="html")
