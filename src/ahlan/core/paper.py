"""A letter as a PDF: the company's head, the words, page by page, each paragraph in its own direction. Rooms draw other papers with
`begin`, `put` and `place`.

Letters are shaped by HarfBuzz and set in Rubik, out of the installed package: Latin, Cyrillic, Hebrew, Arabic and Persian, no font of
the machine. What Rubik has no sign for is left out rather than drawn as a box.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont
from PIL import Image

from ahlan.core.fonts import SOURCE, cut_weight, paper_font
from ahlan.core.languages import language_of
from ahlan.core.markdown import Block, blocks
from ahlan.core.numerals import long_day, number
from ahlan.core.text import clean, first_strong

if TYPE_CHECKING:
    from fpdf import FPDF

WEIGHTS = {"": 400, "B": 600}
MARGIN, FOOT = 22.0, 26.0  # mm
LOGO = (46.0, 18.0)  # mm, the most
LINE = 1.45  # of the size of the letters
STEP, CLOSE, APART = 6.0, 1.0, 3.0  # mm: of an indent, between items, between paragraphs
MM = 25.4 / 72  # of a point
LONGEST = 100_000  # characters of a letter
SCRIPTS = {"he": "hebr", "ar": "arab", "fa": "arab", "ru": "cyrl"}


@dataclass(frozen=True, slots=True)
class Head:
    """Who writes. `address` and `foot` may have several lines; `logo`: bytes of a PNG, JPEG, GIF or WebP."""

    name: str
    address: str = ""
    foot: str = ""
    logo: bytes = b""


def letter(text: str, *, head: Head, to: str = "", on: date) -> bytes:
    """The bytes of a PDF. `text` is Markdown; the direction of its first letter is the letter's own."""
    text = clean(text)[:LONGEST]
    language = language_of(text) or ("he" if first_strong(text) == "rtl" else "en")
    with translation.override(language):
        sheet = begin(head, language, rtl=first_strong(text) == "rtl", title=_("Letter"))
        _draw_head(sheet, head, to, long_day(on))
        found = list(blocks(text))
        for block, after in zip_longest(found, found[1:]):
            _draw(sheet, block)
            sheet.ln(CLOSE if after and after.kind == block.kind == "item" else APART)
        return bytes(sheet.output())


def begin(head: Head, language: str, *, rtl: bool, title: str) -> "FPDF":
    """An empty page of A4; on each the foot of the head."""
    from fpdf import FPDF  # noqa: PLC0415 -- slow import, only where something is printed

    class Sheet(FPDF):
        def footer(self) -> None:
            _draw_foot(self, head)

    sheet = Sheet(format="A4")
    sheet.rtl = rtl  # type: ignore[attr-defined]
    sheet.spoken = language  # type: ignore[attr-defined]
    sheet.set_margins(MARGIN, MARGIN, MARGIN)
    sheet.set_auto_page_break(True, FOOT)
    sheet.set_lang(language)
    sheet.set_title(title)
    sheet.set_creator("Ahlan")
    sheet.set_author(head.name)
    for style, path in _fonts().items():
        sheet.add_font("Rubik", style, path)
    sheet.add_page()
    return sheet


@cache
def _fonts() -> dict[str, Path]:
    """The two weights as they were cut at set-up, else cut now, once."""
    return {style: _font(weight) for style, weight in WEIGHTS.items()}


def _font(weight: int) -> Path:
    made = paper_font(weight)
    own = paper_font(weight, Path(settings.DATA) / "fonts")
    if made.exists() or own.exists():
        return made if made.exists() else own
    return cut_weight(weight, own)


