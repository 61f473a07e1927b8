"""Verbs of a bot: take a ticket up, greet, ask, answer, hand over, close. Each bot's word is one message, marked as a bot's.

Held: the ticket first, then its conversation, everywhere in this order.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from ahlan.assistant import inquiry, saying
from ahlan.assistant.bots import on_duty
from ahlan.assistant.models import HOLDS, Bot, Conversation, Reason, Stands
from ahlan.channels.registry import channel
from ahlan.core.clock import now
from ahlan.events.log import record
from ahlan.knowledge.actions.needs import miss
from ahlan.knowledge.anonymous import without_names
from ahlan.knowledge.models import Outcome
from ahlan.tickets.actions.automatic import BOT, Unwelcome, write_by_itself
from ahlan.tickets.actions.work import close_ticket, locked
from ahlan.tickets.models import Ticket

LONGEST_NEED = 2_000
AT_ONCE, LATER = (
    timedelta(minutes=15),
    timedelta(days=1),
)  # patience where somebody sits waiting, and where not
STUCK = timedelta(minutes=5)  # after which a conversation nobody has answered is taken to have failed
OUTCOMES = {
    Reason.NO_ARTICLE: Outcome.NOTHING,
    Reason.MODEL: Outcome.NOTHING,
    Reason.UNHELPFUL: Outcome.UNHELPFUL,
}
DUE_AT_ONCE = 100


def take_up(ticket: Ticket, *, language: str) -> Conversation | None:
    """Stand in front of a ticket that has just been opened. Part of the verb that opened it; None where no bot is on duty."""
    bot = on_duty(ticket.inbox_id)
    if bot is None or ticket.removal or ticket.is_closed or ticket.assignee_id:
        return None
    made, is_new = Conversation.objects.get_or_create(
        ticket=ticket, defaults={"bot": bot, "language": language, "due_at": now() + STUCK}
    )
    if is_new:
        _record("assistant.took_up", made, ticket)
    return made


def hold(ticket: Ticket) -> tuple[Ticket, Conversation | None]:
    """The ticket and its conversation until the transaction ends; no conversation where the bot holds it no more."""
    held = locked(ticket)
    found = Conversation.objects.select_for_update(of=("self",)).select_related("bot")
    return held, found.filter(ticket=ticket.pk, state__in=HOLDS).first()


@transaction.atomic
def greet(held: Ticket, conversation: Conversation, *, heard: int) -> None:
    """Say hello and ask what he wants: he has said no more than that himself."""
    parts = [saying.what_is_it(conversation.language)]
    _speak(held, conversation, parts, heard=heard, kind="assistant.greeted", state=Stands.BEGUN)


@transaction.atomic
def ask_next(held: Ticket, conversation: Conversation, question: inquiry.Asked, *, heard: int) -> None:
    """Put the next question of the inquiry, with its answers as buttons where the wire has them."""
    conversation.question, conversation.asked = question.id, conversation.asked + 1
    pressed = shows(held, question.choices)
    _speak(
        held,
        conversation,
        [question.words if pressed else question.listed or question.words],
        choices=question.choices if pressed else (),
        heard=heard,
        kind="assistant.asked",
        state=Stands.ASKING,
        question=question.id,
    )


def shows(ticket: Ticket, choices: Sequence[str]) -> bool:
    """Whether the ticket's wire offers these answers as buttons."""
    return channel(ticket.inbox.channel).abilities.shows(choices)


@transaction.atomic
def answer_from_articles(
    held: Ticket,
    conversation: Conversation,
    text: str,
    articles: Sequence[int],
    *,
    heard: int,
    by_model: bool,
) -> None:
    """Give an answer that stands on these published wordings. `text` is whole: extract or summary, links, question."""
    yes_or_no = saying.yes_or_no(conversation.language)
    conversation.shown = [*conversation.shown, *(one for one in articles if one not in conversation.shown)]
    conversation.answers, conversation.question = conversation.answers + 1, ""
    conversation.by_model = conversation.by_model or by_model
    _speak(
        held, conversation, [text], heard=heard, kind="assistant.answered", state=Stands.ANSWERED,
        articles=list(articles), by_model=by_model, n=conversation.answers, choices=yes_or_no if shows(held, yes_or_no) else (),
    )  # fmt: skip


@transaction.atomic
def hand_over(ticket: Ticket, reason: str, *, tell: bool = False, heard: int | None = None) -> bool:
    """Let people see to it, with everything said so far; with `tell` the customer hears so. False when it was not the bot's.

    What it could not answer becomes a need of the articles.
    """
    held, conversation = hold(ticket)
    if conversation is None:
        return False
    if tell and (conversation.spoken or channel(held.inbox.channel).abilities.immediate):
        tell = _say(held, conversation, [saying.passing_on(reason, conversation.language)])
    _end(held, conversation, Stands.HANDED, reason=reason, heard=heard)
    outcome = OUTCOMES.get(Reason(reason))
    if outcome is not None and conversation.need:
        miss(_anonymous(conversation.need, held), conversation.language, outcome)
    return True


@transaction.atomic
def close_as_solved(held: Ticket, conversation: Conversation, *, heard: int) -> None:
    """The customer says that it helped."""
    _say(held, conversation, [saying.farewell(conversation.language)])
    _end(held, conversation, Stands.SOLVED, heard=heard)
    close_ticket(held, actor=conversation.bot.actor)


