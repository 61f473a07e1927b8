"""What the language model is told when an agent asks for help. Names, addresses and numbers are hidden before anything leaves.

It is told what an agent may see anyway, and what it says is shown to him alone: nothing is sent by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ahlan.assistant.bots import house
from ahlan.assistant.grounding import GIVEN, LANGUAGES, LONGEST_ARTICLE, candidates
from ahlan.assistant.masking import Masks
from ahlan.assistant.models import Help, Use
from ahlan.core.languages import INSTALLED, language_of
from ahlan.knowledge.anonymous import without_names
from ahlan.knowledge.models import Translation
from ahlan.knowledge.rendering import plain
from ahlan.search.finding import find
from ahlan.staff.models import Agent
from ahlan.tickets.models import Direction, Message, State, Ticket

TOLD = 30  # messages of a ticket, the latest
LONGEST_MESSAGE, LONGEST_TICKET = 3_000, 20_000  # characters
PAST, LOOKED_AT = 3, 12  # tickets
Prompt = list[dict[str, str]]

_HIDDEN = "Words like [NAME_1] or [NUMBER_1] stand for something hidden: keep them exactly as they are."
_ONLY = "Reply with the text alone: no comment, no quotation marks around it."
_RULES = {
    Help.DRAFT: "You draft an agent's answer to the customer's last words, in {language}, warm and short. Use only the numbered "
    "sources below; after a statement from a source cite it like [1]. Say nothing they do not say, and promise nothing.",
    Help.SUMMARY: "Summarise this ticket for an agent, in {language}: what the customer wants, what was done, what is open. Five short lines at most.",
    Help.TRANSLATE_IN: "Translate the text into {language}. Keep its tone, its line ends and its marks.",
    Help.TRANSLATE_OUT: "Translate the text into {language}. Keep its tone, its line ends and its marks.",
    Help.WARMER: "Make the agent's text warmer and kinder in its own language. Add no facts and no promises, and keep it about as long.",
    Help.SHORTER: "Make the agent's text shorter in its own language. Lose no fact, no number and no question.",
}


class NothingToGo(Exception):
    """There is nothing to work on. `why`: "no_text", "no_words" or "no_articles"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class Asked:
    """A prompt, how what comes is made readable again, and the articles it may cite."""

    prompt: Prompt
    masks: Masks
    articles: list[Translation] = field(default_factory=list)


def asked_for(use: Use) -> Asked:
    """What to ask the model for this. Raises NothingToGo."""
    ticket, agent = use.ticket, use.agent
    said = _said(ticket)
    masks = Masks(_names(ticket, said), on=house().masks)
    kind = Help(use.kind)
    articles: list[Translation] = []
    if kind in (Help.WARMER, Help.SHORTER, Help.TRANSLATE_OUT):
        text = masks.hide(_text(use.given))
    elif kind == Help.TRANSLATE_IN:
        last = next((one.own_text for one in reversed(said) if one.direction == Direction.IN), "")
        text = masks.hide(_text(last))
    else:
        text = _conversation(said, masks)
    rules = [_RULES[kind].format(language=LANGUAGES[language_for(kind, ticket, agent)]), _HIDDEN, _ONLY]
    if kind == Help.DRAFT:
        articles = candidates(question_of(ticket, said), spoken(ticket))[:GIVEN]
        sources = [
            *(f"{one.live_title}\n{plain(one.live_text)[:LONGEST_ARTICLE]}" for one in articles),
            *_past(ticket, agent),
        ]
        if not sources:
            raise NothingToGo("no_articles")
        rules.append("\n\n".join(f"[{n}] {one}" for n, one in enumerate(sources, 1)))
    prompt = [{"role": "system", "content": "\n".join(rules)}, {"role": "user", "content": text}]
    return Asked(prompt, masks, articles)


def language_for(kind: Help, ticket: Ticket, agent: Agent) -> str:
    """What the result is to be written in."""
    if kind in (Help.SUMMARY, Help.TRANSLATE_IN):
        return agent.language if agent.language in INSTALLED else "en"
    return spoken(ticket)


def spoken(ticket: Ticket) -> str:
    """The customer's language."""
    return next((one for one in (ticket.language, ticket.inbox.language) if one in INSTALLED), "en")


def question_of(ticket: Ticket, said: Iterable[Message]) -> str:
    """What the customer wants, in his last words."""
    last = next((one.own_text for one in reversed(list(said)) if one.direction == Direction.IN), "")
    return f"{ticket.subject}\n{last}"[:LONGEST_MESSAGE]


def last_said(ticket: Ticket) -> list[Message]:
    return _said(ticket)


def _said(ticket: Ticket) -> list[Message]:
    """What was said, oldest first: no notes, no machines but our own bot, no strangers."""
    found = Message.objects.filter(ticket__in=ticket.family, automatic__in=["", "bot"], from_stranger=False)
    found = found.exclude(direction=Direction.NOTE).select_related("author")
    return list(found.defer("html").order_by("-id")[:TOLD])[::-1]


def _text(text: str) -> str:
    if not text.strip():
        raise NothingToGo("no_text")
    return text.strip()[:LONGEST_TICKET]


def _conversation(said: list[Message], masks: Masks) -> str:
    if not said:
        raise NothingToGo("no_words")
    lines = []
    for one in said:
        who = "Customer" if one.direction == Direction.IN else "We"
        lines.append(f"{who}: {masks.hide(one.own_text.strip()[:LONGEST_MESSAGE])}")
    return "\n\n".join(lines)[-LONGEST_TICKET:]


def _names(ticket: Ticket, said: list[Message]) -> set[str]:
    """Everybody who has to do with it, as far as we know them."""
    names = {ticket.customer.primary.name, *(one.author.name for one in said if one.author)}
    for message in said:
        for people in message.addresses.values():
            names |= {str(one[0]) for one in people if isinstance(one, list) and one}
    return {one for one in names if one}


def _past(ticket: Ticket, agent: Agent) -> list[str]:
    """What we answered where something like it was solved, without the people; only where the agent may see it."""
    found = find(ticket.subject, agent, kinds=["ticket"], size=LOOKED_AT).found
    ids = [hit.group_id for one in found for hit in one.hits if hit.group_id != ticket.pk]
    solved = Ticket.objects.filter(pk__in=ids, state=State.CLOSED, removal="").select_related(
        "customer__merged_into"
    )
    told = []
    for one in solved.order_by("-last_message_at")[:PAST]:
        last = (
            one.messages.filter(direction=Direction.OUT, automatic="")
            .select_related("author")
            .order_by("-id")
            .first()
        )
        if last is not None and language_of(last.text) in ("", spoken(ticket)):
            names = [one.customer.primary.name, last.author.name if last.author else ""]
            told.append(f"An earlier answer of ours\n{without_names(last.text, names)[:LONGEST_MESSAGE]}")
    return told
