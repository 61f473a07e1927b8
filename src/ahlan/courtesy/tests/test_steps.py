"""Which steps words of ours take, in six languages, and what only looks like it."""

import pytest

from ahlan.courtesy.steps import Step, Word, fold, is_need, steps_in

W, N, S, C, D = Step.WELCOME, Step.NEED, Step.SOLUTION, Step.CHECK, Step.DOOR


def ours(text: str, language: str = "en", n: int = 1, **more: object) -> Word:
    return Word(n, True, text, language, **more)  # type: ignore[arg-type]


def theirs(text: str, language: str = "en", n: int = 1) -> Word:
    return Word(n, False, text, language)


WHOLE = {
    "en": "Hi Noa,\n\nwhich of the cups broke, the blue or the white one?\n\nWe send a new one today by express, so that it reaches you before Friday. Is there anything else we can help you with? You can write to us any time.\n\nKind regards\nAda",
    "he": "שלום נועה,\n\nאיזו מהכוסות נשברה, הכחולה או הלבנה?\n\nנשלח היום כוס חדשה במשלוח מהיר, כך שתגיע עד יום שישי. האם יש עוד משהו שנוכל לעזור בו? אנחנו תמיד כאן בשבילך.\n\nבברכה\nדנה",
    "ar": "مرحباً نورة،\n\nأيّ الأكواب انكسر، الأزرق أم الأبيض؟\n\nسنرسل لك اليوم كوباً جديداً بالبريد السريع ليصل قبل يوم الجمعة. هل هناك أي شيء آخر يمكننا مساعدتك فيه؟ نحن دائماً في خدمتك.\n\nمع أطيب التحيات\nنور",
    "fi": "Hei Noora,\n\nkumpi kupeista meni rikki, sininen vai valkoinen?\n\nLähetämme tänään uuden kupin pikakuljetuksella, niin että se on perillä ennen perjantaita. Voimmeko auttaa vielä jossakin muussa? Ota rohkeasti yhteyttä milloin vain.\n\nYstävällisin terveisin\nAda",
    "fa": "سلام خانم نوری،\n\nکدام فنجان شکسته است، آبی یا سفید؟\n\nامروز یک فنجان تازه با پست پیشتاز می‌فرستیم تا پیش از جمعه به دستتان برسد. آیا مورد دیگری هست که بتوانیم کمک کنیم؟ همیشه در خدمت شما هستیم.\n\nبا احترام\nرضا",
    "ru": "Здравствуйте, Нина!\n\nКакая из чашек разбилась, синяя или белая?\n\nСегодня отправим новую чашку экспресс-доставкой, чтобы она пришла до пятницы. Можем ли мы помочь чем-нибудь ещё? Пишите нам в любое время.\n\nС уважением,\nВера",
}


@pytest.mark.parametrize("language", WHOLE)
def test_a_whole_answer_takes_all_five_steps(language):
    assert steps_in(ours(WHOLE[language], language)) == list(Step)