@lru_cache(maxsize=1)
def _signs() -> frozenset[int]:
    with TTFont(SOURCE, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _written(text: str) -> str:
    """What there are signs for. Joiners go to the shaper, directional marks are for screens, any other space is a plain one."""
    return "".join(filter(None, map(_sign, text)))


@lru_cache(maxsize=2048)
def _sign(one: str) -> str:
    if one in "\n\u200c\u200d" or ord(one) in _signs():
        return one
    return " " if unicodedata.category(one) == "Zs" else ""


def put(
    sheet: "FPDF",
    text: str,
    *,
    size: float = 11,
    style: str = "",
    grey: int = 25,
    indent: float = 0,
    mark: str = "",
    own_side: bool = True,
) -> None:
    """A paragraph in its own direction, from the side on which it begins; without `own_side` from that of the letter."""
    own = first_strong(text)
    turned = _shape(sheet, text, size, style, grey)
    rtl = turned if own_side and own != "auto" else sheet.rtl  # type: ignore[attr-defined]
    height = size * MM * LINE
    if mark:
        sheet.set_x(sheet.w - sheet.r_margin - indent if rtl else sheet.l_margin + indent - STEP)
        sheet.cell(STEP, height, _written(mark), align="R" if rtl else "L")
    sheet.set_x(sheet.l_margin + (0 if rtl else indent))
    sheet.multi_cell(
        sheet.epw - indent,
        height,
        _written(text) or " ",
        align="R" if rtl else "L",
        new_x="LMARGIN",
        new_y="NEXT",
    )


def place(
    sheet: "FPDF", text: str, x: float, y: float, wide: float, *, size: float = 9, style: str = "", grey: int = 25, align: str = "L"
) -> None:  # fmt: skip
    """One line in its own direction, in a field that begins at a point; what does not fit is cut."""
    _shape(sheet, text, size, style, grey)
    said = _written(text)
    if said and sheet.get_string_width(said) > wide:
        while said and sheet.get_string_width(f"{said}…") > wide:
            said = said[:-1]
        said = f"{said}…"
    sheet.set_xy(x, y)
    sheet.cell(wide, size * MM * LINE, said, align=align)


def _shape(sheet: "FPDF", text: str, size: float, style: str, grey: int) -> bool:
    """Set the type for a text; returns whether it runs from right to left. What has no letters is read as numbers are."""
    turned = first_strong(text) == "rtl"
    language = sheet.spoken  # type: ignore[attr-defined]
    sheet.set_font("Rubik", style, size)
    sheet.set_text_color(grey)
    shaped = {"script": SCRIPTS.get(language), "language": language} if turned else {}
    sheet.set_text_shaping(True, direction="rtl" if turned else "ltr", **shaped)
    return turned


def _draw_head(sheet: "FPDF", head: Head, to: str, day: str) -> None:
    if head.logo:
        _draw_logo(sheet, head.logo)
    put(sheet, head.name, size=14, style="B", own_side=False)
    for line in head.address.splitlines():
        put(sheet, line, size=9, grey=90, own_side=False)
    sheet.ln(3)
    sheet.set_draw_color(200)
    sheet.line(sheet.l_margin, sheet.get_y(), sheet.w - sheet.r_margin, sheet.get_y())
    sheet.ln(9)
    if to:
        put(sheet, to, own_side=False)
    put(sheet, day, grey=90, own_side=False)
    sheet.ln(7)


def _draw_logo(sheet: "FPDF", logo: bytes) -> None:
    """At the side where lines end, so that the name begins where they begin."""
    with Image.open(BytesIO(logo)) as picture:
        scale = min(LOGO[0] / picture.width, LOGO[1] / picture.height)
        wide, high = picture.width * scale, picture.height * scale
    top = sheet.get_y()
    at = sheet.l_margin if sheet.rtl else sheet.w - sheet.r_margin - wide  # type: ignore[attr-defined]
    sheet.image(BytesIO(logo), at, top, wide, high, alt_text=_("Logo"))
    sheet.set_y(top)


def _draw_foot(sheet: "FPDF", head: Head) -> None:
    lines = [one for one in head.foot.splitlines() if one.strip()][:3]
    sheet.set_y(-FOOT + 6)
    for line in lines:
        put(sheet, line, size=8, grey=110, own_side=False)
    if sheet.pages_count > 1 or sheet.page_no() > 1:
        put(sheet, _("Page %(n)s") % {"n": number(sheet.page_no())}, size=8, grey=110, own_side=False)


def _draw(sheet: "FPDF", block: Block) -> None:
    if block.kind == "heading":
        put(sheet, block.text, size=12.5, style="B")
    elif block.kind == "code":
        put(sheet, block.text, size=10, indent=STEP * (block.depth + 1), grey=60)
    else:
        grey = 90 if block.kind == "quote" else 25
        put(sheet, block.text, indent=STEP * block.depth, mark=block.mark, grey=grey)
