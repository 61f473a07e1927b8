"""What a bot does about a customer's words: thought out without a transaction (a model may think for long), then done in one.

`see_to` is the job. What was thought is done only if nothing has happened to the conversation meanwhile; and where something is
to be written before it can be thought on (an answer to a question), it is thought about once more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from ahlan.assistant import inquiry, saying
from ahlan.assistant.actions import conversation as verbs
from ahlan.assistant.grounding import Ungrounded, grounded
from ahlan.assistant.looking import best_answer, telling
from ahlan.assistant.model import is_on
from ahlan.assistant.models import HOLDS, Conversation, Reason, Stands
from ahlan.assistant.understanding import Heard, heard
from ahlan.channels.contract import Tells
from ahlan.channels.registry import channel
from ahlan.core.languages import language_of
from ahlan.tickets.models import Attachment, Direction, Message, Ticket

AT_ONCE = 20  # messages answered together
TURNS = 5

Act = Callable[[Ticket, Conversation], None]


class Overtaken(Exception):
    """The conversation moved on each time it was thought about; a later try will do."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the customer has said since the bot last spoke. `last`: the id of his latest message."""

    text: str
    last: int
    has_files: bool


@dataclass(frozen=True, slots=True)
class Thought:
    """What is to be done, with what he wants as it is understood now. `again`: it has to be thought about once more."""

    act: Act
    need: str
    again: bool = False


def see_to(ticket_id: int, upto: int) -> None:
    """Answer what was said up to that message. Safe to repeat, and by two at once: each word is answered once."""
    for _turn in range(TURNS):
        conversation = _conversation(ticket_id)
        said = _said(conversation) if conversation and conversation.heard < upto else None
        if conversation is None or said is None or _done(conversation, think(conversation, said)):
            return
    raise Overtaken


def _conversation(ticket_id: int) -> Conversation | None:
    found = Conversation.objects.select_related("bot", "ticket__inbox", "ticket__customer__merged_into")
    return found.filter(ticket=ticket_id, state__in=HOLDS).first()


def _said(conversation: Conversation) -> Said | None:
    messages = Message.objects.filter(
        ticket=conversation.ticket_id, direction=Direction.IN, automatic="", from_stranger=False,
        pk__gt=conversation.heard,
    )  # fmt: skip
    found = list(messages.order_by("id").defer("html")[:AT_ONCE])
    if not found:
        return None
    files = Attachment.objects.filter(message__in=found, inline=False).exists()
    return Said("\n".join(one.own_text.strip() for one in found), found[-1].pk, files)


@transaction.atomic
def _done(conversation: Conversation, thought: Thought) -> bool:
    """False: think again."""
    held, present = verbs.hold(conversation.ticket)
    if present is None:
        return True
    if present.revision != conversation.revision:
        return False
    present.language, present.need = conversation.language, thought.need
    present.save(update_fields=["language", "need"])
    thought.act(held, present)
    return not thought.again


def think(conversation: Conversation, said: Said) -> Thought:
    """What is to be done about it. May take as long as the model may; writes nothing."""
    conversation.language = language_of(said.text) or conversation.language
    need, meant = conversation.need, heard(said.text)
    if meant == Heard.PERSON:
        return _handing(Reason.ASKED, said, need)
    if said.has_files:
        return _handing(Reason.FILE, said, need)
    if conversation.question:
        return Thought(lambda held, one: verbs.take_answer(one, said.text), need, again=True)
    if conversation.state == Stands.ANSWERED:
        return _after_answer(conversation, said, meant)
    if meant == Heard.HELLO and not conversation.spoken:
        return Thought(lambda held, one: verbs.greet(held, one, heard=said.last), need)
    if conversation.inquiry is None:  # his first words: nothing was asked yet
        need = (
            said.text[: verbs.LONGEST_NEED]
            if conversation.spoken
            else verbs.need_of(conversation.ticket, said.text)
        )
        if conversation.bot.questionnaire is not None:
            return Thought(verbs.begin_asking, need, again=True)
    question = inquiry.next_question(conversation.inquiry, conversation.passed, conversation.language)
    if question is not None:
        return Thought(lambda held, one: verbs.ask_next(held, one, question, heard=said.last), need)
    return _answering(conversation, said, need, need)


def _after_answer(conversation: Conversation, said: Said, meant: Heard) -> Thought:
    """Whether it helped; anything else he says is asked anew."""
    need = conversation.need
    if meant == Heard.YES:
        return Thought(lambda held, one: verbs.close_as_solved(held, one, heard=said.last), need)
    says_more = len(telling(said.text, conversation.language)) > 1
    if meant == Heard.NO:
        return _answering(conversation, said, f"{need}\n{said.text}" if says_more else need, need)
    need = said.text[: verbs.LONGEST_NEED] if says_more else need
    return _answering(conversation, said, need, need)


def _handing(reason: str, said: Said, need: str) -> Thought:
    return Thought(lambda held, one: _hand_over(held, reason, said), need)


def _hand_over(held: Ticket, reason: str, said: Said) -> None:
    verbs.hand_over(held, reason, tell=True, heard=said.last)


def _answering(conversation: Conversation, said: Said, words: str, need: str) -> Thought:
    """An article, if one is sure and he has not had enough of them; else a person."""
    if conversation.answers >= conversation.bot.tries:
        return _handing(Reason.UNHELPFUL, said, need)
    if conversation.bot.uses_model and is_on():
        return _by_model(conversation, said, words, need)
    found = best_answer(words, conversation.language, without=conversation.shown)
    if found is None:
        return _handing(Reason.UNHELPFUL if conversation.answers else Reason.NO_ARTICLE, said, need)
    text = saying.article(found, conversation.language, pressed=_pressed(conversation))
    return _giving(text, [found.one.pk], said, need, by_model=False)


def _pressed(conversation: Conversation) -> bool:
    """Whether yes and no stand below an answer as buttons."""
    return verbs.shows(conversation.ticket, saying.yes_or_no(conversation.language))


def _by_model(conversation: Conversation, said: Said, words: str, need: str) -> Thought:
    """In the words of the model, standing on articles; whatever goes wrong with it, a person."""
    ticket = conversation.ticket
    wire = channel(ticket.inbox.channel)
    if isinstance(wire, Tells):
        wire.typing(ticket.pk)
    names = [ticket.customer.primary.name]
    try:
        answer = grounded(words, conversation.language, names=names, without=conversation.shown)
    except Ungrounded:
        return _handing(Reason.UNHELPFUL if conversation.answers else Reason.MODEL, said, need)
    text = saying.with_question(
        answer.text, answer.sources, conversation.language, pressed=_pressed(conversation)
    )
    return _giving(text, [one.pk for one in answer.sources], said, need, by_model=True)


def _giving(text: str, articles: Sequence[int], said: Said, need: str, *, by_model: bool) -> Thought:
    def act(held: Ticket, one: Conversation) -> None:
        verbs.answer_from_articles(held, one, text, articles, heard=said.last, by_model=by_model)

    return Thought(act, need)
