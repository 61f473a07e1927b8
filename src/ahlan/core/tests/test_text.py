import pytest

from ahlan.core.text import clean, excerpt, first_strong, hue, initials


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Hello שלום", "ltr"),
        ("שלום hello", "rtl"),
        ("  12:30 — مرحبا", "rtl"),
        ("«سلام»", "rtl"),
        ("Привет", "ltr"),
        ("123 !?", "auto"),
        ("", "auto"),
    ],
)
def test_first_strong_follows_the_first_letter_with_a_direction(text: str, direction: str) -> None:
    assert first_strong(text) == direction


def test_clean_takes_out_what_no_database_keeps_and_leaves_lines() -> None:
    assert clean("a\x00b\x1bc\td\ne\ud800f\x7f") == "abc\td\nef"


@pytest.mark.parametrize(
    ("text", "n", "cut"),
    [
        ("short", 10, "short"),
        ("two\n  lines", 20, "two lines"),
        ("the parcel came open", 12, "the parcel…"),
        ("unbreakable" * 3, 8, "unbreak…"),
        ("שלום\u05b8\u05b8", 5, "שלו…"),
    ],
)
def test_excerpt_cuts_between_words_and_never_inside_a_letter(text: str, n: int, cut: str) -> None:
    assert excerpt(text, n) == cut
    assert len(excerpt(text, n)) <= n


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Bo", "AB"),
        ("ada", "A"),
        ("  Ada van der  Bo ", "AB"),
        ("somebody@example.com", "S"),
        ("נור לב", "נל"),
        ("نور علي", "ن\u200cع"),
        ("(Bo) [Cy]", "BC"),
        ("***", "?"),
        ("", "?"),
    ],
)
def test_initials_are_the_first_letters_of_the_outer_words(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_hue_is_the_same_for_the_same_name_however_it_is_spaced() -> None:
    assert hue("Ada  Bo") == hue("ada bo")
    assert {hue(f"person {i}") for i in range(200)} == set(range(12))
