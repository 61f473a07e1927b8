"""The sample company's articles: how one is helped with kettles and cups, in six languages."""

from dataclasses import dataclass

from ahlan.channels.models import Inbox
from ahlan.channels.webform.models import Webform
from ahlan.knowledge.actions.articles import begin_article, publish, word
from ahlan.knowledge.actions.needs import miss
from ahlan.knowledge.actions.sections import save_section, set_help_centre
from ahlan.knowledge.models import Audience, Outcome
from ahlan.staff.models import Agent

NAMES = {
    "en": "Mitra help",
    "he": "העזרה של מיטרה",
    "ar": "مساعدة ميترا",
    "fi": "Mitran ohjeet",
    "fa": "راهنمای میترا",
    "ru": "Помощь «Митры»",
}
ORDERS = {
    "en": "Orders and delivery",
    "he": "הזמנות ומשלוח",
    "ar": "الطلبات والتوصيل",
    "fi": "Tilaukset ja toimitus",
    "fa": "سفارش و ارسال",
    "ru": "Заказы и доставка",
}
CARE = {
    "en": "Kettles and cups",
    "he": "קומקומים וכוסות",
    "ar": "الغلايات والأكواب",
    "fi": "Vedenkeittimet ja kupit",
    "fa": "کتری‌ها و فنجان‌ها",
    "ru": "Чайники и чашки",
}
INSIDE = {"en": "For us at the desk", "fi": "Meille tiskin takana"}


@dataclass(frozen=True)
class Told:
    """An article: (title, text) by language, the first of them the original."""

    section: str
    wordings: dict[str, tuple[str, str]]
    owner: str = "ada"


