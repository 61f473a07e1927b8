"""The questionnaires that come with the house, in six languages. What a house has changed in one stays as the house has it."""

from typing import Any

READY_QUESTIONNAIRES: dict[str, dict[str, Any]] = {
    "need": {
        "title": {"en": "What do you need?", "he": "מה נחוץ לך?", "ar": "ما الذي تحتاج إليه؟", "fi": "Mitä tarvitset?", "fa": "به چه چیزی نیاز دارید؟", "ru": "Что вам нужно?"},
        "intro": {
            "en": "A few questions, so that we offer you what really suits you. It takes two minutes.",
            "he": "כמה שאלות, כדי שנציע לך את מה שבאמת מתאים. זה לוקח שתי דקות.",
            "ar": "بضعة أسئلة لنعرض عليك ما يناسبك حقاً. لن تستغرق أكثر من دقيقتين.",
            "fi": "Muutama kysymys, jotta voimme ehdottaa juuri sinulle sopivaa. Tämä vie kaksi minuuttia.",
            "fa": "چند پرسش، تا چیزی پیشنهاد کنیم که واقعاً به کارتان می‌آید. دو دقیقه بیشتر طول نمی‌کشد.",
            "ru": "Несколько вопросов, чтобы предложить то, что вам действительно подойдёт. Это займёт две минуты.",
        },
        "questions": [
            {"id": "aim", "kind": "long", "required": True, "wording": {"en": "What would you like to achieve?", "he": "מה ברצונך להשיג?", "ar": "ما الذي تودّ تحقيقه؟", "fi": "Mitä haluat saada aikaan?", "fa": "می‌خواهید به چه چیزی برسید؟", "ru": "Чего вы хотите добиться?"}},
            {"id": "tried", "kind": "yes_no", "wording": {"en": "Have you tried something already?", "he": "ניסית כבר משהו?", "ar": "هل جرّبت شيئاً من قبل؟", "fi": "Oletko jo kokeillut jotakin?", "fa": "تا حالا چیزی را امتحان کرده‌اید؟", "ru": "Вы уже что-нибудь пробовали?"}},
            {"id": "what", "kind": "long", "when": ["tried", "yes"], "wording": {"en": "What was it, and what was missing?", "he": "מה זה היה, ומה היה חסר?", "ar": "ما هو، وما الذي كان ينقصه؟", "fi": "Mitä se oli, ja mitä siitä jäi puuttumaan?", "fa": "چه بود و چه کم داشت؟", "ru": "Что именно, и чего не хватило?"}},
            {"id": "matters", "kind": "choices", "wording": {"en": "What matters most to you?", "he": "מה הכי חשוב לך?", "ar": "ما الأهم بالنسبة إليك؟", "fi": "Mikä on sinulle tärkeintä?", "fa": "چه چیزی برایتان مهم‌تر است؟", "ru": "Что для вас важнее всего?"}, "options": [
                {"id": "price", "label": {"en": "The price", "he": "המחיר", "ar": "السعر", "fi": "Hinta", "fa": "قیمت", "ru": "Цена"}},
                {"id": "quality", "label": {"en": "The quality", "he": "האיכות", "ar": "الجودة", "fi": "Laatu", "fa": "کیفیت", "ru": "Качество"}},
                {"id": "speed", "label": {"en": "That it is quick", "he": "המהירות", "ar": "السرعة", "fi": "Nopeus", "fa": "سرعت", "ru": "Скорость"}},
                {"id": "advice", "label": {"en": "Good advice", "he": "ייעוץ טוב", "ar": "نصيحة جيدة", "fi": "Hyvä neuvonta", "fa": "راهنمایی خوب", "ru": "Хороший совет"}},
            ]},
            {"id": "when", "kind": "date", "wording": {"en": "By when do you need it?", "he": "עד מתי זה נחוץ לך?", "ar": "متى تحتاج إليه على أبعد تقدير؟", "fi": "Mihin mennessä tarvitset sen?", "fa": "تا چه روزی لازم دارید؟", "ru": "К какому дню вам это нужно?"}},
        ],
    },
    "fault": {
        "title": {"en": "Fault report", "he": "דיווח על תקלה", "ar": "بلاغ عن عطل", "fi": "Vikailmoitus", "fa": "گزارش خرابی", "ru": "Сообщение о неисправности"},
        "intro": {
            "en": "The more we know, the sooner it works again.",
            "he": "ככל שנדע יותר, כך זה יעבוד שוב מהר יותר.",
            "ar": "كلما عرفنا أكثر، عاد إلى العمل أسرع.",
            "fi": "Mitä enemmän tiedämme, sitä nopeammin se taas toimii.",
            "fa": "هرچه بیشتر بدانیم، زودتر دوباره کار می‌کند.",
            "ru": "Чем больше мы знаем, тем скорее всё снова заработает.",
        },
        "questions": [
            {"id": "product", "kind": "text", "required": True, "wording": {"en": "Which product is it about?", "he": "באיזה מוצר מדובר?", "ar": "عن أيّ منتج يدور الحديث؟", "fi": "Mistä tuotteesta on kyse?", "fa": "موضوع کدام محصول است؟", "ru": "О каком товаре идёт речь?"}, "help": {"en": "Name or number, as it stands on the product or the invoice", "he": "שם או מספר, כפי שמופיע על המוצר או בחשבונית", "ar": "الاسم أو الرقم كما هو مكتوب على المنتج أو الفاتورة", "fi": "Nimi tai numero, kuten se on tuotteessa tai laskussa", "fa": "نام یا شماره، همان‌طور که روی محصول یا فاکتور آمده", "ru": "Название или номер, как на товаре или в счёте"}},
            {"id": "happens", "kind": "long", "required": True, "wording": {"en": "What happens?", "he": "מה קורה?", "ar": "ماذا يحدث؟", "fi": "Mitä tapahtuu?", "fa": "چه اتفاقی می‌افتد؟", "ru": "Что происходит?"}},
            {"id": "since", "kind": "date", "wording": {"en": "Since when?", "he": "ממתי?", "ar": "منذ متى؟", "fi": "Mistä lähtien?", "fa": "از چه روزی؟", "ru": "С какого дня?"}},
            {"id": "often", "kind": "choice", "wording": {"en": "How often?", "he": "באיזו תדירות?", "ar": "كم مرة؟", "fi": "Kuinka usein?", "fa": "هر چند وقت یک بار؟", "ru": "Как часто?"}, "options": [
                {"id": "always", "label": {"en": "Always", "he": "תמיד", "ar": "دائماً", "fi": "Aina", "fa": "همیشه", "ru": "Всегда"}},
                {"id": "sometimes", "label": {"en": "Sometimes", "he": "לפעמים", "ar": "أحياناً", "fi": "Joskus", "fa": "گاهی", "ru": "Иногда"}},
                {"id": "once", "label": {"en": "It was once", "he": "פעם אחת", "ar": "مرة واحدة", "fi": "Kerran", "fa": "یک بار بود", "ru": "Один раз"}},
            ]},
            {"id": "pattern", "kind": "text", "when": ["often", "sometimes"], "wording": {"en": "When does it happen?", "he": "מתי זה קורה?", "ar": "متى يحدث ذلك؟", "fi": "Milloin niin käy?", "fa": "کی پیش می‌آید؟", "ru": "Когда это бывает?"}},
            {"id": "stops", "kind": "yes_no", "required": True, "wording": {"en": "Can you go on using it?", "he": "אפשר להמשיך להשתמש בו?", "ar": "هل يمكنك الاستمرار في استخدامه؟", "fi": "Voitko käyttää sitä edelleen?", "fa": "هنوز می‌توانید از آن استفاده کنید؟", "ru": "Можно ли им пользоваться дальше?"}},
        ],
    },
    "return": {
        "title": {"en": "Before a return", "he": "לפני החזרה", "ar": "قبل الإرجاع", "fi": "Ennen palautusta", "fa": "پیش از بازگرداندن", "ru": "Перед возвратом"},
        "intro": {
            "en": "With these answers we prepare your return; often there is a quicker way still.",
            "he": "עם התשובות האלה נכין את ההחזרה; לא פעם יש דרך מהירה יותר.",
            "ar": "بهذه الإجابات نجهّز الإرجاع، وكثيراً ما توجد طريقة أسرع.",
            "fi": "Näillä vastauksilla valmistelemme palautuksen; usein on vielä nopeampikin tapa.",
            "fa": "با این پاسخ‌ها بازگرداندن را آماده می‌کنیم؛ گاهی راه سریع‌تری هم هست.",
            "ru": "По этим ответам мы подготовим возврат; часто находится и более быстрый путь.",
        },
        "questions": [
            {"id": "order", "kind": "text", "required": True, "wording": {"en": "Order number", "he": "מספר הזמנה", "ar": "رقم الطلب", "fi": "Tilausnumero", "fa": "شمارهٔ سفارش", "ru": "Номер заказа"}},
            {"id": "pieces", "kind": "number", "wording": {"en": "How many pieces go back?", "he": "כמה פריטים חוזרים?", "ar": "كم قطعة ستُرجَع؟", "fi": "Kuinka monta kappaletta palautat?", "fa": "چند قلم برمی‌گردد؟", "ru": "Сколько предметов вы возвращаете?"}},
            {"id": "why", "kind": "choice", "required": True, "wording": {"en": "Why do you send it back?", "he": "למה ההחזרה?", "ar": "لماذا تريد إرجاعه؟", "fi": "Miksi palautat?", "fa": "چرا برمی‌گردانید؟", "ru": "Почему вы его возвращаете?"}, "options": [
                {"id": "broken", "label": {"en": "It is damaged", "he": "הוא פגום", "ar": "إنه تالف", "fi": "Se on vioittunut", "fa": "آسیب دیده است", "ru": "Повреждён"}},
                {"id": "wrong", "label": {"en": "It is not what I ordered", "he": "זה לא מה שהוזמן", "ar": "ليس ما طلبته", "fi": "Se ei ole se, mitä tilasin", "fa": "آنی نیست که سفارش دادم", "ru": "Это не то, что я заказывал(а)"}},
                {"id": "mind", "label": {"en": "I have changed my mind", "he": "התחרטתי", "ar": "غيّرت رأيي", "fi": "Muutin mieleni", "fa": "نظرم عوض شد", "ru": "Я передумал(а)"}},
                {"id": "other", "label": {"en": "Something else", "he": "סיבה אחרת", "ar": "سبب آخر", "fi": "Muu syy", "fa": "دلیل دیگر", "ru": "Другое"}},
            ]},
            {"id": "damage", "kind": "long", "required": True, "when": ["why", "broken"], "wording": {"en": "What is damaged?", "he": "מה פגום?", "ar": "ما الجزء التالف؟", "fi": "Mikä on vioittunut?", "fa": "کجایش آسیب دیده؟", "ru": "Что повреждено?"}},
            {"id": "wish", "kind": "choice", "required": True, "wording": {"en": "What would you like instead?", "he": "מה היית רוצה במקום?", "ar": "ماذا تريد بدلاً منه؟", "fi": "Mitä haluat sen tilalle?", "fa": "به جایش چه می‌خواهید؟", "ru": "Что вы хотите взамен?"}, "options": [
                {"id": "money", "label": {"en": "The money back", "he": "החזר כספי", "ar": "استرداد المبلغ", "fi": "Rahat takaisin", "fa": "برگشت پول", "ru": "Вернуть деньги"}},
                {"id": "same", "label": {"en": "The same again", "he": "אותו פריט שוב", "ar": "القطعة نفسها من جديد", "fi": "Sama uudestaan", "fa": "همان را دوباره", "ru": "Такой же"}},
                {"id": "different", "label": {"en": "Something different", "he": "פריט אחר", "ar": "شيئاً مختلفاً", "fi": "Jotakin muuta", "fa": "چیز دیگری", "ru": "Что-нибудь другое"}},
            ]},
        ],
    },
}  # fmt: skip
