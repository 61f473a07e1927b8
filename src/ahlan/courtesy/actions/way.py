"""Verbs on the way of service of a ticket: it takes itself from what is said, and is set by hand."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from ahlan.core.asking import kept
from ahlan.core.languages import language_of
from ahlan.core.rows import insert
from ahlan.courtesy.models import House, Way
from ahlan.courtesy.steps import Step, Word, fold
from ahlan.events.log import record
from ahlan.events.models import Event
from ahlan.staff.models import Agent
from ahlan.tickets.actions.work import locked
from ahlan.tickets.models import Attachment, Direction, Message, Ticket

LOOKED_AT = 50  # messages, when it has to be worked out anew


def follow(event: Event) -> None:
    """Take the way on by the message an event tells of. Part of the verb that recorded it.

    The word a ticket opens with takes no step: there is no row until somebody answers.
    """
    if event.facts.get("decision") == "opened" or any(
        event.facts.get(key) for key in ("forward", "automatic", "stranger")
    ):
        return
    way = _way_of.first(event.subject_id)
    if way is None:
        _work_out(Way(ticket_id=event.subject_id))
        return
    words = _words(event.subject_id, only=event.facts["message"])
    _save(way, fold(words, way.taken, asked=way.asked), asked=way.asked or any(not one.ours for one in words))


def work_out(ticket_id: int) -> None:
    """From the latest messages alone, where some have gone or come."""
    _work_out(_way_of.first(ticket_id) or Way(ticket_id=ticket_id))


@kept
def _way_of(ticket: int) -> QuerySet[Way]:
    return Way.objects.filter(ticket=ticket)


def _work_out(way: Way) -> None:
    words = _words(way.ticket_id)
    _save(way, fold(words), asked=any(not one.ours for one in words))


def wants_check(ticket: Ticket) -> bool:
    """Whether the customer has spoken, and nobody has asked him if that was all. A ticket from before is worked out now."""
    if not Way.objects.filter(ticket=ticket).exists():
        work_out(ticket.pk)
    way = Way.objects.get(ticket=ticket)
    return way.asked and not way.is_done(Step.CHECK)


def _save(way: Way, taken: dict[str, int], *, asked: bool) -> None:
    if way._state.adding or (way.taken, way.asked) != (taken, asked):
        way.taken, way.asked = taken, asked
        insert(way) if way._state.adding else way.save(update_fields=["taken", "asked"])


def _words(ticket_id: int, only: int | None = None) -> list[Word]:
    """What we and the customer have said to each other, oldest first: no notes, no machines, nothing passed on to others."""
    if only is not None:
        return [_word(one) for one in _said_once(ticket_id, only)]
    passed_on = {facts["message"] for facts in _passed_on(ticket_id)}
    return [_word(one) for one in _said_lately(ticket_id)[::-1] if one.pk not in passed_on]


def _said(ticket: int) -> QuerySet[Message]:
    said = Message.objects.filter(ticket=ticket, automatic="", from_stranger=False)
    said = said.exclude(direction=Direction.NOTE).select_related(
        "ticket__customer__merged_into", "ticket__inbox"
    )
    files = Exists(Attachment.objects.filter(message=OuterRef("pk"), inline=False))
    return said.annotate(has_files=files).order_by("-id")


@kept
def _said_once(ticket: int, message: int) -> QuerySet[Message]:
    return _said(ticket).filter(pk=message)


@kept
def _said_lately(ticket: int) -> QuerySet[Message]:
    return _said(ticket)[:LOOKED_AT]


@kept
def _passed_on(ticket: int) -> QuerySet[Event, dict[str, Any]]:
    """What is told of the latest messages that went on to somebody else."""
    told = Event.objects.filter(kind="message.queued", subject_kind="ticket", subject_id=ticket)
    return told.filter(facts__forward=True).order_by("-id").values_list("facts", flat=True)[:LOOKED_AT]


def language_for(text: str, ticket: Ticket) -> str:
    """The language of words on a ticket; where they are too few to tell, the customer's."""
    return language_of(text) or ticket.language or ticket.inbox.language


def _word(message: Message) -> Word:
    ticket, text = message.ticket, message.own_text
    return Word(
        message.pk, message.direction == Direction.OUT, text, language_for(text, ticket),
        ticket.customer.primary.name, message.has_files,  # type: ignore[attr-defined]
    )  # fmt: skip


@transaction.atomic
def mark_step(ticket: Ticket, step: str, done: bool | None, *, agent: Agent) -> Way:
    """Say by hand that a step is done or is not; None leaves it to itself again. Raises ValueError for no step of ours."""
    key, held = Step(step).value, locked(ticket)
    way = Way.objects.filter(ticket=held).first() or Way(ticket=held)
    before = way.by_hand.get(key, {}).get("done")
    if before == done:
        return way
    way.by_hand.pop(key, None)
    if done is not None:
        way.by_hand[key] = {"done": done, "agent": agent.pk}
    way.save()
    record("courtesy.step_marked", held, actor=agent.actor, audience=held.audience, step=key, done=done)
    return way


@transaction.atomic
def set_question(asks: bool, *, actor: str) -> None:
    """Whether "anything left out?" is asked before somebody closes a ticket whose check is empty."""
    house = House.objects.first() or House()
    if house.asks_before_closing == asks:
        return
    house.asks_before_closing = asks
    house.save()
    record("courtesy.question_set", house, actor=actor, audience="everyone", asks=asks)
