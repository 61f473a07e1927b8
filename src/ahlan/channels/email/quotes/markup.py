"""Earlier words in an HTML mail, wrapped in `<details class="quoted">`.

The page is read as lines, quoted elements as lines that begin with ">", so that one set of rules decides for
both kinds of mail; then the elements that hold nothing but folded lines are wrapped where they stand.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement

from .. import tree as page_tree
from . import attribution
from .lines import line
from .plain import fold

Piece = tuple[HtmlElement, str]  # an element and which of its texts: "text" (inside) or "tail" (after)

BREAKING = {
    "address", "article", "blockquote", "body", "br", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "ol", "p", "pre", "section", "summary", "table", "tr", "ul",
}  # fmt: skip
UNREAD = {"head", "script", "style", "title", "template", "noscript", "textarea"}
WITHOUT_TEXT_CHILDREN = {"table", "tbody", "thead", "tfoot", "tr", "ul", "ol", "html"}
QUOTE_CLASS = re.compile(
    r"(?:^|\s)(?:x_)*(?:gmail_quote|gmail_quote_container|yahoo_quoted|protonmail_quote"
    r"|tutanota_quote|zmail_extra)(?:\s|$)"
)
QUOTE_ID = re.compile(
    r"^(?:x_)*(?:OLK_SRC_BODY_SECTION|AOLMsgPart|yahoo_quoted|mail-editor-reference-message)"
)


def fold_html(html: str) -> str:
    """`html` with its quotes wrapped; nothing is cut, and answers between quotes stay outside the wraps."""
    tree = page_tree.parse(html)
    if tree is None:
        return html
    fold_tree(tree)
    return page_tree.serialise(tree)


def fold_tree(tree: HtmlElement) -> None:
    """Wraps the quotes of a parsed page in place, unless nothing else would be left to read."""
    reading = _Reading()
    reading.read(tree)
    folded = reading.folded()
    if folded:
        _Wrapping(reading.pieces, folded).wrap(tree)


@dataclass(slots=True)
class _Reading:
    """A page as lines of words, and where each piece of each line stands in the page."""

    lines: list[str] = field(default_factory=lambda: [""])
    pieces: list[tuple[int, HtmlElement, str]] = field(default_factory=list)
    quoted: int = 0
    unread: int = 0

    def read(self, tree: HtmlElement) -> None:
        quotes: set[HtmlElement] = set()
        for event, node in etree.iterwalk(tree, events=("start", "end")):
            if event == "start":
                self._enter(node, quotes)
            else:
                self._leave(node, quotes)

    def _enter(self, node: HtmlElement, quotes: set[HtmlElement]) -> None:
        self.unread += node.tag in UNREAD
        if node.tag in BREAKING:
            self._break()
        if self._is_quote(node):
            quotes.add(node)
            self.quoted += 1
        if node.tag == "hr":
            self._say(node, "tail", "_" * 20)
            self._break()
        self._say(node, "text", node.text or "")

    def _leave(self, node: HtmlElement, quotes: set[HtmlElement]) -> None:
        self.unread -= node.tag in UNREAD
        if node in quotes:
            self.quoted -= 1
        if node.tag in BREAKING and node.tag not in {"br", "hr"}:
            self._break()
        self._say(node, "tail", node.tail or "")

    def _break(self) -> None:
        if self.lines[-1]:
            self.lines.append("")

    def _say(self, node: HtmlElement, where: str, words: str) -> None:
        words = " ".join(words.split())
        if not words or self.unread:
            return
        before = self.lines[-1] or ("> " if self.quoted else "")
        self.lines[-1] = f"{before} {words}" if before.strip("> ") else before + words
        if not words.startswith("_" * 20):
            self.pieces.append((len(self.lines) - 1, node, where))

    def _is_quote(self, node: HtmlElement) -> bool:
        if node.tag not in {"blockquote", "div", "span"}:
            return False
        marked = QUOTE_CLASS.search(node.get("class") or "") or QUOTE_ID.match(node.get("id") or "")
        if node.tag != "blockquote":
            return bool(marked and node.find(".//blockquote") is None and not self._is_forward(node))
        return bool(
            marked
            or node.get("type") == "cite"
            or (node.get("cite") or "")[:4] == "mid:"
            or self._introduced()
        )

    def _is_forward(self, node: HtmlElement) -> bool:
        first = next((text for text in node.itertext() if text.strip()), "")
        return line(first).is_forward_marker

    def _introduced(self) -> bool:
        """Whether the lines just read say that somebody else's words follow."""
        recent = [line(words) for words in self.lines[-attribution.MAX_LINES - 1 :] if words]
        if not recent or not recent[-1].may_introduce:
            return False
        return len(recent) in attribution.likely(recent).values()

    def folded(self) -> set[Piece]:
        ranges = fold("\n".join(self.lines))
        starts, position = [], 0
        for words in self.lines:
            starts.append(position)
            position += len(words) + 1
        inside = {number for number, start in enumerate(starts) if any(a <= start < b for a, b in ranges)}
        return {(node, where) for number, node, where in self.pieces if number in inside}