@transaction.atomic
def come_back(ticket: Ticket) -> None:
    """He has written again after the bot had closed it: that is for people. Part of the verb that took his word."""
    found = Conversation.objects.select_for_update(of=("self",)).select_related("bot")
    conversation = found.filter(ticket=ticket, state=Stands.SOLVED).first()
    if conversation is not None:
        conversation.state, conversation.reason = Stands.HANDED, Reason.CAME_BACK
        conversation.save(update_fields=["state", "reason"])
        _record("assistant.handed_over", conversation, ticket, **_outcome(conversation), again=True)


def begin_asking(held: Ticket, conversation: Conversation) -> None:
    """Open the inquiry. Part of a verb. Where there is none any more, 0 says that it was looked for."""
    conversation.inquiry = (
        inquiry.begin(held, conversation.bot.questionnaire, actor=conversation.bot.actor) or 0
    )
    _step(conversation, "inquiry")


def take_answer(conversation: Conversation, text: str) -> None:
    """Keep what he says to the question that was asked. What is no answer to it leaves it to the person who takes over.

    Part of a verb.
    """
    if not inquiry.take_answer(conversation.inquiry, conversation.question, text, conversation.language):
        conversation.passed = [*conversation.passed, conversation.question]
    conversation.question = ""
    _step(conversation, "passed", "question")


def _step(conversation: Conversation, *fields: str) -> None:
    conversation.revision += 1
    conversation.save(update_fields=[*fields, "revision"])


def hand_over_due() -> int:
    """Those in which nothing more was said, or that nobody answered; returns how many were looked at."""
    due = Conversation.objects.filter(due_at__lte=now()).order_by("due_at").select_related("ticket", "bot")
    found = list(due[:DUE_AT_ONCE])
    for one in found:
        silence = Reason.SILENT if one.spoken else Reason.BROKEN
        if not hand_over(one.ticket, silence if one.bot.is_on else Reason.OFF):
            Conversation.objects.filter(pk=one.pk).update(due_at=None)
    return len(found)


def _speak(
    held: Ticket,
    conversation: Conversation,
    parts: list[str],
    *,
    heard: int,
    kind: str,
    state: str,
    choices: Sequence[str] = (),
    **facts: Any,
) -> None:
    """One message, and what follows from it: unless it may not be sent, whereupon people see to the ticket."""
    conversation.heard, conversation.state = heard, state
    if not _say(held, conversation, parts, choices):
        _end(held, conversation, Stands.HANDED, reason=Reason.UNWELCOME, heard=heard)
        return
    conversation.due_at = now() + patience_of(conversation.bot, held)
    conversation.revision += 1
    conversation.save()
    _record(kind, conversation, held, **facts)


def _say(held: Ticket, conversation: Conversation, parts: list[str], choices: Sequence[str] = ()) -> bool:
    """Whether it could be written. The first word of a bot says that it is one."""
    greets = conversation.spoken == 0
    if greets:
        parts = [saying.greeting(conversation.bot, conversation.language), *parts]
    name = saying.called(conversation)
    try:
        write_by_itself(
            held,
            text="\n\n".join(parts),
            actor=conversation.bot.actor,
            kind=BOT,
            name=name,
            choices=choices,
        )
    except Unwelcome:
        return False
    conversation.spoken += 1
    if greets:
        _record("assistant.spoke_first", conversation, held)
    return True


def _end(
    held: Ticket, conversation: Conversation, state: str, *, reason: str = "", heard: int | None = None
) -> None:
    conversation.state, conversation.reason, conversation.question = state, reason, ""
    conversation.heard = max(conversation.heard, heard or 0)
    conversation.due_at, conversation.ended_at = None, now()
    conversation.revision += 1
    conversation.save()
    kind = "assistant.handed_over" if state == Stands.HANDED else "assistant.solved"
    _record(kind, conversation, held, **_outcome(conversation))


def _outcome(conversation: Conversation) -> dict[str, Any]:
    """What figures are made of. Bot time is the bot's alone."""
    return {
        "reason": conversation.reason, "seconds": conversation.seconds, "answers": conversation.answers,
        "asked": conversation.asked, "spoken": conversation.spoken, "by_model": conversation.by_model,
    }  # fmt: skip


def _record(kind: str, conversation: Conversation, ticket: Ticket, **facts: Any) -> None:
    told = {key: value for key, value in facts.items() if value != ""}
    record(
        kind, ticket, actor=conversation.bot.actor, audience=ticket.audience,
        bot=conversation.bot_id, language=conversation.language, **told,
    )  # fmt: skip


def patience_of(bot: Bot, ticket: Ticket) -> timedelta:
    if bot.patience:
        return timedelta(minutes=bot.patience)
    return AT_ONCE if channel(ticket.inbox.channel).abilities.immediate else LATER


def need_of(ticket: Ticket, text: str) -> str:
    """What he wants in his first words: a mail's subject says it as well."""
    about = ticket.subject if channel(ticket.inbox.channel).abilities.subject else ""
    return "\n".join(part for part in (about, text) if part)[:LONGEST_NEED]


def _anonymous(need: str, ticket: Ticket) -> str:
    """Its first line, without the people in it."""
    first = next((line for line in need.splitlines() if line.strip()), "")
    return without_names(first, [ticket.customer.primary.name])
