"""An HTML mail made safe to show, and the words in it.

The tree is changed first (quotes wrapped, remote pictures renamed); the sanitiser comes last and trusts
nothing that was done before it: whatever the two parsers disagree about is decided by the stricter one.
"""

import re
from dataclasses import dataclass

import nh3
from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_properties import Display
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_element import HtmlElement as Style
from lxml.html import HtmlElement

from . import styles, tree
from .quotes.markup import fold_tree

MAX_DATA_PICTURE = 50_000
MAX_DEPTH = 200  # elements inside each other; deeper pages are read without their layout

TAGS = {
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption",
    "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em",
    "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i",
    "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span",
    "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt",
    "u", "ul", "var",
}  # fmt: skip
EMPTIED = {
    "applet", "audio", "canvas", "embed", "frame", "frameset", "head", "iframe", "math", "noembed",
    "noframes", "noscript", "object", "script", "style", "svg", "template", "title", "video", "xml",
}  # fmt: skip
SIZES = {"width", "height"}
ATTRIBUTES = {
    "*": {"dir", "lang", "title", "style", "align", "valign", "bgcolor"},
    "a": {"href"},
    "img": {"src", "alt", "data-remote-src", "data-cid", *SIZES},
    "font": {"color", "face", "size"},
    "table": {"border", "cellpadding", "cellspacing", *SIZES},
    "td": {"colspan", "rowspan", *SIZES},
    "th": {"colspan", "rowspan", *SIZES},
    "col": {"span", "width"},
    "ol": {"start", "type"},
    "li": {"value"},
}
PATTERNS = {
    "dir": r"(?i)ltr|rtl|auto",
    "lang": r"[A-Za-z0-9-]{1,35}",
    "href": r"(?i)(?:https?://|mailto:|tel:)[^\x00-\x20].*",
    "src": r"(?i)data:image/(?:png|gif|jpe?g|webp);base64,[A-Za-z0-9+/=\s]*",
    "data-remote-src": r"(?i)https?://.*",
    "data-cid": r"[^\s\"<>]{1,998}",
    "align": r"(?i)left|right|center|justify|middle|top|bottom",
    "valign": r"(?i)top|middle|bottom|baseline",
    "bgcolor": r"#?\w{1,30}",
    "color": r"#?\w{1,30}",
    "face": r"[\w\s,'\"-]{1,200}",
    "type": r"[1aAiI]",
    **dict.fromkeys(
        ("border", "cellpadding", "cellspacing", "span", "start", "value", "size"), r"[+-]?\d{1,4}"
    ),
    **dict.fromkeys(("colspan", "rowspan"), r"\d{1,3}"),
    **dict.fromkeys(SIZES, r"\d{1,4}(?:px|%)?"),
}
COMPILED = {name: re.compile(pattern, re.DOTALL) for name, pattern in PATTERNS.items()}
FOLD_START, FOLD_END = "\ue000", "\ue001"


@dataclass(frozen=True, slots=True)
class Page:
    """A page made safe. `folds`: ranges of `text`; `cids`: ids of the pictures shown in it."""

    html: str = ""
    text: str = ""
    folds: tuple[tuple[int, int], ...] = ()
    cids: frozenset[str] = frozenset()


def sanitise(source: str) -> str:
    """HTML fit for a page of ours: no scripts, nothing loaded from elsewhere, nothing over others."""
    found = tree.parse(source)
    if found is None:
        return ""
    _rename_pictures(found)
    return CLEANER.clean(tree.serialise(found))


def read(source: str, *, with_text: bool = True) -> Page:
    """A mail's page: quotes folded, made safe, with its words when they are wanted.

    Raises tree.TooMuch for a page that cannot be read as one.
    """
    found = tree.parse(source)
    if found is None:
        return Page()
    cids = _rename_pictures(found)
    if not tree.is_large(found):
        fold_tree(found)
    html = CLEANER.clean(tree.serialise(found)).strip()
    text, folds = _words(found) if with_text else ("", ())
    return Page(html, text, folds, frozenset(cids))


def _attribute(tag: str, name: str, value: str) -> str | None:
    """What the sanitiser lets an attribute say, None to drop it."""
    if name == "style":
        return styles.safe(value) or None
    if name == "href":
        value = re.sub(r"[\x00-\x20]+", "", value) if not value.isprintable() else value.strip()
        value = f"https:{value}" if value.startswith("//") else value
    if name == "src" and len(value) > MAX_DATA_PICTURE:
        return None
    pattern = COMPILED.get(name)
    return value if pattern is None or pattern.fullmatch(value) else None


CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=EMPTIED,
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "tel", "data"},
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    allowed_classes={"details": {"quoted"}},
)


def _rename_pictures(page: HtmlElement) -> set[str]:
    """Moves what would be fetched to attributes that fetch nothing; returns ids of pictures in the mail."""
    cids = set()
    for picture in page.iter("img"):
        source = (picture.get("src") or "").strip()
        for name in ("data-remote-src", "data-cid"):
            picture.attrib.pop(name, None)
        if source[:4].lower() == "cid:":
            cid = source[4:].strip("<>")
            picture.set("data-cid", cid)
            cids.add(cid)
        elif source[:2] == "//" or source[:4].lower() == "http":
            picture.set("data-remote-src", f"https:{source}" if source[:2] == "//" else source)
        if source[:5].lower() != "data:":
            picture.attrib.pop("src", None)
    return cids


READING = {
    **CSS_PROFILES["strict"],
    "details": Style(display=Display.block),
    "summary": Style(display=Display.none),
}


def _words(page: HtmlElement) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The words of a page and which ranges of them were wrapped as quotes."""
    for details in page.iter("details"):
        if details.get("class") == "quoted" and len(details):
            details[0].tail = FOLD_START + (details[0].tail or "")
            details[-1].tail = (details[-1].tail or "") + FOLD_END
    return _without_marks(_tidy(_laid_out(page)))


def _laid_out(page: HtmlElement) -> str:
    if not tree.is_large(page) and _depth(page) < MAX_DEPTH:
        return str(Inscriptis(page, ParserConfig(css=READING)).get_text())
    return "\n".join(text.strip() for text in page.itertext() if text.strip())


def _depth(page: HtmlElement) -> int:
    deepest, waiting = 0, [(page, 1)]
    while waiting and deepest < MAX_DEPTH:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((child, depth + 1) for child in node)
    return deepest


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.replace("\xa0", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_marks(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text without the marks of folding, and the ranges they stood for."""
    out: list[str] = []
    ranges: list[tuple[int, int]] = []
    length, depth, start = 0, 0, 0
    for piece in re.split(f"([{FOLD_START}{FOLD_END}])", marked):
        if piece == FOLD_START:
            start, depth = (length, 1) if depth == 0 else (start, depth + 1)
        elif piece == FOLD_END:
            depth -= 1
            if depth == 0 and length > start:
                ranges.append((start, length))
        else:
            out.append(piece)
            length += len(piece)
    return "".join(out), tuple(ranges)
