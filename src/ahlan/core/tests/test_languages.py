import pytest

from ahlan.core.languages import language_of

SAMPLES = {
    "en": [
        "I would like to return the jacket I bought",
        "Where is my parcel?",
        "order 1182: please refund me",
    ],
    "he": ["איפה החבילה שלי", "אני רוצה להחזיר את ה-jacket שקניתי"],
    "ar": ["اريد استرجاع المعطف الذي اشتريته", "اين طردي من فضلك"],
    "fi": ["Haluaisin palauttaa ostamani takin", "missä pakettini on", "Hyvää päivää"],
    "fa": ["می‌خواهم کتی را که خریدم پس بدهم", "سلام خسته نباشید"],
    "ru": ["Где моя посылка?", "Хочу вернуть куртку"],
}


@pytest.mark.parametrize(
    ("language", "text"), [(key, text) for key, texts in SAMPLES.items() for text in texts]
)
def test_language_of_finds_each_installed_language(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "ok", "hi", "12345", "???", "你好，我的包裹在哪里"])
def test_language_of_says_nothing_of_what_it_cannot_know(text: str) -> None:
    assert language_of(text) == ""
