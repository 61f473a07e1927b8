"""The sample company: people, tickets and mails in all six languages, made by the verbs the product itself uses."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from django.apps import apps
from django.db import transaction
from django.urls import reverse

from ahlan.calendars.actions import create_hours, set_holidays
from ahlan.calendars.models import BusinessHours, HolidaySet
from ahlan.calendars.presets import PRESETS
from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.customers.models import Customer, Organisation
from ahlan.events.models import Event
from ahlan.site.mail_command import receive_one
from ahlan.site.sample_articles import tell_articles
from ahlan.staff.actions import create_agent, make_roles, save_team
from ahlan.staff.actions.skills import save_skill, set_skills
from ahlan.staff.models import Agent, Team
from ahlan.tickets.actions import answer, work
from ahlan.tickets.actions.fields import set_fields
from ahlan.tickets.actions.views import save_view
from ahlan.tickets.actions.words import save_field, save_status, save_type
from ahlan.tickets.models import Message, Status, Ticket
from ahlan.tickets.models.own import Field, FieldOption, Own

DOMAIN = "mitra.example"
SUPPORT, BILLING = f"support@{DOMAIN}", f"billing@{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to the sample company, and what was done about it."""

    name: str
    address: str
    subject: str
    text: str
    minutes_ago: int
    to: str = SUPPORT
    team: str = "Care"
    assignee: str = ""
    note: str = ""
    answer: str = ""
    then: str = ""
    tags: list[str] = field(default_factory=list)
    priority: int = 2
    kind: str = ""
    status: str = ""
    order: str = ""
    product: str = ""
    broken: str = ""


PEOPLE = [
    ("ada", "Ada Virtanen", "admin", "en"),
    ("bo", "Bo Lindqvist", "agent", "fi"),
    ("noor", "Noor Haddad", "lead", "ar"),
    ("dana", "Dana Mizrahi", "agent", "he"),
    ("reza", "Reza Karimi", "agent", "fa"),
    ("vera", "Vera Orlova", "agent", "ru"),
]

HOURS = {  # the first is the default
    "Helsinki": ("Europe/Helsinki", "mon-fri", "FI", "fi"),
    "Jerusalem": ("Asia/Jerusalem", "sun-thu", "IL", "he"),
    "Tehran": ("Asia/Tehran", "sat-wed", "IR", "fa_IR"),
}

