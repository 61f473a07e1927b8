"""What a bot hears: a person wanted, yes, no, hello; in six languages, and not where something else is meant."""

import pytest

from ahlan.assistant.understanding import Heard, heard

PERSON = """agent please|I want to talk to a human|Can I speak with a representative?|person|someone real please
נציג|אני רוצה לדבר עם נציג שירות|תעבירו אותי לנציגה בבקשה|בן אדם בבקשה|אפשר מישהו אנושי?
موظف|أريد التحدث مع موظف|أريد التحدث إلى شخص|حولني للموظف من فضلك|ممثل خدمة
ihminen|Haluan puhua ihmiselle|asiakaspalvelija kiitos|yhdistä asiakaspalvelijalle
اپراتور|می‌خواهم با کارشناس صحبت کنم|لطفاً یک انسان|پشتیبان
оператор|Соедините с оператором|позовите человека|хочу живого человека"""
YES = """yes|Yes, thank you!|thanks, that helped|great|כן|כן תודה רבה|עזר לי מאוד|نعم|نعم شكرا جزيلا|kyllä kiitos|Joo auttoi!|بله|بله ممنون|да|Да, спасибо|спасибо большое"""
NO = """no|No, it did not help|not really|no thanks|לא|לא, זה לא עזר|لا|لا لم يساعدني|ei|Ei auttanut|نه|نه کمکی نکرد|нет|Нет, не помогло"""
HELLO = """hi|Hello there|Good morning!|שלום|בוקר טוב|مرحبا|السلام عليكم|hei|Hyvää päivää|سلام|سلام وقت بخیر|Здравствуйте|добрый день"""
WORDS = """Where is my parcel?|Thanks, and when does the new cup arrive?|How many people fit around the table you sold me last year?|1182
איפה החבילה?|كم مدة الضمان؟|Milloin paketti tulee?|ضمانت چند سال است؟|Сколько длится гарантия?||?|🙂"""


def spoken(lines: str) -> list[str]:
    return [one for line in lines.splitlines() for one in line.split("|")]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (text, meant)
        for lines, meant in ((PERSON, Heard.PERSON), (YES, Heard.YES), (NO, Heard.NO), (HELLO, Heard.HELLO), (WORDS, Heard.WORDS))
        for text in spoken(lines)
    ],
)  # fmt: skip
def test_what_is_heard(text, meant):
    assert heard(text) == meant


def test_an_agent_in_a_long_story_is_no_wish_for_one():
    story = (
        "The travel agent who sold us the tickets said in March " + "that it would all be fine and dandy " * 5
    )

    assert heard(story) == Heard.WORDS
