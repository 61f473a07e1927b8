"""From text to keys."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahlan.search.analyser import MOST_WORDS, analyse, grams_of, words_of
from ahlan.search.normal import LONGEST, normal, spans
from ahlan.search.stems import keys_of

ANY = st.text(max_size=200)
OURS = st.text("abcאבגשלוםابتثیکةپچкошкаёä'\"״-_٣۴ \u200c\u05b0\u064b\u0640", max_size=80)
FAMILIES = [
    ("en", "order orders ordered ordering"),
    ("en", "refund refunds refunded"),
    ("en", "customer customers customer's customers’"),
    ("he", "משלוח המשלוח במשלוח משלוחים המשלוחים"),
    ("he", "הזמנה ההזמנה הזמנות בהזמנה"),
    ("ar", "فاتورة الفاتورة والفاتورة بالفاتورة"),
    ("ar", "طلب الطلب والطلب طلبات الطلبات"),
    ("fi", "tilaus tilausta tilaukset tilauksia"),
    ("fi", "toimitus toimituksen toimitukset"),
    ("fi", "asiakas asiakkaan asiakkaat asiakasta asiakkaita"),
    ("fi", "pöytä pöydän pöydät pöytiä"),
    ("fi", "kauppa kaupan kaupassa kauppoja"),
    ("fi", "lasku laskun laskut laskussa laskuja"),
    ("fa", "کتاب کتاب‌ها کتابها کتاب‌هایی كتاب"),
    ("fa", "سفارش سفارش‌ها سفارشات سفارشم"),
    ("ru", "заказ заказа заказы заказов заказом"),
    ("ru", "счёт счет счета счетов"),
]
STRANGERS = [
    ("en", "order", "border"),
    ("he", "הזמנה", "חשבונית"),
    ("ar", "طلب", "فاتورة"),
    ("fi", "tilaus", "tulos"),
    ("fa", "کتاب", "سفارش"),
    ("ru", "заказ", "показ"),
]


@pytest.mark.parametrize(("language", "family"), FAMILIES)
def test_the_forms_of_a_word_meet(language, family):
    forms = family.split()
    keys = [set(analyse(form, language).words.split()) for form in forms]

    apart = [form for form, one in zip(forms, keys, strict=True) if not one & keys[0]]

    assert apart == []


@pytest.mark.parametrize(("language", "one", "other"), STRANGERS)
def test_other_words_do_not(language, one, other):
    assert not set(analyse(one, language).words.split()) & set(analyse(other, language).words.split())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ﬁnance CAFÉ", "finance cafe"),
        ("שָׁלוֹם", "שלומ"),
        ('צה"ל', "צהל"),
        ("مُحَمَّد ـــ مـحـمـد", "محمد محمد"),
        ("أحمد إيمان فاطمة", "احمد ايمان فاطمه"),
        ("یک كك", "يك كك"),
        ("١٢٣ ۴۵۶", "123 456"),
        ("Ёлка", "елка"),
        ("Hyvää yötä", "hyvää yötä"),
        ("Cy's O’Brien", "cy obrien"),
        ("cy@else.example INV-2026", "cy else example inv 2026"),
    ],
)
def test_one_shape_for_what_is_written_in_several(written, meant):
    assert words_of(written) == meant.split()


def test_a_word_is_known_by_the_language_of_its_script():
    assert "order" in analyse("הזמנה orders", "he").words.split()
    assert "заказ" in analyse("Мои заказы", "fi").words.split()


def test_a_question_is_asked_in_all_languages_its_script_may_be():
    assert {"orders", "order"} <= set(keys_of("orders", ""))
    assert "tilauks" in keys_of("tilauksia", "")


def test_pieces_know_where_a_word_ends():
    assert grams_of("order") == ["#_ord", "#orde", "#rder", "#der_"]
    assert grams_of("ab") == ["#_ab_"]


def test_a_long_text_is_cut_and_a_long_word_too():
    assert analyse("word " * (MOST_WORDS + 10)).length == MOST_WORDS
    assert words_of("x" * 1000) == ["x" * LONGEST]


@given(st.one_of(ANY, OURS))
def test_keys_hold_nothing_the_databases_would_read_as_more(text):
    keys = analyse(text, grams=True)

    assert all(one.isalnum() or unicodedata.category(one) in ("Mn", "Mc") or one == " " for one in keys.words)
    assert all(1 <= len(one) <= 64 for one in keys.words.split(" ") if keys.words)
    assert all(one.startswith("#") for one in keys.grams.split(" ") if keys.grams)


@given(st.one_of(ANY, OURS), st.sampled_from(["", "en", "he", "ar", "fi", "fa", "ru"]))
def test_what_is_written_is_found_by_itself(text, language):
    """Every word of a text is one of the keys by which the same word is asked for."""
    held = set(analyse(text, language).words.split())

    assert all(word in held for word in words_of(text))


@given(st.one_of(ANY, OURS))
def test_the_same_text_written_otherwise_has_the_same_keys(text):
    for form in ("NFC", "NFD"):
        assert words_of(unicodedata.normalize(form, text)) == words_of(unicodedata.normalize("NFC", text))
    assert normal(normal(text)) == normal(text)


@given(st.one_of(ANY, OURS))
def test_words_lie_where_they_are_said_to(text):
    found = list(spans(text))

    assert all(0 <= begin < end <= len(text) for begin, end, _word in found)
    assert [begin for begin, _end, _word in found] == sorted(begin for begin, _end, _word in found)