LETTERS = [
    Letter(
        "Noa Levi", "noa.levi@customer.example", "החזר על הזמנה 1182",
        "שלום,\n\nהחבילה הגיעה אתמול פתוחה, ואחת הכוסות שבורה. אשמח להחזר כספי על הפריט או לקבל כוס חדשה.\n"
        "מספר ההזמנה: 1182\n\nתודה,\nנועה לוי", 4, assignee="ada", priority=3, tags=["refund"],
        kind="Fault", order="1182", product="Cup", broken="Damaged on the way",
        note="The courier has admitted the damage; a new cup can go out today.",
    ),
    Letter(
        "Lapsi Oy", "talous@lapsi.example", "Lasku kahteen kertaan",
        "Hei,\n\nsaimme lokakuun laskun kahteen kertaan (numerot 20931 ja 20947). Voisitteko hyvittää toisen niistä?\n\n"
        "Ystävällisin terveisin\nAino Korhonen\nLapsi Oy", 58, to=BILLING, team="Billing", tags=["invoice"],
    ),
    Letter(
        "فاطمة الزهراء", "fatima@customer.example", "متى يصل طلبي؟",
        "السلام عليكم،\n\nطلبت طقم أكواب يوم الأحد (رقم الطلب 1207) ولم يصلني حتى الآن. هل يمكنكم إخباري بموعد الوصول؟\n\n"
        "شكرًا جزيلًا", 12, kind="Order", order="1207", product="Cup",
    ),
    Letter(
        "مریم احمدی", "maryam@customer.example", "تعویض فنجان شکسته",
        "سلام، وقت بخیر.\n\nیکی از فنجان‌های سفارش ۱۱۹۵ شکسته به دستم رسید. لطفاً راهنمایی کنید برای تعویض چه کار کنم.\n\n"
        "با سپاس", 95, assignee="reza", then="waiting", status="Waiting for the courier",
        kind="Fault", order="1195", product="Cup", broken="Damaged on the way",
        answer="سلام خانم احمدی،\n\nاز این بابت متأسفیم. فنجان تازه همین امروز برایتان فرستاده می‌شود و لازم نیست چیزی پس بفرستید.",
    ),
    Letter(
        "Иван Соколов", "sokolov@customer.example", "Не приходит письмо для входа",
        "Здравствуйте!\n\nПытаюсь войти в личный кабинет, но письмо со ссылкой не приходит. Проверил папку «Спам» — там тоже пусто.\n\n"
        "С уважением,\nИван", 26, assignee="vera",
    ),
    Letter(
        "Grace Mbeki", "grace@customer.example", "Can I change the delivery address?",
        "Hello,\n\nI ordered a teapot this morning (order 1211) and only now saw that my old address is still in the "
        "account. Could you send it to 14 Harbour Lane instead?\n\nMany thanks,\nGrace", 2, kind="Order", order="1211", product="Teapot",
    ),
    Letter(
        "Tom Baker", "tom@baker.example", "Wholesale prices for a café",
        "Hi,\n\nwe are opening a café in May and would like forty sets of the blue cups. Do you have a price list for "
        "companies?\n\nTom", 1500, then="waiting", assignee="ada",
        answer="Hello Tom,\n\nhow lovely! The price list is below. For forty sets we would add **free delivery**.\n\n"
        "- 20 to 49 sets: 18.40 each\n- 50 and more: 16.90 each\n\nShall I reserve them for you?",
    ),
    Letter(
        "יוסי כהן", "yossi@customer.example", "שאלה על אחריות",
        "היי,\nכמה זמן האחריות על קומקום חשמלי? קניתי אצלכם לפני שנה וחצי והכפתור הפסיק לעבוד.", 180, team="Care", kind="Fault",
        product="Kettle",
    ),
    Letter(
        "Ville Salo", f"ville@warehouse.{DOMAIN}", "Returns without a note",
        "Hi,\n\nthree parcels came back today with nothing inside that says why (orders 1188, 1190 and 1203). "
        "Could you ask the customers?\n\nVille, warehouse", 40, team="Care",
    ),
    Letter(
        "Sari Niemi", "sari@customer.example", "Kiitos nopeasta avusta!",
        "Kuppi tuli perille ehjänä jo seuraavana päivänä. Kiitos Bo!", 2900, assignee="bo", then="closed",
        answer="Kiitos viestistä, Sari! Mukavia teehetkiä.", tags=["thanks"],
    ),
    Letter(
        "أحمد منصور", "ahmad@customer.example", "خطأ في الفاتورة",
        "مرحبًا،\n\nالمبلغ في الفاتورة 20955 لا يطابق ما دفعته. أرجو المراجعة.", 400, to=BILLING, team="Billing",
        assignee="noor", priority=4, tags=["invoice"],
    ),
    Letter(
        "Ольга Петрова", "olga@customer.example", "Подарочная упаковка",
        "Добрый день! Можно ли упаковать заказ 1210 в подарочную бумагу? Готова доплатить.", 35, kind="Order", order="1210",
    ),
    Letter(
        "Daniel Ross", "daniel@customer.example", "The lid does not fit",
        "Hello, the lid of the teapot I got today is too large for it. I attach nothing because my phone is broken, but "
        "I can send a picture tonight.", 7, tags=["exchange"], kind="Fault", product="Teapot",
    ),
    Letter(
        "سارا رضایی", "sara@customer.example", "ساعت کار فروشگاه",
        "سلام، فروشگاه تهران جمعه‌ها باز است؟", 640, then="closed", assignee="reza", kind="Question",
        answer="سلام! بله، جمعه‌ها از ساعت ۱۰ تا ۱۴ باز هستیم.",
    ),
]  # fmt: skip

MONEY = ("refund", "החזר", "lasku", "فاتورة", "بازپرداخت", "возврат")
RECEIVED = (
    "Hello {{customer.first_name|there}},\n\nwe have your message (no. {{ticket.number}}) and answer during our hours: "
    "{{team.hours}}.\n\n{{inbox.name}}"
)


