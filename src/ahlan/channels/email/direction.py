"""Which way a text runs, said in the mail itself, so that any mail program shows it right."""

import unicodedata

from lxml import html
from lxml.html import HtmlElement

RIGHT_TO_LEFT_LANGUAGES = {"ar", "he", "iw", "fa", "ur", "yi", "ckb", "ps", "sd", "ug", "dv"}
LRM, RLM = "\u200e", "\u200f"
BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "td", "th", "div", "ul", "ol", "table"}
CODE = {"pre", "code"}


def of_language(language: str) -> str:
    """The word rtl or ltr for a language code such as "he" or "fa-IR"."""
    return "rtl" if language.replace("_", "-").split("-")[0].lower() in RIGHT_TO_LEFT_LANGUAGES else "ltr"


def of_text(text: str, otherwise: str = "") -> str:
    """The direction of the first strong character, `otherwise` when there is none."""
    return next((found for letter in text if (found := _of_letter(letter))), otherwise)


def _of_letter(letter: str) -> str:
    strength = unicodedata.bidirectional(letter)
    return "rtl" if strength in {"R", "AL"} else "ltr" if strength == "L" else ""


def mark_lines(text: str, language: str) -> str:
    """Plain text in which a line is shown the way its language runs.

    Mail programs go by the first strong letter of a line; a Hebrew line that begins with a Latin name needs
    a mark before it. A line mostly in letters of the other direction is left alone, and so is every line
    whose first letter already says the right thing.
    """
    wanted = of_language(language)
    return "\n".join(_mark(line, wanted) for line in text.split("\n"))


def _mark(line: str, wanted: str) -> str:
    if of_text(line, wanted) == wanted:
        return line
    letters = [_of_letter(letter) for letter in line]
    if letters.count(wanted) * 2 < len(letters) - letters.count(""):
        return line
    return (RLM if wanted == "rtl" else LRM) + line


def mark_blocks(fragment: str, language: str) -> str:
    """HTML in which each paragraph states its own direction, by its first strong character."""
    if not fragment.strip():
        return ""
    root = html.fragment_fromstring(fragment, create_parent="div")
    for block in root.iterdescendants():
        if block.tag in BLOCKS and not block.get("dir"):
            block.set("dir", of_text(block.text_content(), of_language(language)))
        elif block.tag in CODE and not block.get("dir"):
            block.set("dir", "ltr")
    return _inside(root)


def _inside(root: HtmlElement) -> str:
    out = str(html.tostring(root, encoding="unicode", method="html"))
    return out[out.index(">") + 1 : out.rindex("</div>")]
