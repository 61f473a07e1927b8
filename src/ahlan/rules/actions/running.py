"""Verbs by which rules act: an event calls them, a job runs them, and each run leaves a line on the ticket.

The call is written in the transaction of the event, and its job is atomic: what rules do, and that they have done
it, are one transaction. Killed at any line, nothing is lost and nothing is done twice.

What a rule does happens too, and may call other rules. A chain of calls knows the rules that ran in it: none runs
twice in one chain, and a chain ends after `DEEPEST` calls.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import InterfaceError, OperationalError, transaction

from ahlan.events.log import record
from ahlan.events.models import Event
from ahlan.rules.acts import By, CannotDo, Given, act_named
from ahlan.rules.listening import heard
from ahlan.rules.models import Rule
from ahlan.rules.triggers import told_by
from ahlan.tickets.actions.work import locked
from ahlan.tickets.conditions import matching
from ahlan.tickets.models import Ticket

log = logging.getLogger(__name__)

DEEPEST = 8  # calls in a chain
Ran = Sequence[int]
_chain: ContextVar[tuple[Ran, int]] = ContextVar("chain", default=((), 0))  # rules that ran, and calls so far
RELATED = ("inbox", "customer__merged_into", "customer__organisation", "assignee", "team")


def call(event: Event) -> None:
    """Ask for the rules that wait for what has happened. Part of the verb that did it; nothing without such rules."""
    listened = heard().triggers
    if listened and listened & told_by(event):
        ticket = Ticket(pk=event.subject_id)
        ran, depth = _chain.get()
        record("rule.called", ticket, actor="system", event=event.pk, ran=list(ran), depth=depth)


def follow(called: Event) -> None:
    """Run the rules that a call is for, in their order, each on what the one before has left."""
    event = Event.objects.filter(pk=called.facts["event"]).first()
    ticket = Ticket.objects.select_for_update().filter(pk=called.subject_id, removal="").first()
    if event is None or ticket is None:
        return
    told, ran, depth = told_by(event), list(called.facts["ran"]), called.facts["depth"]
    rules = [one for one in Rule.objects.filter(is_active=True, since="") if told.intersection(one.triggers)]
    held = _fitting(ticket, rules)
    for n, rule in enumerate(rules):
        if rule.pk not in held:
            continue
        if rule.pk in ran or depth >= DEEPEST:
            record("rule.held_back", ticket, actor="system", audience=ticket.audience, rule=rule.pk)
            continue
        ran.append(rule.pk)
        run(rule, ticket, ran, depth)
        if rule.stops:
            return
        held = _fitting(ticket, rules[n + 1 :])


def _fitting(ticket: Ticket, rules: Sequence[Rule]) -> set[int]:
    return matching(ticket, {one.pk: one.conditions for one in rules})


def run(rule: Rule, ticket: Ticket, ran: Ran = (), depth: int = 0) -> None:
    """Do what a rule does, to a ticket that is held. What fails is noted and leaves the rest.

    `ran`: the rules of its chain, itself included; `depth`: the calls it took.
    """
    fresh = Ticket.objects.select_related(*RELATED).get(pk=locked(ticket).pk)
    with _within_chain(ran or [rule.pk], depth + 1):
        failed = do_all(rule.acts, fresh, By(rule.actor))
    record("rule.ran", ticket, actor="system", audience=ticket.audience, rule=rule.pk, failed=failed)


def do_all(given: Sequence[Given], ticket: Ticket, by: By) -> list[list[str]]:
    """Do acts in order; returns those that could not be done, each with its reason."""
    failed = []
    for one in given:
        reason = _do(one, ticket, by)
        if reason:
            failed.append([one["act"], reason])
    return failed


def _do(given: Given, ticket: Ticket, by: By) -> str:
    found = act_named(given["act"])
    if found is None:
        return "gone"
    if by.agent and not by.agent.may(found.permission):
        return "forbidden"
    try:
        with transaction.atomic():
            found.do(ticket, given["value"], by)
    except CannotDo as refusal:
        return refusal.reason
    except (OperationalError, InterfaceError):
        raise  # the database's own trouble: the whole run is tried again
    except Exception:
        log.exception("an act failed: %s by %s", found.key, by.actor)
        return "error"
    return ""


@contextmanager
def _within_chain(ran: Ran, depth: int) -> Iterator[None]:
    token = _chain.set((ran, depth))
    try:
        yield
    finally:
        _chain.reset(token)
