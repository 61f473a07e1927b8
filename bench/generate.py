"""The same tickets for every desk: made from their number alone, in six languages, without this product's code.

`python bench/generate.py 1000 > tickets.jsonl` or `… 1000 --mbox > tickets.mbox`.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Any

START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = {
    "en": "order parcel refund invoice address delivery broken late cup teapot account login price question please thanks",
    "fi": "tilaus paketti hyvitys lasku osoite toimitus rikki myöhässä kuppi pannu tili kirjautuminen hinta kysymys kiitos",
    "he": "הזמנה חבילה החזר חשבונית כתובת משלוח שבור מאחר כוס קומקום חשבון כניסה מחיר שאלה בבקשה תודה",
    "ar": "طلب طرد استرداد فاتورة عنوان توصيل مكسور متأخر كوب إبريق حساب دخول سعر سؤال فضلا شكرا",
    "fa": "سفارش بسته بازپرداخت فاکتور نشانی ارسال شکسته دیر فنجان قوری حساب ورود قیمت پرسش لطفا سپاس",
    "ru": "заказ посылка возврат счёт адрес доставка сломано поздно чашка чайник кабинет вход цена вопрос пожалуйста спасибо",
}
STATES = ["closed"] * 88 + ["open"] * 8 + ["waiting"] * 3 + ["on_hold"]


def tickets(count: int, *, messages: int = 3) -> Iterator[dict[str, Any]]:
    """Tickets as plain values: number, subject, state, customer, language, opened_at, messages."""
    for number in range(count):
        yield ticket(number, count, messages)


def ticket(number: int, count: int, messages: int = 3) -> dict[str, Any]:
    chance = random.Random(number)
    language = chance.choice(list(WORDS))
    words = WORDS[language].split()
    opened = START + timedelta(seconds=number * 300 * 86_400 // max(count, 1))
    customer = chance.randrange(max(count // 3, 1))
    return {
        "number": number,
        "subject": " ".join(chance.choices(words, k=4)) + f" {number}",
        "state": chance.choice(STATES),
        "language": language,
        "customer": {"name": f"Customer {customer}", "email": f"customer{customer}@else.example"},
        "opened_at": opened.isoformat(),
        "messages": [
            {
                "from": "customer" if n % 2 == 0 else "agent",
                "text": " ".join(chance.choices(words, k=chance.randint(12, 80))),
                "at": (opened + timedelta(hours=n)).isoformat(),
                "id": f"<{number}.{n}.bench@else.example>",
            }
            for n in range(messages)
        ],
    }


def mail(found: dict[str, Any], *, to: str = "support@desk.example", unique: str = "") -> bytes:
    """The ticket's first message as a mail."""
    made = EmailMessage()
    made["From"] = formataddr((found["customer"]["name"], found["customer"]["email"]))
    made["To"] = to
    made["Subject"] = found["subject"]
    made["Date"] = format_datetime(datetime.fromisoformat(found["opened_at"]))
    made["Message-ID"] = found["messages"][0]["id"].replace("@", f"{unique}@")
    made.set_content(found["messages"][0]["text"])
    return made.as_bytes()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--mbox", action="store_true")
    options = parser.parse_args()
    for found in tickets(options.count):
        if options.mbox:
            sys.stdout.buffer.write(
                b"From bench@else.example Thu Jan  1 00:00:00 2026\n" + mail(found) + b"\n"
            )
        else:
            print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
