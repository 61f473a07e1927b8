"""Waiting in a queue, for chats and calls alike, as a pure fold: one leg from when people are asked for until one answers or he leaves.

A service level says how abandoned legs count. With T = 20 s within which to answer and S = 5 s below which nobody could have:
F1 abandons within T are good, F2 only answered count, F3 all that were offered, F4 abandons within T are left out, F5 short abandons
are good, F6 short abandons are left out (what we go by).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ahlan.kpis.course import SECOND, Changes, Course, Fact, Happening, Measure, fact_of, micro_of

WITHIN, SHORT = 20, 5  # seconds
CHAT_KINDS = ("chat.queued", "chat.put_aside", "chat.answered", "chat.abandoned", "chat.ended")
CALL_KIND = "call.recorded"


@dataclass
class Leg:
    """A chat as far as its log tells. `turn`: the event with which it began to wait, 0 while it does not; `answered`: when a person first did."""

    first: int | None = None
    since: int = 0
    turn: int = 0
    offered: bool = True
    answered: int | None = None

    def told(self) -> dict[str, Any]:
        return dict(vars(self))


def step_chat(leg: Leg, now: Happening, ticket: Course, measure: Measure) -> Changes:
    """Take a chat over one thing that happened; `ticket` is the course of its ticket then, and says whom it counts for."""
    facts = now.facts
    if now.kind == "chat.queued":
        leg.first = leg.first if leg.first is not None else now.at
        leg.since, leg.turn, leg.offered = now.at, now.pk, facts.get("open", True)
        return {}
    if now.kind == "chat.ended" and leg.answered is not None:
        return _talked(leg, now, ticket, measure)
    if now.kind == "chat.answered" and leg.answered is None:
        leg.answered = now.at
    waits, turn, leg.turn = bool(leg.turn and leg.offered), leg.turn, 0
    if now.kind not in ("chat.answered", "chat.abandoned") or not waits:
        return {}
    wait = int(facts.get("waited_seconds") or 0)
    answered = now.kind == "chat.answered"
    fact = fact_of(
        ticket, leg.since + wait * SECOND, agent=(ticket.author or ticket.agent) if answered else None
    )
    business = measure(ticket.team, leg.since, fact.at) // SECOND
    changes = waited(fact._replace(value=wait, business=business), turn, answered=answered)
    if answered and leg.first is not None:
        to_human = fact._replace(
            value=max(0, fact.at - leg.first) // SECOND,
            business=measure(ticket.team, leg.first, fact.at) // SECOND,
        )
        changes["time_to_human", 0] = to_human
    return changes


def _talked(leg: Leg, now: Happening, ticket: Course, measure: Measure) -> Changes:
    """From the answer to the end."""
    began = leg.answered if leg.answered is not None else now.at
    fact = fact_of(ticket, now.at, agent=ticket.author or ticket.agent)
    spent: dict[str, Any] = {
        "value": max(0, now.at - began) // SECOND,
        "business": measure(ticket.team, began, now.at) // SECOND,
    }
    return {("handle_chat", 0): fact._replace(**spent)}


def waited(fact: Fact, turn: int, *, answered: bool) -> Changes:
    """The facts of one leg. `fact.value` is how long it waited, in seconds."""
    wait = fact.value or 0
    short = not answered and wait < SHORT
    in_time = int(answered and wait <= WITHIN)
    fled = not answered and wait <= WITHIN
    count = fact._replace(value=None, business=None)
    goods: dict[str, int | None] = {
        "abandonment": None if short else int(not answered),
        "abandonment_raw": int(not answered),
        "service_level_f1": int(in_time or fled),
        "service_level_f2": in_time if answered else None,
        "service_level_f3": in_time,
        "service_level_f4": None if fled else in_time,
        "service_level_f5": int(in_time or short),
        "service_level_f6": None if short else in_time,
    }
    changes: Changes = {
        (kind, turn): count._replace(good=good) for kind, good in goods.items() if good is not None
    }
    if answered:
        changes["answer_speed", turn] = fact
    return changes


def call_facts(now: Happening, ticket: Course | None, measure: Measure) -> Changes:
    """A call that is over: its leg, whether it was a contact, and what it took of the agent's time."""
    facts = now.facts
    ended = micro_of(facts.get("ended_at")) or now.at
    offered, queued, answered = (
        micro_of(facts.get(key)) for key in ("offered_at", "queued_at", "answered_at")
    )
    fact = _credited(facts, ended, ticket)
    began = offered if offered is not None else ended
    changes: Changes = {}
    outcome, inbound = facts.get("outcome"), facts.get("direction") == "inbound"
    if queued is None:  # answered at once: a wait of nothing, which counts
        queued = answered
    if inbound and queued is not None and outcome in ("answered", "abandoned"):
        end = answered if outcome == "answered" and answered is not None else ended
        wait = max(0, end - queued) // SECOND
        leg = fact._replace(at=end, value=wait, business=measure(fact.team, queued, end) // SECOND)
        changes |= waited(leg, 0, answered=outcome == "answered")
    if inbound and answered is not None:
        to_human: dict[str, Any] = {
            "value": max(0, answered - began) // SECOND,
            "business": measure(fact.team, began, answered) // SECOND,
        }
        changes["time_to_human", 0] = fact._replace(at=answered, **to_human)
    if inbound and outcome != "failed" and (ticket is None or ticket.began is None or ticket.began < began):
        changes["contact", 0] = fact._replace(at=began)
    if answered is not None:
        spent = sum(int(facts.get(key) or 0) for key in ("talk", "hold", "wrap"))
        changes["handle", 0] = fact._replace(value=spent, business=spent)
        changes["handle_call", 0] = fact._replace(value=spent, business=spent)
        changes["transferred", 0] = fact._replace(at=answered, good=int(bool(facts.get("transferred"))))
        changes["transfers", 0] = fact._replace(at=answered, good=int(bool(facts.get("transferred"))))
    return changes


def _credited(facts: Mapping[str, Any], at: int, ticket: Course | None) -> Fact:
    known = fact_of(ticket, at) if ticket is not None else Fact(at)
    given = {
        key: facts[key] for key in ("inbox", "agent", "customer", "priority") if facts.get(key) is not None
    }
    return known._replace(**given, bot=False)
