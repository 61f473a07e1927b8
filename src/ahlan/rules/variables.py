"""Words that fill themselves in: {{customer.name}}, {{ticket.number|-}}. A short list and nothing else is known.

What stands behind the bar is said where there is nothing to say. Nothing of what is filled in is ever read as a
variable or as markup: it may be a stranger's words.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ahlan.calendars.queries import calendar_for
from ahlan.calendars.spans import Span
from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED
from ahlan.core.numerals import clock as clock_words
from ahlan.core.numerals import full_day, listed, weekdays
from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket

VARIABLE = re.compile(r"\{\{\s*([\w.]{1,60})\s*(?:\|([^{}|\n]{0,100}))?\}\}")
MARKUP = str.maketrans("", "", "[]<>`*\\")
LONGEST = 200


@dataclass(frozen=True)
class About:
    """What a text speaks of: the ticket, and the agent who says it (None: nobody, a rule does)."""

    ticket: Ticket
    agent: Agent | None = None


@dataclass(frozen=True)
class Variable:
    key: str
    name: str | Promise
    value: Callable[[About], str]


def _customer(about: About) -> str:
    """His name; "" where all we know is an address."""
    name = about.ticket.customer.primary.name
    return "" if "@" in name else name


def _first_word(name: str) -> str:
    return name.split()[0] if name.split() else ""


def _hours(about: About) -> str:
    """The week of the ticket's team by the clocks of its place: “Monday–Friday 9:00–17:00, Saturday …”."""
    calendar = calendar_for(about.ticket.team.hours_id if about.ticket.team else None)
    week = calendar.versions[-1].week
    days = [(name, listed([_span(one) for one in week[number]])) for number, name in weekdays()]
    told = []
    for open_at, same in groupby(days, key=lambda day: day[1]):
        names = [name for name, _spans in same]
        if open_at:
            told.append(f"{names[0]}–{names[-1]} {open_at}" if len(names) > 1 else f"{names[0]} {open_at}")
    return ", ".join(told)


def _span(span: Span) -> str:
    return f"{clock_words(span.opens)}–{clock_words(span.closes)}"


def _agent(about: About) -> str:
    return str(about.agent or about.ticket.assignee or "")


def _inbox(about: About) -> str:
    return about.ticket.inbox.name


VARIABLES = {
    one.key: one
    for one in (
        Variable("customer.name", _("the customer’s name"), _customer),
        Variable("customer.first_name", _("the customer’s first name"), lambda one: _first_word(_customer(one))),
        Variable("ticket.number", _("the ticket’s number"), lambda one: str(one.ticket.number)),
        Variable("ticket.subject", _("the ticket’s subject"), lambda one: one.ticket.subject),
        Variable("agent.name", _("the name of who answers"), _agent),
        Variable("agent.first_name", _("the first name of who answers"), lambda one: _first_word(_agent(one))),
        Variable("team.name", _("the team’s name"), lambda one: str(one.ticket.team or "")),
        Variable("team.hours", _("the team’s business hours"), _hours),
        Variable("inbox.name", _("the inbox’s name"), _inbox),
        Variable("inbox.address", _("the inbox’s address"), lambda one: one.ticket.inbox.address),
        Variable("today", _("today’s date"), lambda one: _today()),
    )
}  # fmt: skip


def _today() -> str:
    return full_day(now().date())


def filled(text: str, about: About, language: str = "") -> str:
    """The text with its variables filled in, in the customer's language. An unknown one stays as it is written."""
    code = language or about.ticket.language or about.ticket.inbox.language
    with translation.override(code if code in INSTALLED else "en"):
        return VARIABLE.sub(lambda found: _value(found, about), text)


def _value(found: "re.Match[str]", about: About) -> str:
    known = VARIABLES.get(found[1])
    if known is None:
        return found[0]
    told = " ".join(known.value(about).translate(MARKUP).replace("{{", "").split())[:LONGEST]
    return told or (found[2] or "").strip()


def unknown_in(text: str) -> str:
    """The first variable in a text that nobody knows; "" when all are known."""
    return next((found[1] for found in VARIABLE.finditer(text) if found[1] not in VARIABLES), "")