ASKED_ABOUT = "The lid does not fit"
ASKED = "Hello Daniel,\n\nwhat a pity! Please answer a few questions here, so that we can help you at once:"
FAULT_TOLD = {
    "product": "Teapot, blue, 1.2 l", "happens": "The lid is a finger too wide and slides off.", "often": "always",
    "stops": "yes",
}  # fmt: skip
HOURS_TOLD = {
    "": "Hello {{customer.first_name|there}},\n\nwe are here {{team.hours}}.",
    "he": "שלום {{customer.first_name}},\n\nאנחנו כאן: {{team.hours}}.",
    "ar": "مرحبًا {{customer.first_name}}،\n\nنحن هنا: {{team.hours}}.",
    "fi": "Hei {{customer.first_name}},\n\nolemme paikalla: {{team.hours}}.",
    "fa": "سلام {{customer.first_name}}،\n\nما این ساعت‌ها هستیم: {{team.hours}}.",
    "ru": "Здравствуйте, {{customer.first_name}}!\n\nМы на месте: {{team.hours}}.",
}
REFUNDED = {
    "": "Hello {{customer.first_name|there}},\n\nyour refund is on its way. It reaches your account within five working days.",
    "he": "שלום {{customer.first_name}},\n\nההחזר בדרך אליך ויגיע לחשבון בתוך חמישה ימי עסקים.",
    "ar": "مرحبًا {{customer.first_name}}،\n\nالمبلغ المسترد في طريقه إليك ويصل إلى حسابك خلال خمسة أيام عمل.",
    "fi": "Hei {{customer.first_name}},\n\nhyvitys on matkalla ja tilillänne viiden arkipäivän kuluessa.",
    "fa": "سلام {{customer.first_name}}،\n\nبازپرداخت شما در راه است و تا پنج روز کاری به حسابتان می‌رسد.",
    "ru": "Здравствуйте, {{customer.first_name}}!\n\nВозврат уже отправлен и поступит на счёт в течение пяти рабочих дней.",
}
THANKED = {
    "": "Thank you for telling us, {{customer.first_name|dear customer}}! Is there anything else we can do for you?",
    "he": "תודה שסיפרת לנו, {{customer.first_name}}! נוכל לעזור בעוד משהו?",
    "ar": "شكرًا لإخبارنا يا {{customer.first_name}}! هل من شيء آخر نقدّمه لك؟",
    "fi": "Kiitos viestistä, {{customer.first_name}}! Voimmeko auttaa vielä jossain?",
    "fa": "سپاس که به ما گفتید، {{customer.first_name}}! کار دیگری از ما برمی‌آید؟",
    "ru": "Спасибо, что написали, {{customer.first_name}}! Можем ли мы помочь чем-то ещё?",
}


def load_sample() -> bool:
    """Make the sample company. False, and nothing done, when somebody works here already."""
    if Agent.objects.exists():
        return False
    make_roles()
    with transaction.atomic():
        agents = _people()
        _languages(agents)
        teams = _inboxes_and_teams(agents)
        Organisation.objects.create(name="Lapsi Oy", domain="lapsi.example")
        Organisation.objects.create(name="Warehouse", domain=f"warehouse.{DOMAIN}", internal=True)
        named = _words()
        for letter in sorted(LETTERS, key=lambda one: -one.minutes_ago):
            _tell(letter, agents, teams, named)
        _keep_in_sight(named)
        tell_articles(agents)
        if apps.is_installed("ahlan.service_levels"):
            _promise()
        if apps.is_installed("ahlan.rules"):
            _let_happen(teams)
            _give_shortcuts(teams)
        if apps.is_installed("ahlan.courtesy"):
            _inquire(agents)
        if apps.is_installed("ahlan.feedback"):
            from ahlan.site.sample_feedback import tell_feedback  # noqa: PLC0415 -- a room that may be left out

            tell_feedback(agents, teams)
        if apps.is_installed("ahlan.kpis"):
            _count()
    return True


def _count() -> None:
    """Its log was dated back after it was written; figures go by the log."""
    from ahlan.kpis.actions.rebuild import rebuild  # noqa: PLC0415 -- a room that may be left out

    rebuild()


