"""Verbs on what is asked of one customer: begin, fill in, send as a link, answer, finish.

Whoever writes answers names the `revision` he has seen, so that two at once do not undo each other.
"""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction

from ahlan.channels.contract import Address, Inbound
from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED
from ahlan.courtesy.answering import as_text
from ahlan.courtesy.links import OF_INQUIRY, home_of
from ahlan.courtesy.models import Inquiry, Questionnaire
from ahlan.courtesy.queries import inquiries_of, latest_edition
from ahlan.events.log import record
from ahlan.staff.models import Agent
from ahlan.tickets.actions.answer import note
from ahlan.tickets.actions.automatic import note_by_itself
from ahlan.tickets.actions.intake import receive
from ahlan.tickets.actions.snooze import wake_ticket
from ahlan.tickets.actions.work import current
from ahlan.tickets.models import Message, Ticket

GOOD_FOR = timedelta(days=30)
MOST_ON_A_TICKET = 50
MOST_ROUNDS = 50


class Finished(Exception):
    """Its answers stand: it was finished, or sent too often."""


class AnsweredMeanwhile(Exception):
    """Somebody else has answered since; `inquiry` is how it stands now."""

    def __init__(self, inquiry: Inquiry) -> None:
        super().__init__("answered meanwhile")
        self.inquiry = inquiry


class TooManyInquiries(Exception):
    """Enough was asked on this ticket."""


def _held(inquiry: Inquiry) -> Inquiry:
    found = Inquiry.objects.select_for_update(of=("self",)).select_related(*OF_INQUIRY)
    return found.get(pk=inquiry.pk)


def _record(kind: str, inquiry: Inquiry, *, actor: str, **facts: Any) -> None:
    ticket = home_of(inquiry)
    record(
        kind, ticket, actor=actor, audience=ticket.audience,
        questionnaire=inquiry.edition.questionnaire_id, inquiry=inquiry.pk, **facts,
    )  # fmt: skip


@transaction.atomic
def begin(
    ticket: Ticket, questionnaire: Questionnaire, *, agent: Agent | None = None, actor: str = ""
) -> Inquiry:
    """Put a questionnaire to the customer of a ticket, in his language; without an agent, by `actor`. Raises TooManyInquiries."""
    held = current(ticket)
    if inquiries_of(held).count() >= MOST_ON_A_TICKET:
        raise TooManyInquiries
    languages = (one for one in (held.language, held.inbox.language) if one in INSTALLED)
    inquiry = Inquiry.objects.create(
        ticket=held, edition=latest_edition(questionnaire), agent=agent, language=next(languages, "en")
    )
    _record("questionnaire.begun", inquiry, actor=agent.actor if agent else actor)
    return inquiry


@transaction.atomic
def share(inquiry: Inquiry, *, agent: Agent) -> Inquiry:
    """Open it at a link, or let the link that is open live longer. Raises Finished."""
    held = _held(inquiry)
    if held.closed_at:
        raise Finished
    was_open = held.is_open
    held.expires_at = now() + GOOD_FOR
    held.save(update_fields=["expires_at"])
    if not was_open:
        _record("questionnaire.shared", held, actor=agent.actor)
    return held


@transaction.atomic
def revoke(inquiry: Inquiry, *, agent: Agent) -> Inquiry:
    """The link is good no more; one that is given later is another."""
    held = _held(inquiry)
    if held.expires_at is not None:
        held.expires_at, held.serial = None, held.serial + 1
        held.save(update_fields=["expires_at", "serial"])
        _record("questionnaire.revoked", held, actor=agent.actor)
    return held


@transaction.atomic
def save_answers(inquiry: Inquiry, answers: Mapping[str, Any], *, revision: int) -> Inquiry:
    """Keep what is filled in so far. Nothing is told to anybody yet. Raises Finished, AnsweredMeanwhile."""
    held = _held(inquiry)
    _change(held, answers, revision)
    return held


def _change(held: Inquiry, answers: Mapping[str, Any], revision: int) -> bool:
    """Whether anything is different. Raises Finished, AnsweredMeanwhile."""
    if held.closed_at:
        raise Finished
    if dict(answers) == held.answers:
        return False
    if revision != held.revision:
        raise AnsweredMeanwhile(held)
    held.answers, held.revision = dict(answers), held.revision + 1
    held.save(update_fields=["answers", "revision"])
    return True


@transaction.atomic
def answer(inquiry: Inquiry, answers: Mapping[str, Any], *, revision: int) -> Inquiry:
    """The customer sends his answers: his word on the ticket, as any other, which wakes and opens it. Sent twice, they are one.

    Raises Finished, AnsweredMeanwhile.
    """
    held = _held(inquiry)
    changed = _change(held, answers, revision)
    if not changed and held.answered_at:
        return held
    if held.rounds >= MOST_ROUNDS:
        raise Finished
    held.rounds, held.answered_at = held.rounds + 1, now()
    held.save(update_fields=["rounds", "answered_at"])
    message = _say(held)
    customer = home_of(held).customer.primary
    _record("questionnaire.answered", held, actor=customer.actor, message=message.pk if message else None)
    return held


def _say(inquiry: Inquiry) -> Message | None:
    """The answers as the customer's message; as a note where he has no address to be known by."""
    ticket, text = home_of(inquiry), as_text(inquiry.edition.asks, inquiry.answers, inquiry.language)
    customer = ticket.customer.primary
    address = customer.addresses.order_by("id").first()
    if address is None:
        wake_ticket(ticket, actor=customer.actor)
        return note_by_itself(ticket, text=text, actor=customer.actor)
    sender = Address(address.kind, address.value, customer.name)
    key = sha256(f"inquiry:{inquiry.pk}:{inquiry.rounds}".encode()).hexdigest()
    inbound = Inbound(
        sender=sender, subject=ticket.subject, text=text, fingerprint=key, signed_ticket_number=ticket.pk
    )
    return receive(inbound, ticket.inbox).message


@transaction.atomic
def finish(inquiry: Inquiry, *, agent: Agent) -> Inquiry:
    """Nothing more is asked. Answers the customer has not sent himself become a note. Safe to repeat."""
    held = _held(inquiry)
    if held.closed_at:
        return held
    held.closed_at, held.expires_at, held.serial = now(), None, held.serial + 1
    held.save(update_fields=["closed_at", "expires_at", "serial"])
    if held.answers and (held.answered_at is None or _changed_since(held)):
        note(home_of(held), author=agent, text=as_text(held.edition.asks, held.answers, held.language))
    _record("questionnaire.finished", held, actor=agent.actor)
    return held


def _changed_since(inquiry: Inquiry) -> bool:
    """Whether an agent has changed what the customer sent: its words are not those of any message then."""
    text = as_text(inquiry.edition.asks, inquiry.answers, inquiry.language)
    key = sha256(f"inquiry:{inquiry.pk}:{inquiry.rounds}".encode()).hexdigest()
    return not Message.objects.filter(fingerprint=key, text=text).exists()


@transaction.atomic
def take_up(inquiry: Inquiry, *, agent: Agent) -> Inquiry:
    """Go on with one that was finished."""
    held = _held(inquiry)
    if held.closed_at:
        held.closed_at = None
        held.save(update_fields=["closed_at"])
        _record("questionnaire.taken_up", held, actor=agent.actor)
    return held


@transaction.atomic
def drop(inquiry: Inquiry, *, agent: Agent) -> None:
    """Take away one that nobody has answered. Raises Finished where there are answers."""
    held = _held(inquiry)
    if held.answers:
        raise Finished
    _record("questionnaire.dropped", held, actor=agent.actor)
    held.delete()