TAKEN = [
    # English
    ("en", W, "Good morning Ms Levi, a short word about your order."), ("en", W, "Thank you for contacting us about the kettle."), ("en", W, "Noa, your parcel is here."),
    ("en", N, "Could you tell us which order this is about?"), ("en", N, "Please send us a picture of the cup."), ("en", N, "Please answer here: https://desk.example/inquiries/abc:def/"),
    ("en", S, "Hold the button down for ten seconds until the lamp turns green."), ("en", S, "See https://mitra.example/help/kettle"),
    ("en", C, "Did that solve it?"), ("en", C, "Please let us know if there is anything else."), ("en", C, "Have we left anything out?"), ("en", C, "Tell me whether it is working now."),
    ("en", D, "Do not hesitate to call."), ("en", D, "We’re always here to help."), ("en", D, "Reply to this letter any time."),
    # Hebrew
    ("he", W, "בוקר טוב גברת לוי, מילה קצרה על ההזמנה."), ("he", W, "תודה שפנית אלינו בעניין הקומקום."), ("he", W, "נועה היקרה, החבילה הגיעה."),
    ("he", N, "לאיזו הזמנה הכוונה?"), ("he", N, "אנא שלחו לנו תמונה של הכוס."), ("he", S, "החזיקו את הכפתור לחוץ עשר שניות עד שהנורה ירוקה."),
    ("he", C, "האם הבעיה נפתרה?"), ("he", C, "נשמח לדעת אם הכול ברור."), ("he", C, "האם שכחנו משהו?"), ("he", D, "מוזמנים תמיד לפנות אלינו."), ("he", D, "אנו לרשותכם."), ("he", D, "אפשר לכתוב לנו בכל עת."),
    # Arabic
    ("ar", W, "السلام عليكم، كلمة قصيرة حول طلبك."), ("ar", W, "شكراً لتواصلك معنا بخصوص الغلاية."), ("ar", W, "عزيزتي نورة، وصل طردك."),
    ("ar", N, "ما رقم الطلب؟"), ("ar", N, "يرجى إرسال صورة للكوب."), ("ar", S, "اضغط على الزر عشر ثوانٍ حتى يصبح المصباح أخضر."),
    ("ar", C, "هل حُلّت المشكلة؟"), ("ar", C, "أخبرنا إذا كان هناك أمر آخر."), ("ar", C, "هل نسينا شيئاً؟"), ("ar", D, "لا تترددي في الكتابة إلينا."), ("ar", D, "يمكنك التواصل معنا في أي وقت."), ("ar", D, "بابنا مفتوح."),
    # Finnish
    ("fi", W, "Hyvää huomenta, lyhyt viesti tilauksestanne."), ("fi", W, "Kiitos yhteydenotosta! Kattila on tuttu asia."), ("fi", W, "Arvoisa asiakas, paketti on perillä."),
    ("fi", N, "Mistä tilauksesta on kyse?"), ("fi", N, "Lähetäthän meille kuvan kupista."), ("fi", S, "Pidä nappia pohjassa kymmenen sekuntia, kunnes valo muuttuu vihreäksi."),
    ("fi", C, "Ratkesiko asia?"), ("fi", C, "Kerro, jos jäi jotain muuta kysyttävää."), ("fi", C, "Jäikö jokin epäselväksi?"), ("fi", D, "Autamme mielellämme."), ("fi", D, "Voit kirjoittaa meille milloin tahansa."), ("fi", D, "Ota yhteyttä, jos tulee kysyttävää."),
    # Persian
    ("fa", W, "با سلام، چند کلمه درباره سفارش شما."), ("fa", W, "سپاس که با ما تماس گرفتید."), ("fa", W, "خانم نوری گرامی، بسته رسید."),
    ("fa", N, "شماره سفارش چند است؟"), ("fa", N, "لطفاً عکسی از فنجان برای ما بفرستید."), ("fa", S, "دکمه را ده ثانیه نگه دارید تا چراغ سبز شود و دستگاه روشن شود."),
    ("fa", C, "آیا مشکل شما حل شد؟"), ("fa", C, "اگر سؤال دیگری هست بفرمایید."), ("fa", C, "آیا چیزی جا مانده است؟"), ("fa", D, "هر زمان خواستید برای ما بنویسید."), ("fa", D, "در خدمت شما هستیم."), ("fa", D, "درِ ما همیشه به روی شما باز است."),
    # Russian
    ("ru", W, "Добрый день, несколько слов о вашем заказе."), ("ru", W, "Спасибо за обращение по поводу чайника."), ("ru", W, "Уважаемая Нина Петровна, посылка пришла."),
    ("ru", N, "О каком заказе идёт речь?"), ("ru", N, "Пришлите, пожалуйста, фотографию чашки."), ("ru", S, "Удерживайте кнопку десять секунд, пока лампа не станет зелёной."),
    ("ru", C, "Это помогло?"), ("ru", C, "Сообщите, если остались ещё вопросы."), ("ru", C, "Всё ли получилось?"), ("ru", D, "Обращайтесь к нам в любое время."), ("ru", D, "Мы всегда рады помочь."), ("ru", D, "Наши двери для вас открыты."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "step", "text"), TAKEN)
def test_a_sentence_takes_its_step(language, step, text):
    assert step in steps_in(ours(text, language, name="Noa Levi"))


