"""By which words each step of the way of service is known, in six languages: patterns over text made plain by `plain`.

`asks` are words that make a question of a sentence without a question mark. What begins like a step and is none stands in the
tests as a false friend.
"""

import re
import unicodedata
from dataclasses import dataclass

_MARKS = re.compile("[\u0591-\u05c7\u064b-\u065f\u0670\u0640]")  # points, vowels, lengthening
_SAME = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ي": "ی", "ك": "ک",
        "ё": "е", "’": "'", "‘": "'", "`": "'", "״": '"', "׳": "'", "\u200c": " ", "\u00a0": " ", "–": "-", "—": "-",
    }
)  # fmt: skip


def plain(text: str) -> str:
    """One way of writing for each word: small letters, no points or vowels, one form of each letter of Arabic and Persian."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return _MARKS.sub("", unicodedata.normalize("NFC", text)).translate(_SAME).translate(_SAME)


@dataclass(frozen=True, slots=True)
class Phrases:
    """What a language says at each step. `pleasant`: questions nobody expects an answer to. `fills`: what explains nothing."""

    greets: re.Pattern[str]
    thanks_for_writing: re.Pattern[str]
    asks: re.Pattern[str]
    requests: re.Pattern[str]
    pleasant: re.Pattern[str]
    checks: re.Pattern[str]
    opens: re.Pattern[str]
    fills: re.Pattern[str]
    thanks: re.Pattern[str]


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(plain(one) for one in patterns)})")


PHRASES: dict[str, Phrases] = {
    "en": Phrases(
        greets=_any(r"(?:hi|hello|hey|dear|greetings|welcome|good (?:morning|afternoon|evening|day))\b"),
        thanks_for_writing=_any(r"thank(?:s| you)(?: very much| so much)? for (?:contacting|writing|your (?:message|e-?mail|question|order|patience)|reaching|getting in touch)"),
        asks=_any(r"if\b", r"whether\b"),
        requests=_any(r"(?:please|could you|can you|would you)\b.{0,40}\b(?:tell|send|let us know|describe|share|confirm|check|attach|answer|write us)\b", r"(?:we|i) (?:would )?need (?:to know|your)\b"),
        pleasant=_any(r"how are you\b", r"how do you do\b", r"hope you are\b", r"why not\b"),
        checks=_any(
            r"(?:anything|something) else\b", r"(?:any|other|more|further) (?:more |other |further )?questions\b", r"(?:did|does|has|have|whether) (?:that|this|it|the \w+).{0,20}\b(?:help|solve|fix|work|answer|resolve|do the trick)\w*",
            r"(?:left|leave) (?:anything )?out\b", r"(?:have|did) we (?:missed?|forg[eo]t\w*|overlook\w*|le(?:ft|ave))", r"is (?:it|everything|all) (?:all )?(?:clear|fine|well|right|ok(?:ay)?|in order|working|solved)\b", r"is there (?:anything|something)\b",
        ),
        opens=_any(
            r"(?:write|call|reply|contact|reach|ask|come back|get in touch|message|turn to|knock)\b.{0,40}\b(?:any ?time|whenever|always|at any hour)\b", r"(?:any ?time|whenever|always)\b.{0,40}\b(?:write|call|reply|contact|reach us|ask us|come back|get in touch|message|welcome to)\b",
            r"we(?:'re| are) (?:always )?here (?:for you|to help|if|whenever|when|any ?time)", r"(?:do not|don't) hesitate", r"feel free to (?:write|call|contact|reply|ask|reach|get in touch|message|come)", r"door is (?:always )?open", r"(?:hope|look(?:ing)? forward) to (?:see|seeing|serve|serving|welcom\w+) you", r"always happy to help",
        ),
        fills=_any(
            r"(?:look(?:ing)?|checking) into", r"(?:get|come|be) back to you", r"(?:will|'ll) (?:check|investigate|find out|ask|look)\b", r"(?:are|is|am|'re) (?:checking|investigating|looking)\b", r"bear with us", r"as soon as", r"(?:have )?(?:passed|forwarded|received) (?:it|this|your)", r"(?:we |i )?write (?:to you )?again",
            r"sorry\b", r"apologi[sz]\w*", r"(?:i|we) understand\b", r"thank", r"(?:kind|best|warm) (?:regards|wishes)", r"yours\b", r"sincerely\b", r"have a (?:nice|good|lovely|great)",
        ),
        thanks=_any(r"thank", r"thx\b", r"(?:it |that )?(?:works|worked|helped|solved)\b", r"(?:great|perfect|wonderful|super)\b", r"got it\b"),
    ),
    "he": Phrases(
        greets=_any(r"(?:שלום|היי|הי|בוקר טוב|צהריים טובים|אחר הצהריים טובים|ערב טוב|יום טוב|שבוע טוב|לכבוד|ברוכים הבאים|ברוכה הבאה|ברוך הבא)(?!\w)", r"\w+ היקר(?:ה|ים)?(?!\w)", r"\w+ יקר(?:ה|ים)?(?!\w)"),
        thanks_for_writing=_any(r"תודה (?:רבה )?(?:ש(?:פנית|פניתם|כתבת|כתבתם)|על (?:פנייתך|פנייתכם|הפנייה|ההודעה|הודעתך))"),
        asks=_any(r"אם(?!\w)", r"האם(?!\w)"),
        requests=_any(r"(?:אנא|נא|בבקשה|תוכל|תוכלי|תוכלו|אפשר)(?!\w).{0,30}(?:ספר|כתב|כתוב|של[וי]?ח|תאר|צרף|צרפ|אשר|פרט|עדכ|לכתוב|לשלוח|לספר|לצרף|לתאר|לפרט|לאשר)", r"נשמח לדעת(?!\w)", r"נשמח אם (?:תספר|תכתב|תשלח)"),
        pleasant=_any(r"מה שלומ", r"מה נשמע", r"מה קורה(?!\w)"),
        checks=_any(
            r"(?:עוד|אי זה|איזה) (?:משהו|דבר)(?!\w)", r"(?:משהו|דבר) (?:נוסף|אחר)(?!\w)", r"במה עוד(?!\w)", r"שאלות (?:נוספות|אחרות)", r"ו?(?:האם )?(?:זה|הפתרון|ההסבר) (?:עזר|פתר|עובד|הסתדר|עונה)", r"עזר(?:נו|תי)? ל(?:ך|כם|כן)(?!\w)", r"(?:הבעיה|העניין|הכול|הכל) (?:נפתר|הסתדר|ברור|בסדר|תקין)", r"(?:שכחנו|השמטנו|החמצנו|פספסנו)(?!\w)", r"נשאר(?:ו|ה)? (?:משהו|עוד|שאל)",
        ),
        opens=_any(
            r"(?:אנחנו |אנו |אני )?(?:תמיד )?כאן (?:בשביל|עבור|לרשות|תמיד|כדי לעזור|לעזור)", r"תמיד כאן(?!\w)", r"לרשות(?:ך|כם|כן)(?!\w)", r"מוזמנ(?:ת|ים|ות)?(?!\w).{0,20}(?:לפנות|לכתוב|להתקשר|לחזור|לשאול)", r"אל (?:תהסס|תהססי|תהססו)", r"הדלת (?:שלנו )?(?:תמיד )?פתוחה", r"נשמח (?:לעמוד לרשות|לראות|לעזור שוב|לשרת)",
            r"(?:לפנות|לכתוב|להתקשר|פנו|פנה|פני|כתבו|כתוב|כתבי)(?!\w).{0,30}(?:בכל (?:עת|זמן|שעה|שאלה)|תמיד|מתי ש)", r"בכל (?:עת|זמן|שעה).{0,30}(?:לפנות|לכתוב|להתקשר|פנו|כתבו)",
        ),
        fills=_any(
            r"(?:אנ(?:ו|חנו) )?(?:נבדוק|בודקים|בודקת|בודק|אבדוק|נברר|מבררים|אברר)(?!\w)", r"(?:נחזור|אחזור|נשוב|אשוב) אל", r"קיבלנו את", r"העברנו(?!\w)", r"בהקדם(?!\w)", r"מצטער", r"מתנצל", r"סליחה", r"תודה", r"בברכה", r"(?:אני|אנו|אנחנו) מבינ", r"יום (?:טוב|נעים)", r"כל טוב",
        ),
        thanks=_any(r"תודה", r"תודות", r"(?:זה )?(?:עובד|הסתדר|עזר|נפתר)(?!\w)", r"מעולה", r"מצוין", r"אחלה"),
    ),
    "ar": Phrases(
        greets=_any(r"(?:مرحبا|اهلا|هلا|السلام عليكم|سلام|صباح الخير|مساء الخير|نهارك سعيد|عزيزي|عزيزتي|الاعزاء|تحية طيبة|حضرة|السيد|السيدة|الاستاذ|الاستاذة)(?!\w)"),
        thanks_for_writing=_any(r"(?:شكرا|نشكر(?:ك|كم)?)(?: جزيلا| لك| لكم)* (?:على|ل)\s?(?:تواصل|رسالت|مراسلت|كتابت|ال?اتصال|استفسار)"),
        asks=_any(r"هل(?!\w)", r"اذا(?!\w)", r"لو(?!\w)", r"في حال(?!\w)"),
        requests=_any(r"(?:يرجى|نرجو|الرجاء|رجاء|من فضلك|من فضلكم|ارجو|هل يمكن(?:ك|كم)?)(?!\w).{0,40}(?:اخبار|ارسال|تزويد|توضيح|كتاب|تحديد|وصف|ارفاق|تاكيد|ترسل|تخبر|ان ت|ارسل|اخبر)"),
        pleasant=_any(r"كيف حال", r"كيف الحال", r"كيف انت"),
        checks=_any(
            r"(?:ا[يى] )?(?:شيء|شئ|امر|موضوع|خدمة|استفسار|سؤال|مساعدة|طلب) (?:اخر|اخرى)(?!\w)", r"اسئلة (?:اخرى|اضافية)", r"(?:هل )?(?:ساعد|افاد|نفع)(?:ك|كم|كي|ت|نا)?(?!\w)", r"(?:هل )?(?:تم )?(?:حل|حلت|انحلت|زالت)(?:ت)? (?:هذا |ذلك )?(?:ال)?(?:مشكل|امر)", r"هل (?:نسينا|اغفلنا|فاتنا)", r"هل (?:بقي|تبقى)", r"هل (?:كل شيء|الامر|الامور|الجواب) (?:واضح|بخير|على ما يرام|مفهوم)",
        ),
        opens=_any(
            r"(?:في|ب)\s?خدمت", r"نحن (?:دائما )?هنا (?:من اجل|لاجل|دائما|لمساعد|اذا|متى|في)", r"لا تتردد", r"باب(?:نا)? (?:دائما )?مفتوح", r"يسعدنا (?:دائما )?(?:خدمت|ان نخدم|تواصل|عودت)", r"(?:تواصل|اكتب|تكتب|راسل|اتصل|مراسل|الكتابة|التواصل|الاتصال)\w*.{0,30}(?:في اي وقت|متى|دائما)", r"(?:في اي وقت|متى شئت).{0,30}(?:تواصل|اكتب|راسل|اتصل|التواصل|الكتابة)", r"اهلا (?:بك|بكم) دائما",
        ),
        fills=_any(
            r"(?:س|سوف )?(?:نتحقق|اتحقق|نبحث|نراجع|نفحص|نتاكد)(?!\w)", r"(?:س|سوف )?(?:نعود|اعود|نوافي|نرجع)(?!\w)", r"(?:استلمنا|تلقينا|وصلتنا|وصلنا)(?!\w)", r"احلنا", r"في اقرب", r"نعتذر", r"اعتذر", r"اسف", r"عذرا", r"شكر", r"نشكر", r"نتفهم", r"اتفهم", r"تحيات", r"مع (?:اطيب|خالص|التحية|تحيات)", r"يوما? سعيد",
        ),
        thanks=_any(r"شكر", r"اشكر", r"(?:تم|انحلت|اشتغل|يعمل|نجح)(?:ت)?(?!\w)", r"ممتاز", r"رائع", r"تمام(?!\w)"),
    ),
    "fi": Phrases(
        greets=_any(r"(?:hei|moi|moikka|terve|tervehdys|tere|hyvää (?:päivää|huomenta|iltaa|iltapäivää)|huomenta|päivää|arvoisa|hyvä asiakas\w*|tervetuloa)\b"),
        thanks_for_writing=_any(r"kiitos (?:paljon )?(?:yhteydenoto\w+|viesti\w+|kysymykse\w+|kirjoit\w+|kun otit|kun kirjoit\w+)", r"kiitämme (?:yhteydenoto|viesti)"),
        asks=_any(r"jos\b", r"\w+(?:ko|kö)\b"),
        requests=_any(r"(?:kerro(?:tko|isitko|thanko)?|lähetä(?:tkö|thän)?|lähettäisitkö|voisitko|voitko|voisitteko|voitteko|kuvaile|vahvista(?:tko)?|liitä(?:tkö)?|tarvitsemme (?:vielä )?(?:tiedon|sinulta))\b"),
        pleasant=_any(r"mitä kuuluu\b", r"miten (?:voit|menee)\b"),
        checks=_any(
            r"(?:jota(?:k)?in|mitään|jokin) muuta?\b", r"muuta (?:mielessä|kysyttävää|asiaa|apua)\b", r"lisää kysyttävää\b", r"(?:auttoi|ratkesi|toimi|toimii|selvisi|korjaantui|vastasi|onnistui)(?:vat)?(?:ko|kö)\b", r"jäi(?:kö|vätkö)\b", r"unohtui(?:ko|matta)?\b", r"voi(?:n|mme|sinko|simmeko|nko|mmeko) (?:vielä |muuten )?(?:auttaa|olla avuksi) (?:vielä|muuten)", r"voi(?:nko|mmeko) (?:vielä|muuten)", r"onko (?:kaikki|asia|ongelma) (?:nyt )?(?:kunnossa|selv\w+|hyvin|ratkennut|ratkaistu)",
        ),
        opens=_any(
            r"olemme (?:aina )?täällä (?:sinua|teitä|jos|kun|auttamassa)", r"(?:kirjoita|kirjoittaa|kirjoittakaa|soita|soittaa|vastaa|vastata|kysy|kysyä|ottaa? yhteyttä)\b.{0,40}\b(?:milloin (?:vain|tahansa)|koska tahansa|vaikka heti|aina)\b", r"(?:milloin (?:vain|tahansa)|aina)\b.{0,30}\b(?:kirjoittaa|soittaa|kysyä|ottaa yhteyttä|meihin)\b", r"ota(?:than|thän|han)? (?:rohkeasti |vapaasti |aina )?(?:meihin )?(?:rohkeasti |vapaasti |aina )?yhteyttä(?:,? jos\b| milloin|[.!]|$)",
            r"autamme (?:aina )?mielellämme", r"tervetuloa (?:uudelleen|takaisin|uudestaan)", r"ovemme (?:on|ovat) (?:aina )?(?:auki|avoin|avoinna)", r"älä(?:thän)? epäröi", r"olemme käytettävissä",
        ),
        fills=_any(
            r"(?:selvit(?:än|ämme)|selvittelemme|tarkist(?:an|amme)|tutki(?:n|mme))\b", r"palaa(?:n|mme)\b", r"olemme (?:saaneet|vastaanottaneet|selvittämässä|välittäneet)", r"välit(?:in|imme)\b", r"mahdollisimman pian", r"pahoittel\w+", r"anteeksi", r"valit(?:an|amme|ettavasti|ettavaa)\b", r"ymmärr(?:än|ämme)\b", r"kiitos", r"kiitämme", r"(?:ystävällisin |parhain )?terveisin", r"hyvää (?:päivän|viikon)", r"mukavaa",
        ),
        thanks=_any(r"kiito", r"kiitti", r"(?:toimii|toimi|auttoi|selvisi|ratkesi|onnistui)\b", r"(?:mahtava|loistava|hienoa|hyvä|selvä|ok)\b"),
    ),
    "fa": Phrases(
        greets=_any(r"(?:با )?(?:سلام|درود|صبح بخیر|صبح به خیر|ظهر بخیر|عصر بخیر|شب بخیر|روز بخیر|روز به خیر|وقت بخیر|وقت به خیر|خوش امدید)(?!\w)", r"\w+(?: \w+)? (?:گرامی|عزیز|محترم)(?!\w)"),
        thanks_for_writing=_any(r"(?:سپاس|متشکر\w*|ممنون\w*|تشکر) (?:که|از|برای) .{0,20}(?:تماس|پیام|نوشت|ارتباط)"),
        asks=_any(r"ایا(?!\w)", r"اگر(?!\w)", r"چنانچه(?!\w)"),
        requests=_any(r"(?:لطفا|خواهشمند\w*|ممکن است|می توانید|میتوانید|می شود)(?!\w).{0,50}(?:بفرست|ارسال|بگوی|بنویس|اطلاع|توضیح|شرح|بفرمای|مشخص|تایید|پیوست)"),
        pleasant=_any(r"حال (?:شما|تان)", r"حالتان", r"خوب هستید", r"خوبید", r"چطورید"),
        checks=_any(
            r"(?:چیز|کار|سوال|سؤال|پرسش|مورد|مطلب|کمک|نکته|مشکل)(?:ی)? (?:دیگر|بیشتر)(?:ی)?(?!\w)", r"(?:ا?یا )?مشکل(?: شما|تان| تان)?.{0,12}(?:حل|برطرف|رفع) (?:شد|شده)", r"(?:کمک|کارساز|مفید) (?:کرد|بود|واقع شد)", r"جا (?:مانده|افتاده|گذاشت)", r"از قلم", r"فراموش (?:کرده|شده|نکرد)", r"همه چیز (?:روشن|خوب|درست|مرتب|واضح)",
        ),
        opens=_any(
            r"در خدمت(?: شما| تان|تان| هستیم|یم)", r"(?:تماس بگیرید|بنویسید|پیام (?:بدهید|دهید|بفرستید)|بپرسید|سر بزنید).{0,30}(?:هر زمان|هر وقت|همیشه)", r"(?:هر زمان|هر وقت|هرگاه|همیشه).{0,40}(?:تماس|بنویسید|پیام|بپرسید|برگردید)", r"(?:دریغ|تردید|درنگ) نکنید", r"در(?:ب)? ما .{0,20}باز است", r"همیشه (?:اینجا|کنار شما|در کنار|همراه)", r"خوشحال می شویم (?:دوباره|باز|همیشه)",
        ),
        fills=_any(
            r"(?:در حال )?(?:بررسی|پیگیری) (?:می|خواهیم|هستیم|هستم|کرده)", r"(?:به شما |به تان )?خبر(?:تان)?(?: می| خواهیم)", r"(?:دریافت|ارجاع) (?:کردیم|شد|دادیم)", r"در اسرع", r"پوزش", r"عذرخواه", r"متاسف", r"ببخشید", r"سپاس", r"ممنون", r"متشکر", r"تشکر", r"درک می", r"می فهمی", r"با احترام", r"ارادتمند", r"روز خوش",
        ),
        thanks=_any(r"ممنون", r"متشکر", r"سپاس", r"تشکر", r"مرسی", r"(?:درست|حل|برطرف) شد", r"عالی", r"خوب شد"),
    ),
    "ru": Phrases(
        greets=_any(r"(?:здравствуйте|здравствуй|привет|приветствую|приветствуем|добрый (?:день|вечер|утро)|доброе утро|доброго (?:дня|времени)|уважаем(?:ый|ая|ые)|дорог(?:ой|ая|ие)|добро пожаловать)(?!\w)"),
        thanks_for_writing=_any(r"(?:спасибо|благодар(?:ю|им)(?: вас)?) за (?:обращение|письмо|ваш[еу]? \w+|вопрос|сообщение|то, что (?:написали|обратились))", r"спасибо, что (?:написали|обратились)"),
        asks=_any(r"если(?!\w)", r"ли(?!\w)"),
        requests=_any(r"(?:пожалуйста|просим|прошу|не могли бы вы|могли бы вы|можете)(?!\w).{0,40}(?:пришл|сообщ|уточн|напиш|расскаж|опиш|прилож|подтверд|укаж|прислать|сообщить|уточнить|написать|рассказать)", r"(?:подскажите|уточните|сообщите|пришлите|напишите|расскажите|опишите)(?!\w)"),
        pleasant=_any(r"как (?:дела|поживаете|вы поживаете|ваши дела)"),
        checks=_any(
            r"(?:что-(?:то|нибудь)|чем-(?:то|нибудь)|чем) еще(?!\w)", r"еще (?:что-(?:то|нибудь)|чем-(?:то|нибудь)|какие-(?:то|нибудь))", r"(?:другие|еще|дополнительные) вопросы", r"остались (?:ли )?(?:у вас )?(?:еще )?(?:какие-\w+ )?вопросы", r"(?:это )?(?:помогло|решило|сработало|удалось)(?: ли)?(?!\w)", r"(?:проблема|вопрос) решен", r"решена? ли", r"вс[ея] ли(?!\w)", r"вс[ея] (?:в порядке|ясно|понятно|получилось|работает)(?!\w)", r"(?:не |ничего не )?(?:упустили|забыли)(?: ли)?(?!\w)",
        ),
        opens=_any(
            r"мы (?:всегда )?(?:на связи|рядом с вами|к вашим услугам)", r"всегда (?:рады|готовы|на связи|к вашим услугам)", r"обращайтесь(?: к нам)?(?:,| в любое| если| когда| еще| снова|\.|!|$)", r"пишите(?: нам)?(?:,? (?:в любое|когда|если|всегда)|\.|!|$)", r"не стесняйтесь", r"двер(?:и|ь)\b.{0,20}открыт", r"будем рады (?:помочь|видеть|снова|вам)", r"(?:всегда )?ждем вас", r"(?:написать|позвонить|обратиться).{0,30}в любое время", r"в любое время.{0,30}(?:написать|позвонить|обратиться|пишите|звоните)",
        ),
        fills=_any(
            r"(?:выясн(?:им|яем|ю)|провер(?:им|яем|ю|яю)|узна(?:ем|ю)|разбираемся|разберемся)(?!\w)", r"(?:верн(?:емся|усь)|свяжемся|свяжусь|ответим|напишем)(?!\w)", r"получили ваш", r"передал[иа]?(?!\w)", r"как можно скорее", r"извин", r"сожале", r"простите", r"прошу прощения", r"приносим", r"понима(?:ем|ю)(?!\w)", r"спасибо", r"благодар", r"с уважением", r"всего доброго", r"хорошего дня",
        ),
        thanks=_any(r"спасибо", r"благодар", r"(?:все )?(?:работает|заработало|помогло|получилось|решено)(?!\w)", r"отлично", r"супер", r"понятно(?!\w)"),
    ),
}  # fmt: skip
