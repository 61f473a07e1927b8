"""Placeholders for who and what leads to somebody, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahlan.assistant.masking import Masks


@pytest.mark.parametrize(
    ("names", "text", "hidden"),
    [
        (["Noa Levi"], "Noa Levi called. Noa is cross.", "[NAME_1] called. [NAME_2] is cross."),
        (["נועה לוי"], "שמי נועה לוי", "שמי [NAME_1]"),
        (["Mr Green"], "green cups for Green", "green cups for [NAME_1]"),
        ([], "write to a.b@else.example or +358 40 123 4567", "write to [MAIL_1] or [NUMBER_1]"),
        ([], "IBAN DE89 3704 0044 0532 0130 00", "IBAN [NUMBER_1]"),
        ([], "see https://shop.example/o/12?t=secret", "see [LINK_1]"),
        ([], "order 1182, again 1182", "order [NUMBER_1], again [NUMBER_1]"),
        ([], "3 cups of 20 ml", "3 cups of 20 ml"),
        ([], "رقم الطلب ١١٨٢٣٤", "رقم الطلب [NUMBER_1]"),
    ],
)
def test_hidden_and_shown(names, text, hidden):
    masks = Masks(names)

    assert masks.hide(text) == hidden
    assert masks.show(hidden) == text


def test_a_model_may_write_a_placeholder_its_own_way():
    masks = Masks(["Noa"])
    masks.hide("Noa")

    assert masks.show("Dear [ name_1 ], dear [NAME 1], dear [NAME_9]") == "Dear Noa, dear Noa, dear [NAME_9]"


def test_off_is_off():
    assert Masks(["Noa"], on=False).hide("Noa 118234") == "Noa 118234"


@given(st.text(max_size=300), st.lists(st.text(max_size=12), max_size=4))
def test_what_was_hidden_comes_back_whole(text, names):
    if "[" in text:
        text = text.replace("[", "(")
    masks = Masks(names)

    assert masks.show(masks.hide(text)) == text
