"""The cards that come with the house, in six languages. A house changes them in a row of its own (`models.Card`), language by language,
so that an upgrade brings better words wherever nobody has written others. "…" is a blank, to be typed over."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """What a card is for, in the order in which they are shown."""

    EXPLANATION = "explanation", _("Explaining")
    EMPATHY = "empathy", _("Feeling with the customer")
    STEP = "step", _("Steps of the way")


@dataclass(frozen=True, slots=True)
class ReadyCard:
    """`key` never changes; `texts` by language."""

    key: str
    kind: Kind
    name: Any
    texts: dict[str, str]


CHECK = "anything-else"  # what is written into the answer when somebody is about to close without asking

READY_CARDS = (
    ReadyCard("problem-solution-benefit", Kind.EXPLANATION, _("Problem, solution, benefit"), {
        "en": "**The problem:** …\n\n**What we do:** …\n\n**What you gain by it:** …",
        "he": "**הבעיה:** …\n\n**הפתרון:** …\n\n**מה יוצא לך מזה:** …",
        "ar": "**المشكلة:** …\n\n**الحل:** …\n\n**الفائدة لك:** …",
        "fi": "**Ongelma:** …\n\n**Ratkaisu:** …\n\n**Hyöty sinulle:** …",
        "fa": "**مشکل:** …\n\n**راه‌حل:** …\n\n**فایده‌اش برای شما:** …",
        "ru": "**Проблема:** …\n\n**Решение:** …\n\n**Что это вам даёт:** …",
    }),
    ReadyCard("angry", Kind.EMPATHY, _("Angry"), {
        "en": "I understand that this is annoying; in your place I would be annoyed too. Let us put it right: …",
        "he": "אפשר בהחלט להבין כמה זה מרגיז; גם אותנו זה היה מרגיז. בואו נתקן את זה: …",
        "ar": "أتفهّم انزعاجك، ولو كنت مكانك لانزعجت أنا أيضاً. لنصلح الأمر معاً: …",
        "fi": "Ymmärrän, että tämä harmittaa; sinun sijassasi minuakin harmittaisi. Laitetaan asia kuntoon: …",
        "fa": "می‌فهمم که این موضوع ناراحت‌کننده است؛ من هم اگر جای شما بودم ناراحت می‌شدم. بیایید درستش کنیم: …",
        "ru": "Понимаю, как это неприятно: на вашем месте рассердился бы любой. Давайте всё исправим: …",
    }),
    ReadyCard("waiting", Kind.EMPATHY, _("Has waited long"), {
        "en": "I am sorry that you have waited so long for our answer. Here is how things stand: …",
        "he": "אנו מצטערים על ההמתנה הארוכה לתשובתנו. זה מצב הדברים: …",
        "ar": "أعتذر عن طول انتظارك لردّنا. هذا ما وصلنا إليه: …",
        "fi": "Olen pahoillani, että jouduit odottamaan vastaustamme näin kauan. Tilanne on tämä: …",
        "fa": "از این‌که این‌همه منتظر پاسخ ما ماندید پوزش می‌خواهم. وضعیت از این قرار است: …",
        "ru": "Простите, что вам пришлось так долго ждать ответа. Дело обстоит так: …",
    }),
    ReadyCard("mistake", Kind.EMPATHY, _("Our mistake"), {
        "en": "This was our mistake, and I apologise for it. We make it good like this: …",
        "he": "זו הייתה טעות שלנו, ואנו מתנצלים עליה. כך נתקן אותה: …",
        "ar": "كان هذا خطأً منّا، وأعتذر عنه. وسنصلحه على هذا النحو: …",
        "fi": "Tämä oli meidän virheemme, ja pyydän sitä anteeksi. Näin hyvitämme sen: …",
        "fa": "این اشتباه ما بود و بابت آن عذر می‌خواهم. این‌طور جبرانش می‌کنیم: …",
        "ru": "Это наша ошибка, приношу за неё извинения. Исправим её так: …",
    }),
    ReadyCard("again", Kind.EMPATHY, _("It has happened again"), {
        "en": "That this has happened to you once more is not what you may expect of us. So that it does not happen again: …",
        "he": "שהדבר קרה לך שוב זה לא מה שמגיע לך מאיתנו. כדי שלא יחזור: …",
        "ar": "ليس من المقبول أن يتكرر هذا معك. ولكي لا يحدث مرة أخرى: …",
        "fi": "Ei ole oikein, että tämä tapahtui sinulle uudestaan. Jotta se ei enää toistu: …",
        "fa": "این‌که این اتفاق دوباره برای شما افتاده چیزی نیست که از ما انتظار داشتید. برای این‌که تکرار نشود: …",
        "ru": "То, что это случилось с вами снова, совсем не то, чего вы вправе от нас ждать. Чтобы это не повторилось: …",
    }),
    ReadyCard("bad-news", Kind.EMPATHY, _("Bad news"), {
        "en": "I would have liked to bring you better news: … What we can do instead: …",
        "he": "היינו שמחים לבשר לך בשורות טובות יותר: … מה שכן נוכל לעשות: …",
        "ar": "كنت أودّ أن أنقل إليك خبراً أفضل: … وما يمكننا فعله بدلاً من ذلك: …",
        "fi": "Olisin mielelläni tuonut parempia uutisia: … Sen sijaan voimme tehdä tämän: …",
        "fa": "دلم می‌خواست خبر بهتری برایتان داشته باشم: … کاری که به جای آن می‌توانیم بکنیم: …",
        "ru": "Хотелось бы порадовать вас лучшими новостями: … Вместо этого мы можем: …",
    }),
    ReadyCard("worried", Kind.EMPATHY, _("Worried"), {
        "en": "I can see why this worries you, and I stay with it until it is settled. The next step: …",
        "he": "מובן מאוד שזה מדאיג אותך, ואלווה את העניין עד שיוסדר. הצעד הבא: …",
        "ar": "أفهم سبب قلقك، وسأتابع الأمر معك حتى ينتهي. الخطوة التالية: …",
        "fi": "Ymmärrän, että tämä huolettaa sinua, ja hoidan asian loppuun asti. Seuraavaksi: …",
        "fa": "نگرانی‌تان را درک می‌کنم و تا حل شدن موضوع همراهتان هستم. گام بعدی: …",
        "ru": "Понимаю, почему вы беспокоитесь, и доведу дело до конца. Следующий шаг: …",
    }),
    ReadyCard("thanks", Kind.EMPATHY, _("Thanks and praise"), {
        "en": "Thank you for telling us; words like yours make our day. I pass them on to those who did the work.",
        "he": "תודה שסיפרת לנו; מילים כאלה עושות לנו את היום. אעביר אותן למי שעשה את העבודה.",
        "ar": "شكراً لأنك أخبرتنا؛ كلمات كهذه تسعدنا حقاً. سأنقلها إلى من قام بالعمل.",
        "fi": "Kiitos, kun kerroit; tällaiset sanat piristävät päivämme. Välitän ne työn tekijöille.",
        "fa": "ممنون که به ما گفتید؛ چنین سخنانی روزمان را می‌سازد. آن را به کسانی که زحمتش را کشیدند می‌رسانم.",
        "ru": "Спасибо, что рассказали: такие слова нас очень радуют. Передам их тем, кто это сделал.",
    }),
    ReadyCard("welcome", Kind.STEP, pgettext_lazy("step of service", "Welcome"), {
        "en": "Hello …,\n\nthank you for writing to us.",
        "he": "שלום …,\n\nתודה שפנית אלינו.",
        "ar": "مرحباً …،\n\nشكراً لتواصلك معنا.",
        "fi": "Hei …,\n\nkiitos yhteydenotostasi.",
        "fa": "سلام …،\n\nسپاس که با ما تماس گرفتید.",
        "ru": "Здравствуйте, …!\n\nСпасибо за обращение.",
    }),
    ReadyCard(CHECK, Kind.STEP, _("Anything left out?"), {
        "en": "Is there anything else we can help you with?",
        "he": "האם יש עוד משהו שנוכל לעזור בו?",
        "ar": "هل هناك أي شيء آخر يمكننا مساعدتك فيه؟",
        "fi": "Voimmeko auttaa vielä jossakin muussa?",
        "fa": "آیا مورد دیگری هست که بتوانیم کمک کنیم؟",
        "ru": "Можем ли мы помочь вам чем-нибудь ещё?",
    }),
    ReadyCard("open-door", Kind.STEP, pgettext_lazy("step of service", "Open door"), {
        "en": "You can write to us any time; we are here for you.",
        "he": "אפשר לכתוב לנו בכל עת; אנחנו כאן בשבילך.",
        "ar": "يمكنك الكتابة إلينا في أي وقت؛ نحن في خدمتك.",
        "fi": "Voit kirjoittaa meille milloin vain; autamme mielellämme.",
        "fa": "هر زمان خواستید برای ما بنویسید؛ در خدمت شما هستیم.",
        "ru": "Пишите нам в любое время: мы всегда рады помочь.",
    }),
)  # fmt: skip