TOLD = [
    Told("orders", {
        "en": ("My cup came broken", "We send you a new cup the same day, and you need not send anything back.\n\n1. Take a picture of the cup and of the parcel.\n2. Write to us with the number of your order.\n3. The new cup is with you within three working days.\n\n# Why the picture\n\nWith it the courier pays for the cup, and your next one travels in a better box."),
        "he": ("הכוס הגיעה שבורה", "אנחנו שולחים כוס חדשה באותו יום, ואין צורך להחזיר דבר.\n\n1. צלמו את הכוס ואת החבילה.\n2. כתבו לנו עם מספר ההזמנה.\n3. הכוס החדשה תגיע בתוך שלושה ימי עסקים.\n\n# למה צריך תמונה\n\nבזכותה חברת השליחויות משלמת על הכוס, והבאה תיסע בקופסה טובה יותר."),
        "ar": ("وصل الكوب مكسورًا", "نرسل إليك كوبًا جديدًا في اليوم نفسه، ولا حاجة إلى إرجاع شيء.\n\n1. صوّر الكوب والطرد.\n2. اكتب إلينا مع رقم طلبك.\n3. يصلك الكوب الجديد خلال ثلاثة أيام عمل.\n\n# لماذا الصورة\n\nبها تدفع شركة التوصيل ثمن الكوب، ويسافر كوبك التالي في علبة أفضل."),
        "fi": ("Kuppi tuli perille rikki", "Lähetämme uuden kupin samana päivänä, eikä mitään tarvitse palauttaa.\n\n1. Ota kuva kupista ja paketista.\n2. Kirjoita meille ja mainitse tilausnumero.\n3. Uusi kuppi on perillä kolmessa arkipäivässä.\n\n# Miksi kuva\n\nSen avulla kuljetusyhtiö korvaa kupin, ja seuraava kuppisi matkaa paremmassa laatikossa."),
        "fa": ("فنجان شکسته رسید", "همان روز فنجان تازه‌ای می‌فرستیم و لازم نیست چیزی پس بفرستید.\n\n1. از فنجان و بسته عکس بگیرید.\n2. با شمارهٔ سفارش به ما بنویسید.\n3. فنجان تازه تا سه روز کاری به دستتان می‌رسد.\n\n# چرا عکس\n\nبا آن شرکت پست بهای فنجان را می‌پردازد و فنجان بعدی در جعبهٔ بهتری سفر می‌کند."),
        "ru": ("Чашка пришла разбитой", "Мы вышлем новую чашку в тот же день, возвращать ничего не нужно.\n\n1. Сфотографируйте чашку и посылку.\n2. Напишите нам и укажите номер заказа.\n3. Новая чашка будет у вас за три рабочих дня.\n\n# Зачем фотография\n\nПо ней курьерская служба оплатит чашку, а следующая поедет в коробке получше."),
    }),
    Told("orders", {
        "en": ("Change the delivery address", "Until the parcel is packed you change the address yourself: open **My orders**, choose the order, then **Change address**.\n\nIs it packed already? Write to us at once; until six in the evening we can still stop it."),
        "he": ("שינוי כתובת המשלוח", "עד שהחבילה נארזת אפשר לשנות את הכתובת לבד: פותחים את **ההזמנות שלי**, בוחרים הזמנה ולוחצים **שינוי כתובת**.\n\nכבר נארזה? כתבו לנו מיד; עד שש בערב עוד אפשר לעצור אותה."),
        "ar": ("تغيير عنوان التوصيل", "حتى يُغلَّف الطرد يمكنك تغيير العنوان بنفسك: افتح **طلباتي** واختر الطلب ثم **تغيير العنوان**.\n\nهل غُلِّف بالفعل؟ اكتب إلينا فورًا؛ نستطيع إيقافه حتى السادسة مساءً."),
        "fi": ("Toimitusosoitteen muuttaminen", "Kunnes paketti on pakattu, voit vaihtaa osoitteen itse: avaa **Omat tilaukset**, valitse tilaus ja sitten **Vaihda osoite**.\n\nOnko se jo pakattu? Kirjoita heti; kello kuuteen illalla asti voimme vielä pysäyttää sen."),
        "fa": ("تغییر نشانی ارسال", "تا بسته‌بندی نشده، نشانی را خودتان عوض کنید: **سفارش‌های من** را باز کنید، سفارش را برگزینید و سپس **تغییر نشانی**.\n\nبسته‌بندی شده است؟ بی‌درنگ به ما بنویسید؛ تا ساعت شش عصر می‌توانیم نگهش داریم."),
        "ru": ("Изменить адрес доставки", "Пока посылка не упакована, адрес меняете вы сами: откройте **Мои заказы**, выберите заказ и нажмите **Изменить адрес**.\n\nУже упакована? Напишите нам сразу: до шести вечера мы ещё можем её остановить."),
    }),
    Told("care", {
        "en": ("Remove limescale from the kettle", "Half an hour and some vinegar make it like new.\n\n1. Fill the kettle half with water, add a cup of white vinegar.\n2. Boil it, then let it stand for **30 minutes**.\n3. Pour it out and boil fresh water twice.\n\nDo it once a month where the water is hard. The kettle boils faster then and uses less electricity."),
        "he": ("הסרת אבנית מהקומקום", "חצי שעה ומעט חומץ, והוא כמו חדש.\n\n1. ממלאים חצי קומקום במים ומוסיפים כוס חומץ לבן.\n2. מרתיחים ומשאירים ל־**30 דקות**.\n3. שופכים ומרתיחים מים נקיים פעמיים.\n\nהיכן שהמים קשים עושים זאת פעם בחודש. כך הקומקום רותח מהר יותר וצורך פחות חשמל."),
        "ar": ("إزالة الكلس من الغلاية", "نصف ساعة وقليل من الخل يعيدانها كالجديدة.\n\n1. املأ نصف الغلاية ماءً وأضف كوبًا من الخل الأبيض.\n2. اغلِه ثم اتركه **30 دقيقة**.\n3. اسكبه واغلِ ماءً نقيًا مرتين.\n\nافعل ذلك مرة في الشهر حيث الماء عسر. تغلي الغلاية أسرع وتستهلك كهرباء أقل."),
        "fi": ("Kalkin poistaminen vedenkeittimestä", "Puoli tuntia ja vähän etikkaa, ja se on kuin uusi.\n\n1. Täytä keitin puolilleen vettä ja lisää kupillinen etikkaa.\n2. Keitä ja anna seistä **30 minuuttia**.\n3. Kaada pois ja keitä puhdas vesi kahdesti.\n\nTee näin kerran kuussa, jos vesi on kovaa. Keitin kiehuu nopeammin ja kuluttaa vähemmän sähköä."),
        "fa": ("زدودن رسوب کتری", "نیم ساعت و کمی سرکه آن را مثل روز نخست می‌کند.\n\n1. نیمی از کتری را آب کنید و یک فنجان سرکهٔ سفید بیفزایید.\n2. بجوشانید و **۳۰ دقیقه** بگذارید بماند.\n3. خالی کنید و دو بار آب تازه بجوشانید.\n\nجایی که آب سخت است ماهی یک بار این کار را بکنید. کتری زودتر می‌جوشد و برق کمتری می‌برد."),
        "ru": ("Удалить накипь в чайнике", "Полчаса и немного уксуса — и он как новый.\n\n1. Налейте воды до половины и добавьте чашку белого уксуса.\n2. Вскипятите и оставьте на **30 минут**.\n3. Вылейте и дважды вскипятите чистую воду.\n\nГде вода жёсткая, делайте это раз в месяц: чайник закипает быстрее и тратит меньше электричества."),
    }, owner="noor"),
    Told("care", {
        "en": ("How long is the warranty?", "Two years on kettles, five on cups and teapots, from the day of purchase. The bill is enough; a box is not needed.\n\nWhat is worn (the limescale filter, the seal of the lid) is yours to replace, and we have it in stock."),
        "he": ("כמה זמן האחריות?", "שנתיים לקומקומים, חמש שנים לכוסות ולקנקנים, מיום הקנייה. די בחשבונית; אין צורך בקופסה.\n\nחלקים מתבלים (מסנן האבנית, אטם המכסה) אינם כלולים, ויש אותם במלאי."),
        "ar": ("كم مدة الضمان؟", "سنتان على الغلايات، وخمس سنوات على الأكواب والأباريق، من يوم الشراء. تكفي الفاتورة ولا حاجة إلى العلبة.\n\nما يبلى بالاستعمال (مرشّح الكلس وحلقة الغطاء) لا يشمله الضمان، وهو متوفر لدينا."),
        "fi": ("Kuinka pitkä takuu on?", "Vedenkeittimillä kaksi vuotta, kupeilla ja teekannuilla viisi, ostopäivästä lukien. Kuitti riittää, laatikkoa ei tarvita.\n\nKuluvat osat (kalkkisuodatin, kannen tiiviste) eivät kuulu takuuseen, ja niitä on varastossa."),
        "fa": ("ضمانت چند سال است؟", "برای کتری دو سال، برای فنجان و قوری پنج سال، از روز خرید. فاکتور کافی است و جعبه لازم نیست.\n\nآنچه فرسوده می‌شود (صافی رسوب، واشر در) شامل ضمانت نیست و در انبار داریم."),
        "ru": ("Сколько длится гарантия?", "На чайники два года, на чашки и заварники пять лет со дня покупки. Достаточно чека, коробка не нужна.\n\nИзнашиваемые части (фильтр от накипи, уплотнитель крышки) в неё не входят, они есть у нас на складе."),
    }, owner="dana"),
    Told("inside", {
        "en": ("How to talk to the courier", "Call the line for partners, not the public one. They ask for the order and a picture; a claim is answered within two days.\n\nBefore noon they still stop a parcel, after that they send it back to us."),
        "fi": ("Näin puhut kuljetusyhtiön kanssa", "Soita kumppanien numeroon, älä yleiseen. He kysyvät tilausta ja kuvaa; korvauspyyntöön vastataan kahdessa päivässä."),
    }, owner="bo"),
]  # fmt: skip
LOOKED_FOR = [
    ("gift wrapping", "en", Outcome.NOTHING, 7), ("wrap as a gift", "en", Outcome.NOTHING, 2), ("wholesale prices", "en", Outcome.TICKET, 4),
    ("אריזת מתנה", "he", Outcome.NOTHING, 3), ("lahjapaketointi", "fi", Outcome.NOTHING, 5), ("فاتورة ضريبية", "ar", Outcome.NOTHING, 4),
    ("بسته‌بندی هدیه", "fa", Outcome.NOTHING, 2), ("подарочная упаковка", "ru", Outcome.TICKET, 3),
]  # fmt: skip


