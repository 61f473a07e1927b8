"""Verbs of the help beside an agent: ask for it, let it be written, leave it. Its words are shown to him and sent by nobody else."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

from django.apps import apps
from django.db import transaction

from ahlan.assistant.bots import house
from ahlan.assistant.grounding import check_marks
from ahlan.assistant.looking import answers_to, speaks
from ahlan.assistant.model import NotAnswered, ask, is_on
from ahlan.assistant.models import Help, Use
from ahlan.assistant.prompting import (
    Asked,
    NothingToGo,
    asked_for,
    language_for,
    last_said,
    question_of,
    spoken,
)
from ahlan.core.clock import now
from ahlan.core.languages import language_of
from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.knowledge.models import Translation
from ahlan.knowledge.offering import link_of
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket
from ahlan.tickets.openings import filling

LONGEST = 20_000  # characters an agent may give
SHOWN_EVERY = 0.5  # seconds between two looks at what there is so far
KEPT = timedelta(hours=1)  # words
MOST_WAITING = 5  # of one agent
GOING = (Use.State.WAITING, Use.State.WRITING)


class NoHelp(Exception):
    """It cannot be had. `why`: "off", "busy", "no_text", "no_words", "no_articles"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Left(Exception):
    """He does not want it any more."""


def kinds_for(agent: Agent) -> list[Help]:
    """What he may ask for: a draft at any time, the rest where there is a model."""
    with_model = is_on() and house().helps
    return list(Help) if with_model else [Help.DRAFT]


@transaction.atomic
def ask_help(ticket: Ticket, kind: Help, *, agent: Agent, text: str = "") -> Use:
    """Ask for help on a ticket; `text` is what stands where he writes. Without a model a draft is there at once. Raises NoHelp."""
    if kind not in kinds_for(agent):
        raise NoHelp("off")
    with_model = is_on() and house().helps
    if Use.objects.filter(agent=agent, state__in=GOING, asked_at__gt=now() - KEPT).count() >= MOST_WAITING:
        raise NoHelp("busy")
    use = Use(ticket=ticket, agent=agent, kind=kind, given=clean(text)[:LONGEST], by_model=with_model)
    if not with_model:
        use.result, use.articles = draft_from_articles(ticket, agent)
        use.state, use.ended_at = Use.State.DONE, now()
        use.save()
        _record(use)
        return use
    try:
        asked_for(use)  # what cannot be asked is said at once
    except NothingToGo as nothing:
        raise NoHelp(nothing.why) from nothing
    use.save()
    record("assistant.help_asked", ticket, actor=agent.actor, use=use.pk)
    return use


def draft_from_articles(ticket: Ticket, agent: Agent) -> tuple[str, list[int]]:
    """A greeting, the passage that answers, the way to all of it, and the question whether that was all. Raises NoHelp."""
    language = spoken(ticket)
    found = answers_to(question_of(ticket, last_said(ticket)), language) if speaks(language) else []
    best = next((one for one in found if one.held), None)
    if best is None:
        raise NoHelp("no_articles")
    parts = [
        _card("welcome", ticket, agent),
        best.passage,
        link_of(best.one),
        _card("anything-else", ticket, agent),
    ]
    return "\n\n".join(part for part in parts if part), [best.one.pk]


def _card(key: str, ticket: Ticket, agent: Agent) -> str:
    """A phrase of the way of service, in the customer's language; the room may be left out."""
    if not apps.is_installed("ahlan.courtesy"):
        return ""
    from ahlan.courtesy.cards import card_named  # noqa: PLC0415 -- only where the room stands

    card = card_named(key)
    if card is None or card.archived_at:
        return ""
    text = filling(agent)(card.text_for(ticket), ticket)
    return text.replace("…", ticket.customer.primary.name, 1) if key == "welcome" else text


def write_help(use_id: int) -> None:
    """Let the model write it. Safe to repeat: what is done or left stays so. No transaction is open while it thinks."""
    use = Use.objects.select_related("ticket__inbox", "ticket__customer__merged_into", "agent").get(pk=use_id)
    if use.state not in GOING:
        return
    try:
        asked = asked_for(use)
        answer = ask(asked.prompt, tell=_showing(use, asked))
        _finish(use, asked, answer.text, answer.tokens)
    except (NothingToGo, NotAnswered) as failure:
        _fail(use, failure.why)
    except Left:
        pass


def _showing(use: Use, asked: Asked) -> Callable[[str], None]:
    """Keep what there is so far, now and then; stop when he has left it. Raises Left."""
    last = 0.0

    def tell(text: str) -> None:
        nonlocal last
        if time.monotonic() - last < SHOWN_EVERY:
            return
        last = time.monotonic()
        going = Use.objects.filter(pk=use.pk, state__in=GOING)
        if not going.update(state=Use.State.WRITING, result=asked.masks.show(text)):
            raise Left

    return tell


def _finish(use: Use, asked: Asked, text: str, tokens: int) -> None:
    text = asked.masks.show(text)
    kind = Help(use.kind)
    cited: list[Translation] = []
    if kind == Help.DRAFT:
        text, cited = check_marks(text, asked.articles)
        text = "\n\n".join([text, *(link_of(one) for one in cited)])
    wanted = language_for(kind, use.ticket, use.agent)
    if kind not in (Help.WARMER, Help.SHORTER) and language_of(text) not in ("", wanted):
        _fail(use, "language", tokens)
        return
    if not re.search(r"\w", text):
        _fail(use, "empty", tokens)
        return
    _end(use, Use.State.DONE, tokens, result=text, articles=[one.pk for one in cited])


def _fail(use: Use, why: str, tokens: int = 0) -> None:
    _end(use, Use.State.FAILED, tokens, result="", why=why)


@transaction.atomic
def _end(use: Use, state: str, tokens: int, **values: object) -> None:
    ended = Use.objects.filter(pk=use.pk, state__in=GOING)
    if ended.update(state=state, tokens=tokens, ended_at=now(), **values):
        use.refresh_from_db(fields=["state", "tokens", "why", "ended_at"])
        _record(use)


@transaction.atomic
def leave(use: Use) -> None:
    """He goes on without it. Safe to repeat."""
    if Use.objects.filter(pk=use.pk, state__in=GOING).update(
        state=Use.State.LEFT, result="", given="", ended_at=now()
    ):
        use.refresh_from_db(fields=["state", "ended_at"])
        _record(use)


def give_up(use_id: int) -> None:
    """The job that was to write it has failed for good. Part of a verb."""
    use = Use.objects.select_related("ticket", "agent").filter(pk=use_id).first()
    if use is not None:
        _fail(use, "away")


def _record(use: Use) -> None:
    """What was used, never its words."""
    record(
        "assistant.used", use.ticket, actor=use.agent.actor, audience=use.ticket.audience,
        use=use.pk, what=use.kind, tokens=use.tokens, outcome=use.state, by_model=use.by_model, articles=use.articles,
    )  # fmt: skip


def forget_words() -> int:
    """Let go of what was given and written an hour ago; returns of how many."""
    old = Use.objects.filter(asked_at__lt=now() - KEPT).exclude(given="", result="")
    return old.update(given="", result="")
