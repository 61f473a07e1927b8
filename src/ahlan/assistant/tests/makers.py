"""Makers of this room's tests: a bot, a customer's words on two wires, and the jobs that answer them."""

import secrets
from typing import Any

from django.db import transaction
from django.test import Client
from tests.makers import mail

from ahlan.assistant.actions.settings import SETTABLE, save_bot
from ahlan.assistant.models import Bot, Conversation
from ahlan.channels.actions import keep
from ahlan.channels.chat.actions import begin as let_in
from ahlan.channels.chat.actions import save_widget, say
from ahlan.channels.chat.models import Chat, Line, Visitor, Widget
from ahlan.channels.models import Inbox
from ahlan.core.clock import now
from ahlan.events.execute import call
from ahlan.events.models import Event, Job
from ahlan.knowledge.actions.articles import begin_article, publish, word
from ahlan.knowledge.actions.sections import save_section
from ahlan.knowledge.models import Article
from ahlan.site.sample_articles import TOLD
from ahlan.staff.models import Agent
from ahlan.tickets.actions.intake import receive_raw
from ahlan.tickets.models import Direction, Message, Ticket

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def make_bot(inbox: Inbox, **over: Any) -> Bot:
    bot = Bot.objects.filter(inbox=inbox).first() or Bot(inbox=inbox)
    given = {**{key: getattr(bot, key) for key in SETTABLE}, "is_on": True, **over}
    return save_bot(bot, greetings=given.pop("greetings", bot.greetings), actor="system", **given)


def tell_articles() -> list[Article]:
    """Those of the sample company that customers read: four, in six languages."""
    sections = {key: save_section(names={"en": key}, key=key, actor="system") for key in ("orders", "care")}
    made = []
    for told in (one for one in TOLD if one.section in sections):
        (language, (title, text)), *others = told.wordings.items()
        article = begin_article(sections[told.section], language=language, title=title, text=text)
        publish(article.translations.get())
        for code, (name, words) in others:
            publish(word(article, code, title=name, text=words))
        made.append(article)
    return made


def make_chat(language: str = "en") -> Visitor:
    """Somebody on a site with a chat that is everybody's."""
    slug = f"shop-{secrets.token_hex(4)}"
    widget = save_widget(
        Widget(slug=slug, brand="Mitra", language=language),
        name="Chat",
        active=True,
        fields=[],
        actor="system",
    )
    return let_in(widget, identity=None, visitor=None, page="", language=language)[0]


def chat(visitor: Visitor, text: str) -> Ticket:
    """He says it, and what is to be done about it is done; the ticket."""
    say(visitor, key=secrets.token_hex(8), text=text)
    work_off()
    return Ticket.objects.get(pk=Chat.objects.filter(visitor=visitor).latest("id").ticket)


def heard_by(visitor: Visitor) -> list[str]:
    """What stands on his screen, from us."""
    return list(
        Line.objects.filter(visitor=visitor, side="agent").order_by("seq").values_list("text", flat=True)
    )


def offered_to(visitor: Visitor) -> list[list[str]]:
    """The answers below each of our lines, as buttons."""
    lines = Line.objects.filter(visitor=visitor, side="agent").order_by("seq")
    return list(lines.values_list("choices", flat=True))


def write(inbox: Inbox, **over: str) -> Ticket:
    """A customer's mail comes in, and what is to be done about it is done."""
    (receipt,) = receive_raw(keep(mail(**over), channel="email", inbox=inbox, door="test", announce=False))
    work_off()
    assert receipt.ticket is not None
    return receipt.ticket


def work_off() -> int:
    """Do the jobs of this room; returns how many. Another room's stay."""
    done = 0
    while (
        job := Job.objects.filter(state="ready", name__startswith="ahlan.assistant.").order_by("id").first()
    ):
        call(job)
        with transaction.atomic():
            Job.objects.filter(pk=job.pk).update(state="done", finished_at=now())
        done += 1
    return done


def said(ticket: Ticket) -> list[str]:
    """What the bot wrote, oldest first."""
    found = Message.objects.filter(ticket=ticket, direction=Direction.OUT, automatic="bot")
    return list(found.order_by("id").values_list("text", flat=True))


def stands(ticket: Ticket) -> Conversation:
    return Conversation.objects.get(ticket=ticket)


def events(kind: str) -> list[dict[str, Any]]:
    """The facts of all events of a kind, oldest first."""
    return list(Event.objects.filter(kind=kind).order_by("id").values_list("facts", flat=True))


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client