def tell_articles(agents: dict[str, Agent]) -> None:
    """Three sections, one of them for agents, their articles, and what was searched in vain."""
    made = {"names": ORDERS, "key": "orders"}, {"names": CARE, "key": "care"}
    sections = {str(one["key"]): save_section(**one, actor="system") for one in made}  # type: ignore[arg-type]
    sections["inside"] = save_section(names=INSIDE, key="inside", audience=Audience.AGENTS, actor="system")
    for told in TOLD:
        _tell(told, sections[told.section], agents[told.owner])
    set_help_centre(names=NAMES, webform=_form(), actor="system")
    for words, language, outcome, n in LOOKED_FOR:
        for _ in range(n):
            miss(words, language, outcome)


def _tell(told: Told, section: object, owner: Agent) -> None:
    (language, (title, text)), *others = told.wordings.items()
    article = begin_article(section, language=language, title=title, text=text, agent=owner)  # type: ignore[arg-type]
    publish(article.translations.get(), agent=owner)
    for code, (name, words) in others:
        publish(word(article, code, title=name, text=words, agent=owner), agent=owner)


def _form() -> Webform:
    """The form by which the help centre's visitors write."""
    found = Webform.objects.filter(is_active=True).first()
    inbox = Inbox.objects.order_by("id")[:1].get()
    return found or Webform.objects.create(slug="help", title="Write to us", brand="Mitra", inbox=inbox)