def _people() -> dict[str, Agent]:
    return {
        key: create_agent(email=f"{key}@{DOMAIN}", name=name, role=role, language=language, actor="system")
        for key, name, role, language in PEOPLE
    }


def _languages(agents: dict[str, Agent]) -> None:
    """Everybody speaks his own language and English."""
    spoken = {code: save_skill(language=code, actor="system") for code in sorted({one[3] for one in PEOPLE})}
    for key, _name, _role, own in PEOPLE:
        set_skills(agents[key], {spoken["en"].pk: 4, spoken[own].pk: 5}, actor="system")


def _inboxes_and_teams(agents: dict[str, Agent]) -> dict[str, Team]:
    support = Inbox.objects.create(
        name="Mitra care", channel="email", address=SUPPORT, signature="Mitra · tea and cups"
    )
    billing = Inbox.objects.create(name="Mitra billing", channel="email", address=BILLING)
    hours = {name: _hours(name, *told) for name, told in HOURS.items()}
    care = save_team(Team(name="Care", hours=hours["Helsinki"]), [support], actor="system")
    money = save_team(Team(name="Billing", hours=hours["Helsinki"]), [billing], actor="system")
    jerusalem = save_team(Team(name="Jerusalem", hours=hours["Jerusalem"]), [support], actor="system")
    tehran = save_team(Team(name="Tehran", hours=hours["Tehran"]), [support], actor="system")
    for key, agent in agents.items():
        agent.teams.set([money] if key == "noor" else [care, money] if key in ("ada", "bo") else [care])
    agents["dana"].teams.add(jerusalem)
    agents["reza"].teams.add(tehran)
    return {"Care": care, "Billing": money}


def _hours(name: str, time_zone: str, preset: str, country: str, language: str) -> BusinessHours:
    """The hours of one town, with the public holidays of its country."""
    hours = create_hours(name=name, time_zone=time_zone, week=PRESETS[preset].week, actor="system")
    chosen = HolidaySet(hours=hours, country=country, language=language, categories=["public"])
    set_holidays(chosen, {}, actor="system")
    return hours


def _tell(letter: Letter, agents: dict[str, Agent], teams: dict[str, Team], named: dict[str, Own]) -> None:
    at = now() - timedelta(minutes=letter.minutes_ago)
    inbox = Inbox.objects.get(address=letter.to)
    (receipt,) = receive_one(_mail(letter, at), inbox)
    ticket = receipt.ticket
    if ticket is None:
        raise RuntimeError(f"the sample mail of {letter.address} opened no ticket")
    system = "system"
    work.transfer_ticket(ticket, teams[letter.team], actor=system)
    if letter.assignee:
        work.assign_ticket(ticket, agents[letter.assignee], actor=system)
    if letter.tags:
        work.tag_ticket(ticket, letter.tags, actor=system)
    if letter.priority != ticket.priority:
        work.set_priority(ticket, letter.priority, actor=system)
    _fill(letter, ticket, named)
    author = agents[letter.assignee or "ada"]
    if letter.note:
        answer.note(ticket, author=author, text=letter.note)
    if letter.answer:
        _answer(letter, ticket, author)
    if letter.status:
        work.set_status(ticket, str(named[letter.status].pk), actor=system)
    _set_back(ticket, at)


def _words() -> dict[str, Own]:
    """A few types, statuses and fields of the company's own, by their names."""
    by = "system"
    made: list[Own] = [save_type(name=name, actor=by) for name in ("Question", "Fault", "Order")]
    fault, order = made[1].pk, made[2].pk
    made += [
        save_status(name="Waiting for the courier", state="waiting", actor=by),
        save_status(name="Waiting for the workshop", state="on_hold", actor=by),
        save_status(name="Not for us", state="closed", actor=by),
        save_field(name="Order", kind="number", help="As it stands on the invoice", types=[fault, order], actor=by),
        save_field(name="Product", kind="choice", options=_options("Cup", "Teapot", "Kettle", "Tea"), types=[fault, order], actor=by),
        save_field(name="What is wrong", kind="choice", options=_options("Damaged on the way", "Made badly", "Worn out"), types=[fault], required="closing", actor=by),
        save_field(name="Deliver on", kind="date", types=[order], actor=by),
    ]  # fmt: skip
    return {one.name if isinstance(one, (Status, Field)) else f"type {one.name}": one for one in made}


