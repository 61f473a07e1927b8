"""Markdown finds its own direction, block by block; a list stands on the side of its first words."""

import re

import pytest

from ahlan.core.markdown import render


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("1. צלמו את הכוס\n2. כתבו לנו", "rtl"), ("- صوّر الكوب", "rtl"), ("- Take a picture", "ltr"), ("- 12\n- 13", "auto"),
        ("- [הכוס](https://else.example/cup)", "rtl"), ("- **שלום** to you", "rtl"), ("> سلام", "rtl"), ("1. 12\n2. שלום", "rtl"),
    ],
)  # fmt: skip
def test_what_holds_blocks_is_told_by_its_first_words(text, direction):
    found = re.match(r'<(?:ol|ul|blockquote) dir="(\w+)">', render(text))

    assert found and found[1] == direction


def test_each_item_and_paragraph_finds_its_own():
    drawn = render("- שלום\n- hello\n\nhello")

    assert drawn.count('<li dir="auto">') == 2
    assert '<p dir="auto">hello</p>' in drawn
