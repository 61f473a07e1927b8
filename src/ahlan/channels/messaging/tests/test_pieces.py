from hypothesis import given
from hypothesis import strategies as st

from ahlan.channels.contract import filled
from ahlan.channels.messaging.pieces import octets, pieces_of, utf16
from ahlan.channels.messaging.signatures import of_meta
from ahlan.core.markdown import plain


@given(st.text(max_size=400), st.integers(10, 80), st.sampled_from([len, utf16, octets]))
def test_nothing_is_lost_and_nothing_is_too_long(text, longest, measure):
    pieces = pieces_of(text, longest, measure)

    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(one.strip() and measure(one) <= longest for one in pieces)


def test_it_is_cut_where_a_reader_would_cut():
    text = "First paragraph here.\n\nSecond one. It has two sentences."

    assert pieces_of(text, 35) == ["First paragraph here.", "Second one. It has two sentences."]
    assert pieces_of(text, 30) == ["First paragraph here.", "Second one. It has two", "sentences."]
    assert pieces_of("word " * 10, 12) == ["word word"] * 5


def test_a_mark_stays_with_its_letter():
    assert pieces_of("שָׁלוֹם" * 20, 20, len)[1][0] not in "\u05b8\u05c1\u05b9"


def test_markdown_loses_its_marks_and_keeps_what_they_meant():
    text = "# Hello\n\nIt left **today**, see [our page](https://x.example/a).\nSecond line\n\n1. one\n2. two\n   - inner\n\n`code` https://y.example"

    assert plain(text) == (
        "Hello\n\nIt left today, see our page (https://x.example/a).\nSecond line\n\n1. one\n2. two\n  • inner\n\ncode https://y.example"
    )


def test_blanks_are_read_out_of_a_filled_text():
    assert filled("Hello …, order … is here.", "Hello Noa,  order 1182 is here.") == ["Noa", "1182"]
    assert filled("Hello …, order … is here.", "Hello Noa, order is here.") is None
    assert filled("No blanks.", "No blanks.") == []


def test_signature_is_the_one_a_public_documentation_shows():
    """GitHub's, which is of the same form."""
    expected = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

    assert of_meta("It's a Secret to Everybody", b"Hello, World!") == expected
