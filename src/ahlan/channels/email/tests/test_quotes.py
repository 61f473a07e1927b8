from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .. import quotes

OLD = "\n\n> Old words\n> and more"
BARE = "\n\nOld words\nand more"

# As the programs write them: (answer, what introduces the quote, how the quote stands there).
CLIENTS = {
    "en gmail": ("Yes, please.", "On Mon, Apr 2, 2012 at 6:26 PM, Megan One <m@example.org> wrote:", OLD),
    "en gmail wrapped": ("Yes, please.", "On Mon, Apr 2, 2012 at 6:26 PM, Megan One <\nm@example.org> wrote:", OLD),
    "en apple": ("Yes, please.", "On Apr 2, 2012, at 6:26 PM, Megan One <m@example.org> wrote:", OLD),
    "en outlook": ("Yes, please.", "From: Megan One <m@example.org>\nSent: Monday, April 2, 2012 6:26 PM\n"
                   "To: Support\nSubject: RE: Order", BARE),
    "he gmail": ("תודה, קיבלתי.", "\u202bבתאריך יום ב׳, 2 באפר׳ 2012 ב-18:26 מאת \u202aMegan One\u202c\u200f <\u202am@example.org"
                 "\u202c\u200f>:\u202c", OLD),
    "he apple": ("תודה, קיבלתי.", "ב-2 באפר׳ 2012, בשעה 18:26, Megan One <m@example.org> כתב/ה:", OLD),
    "he thunderbird": ("תודה, קיבלתי.", "בתאריך 02/04/2012 בשעה 18:26, Megan One כתב:", OLD),
    "he outlook": ("תודה, קיבלתי.", "מאת: Megan One <m@example.org>\nנשלח: יום שני 02 אפריל 2012 18:26\nאל: תמיכה\n"
                   "נושא: הזמנה", BARE),
    "he original": ("תודה, קיבלתי.", "-----הודעה מקורית-----\nמאת: Megan One", BARE),
    "ar gmail": ("شكرا، وصلتني.", "في الاثنين، 2 أبريل 2012 في 6:26 م تمت كتابة ما يلي بواسطة \u202aMegan One\u202c\u200f"
                 " <\u202am@example.org\u202c\u200f>:", OLD),
    "ar apple": ("شكرا، وصلتني.", "في ٢ أبريل ٢٠١٢، الساعة ٦:٢٦ م، كتب/كتبت Megan One <m@example.org>:", OLD),
    "ar outlook": ("شكرا، وصلتني.", "من: Megan One <m@example.org>\nتم الإرسال: 02/أبريل/2012 06:26 م\nإلى: الدعم\n"
                   "الموضوع: الطلب", BARE),
    "ar original": ("شكرا، وصلتني.", "----- الرسالة الأصلية -----", BARE),
    "fi gmail": ("Kiitos, saapui.", "ma 2. huhtik. 2012 klo 18.26 Megan One (m@example.org) kirjoitti:", OLD),
    "fi apple": ("Kiitos, saapui.", "Megan One <m@example.org> kirjoitti 2.4.2012 kello 18.26:", OLD),
    "fi thunderbird": ("Kiitos, saapui.", "Megan One kirjoitti 2.4.2012 klo 18.26:", OLD),
    "fi outlook": ("Kiitos, saapui.", "Lähettäjä: Megan One <m@example.org>\nLähetetty: maanantai 2. huhtikuuta 2012 18.26\n"
                   "Vastaanottaja: Tuki\nAihe: Tilaus", BARE),
    "fi original": ("Kiitos, saapui.", "-----Alkuperäinen viesti-----", BARE),
    "fa gmail": ("ممنون، رسید.", "در تاریخ دوشنبه ۲ آوریل ۲۰۱۲،\u200f ۱۸:۲۶ Megan One <\u200em@example.org> نوشت:", OLD),
    "fa apple": ("ممنون، رسید.", "در ۲ آوریل ۲۰۱۲، ساعت ۱۸:۲۶، Megan One <m@example.org> نوشت:", OLD),
    "fa outlook": ("ممنون، رسید.", "از: Megan One <m@example.org>\nتاریخ: دوشنبه ۲ آوریل ۲۰۱۲\nبه: پشتیبانی\nموضوع: سفارش",
                   BARE),
    "fa original": ("ممنون، رسید.", "----- پیام اصلی -----", BARE),
    "ru gmail": ("Спасибо, получил.", "пн, 2 апр. 2012 г. в 18:26, Megan One <m@example.org>:", OLD),
    "ru gmail old": ("Спасибо, получил.", "2 апреля 2012 г., 18:26 пользователь Megan One <m@example.org> написал:", OLD),
    "ru apple": ("Спасибо, получил.", "2 апр. 2012 г., в 18:26, Megan One <m@example.org> написал(а):", OLD),
    "ru thunderbird": ("Спасибо, получил.", "02.04.2012 18:26, Megan One пишет:", OLD),
    "ru mail.ru": ("Спасибо, получил.", "Понедельник, 2 апреля 2012, 18:26 +03:00 от Megan One <m@example.org>:", OLD),
    "ru yandex": ("Спасибо, получил.", '02.04.2012, 18:26, "Megan One" <m@example.org>:', OLD),
    "ru yandex bare": ("Спасибо, получил.", '02.04.2012, 18:26, "Megan One" <m@example.org>:', BARE),
    "ru outlook": ("Спасибо, получил.", "От: Megan One <m@example.org>\nОтправлено: понедельник, 2 апреля 2012 г. 18:26\n"
                   "Кому: Поддержка\nТема: Заказ", BARE),
    "ru original": ("Спасибо, получил.", "-------- Исходное сообщение --------\nТема: Заказ\nОт: Megan One", BARE),
}  # fmt: skip


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_each_program_in_each_language_is_understood(client, gap):
    answer, introduction, quote = CLIENTS[client]
    text = answer + gap + introduction + quote

    assert quotes.reply_text(text) == answer
    assert whole(text) == text


