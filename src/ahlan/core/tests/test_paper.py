"""A letter as a PDF: shaped right in six languages, whatever its words hold."""

from datetime import date
from io import BytesIO

import pytest
from fpdf import FPDF
from PIL import Image

from ahlan.core.markdown import Block, blocks
from ahlan.core.paper import Head, _sign, letter

LETTERS = {
    "en": "Dear Noa,\n\nwe are sorry.", "he": "שלום נועה,\n\nאנו מצטערים מאוד.", "ar": "عزيزتنا نوى،\n\nنحن آسفون جدًا.",
    "fi": "Hei Noa,\n\nolemme pahoillamme.", "fa": "نوا گرامی،\n\nمتأسفیم که می‌نویسیم.", "ru": "Здравствуйте, Нова!\n\nНам очень жаль.",
}  # fmt: skip


@pytest.fixture
def shaped(monkeypatch):
    """How each paragraph was set: the shaper's direction and language, the side, the words."""
    out = []
    directions = {}
    shaping, multi = FPDF.set_text_shaping, FPDF.multi_cell

    def set_shaping(self, *args, **more):
        directions[id(self)] = (more.get("direction"), more.get("language"))
        return shaping(self, *args, **more)

    def cell(self, width, height, text, **more):
        out.append((*directions[id(self)], more["align"], text))
        return multi(self, width, height, text, **more)

    monkeypatch.setattr(FPDF, "set_text_shaping", set_shaping)
    monkeypatch.setattr(FPDF, "multi_cell", cell)
    return out


@pytest.mark.parametrize("language", list(LETTERS))
def test_a_letter_reads_in_its_own_direction(language, shaped):
    pdf = letter(LETTERS[language], head=Head("Ahlan Ltd", "+972 3 555"), to="Cy", on=date(2026, 4, 8))

    turned = language in ("he", "ar", "fa")
    greeting = next(one for one in shaped if one[3] == LETTERS[language].partition("\n")[0])
    assert greeting[:3] == (("rtl", language, "R") if turned else ("ltr", None, "L"))
    assert {one[2] for one in shaped} == {"R" if turned else "L"}
    phone = next(one for one in shaped if one[3].startswith("+972"))
    assert phone[0] == "ltr"  # numbers keep their order
    assert pdf.startswith(b"%PDF-")
    assert f"/Lang ({language})".encode() in pdf


def test_persian_joiners_reach_the_shaper_and_marks_of_screens_do_not(shaped):
    letter("می\u200cنویسیم\u200f \u2067x\u2069\u202f2 🙂 هستیم.", head=Head("A"), on=date(2026, 4, 8))
    assert shaped[-1][3] == "می\u200cنویسیم x 2  هستیم."
    assert _sign("🙂") == ""


def test_a_paragraph_of_another_language_keeps_its_own_side(shaped):
    letter("שלום לכולם כאן\n\nHello there everybody", head=Head("A"), on=date(2026, 4, 8))
    assert [one[0::2][:2] for one in shaped[-2:]] == [("rtl", "R"), ("ltr", "L")]


def test_long_letters_have_pages_with_foot_and_number(shaped):
    pdf = letter(
        "\n\n".join(["Words that go on. " * 30] * 20), head=Head("A", foot="Reg. 1"), on=date(2026, 4, 8)
    )
    assert pdf.count(b"/Type /Page\n") >= 3
    feet = [one[3] for one in shaped if one[3].startswith(("Reg", "Page"))]
    assert feet[:3] == ["Reg. 1", "Reg. 1", "Page 2"]


def test_hostile_words_are_a_letter():
    for text in (
        "",
        " ",
        "x" * 20_000,
        "\x00\x1b[31m",
        "# \n- \n1. \n> ",
        "[a](javascript:alert(1))",
        "\u202eabc",
        "(((\\)\n%%EOF",
    ):
        assert letter(text, head=Head(""), on=date(2026, 4, 8)).startswith(b"%PDF-")


def test_a_logo_of_any_kind_stands_in_the_head():
    for kind in ("PNG", "JPEG", "GIF", "WEBP"):
        made = BytesIO()
        Image.new("RGB", (40, 900), "teal").save(made, kind)
        assert b"/XObject" in letter("Hello", head=Head("A", logo=made.getvalue()), on=date(2026, 4, 8))


def test_markdown_becomes_blocks_of_plain_words():
    text = "# Title\n\nHello **you**\nand `me`, [here](https://x.example/a)\n\n3. one\n4. two\n   - deep\n\n> said\n\n```\ncode\n```\nhttps://y.example/"
    assert list(blocks(text)) == [
        Block("heading", "Title"), Block("words", "Hello you\nand me, here (https://x.example/a)"), Block("item", "one", 1, "3."),
        Block("item", "two", 1, "4."), Block("item", "deep", 2, "•"), Block("quote", "said", 1), Block("code", "code", 0),
        Block("words", "https://y.example/"),
    ]  # fmt: skip