def _keep_in_sight(named: dict[str, Own]) -> None:
    """A view for everybody with columns of the company's own."""
    fault, product = named["type Fault"], named["Product"]
    tree = {"all": [{"facet": "type", "is": "any_of", "value": [str(fault.pk)]}]}
    shows = ["status", f"field-{product.pk}", f"field-{named['What is wrong'].pk}"]
    save_view(
        name="Faults by product", conditions=tree, order=f"field-{product.pk}-up", shows=shows, actor="system"
    )


def _options(*names: str) -> list[tuple[int | None, str]]:
    return [(None, name) for name in names]


def _fill(letter: Letter, ticket: Ticket, named: dict[str, Own]) -> None:
    """The type of a letter's ticket, and what is known of it."""
    if not letter.kind:
        return
    work.set_type(ticket, named[f"type {letter.kind}"].pk, actor="system")
    chosen = {"Product": letter.product, "What is wrong": letter.broken}
    ids = dict(FieldOption.objects.values_list("name", "pk"))
    values = {named[name].pk: [str(ids[text])] for name, text in chosen.items() if text}
    if letter.order:
        values[named["Order"].pk] = [letter.order]
    set_fields(ticket, values, actor="system")


def _answer(letter: Letter, ticket: Ticket, author: Agent) -> None:
    """A reply that went out long ago: written like any other, but nothing of the sample is ever sent."""
    said = answer.reply(ticket, author=author, text=letter.answer, then=letter.then)
    answer.settle_unsent(said)


def _set_back(ticket: Ticket, at: datetime) -> None:
    """The sample happened over the last days, not all of it this second."""
    later = at + timedelta(minutes=3)
    Message.objects.filter(ticket=ticket, direction="in").update(at=at)
    Message.objects.filter(ticket=ticket).exclude(direction="in").update(at=later)
    answered = Message.objects.filter(ticket=ticket, direction="out").exists()
    Ticket.objects.filter(pk=ticket.pk).update(opened_at=at, last_message_at=later if answered else at)
    ticket.refresh_from_db()
    if answered:
        Ticket.objects.filter(pk=ticket.pk).update(first_answered_at=later)
    Customer.objects.filter(pk=ticket.customer_id).update(met_at=at)
    for n, event in enumerate(
        Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")
    ):
        came = at if event.kind in ("ticket.opened", "message.received") else later
        Event.objects.filter(pk=event.pk).update(at=came + timedelta(microseconds=n))


def _promise() -> None:
    """One service level for everybody: urgent tickets day and night, all others in business hours."""
    from ahlan.service_levels.actions.keeping import judge_anew  # noqa: PLC0415 -- a room that may be left out
    from ahlan.service_levels.actions.terms import save_policy  # noqa: PLC0415 -- the same
    from ahlan.service_levels.clocks import Kind, Target, Unit  # noqa: PLC0415 -- the same

    hours = {4: (1, 1, 8), 3: (4, 4, 16), 2: (8, 8, 40), 1: (16, 16, 80)}
    targets = {
        priority: {
            kind: Target(60 * n, Unit.MINUTES if priority == 4 else Unit.BUSINESS_MINUTES)
            for kind, n in zip(Kind, given, strict=True)
        }
        for priority, given in hours.items()
    }
    save_policy(name="Everybody", conditions={"all": []}, targets=targets, actor="system")
    for ticket in Ticket.objects.select_related("team"):
        judge_anew(ticket)