def whole(text: str) -> str:
    """The visible and the folded parts of a text put together again."""
    edges = [0, *(edge for pair in quotes.fold(text) for edge in pair), len(text)]
    return "".join(text[start:end] for start, end in pairwise(edges))


def test_answers_between_quotes_stay_visible():
    text = "On 2 May 2026, Ada wrote:\n> One?\n\nFirst answer.\n\n> Two?\n\nSecond answer."

    assert quotes.reply_text(text).split() == ["First", "answer.", "Second", "answer."]
    assert len(quotes.fold(text)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "On the surface this looks like one.\nOn average it works:\nso be it",
        "The times are 2024-01-15 14:30 and 15.01.2024 14:30:\nboth fit me",
        "From: the heart\n\nThank you",
        "To: do list\nSubject: to change",
        "He wrote: come tomorrow",
        "The error is\n\nhttps://example.org/on-2024-someone-wrote:\n\nPlease help",
        "כתבתי לכם אתמול ב-18:26 ולא קיבלתי תשובה:\nמה קורה?",
        "Я писал вам 02.04.2012 и не получил ответа.",
        "من لم يرد علي؟\nإلى متى؟",
        "از شما ممنونم\nبه امید دیدار",
        "> only a quote",
    ],
)
def test_ordinary_words_are_not_folded(text):
    assert quotes.fold(text) == ()


def test_what_somebody_passes_on_is_news():
    text = "Please look at this.\n\n---------- Forwarded message ---------\nFrom: A <a@b.c>\nDate: 1 May 2026\nSubject: X\n\nHelp!"

    assert quotes.fold(text) == ()


def test_our_own_line_ends_the_answer():
    assert (
        quotes.reply_text("Thanks!\n\n##- Please type your reply above this line -##\n\nTicket 12")
        == "Thanks!"
    )


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hi\n\n-- \nCy\nExample Ltd", "Hi"),
        ("Hi\n\nSent from my iPhone", "Hi"),
        ("Hei\n\nLähetetty iPhonesta", "Hei"),
        ("שלום\n\nנשלח מה-iPhone שלי", "שלום"),
        ("Привет\n\nОтправлено с iPhone", "Привет"),
        ("سلام\n\nارسال‌شده از iPhone من", "سلام"),
        ("مرحبا\n\nأرسلت من الـ iPhone", "مرحبا"),
        ("With regards to this:\nno", "With regards to this:\nno"),
        ("Sent from my iPhone", "Sent from my iPhone"),
    ],
)
def test_signatures_are_told_apart(text, left):
    assert quotes.without_signature(text) == left


LINES = st.sampled_from(["> q", ">> qq", "", "word", "On 2 May 2026, Ada <a@b.c> wrote:", "From: A <a@b.c>", "To: b",
                         "Sent: 1 May 2026", "Subject: x", "-----Original Message-----", "____________", "wrote:",
                         "פלוני כתב:", "-- ", "\u202b>", "##- x -##"])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES | st.text(max_size=20), max_size=30).map("\n".join))
def test_no_text_loses_a_letter(text):
    ranges = quotes.fold(text)

    assert whole(text) == text
    assert list(ranges) == sorted(ranges)
    assert not ranges or quotes.reply_text(text, ranges)