class _Wrapping:
    """Wraps whatever holds folded pieces only."""

    def __init__(self, pieces: list[tuple[int, HtmlElement, str]], folded: set[Piece]) -> None:
        self.folded = folded
        self.spoken: set[Piece] = {(node, where) for _, node, where in pieces}
        self.total: dict[HtmlElement, int] = defaultdict(int)
        self.inside: dict[HtmlElement, int] = defaultdict(int)

    def wrap(self, tree: HtmlElement) -> None:
        self._count(tree)
        waiting = [tree]
        while waiting:
            parent = waiting.pop()
            self._free_texts(parent)
            if parent.tag in WITHOUT_TEXT_CHILDREN:
                waiting.extend(child for child in parent if self.inside[child])
                continue
            waiting.extend(child for child in parent if self.inside[child] and not self._is_covered(child))
            for run in self._runs(parent):
                _enclose(run)

    def _count(self, tree: HtmlElement) -> None:
        """How many pieces, and how many folded ones, lie inside each element."""
        for _, node in etree.iterwalk(tree, events=("end",)):
            owner = node.getparent()
            for where, holder in (("text", node), ("tail", owner)):
                if holder is not None and (node, where) in self.spoken:
                    self.total[holder] += 1
                    self.inside[holder] += (node, where) in self.folded
            if owner is not None:
                self.total[owner] += self.total[node]
                self.inside[owner] += self.inside[node]

    def _is_covered(self, node: HtmlElement) -> bool:
        return 0 < self.total[node] == self.inside[node]

    def _free_texts(self, parent: HtmlElement) -> None:
        """Gives each folded bare text in `parent` an element of its own."""
        for child in reversed(parent):
            if (child, "tail") in self.folded and (child.tail or "").strip():
                self._own_element(parent, parent.index(child) + 1, child.tail)
                child.tail = None
        if (parent, "text") in self.folded and parent.tag not in WITHOUT_TEXT_CHILDREN:
            self._own_element(parent, 0, parent.text)
            parent.text = None

    def _own_element(self, parent: HtmlElement, index: int, words: str) -> None:
        span = parent.makeelement("span")
        span.text = words
        self.total[span] = self.inside[span] = 1
        parent.insert(index, span)

    def _runs(self, parent: HtmlElement) -> list[list[HtmlElement]]:
        """Neighbouring children that are all covered; what holds no words may stand between them."""
        runs: list[list[HtmlElement]] = [[]]
        for child in parent:
            if self._is_covered(child) or (runs[-1] and not self.total[child]):
                runs[-1].append(child)
            elif runs[-1]:
                runs.append([])
            if (child.tail or "").strip() and runs[-1]:
                runs.append([])
        return [trimmed for run in runs if (trimmed := self._trimmed(run))]

    def _trimmed(self, run: list[HtmlElement]) -> list[HtmlElement]:
        while run and not self.total[run[-1]]:
            run = run[:-1]
        return run


def _enclose(run: list[HtmlElement]) -> None:
    """Puts `run`, neighbours in one parent, into a closed details element."""
    parent, last = run[0].getparent(), run[-1]
    details = parent.makeelement("details", {"class": "quoted"})
    etree.SubElement(details, "summary").text = "\N{HORIZONTAL ELLIPSIS}"
    after, last.tail = last.tail, None
    parent.insert(parent.index(run[0]), details)
    details.extend(run)
    details.tail = after
