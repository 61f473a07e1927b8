"""Words by which a customer says yes, no, hello or "a person, please", in six languages, and words that say nothing about a need.

All are compared as `search.normal` writes them, so accents, final letters and Persian or Arabic forms need not be minded here.
Everybody is understood in every language: who chats in English may still say "kyllä".
"""

import re
from functools import cache

from ahlan.search.normal import normal

_YES = """yes yeah yep yup sure thanks thank great perfect solved helped works worked super
כן תודה עזר עזרת הסתדר מעולה מצוין סבבה יופי
نعم اجل أيوه ايوا شكرا تمام أفادني ساعدني ممتاز
kyllä joo juu kiitos auttoi hienoa mahtavaa selvä selvisi
بله آره اره ممنون مرسی متشکرم سپاس عالی
да ага спасибо помогло помог отлично супер благодарю"""
_NO = """no nope nah not didnt doesnt isnt wasnt wrong neither
לא שום
لا كلا لم ليس مش غير
ei en eikä ettei väärä
نه خیر نبود نشد نکرد نیست
нет не неа неверно"""
_HELLO = """hi hello hey good morning afternoon evening day greetings there anyone
שלום היי הי אהלן בוקר טוב ערב צהריים
مرحبا السلام عليكم اهلا أهلا وسهلا صباح مساء الخير سلام
hei moi terve moikka huomenta päivää iltaa hyvää
سلام درود وقت بخیر صبح روز عصر
здравствуйте привет добрый добрая доброе день вечер утро здравствуй"""
# Of these one is enough; of the others only where little else is said, or "a table for one person" would fetch a person.
_PERSON = r"""agents?|operators?|representatives?|humans?|advis[eo]rs?
[והבלמשכ]{0,2}נציג(?:ה|י|ימ|ת)?|אנושי(?:ת)?
[وف]?(?:ال|لل|ب|ل)?(?:موظف|ممثل|مندوب|بشري)(?:ه|ين|ا)?
asiakaspalvelij\w*|ihmi\w*
(?:اپراتور|كارشناس|اوپراتور)\w*
оператор\w*|жив(?:ой|ого|ому|ым)|специалист\w*"""
_SOMEBODY = r"""person|people|someone|somebody|staff|colleague|manager
[והבלמשכ]{0,2}(?:אדמ|מישהו|בנאדמ)
[وف]?(?:ال|لل|ب|ل)?(?:شخص|انسان|احد)ا?
joku|jonkun|jollekin|henkilö\w*|työntekij\w*
(?:انسان|آدم|ادم|شخص|كسي|پشتيبان)\w*
человек\w*|сотрудник\w*|менеджер\w*|консультант\w*"""
STOP = {
    "en": """a an the and or but if then so to of in on at for from with without about into by as is are was were be been am do does did
done have has had can could will would shall should may might must i you he she it we they me him her us them my your his its our their
this that these those there here what which who whom when where why how not no yes please thanks thank hello hi hey dear good morning
day want need like know tell get got any some all just also very much more than now help question ask asking problem issue today
im ive id dont cant didnt doesnt isnt""",
    "he": """של את על עם אל מן כי אם או גם רק זה זאת זו אלה הוא היא הם הן אני אתה אתם אנחנו לי לך לו לה לנו לכם שלי שלך שלו שלנו מה מי
איך איפה מתי למה מדוע כמה יש אין לא כן היה הייתי להיות צריך צריכה רוצה אפשר יכול יכולה עוד כבר עכשיו היום שלום היי תודה בבקשה רציתי
לדעת שאלה לשאול עזרה בעיה האם כדי אבל אז פה שם מאוד הכל""",
    "ar": """في من على الى إلى عن مع هذا هذه ذلك تلك الذي التي ما ماذا من هل كيف متى اين أين لماذا كم انا أنا انت أنت هو هي نحن هم لي
لك له لها لنا لكم ان أن إن لا لم لن ليس نعم قد كان كانت يكون اريد أريد يمكن يمكنني استطيع أستطيع احتاج كل بعض جدا الان الآن اليوم مرحبا
السلام عليكم شكرا فضلك سؤال مساعدة مشكلة عندي لدي او أو ثم لكن بعد قبل""",
    "fi": """ja tai mutta jos niin kun koska että on oli ovat olla ole olen en et ei emme minä sinä hän se me te he minun sinun hänen sen
meidän teidän minulla minulle tämä tuo nämä mikä mitä kuka missä milloin miksi miten kuinka voi voin voiko voinko haluan haluaisin
pitää saa saan saako saanko jo vielä nyt tänään kiitos hei moi hyvää päivää kysymys kysyä apua ongelma myös vain hyvin kaikki joka
kanssa mukaan olisi onko""",
    "fa": """در از به با برای که این آن را رو و یا اگر تا هم نه بله من تو او ما شما آنها است هست بود شد شده باشد می‌شود میشه می‌توانم
میتونم می‌خواهم میخوام باید چه چی چیست چطور چگونه چرا کی کجا چند آیا سلام درود ممنون لطفا لطفاً خواهش سوال سؤال کمک مشکل دارم دارد
ندارم کنم کنید کرد کردم هر همه خیلی الان امروز من‌ام وقت بخیر""",
    "ru": """и или но если то в во на с со к ко от из за для по о об при у без до не нет да я ты он она оно мы вы они мне меня тебя вас
вам нас нам его ее их мой моя мое мои ваш ваша это этот эта эти тот та те что кто какой какая как где когда почему зачем сколько есть
был была было были быть могу можно нужно надо хочу хотел хотела бы же ли уже еще сейчас сегодня здравствуйте привет добрый день
спасибо пожалуйста вопрос помощь проблема подскажите очень все только""",
}


def _set(words: str) -> frozenset[str]:
    return frozenset(normal(words).replace("\u200c", " ").split())


YES, NO, HELLO = _set(_YES), _set(_NO), _set(_HELLO)
PERSON, SOMEBODY = (re.compile("|".join(normal_lines.split())) for normal_lines in (_PERSON, _SOMEBODY))


@cache
def stop_words(language: str) -> frozenset[str]:
    return _set(STOP.get(language, ""))