FALSE_FRIENDS = [
    ("en", W, "Hello Kitty cups are out of stock."), ("en", W, "Hi-res pictures are attached to this letter."), ("en", W, "The parcel for Noa is here."),
    ("en", N, "How are you?"), ("en", N, "See https://mitra.example/?q=1"), ("en", N, "> Which one did you mean?\nThe blue one."), ("en", N, "Is there anything else?"),
    ("en", S, "We are looking into it and will get back to you tomorrow."), ("en", S, "Sorry for the trouble, and thank you for your patience with us."), ("en", S, "Which order number is on the parcel that came to you yesterday?"), ("en", S, "https://desk.example/inquiries/abc:def/"),
    ("en", C, "We do not sell anything else."), ("en", C, "There are no further questions on page two."), ("en", D, "You can return it any time within thirty days."), ("en", D, "We are here in Helsinki."),
    ("he", W, "שלומית מטפלת בעניין שלך."), ("he", N, "מה שלומך?"), ("he", S, "אנחנו בודקים את העניין ונחזור אליך מחר."), ("he", C, "אין לנו עוד משהו במלאי."), ("he", D, "ניתן להחזיר את הכוס בכל עת."),
    ("ar", W, "سلامة الطرد مهمة جداً بالنسبة إلينا."), ("ar", N, "كيف حالك؟"), ("ar", S, "سنتحقق من الأمر ونعود إليك غداً."), ("ar", C, "لا يوجد شيء آخر في المخزن."), ("ar", D, "يمكن إرجاع الكوب في أي وقت."),
    ("fi", W, "Terveellinen tee on hyväksi kaikille."), ("fi", N, "Mitä kuuluu?"), ("fi", S, "Selvitämme asian ja palaamme siihen huomenna."), ("fi", C, "Meillä ei ole mitään muuta kuin lasia."), ("fi", D, "Kauppa on auki kello yhdeksän."), ("fi", D, "Voit palauttaa kupin milloin tahansa."),
    ("fa", W, "سلامت بسته برای ما مهم است."), ("fa", N, "حال شما چطور است؟"), ("fa", S, "در حال بررسی هستیم و به شما خبر می‌دهیم."), ("fa", C, "چیز دیگری در انبار نداریم."), ("fa", D, "فنجان را هر زمان می‌توان پس داد."),
    ("ru", W, "Приветливый курьер принесёт посылку."), ("ru", N, "Как ваши дела?"), ("ru", S, "Мы выясним это и вернёмся к вам завтра."), ("ru", C, "Проблема решена, так пишет курьер."), ("ru", D, "Вернуть чашку можно в любое время."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "step", "text"), FALSE_FRIENDS)
def test_a_false_friend_takes_nothing_of_the_kind(language, step, text):
    assert step not in steps_in(ours(text, language, name="Noa Levi"))


def test_a_file_is_a_solution():
    assert steps_in(ours("Here.", files=True)) == [S]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Thanks, it works!"), ("he", "תודה רבה!"), ("ar", "شكراً جزيلاً"), ("fi", "Kiitos, auttoi!"), ("fa", "ممنون، درست شد"), ("ru", "Спасибо, всё работает"), ("en", "👍")],
)  # fmt: skip
def test_thanks_are_no_need(language, text):
    assert not is_need(theirs(text, language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Thanks, but where is the other cup?"),
        ("he", "תודה, ומה עם הקומקום?"),
        ("ru", "Чайник снова течёт."),
    ],
)
def test_a_question_after_thanks_is_a_need(language, text):
    assert is_need(theirs(text, language))


def test_a_new_need_empties_solution_and_check_and_leaves_the_others():
    said = [theirs("It broke.", n=1), ours(WHOLE["en"], n=2), theirs("And now the other one leaks.", n=3)]

    assert fold(said[:2]) == dict.fromkeys(Step.values, 2)
    assert fold(said) == {"welcome": 2, "need": 2, "door": 2}


def test_nothing_is_a_solution_before_the_customer_has_spoken():
    explained = ours("Our tea house moves to the harbour on the first of May.", n=1)

    assert fold([explained]) == {}
    assert fold([explained], asked=True) == {"solution": 1}


def test_folding_step_by_step_is_folding_all():
    said = [theirs("It broke.", n=1), *(ours(text, code, n) for n, (code, text) in enumerate(WHOLE.items(), 2)), theirs("More?", n=9), ours("Did it help?", n=10)]  # fmt: skip
    state: dict[str, int] = {}
    for n, word in enumerate(said):
        state = fold([word], state, asked=n > 0)

    assert state == fold(said)


def test_huge_and_odd_texts_are_read_quickly():
    for text in (
        "a" * 300_000,
        "? " * 100_000,
        "write " * 50_000,
        "always " * 50_000,
        "",
        "\n\n",
        "…",
        "!!!",
        "-" * 50_000,
    ):
        for language in (*WHOLE, "", "xx"):
            steps_in(ours(text, language))