def _let_happen(teams: dict[str, Team]) -> None:
    """What happens by itself: three rules that are on, and one that writes to customers, which is not."""
    from ahlan.rules.actions.settings import save_rule, switch_rule  # noqa: PLC0415 -- a room that may be left out

    def leaf(facet: str, how: str, *value: object) -> dict[str, object]:
        return {"facet": facet, "is": how, "value": [str(one) for one in value]}

    def do(act: str, *value: object) -> dict[str, object]:
        return {"act": act, "value": [str(one) for one in value]}

    billing = Inbox.objects.get(address=BILLING)
    about_money = [leaf("inbox", "any_of", billing.pk), *(leaf("words", "contains", word) for word in MONEY)]
    money = save_rule(
        name="Tag what is about money", triggers=["opened"], conditions={"all": [{"any": about_money}]},
        acts=[do("add_tags", "invoice")], actor="system",
    )  # fmt: skip
    late = save_rule(
        name="A missed deadline is urgent", triggers=["deadline_missed"], conditions={"all": []},
        acts=[do("priority", 4), do("notify", "assignee", f"team-{teams['Care'].pk}")], actor="system",
    )  # fmt: skip
    quiet = save_rule(
        name="Close after a quiet week", since="last_message_at", amount=7, unit="days",
        conditions={"all": [leaf("state", "any_of", "waiting")]}, acts=[do("state", "closed")], actor="system",
    )  # fmt: skip
    for rule in (money, late, quiet):
        switch_rule(rule, True, actor="system")
    save_rule(
        name="Say that we have it", triggers=["opened"], conditions={"all": [leaf("language", "any_of", "en")]},
        acts=[do("write", RECEIVED)], actor="system",
    )  # fmt: skip


def _give_shortcuts(teams: dict[str, Team]) -> None:
    """What is written and done every day."""
    from ahlan.rules.actions.shortcuts import save_canned_reply, save_macro  # noqa: PLC0415 -- the same

    save_canned_reply(name="Opening hours", code="hours", texts=HOURS_TOLD, actor="system")
    save_canned_reply(name="Anything else?", code="thanks", texts=THANKED, actor="system")
    refunded = save_canned_reply(name="Refund is on its way", code="refund", texts=REFUNDED, actor="system")
    save_macro(
        name="Refund and close", code="refunded", actor="system",
        acts=[
            {"act": "canned", "value": [str(refunded.pk)]}, {"act": "add_tags", "value": ["refund"]},
            {"act": "state", "value": ["closed"]},
        ],
    )  # fmt: skip
    save_macro(
        name="Hand on to Billing", code="billing", team=teams["Care"], actor="system",
        acts=[
            {"act": "transfer", "value": [str(teams["Billing"].pk)]}, {"act": "add_tags", "value": ["invoice"]},
        ],
    )  # fmt: skip
    from ahlan.rules.actions.recurring import save_template  # noqa: PLC0415 -- the same

    support = Inbox.objects.get(address=SUPPORT)
    begins = {
        "inbox": support.pk, "team": teams["Care"].pk, "subject": "Is your tea set well?", "says": "out", "then": "waiting",
        "priority": 1, "tags": "check", "text": "Hello {{customer.first_name|there}},\n\nit is a year since you got your tea set. Is all well with it?",
    }  # fmt: skip
    save_template(name="Yearly check", fields=begins, actor="system")


def _inquire(agents: dict[str, Agent]) -> None:
    """A questionnaire that a customer has answered at its link, and a step that was marked by hand."""
    from ahlan.courtesy.actions import inquiries as asking  # noqa: PLC0415 -- a room that may be left out
    from ahlan.courtesy.actions.questionnaires import make_ready  # noqa: PLC0415 -- the same
    from ahlan.courtesy.actions.way import mark_step  # noqa: PLC0415 -- the same
    from ahlan.courtesy.links import token_for  # noqa: PLC0415 -- the same
    from ahlan.courtesy.models import Questionnaire  # noqa: PLC0415 -- the same
    from ahlan.site.house import address  # noqa: PLC0415 -- it loads the sample

    make_ready()
    ticket, ada = Ticket.objects.get(subject=ASKED_ABOUT), agents["ada"]
    inquiry = asking.begin(ticket, Questionnaire.objects.get(key="fault"), agent=ada)
    shared = asking.share(inquiry, agent=ada)
    link = f"{address()}{reverse('courtesy:answer', args=[token_for(shared)])}"
    answer.settle_unsent(answer.reply(ticket, author=ada, text=f"{ASKED}\n{link}"))
    asking.answer(shared, FAULT_TOLD, revision=0)
    mark_step(ticket, "door", True, agent=ada)


def _mail(letter: Letter, at: datetime) -> bytes:
    mail = EmailMessage()
    mail["From"] = formataddr((letter.name, letter.address))
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<sample.{letter.minutes_ago}.{letter.address}>"
    mail.set_content(letter.text)
    return mail.as_bytes()
