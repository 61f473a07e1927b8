"""What customers of the sample company say of it, in all six languages: scores, praise, a complaint, segments and needs."""

from dataclasses import dataclass
from datetime import timedelta

from ahlan.core.clock import now
from ahlan.customers.models import Customer
from ahlan.feedback.actions.answering import put_down
from ahlan.feedback.actions.surveys import save_survey, switch_survey
from ahlan.feedback.counting import fold
from ahlan.feedback.journal.actions import note_insight, save_theme
from ahlan.feedback.queries import latest
from ahlan.feedback.register.actions.complaints import register_complaint
from ahlan.feedback.register.actions.compliments import hang, register_compliment
from ahlan.feedback.segments.actions import keep_members, measure_contact, save_segment
from ahlan.knowledge.actions.needs import miss
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: who by name (or nobody we know), which scores, when, of whose work, in which words."""

    name: str
    csat: int
    nps: int
    days_ago: int
    agent: str
    language: str
    words: str = ""


SAID = [
    Said("Sari Niemi", 5, 10, 2, "bo", "fi", "Nopea toimitus ja ystävällinen apu, kiitos!"),
    Said("Noa Levi", 2, 5, 3, "ada", "he", "האריזה הייתה פתוחה והכוס הגיעה שבורה."),
    Said("سارا رضایی", 5, 9, 4, "reza", "fa", "پاسخ سریع و مهربانانه بود."),
    Said("Иван Соколов", 3, 7, 6, "vera", "ru", "Помогли, но ждать пришлось долго."),
    Said("أحمد منصور", 1, 2, 9, "noor", "ar", "الفاتورة خاطئة للمرة الثانية والسعر أعلى مما دفعت."),
    Said("Tom Baker", 4, 8, 12, "ada", "en", "Good answer, though the price for cafés is still high."),
    Said("Grace Mbeki", 5, 10, 15, "ada", "en", "The address was changed within minutes."),
    Said("Ольга Петрова", 5, 9, 18, "vera", "ru", "Упаковка очень красивая, спасибо!"),
    Said("مریم احمدی", 3, 6, 21, "reza", "fa", "بسته‌بندی فنجان‌ها باید بهتر شود."),
    Said("Daniel Ross", 2, 4, 25, "bo", "en", "The lid still does not fit and the parcel was badly packed."),
    Said("יוסי כהן", 4, 8, 33, "dana", "he", "קיבלתי תשובה ברורה, המחיר של התיקון סביר."),
    Said("فاطمة الزهراء", 4, 9, 41, "noor", "ar", "التوصيل تأخر لكن الرد كان لطيفًا."),
    Said("", 5, 9, 52, "bo", "fi", "Pakkaus oli siisti ja toimitus ajoissa."),
    Said("", 4, 7, 63, "ada", "en"),
    Said("", 5, 10, 70, "vera", "ru"),
    Said("", 3, 6, 84, "dana", "he", "המשלוח איחר בשבוע."),
]
THEMES = [
    (
        {"en": "Packaging", "he": "אריזה", "ar": "التغليف", "fi": "Pakkaus", "fa": "بسته‌بندی", "ru": "Упаковка"},
        {"en": ["packed", "packaging", "wrapping"], "he": ["אריזה", "האריזה"], "ar": ["تغليف", "التغليف"], "fi": ["pakkaus", "pakkausta"], "fa": ["بسته‌بندی"], "ru": ["упаковка"]},
    ),
    (
        {"en": "Delivery", "he": "משלוח", "ar": "التوصيل", "fi": "Toimitus", "fa": "ارسال", "ru": "Доставка"},
        {"en": ["delivery", "courier"], "he": ["משלוח", "המשלוח"], "ar": ["توصيل", "التوصيل"], "fi": ["toimitus", "kuljetus"], "fa": ["ارسال", "پیک"], "ru": ["доставка", "курьер"]},
    ),
    (
        {"en": "Price", "he": "מחיר", "ar": "السعر", "fi": "Hinta", "fa": "قیمت", "ru": "Цена"},
        {"en": ["price", "expensive"], "he": ["מחיר", "המחיר"], "ar": ["سعر", "السعر"], "fi": ["hinta", "kallis"], "fa": ["قیمت", "گران"], "ru": ["цена", "дорого"]},
    ),
]  # fmt: skip
NEEDS = [
    ("A starter set at a lower price for new cafés.", "interview", 3, 5),
    ("לקוחות רבים מבקשים לבחור חלון שעות למשלוח.", "hint", 2, 8),
    ("يطلب العملاء تغليفًا بلا بلاستيك للهدايا.", "social", 2, 11),
    ("Kahvilat toivovat kestävämpää pakkausta palautuksille.", "group", 3, 14),
    ("چند نفر پرسیدند آیا ارسال در همان روز ممکن است.", "hint", 1, 17),
    ("Просят напоминание, когда курьер выезжает с доставкой.", "interview", 2, 20),
]
SEARCHED = [
    ("gift wrapping", "en"),
    ("plastic free packaging", "en"),
    ("pikatoimitus", "fi"),
    ("запасная крышка", "ru"),
]
PRAISED, COMPLAINED = "Kiitos nopeasta avusta!", "خطأ في الفاتورة"
UNHAPPY = (
    "Say first that we know what went wrong. Ask what would make it good, promise a time, and keep it. "
    "Offer a call. Do not ask for another score before it is solved."
)
QUIET = "Ask how the last order has stood up. No offers in the first message."


def tell_feedback(agents: dict[str, Agent], teams: dict[str, Team]) -> None:
    """The survey that would ask is there and switched off: a sample writes to nobody."""
    survey = save_survey(None, name="How it went", key="csat", low=2, actor="system")
    switch_survey(survey, False, actor="system")
    for names, words in THEMES:
        save_theme(None, names=names, words=words, actor="system")
    people = {
        one.name: one for one in Customer.objects.filter(name__in=[one.name for one in SAID if one.name])
    }
    for one in SAID:
        _answer(one, people.get(one.name), agents[one.agent], teams["Care"])
    fold()
    _register(agents)
    for said, source, strength, days in NEEDS:
        heard = (now() - timedelta(days=days)).date()
        note_insight(
            said=said, source=source, strength=strength, heard_on=heard, agent=agents["ada"], actor="system"
        )
    for searched, language in SEARCHED:
        miss(searched, language, "nothing")
    _segments()


def _answer(said: Said, customer: Customer | None, agent: Agent, team: Team) -> None:
    at = now() - timedelta(days=said.days_ago, minutes=said.nps * 11)
    facts = {
        "customer": customer,
        "agent": agent,
        "team": team,
        "language": said.language,
        "channel": "email",
    }
    for key, score in (("csat", said.csat), ("nps", said.nps)):
        given = {"score": score, "comment": said.words if key == "csat" else ""}
        put_down(latest(key), given, source="invited", at=at, **facts)


def _register(agents: dict[str, Agent]) -> None:
    praised = Ticket.objects.filter(subject=PRAISED).first()
    if praised:
        made = register_compliment(
            praised,
            said="Kuppi tuli perille ehjänä jo seuraavana päivänä. Kiitos Bo!",
            source="mail",
            agents=[agents["bo"]],
            actor="system",
        )
        hang(made, True, actor="system")
    wrong = Ticket.objects.filter(subject=COMPLAINED).first()
    if wrong:
        register_complaint(
            wrong,
            said="المبلغ في الفاتورة 20955 لا يطابق ما دفعته، وهذه هي المرة الثانية.",
            wanted="فاتورة صحيحة ورد الفرق.",
            source="mail",
            actor="system",
        )


def _segments() -> None:
    unhappy = {"all": [{"facet": "recommends", "is": "any_of", "value": ["detractor"]}]}
    promoters = {"all": [{"facet": "recommends", "is": "any_of", "value": ["promoter"]}]}
    quiet = {"all": [{"facet": "last_contact", "is": "longer_ago", "value": ["2160"]}]}
    save_segment(None, name="Detractors", conditions=unhappy, approach=UNHAPPY, actor="system")
    save_segment(
        None,
        name="Promoters",
        conditions=promoters,
        approach="Thank them; they may like to tell others.",
        actor="system",
    )
    save_segment(None, name="Not heard of for long", conditions=quiet, approach=QUIET, actor="system")
    measure_contact()
    keep_members()
