"""Makers of the register's tests."""

from datetime import date, datetime
from typing import Any

import time_machine
from tests.makers import make_message, make_ticket

from ahlan.feedback.register.actions.complaints import register_complaint, sort_complaint
from ahlan.feedback.register.models import Complaint, Term
from ahlan.tickets.models import Message, Ticket


def at(day: str, clock: str = "10:00") -> time_machine.travel:
    """The house at a moment, in UTC."""
    return time_machine.travel(datetime.fromisoformat(f"{day}T{clock}:00+00:00"), tick=False)


def complained(**over: Any) -> Ticket:
    """A ticket in which a customer has written."""
    ticket = make_ticket(**{"subject": "Kettle", **over})
    make_message(ticket, text="The kettle leaks and nobody calls me back.")
    return ticket


def make_complaint(ticket: Ticket, **over: Any) -> Complaint:
    return register_complaint(
        ticket, **{"source": "mail", "actor": "system", "said": "It leaks.", "language": "en", **over}
    )


def term(name: str, key: str) -> Term:
    return Term.objects.get(list=name, key=key)


def sorted_out(complaint: Complaint, **over: Any) -> Complaint:
    """Assessed, investigated and decided, as far as that is chosen from lists."""
    given = {
        "severity": 2,
        "cause": term("cause", "process"),
        "outcome": term("outcome", "upheld"),
        "redress": term("redress", "refund"),
    }
    return sort_complaint(complaint, actor="system", **{**given, **over})


def dues(complaint: Complaint) -> dict[str, date | None]:
    return {one.kind: one.due_on for one in complaint.steps.filter(round=complaint.round)}


def notes(ticket: Ticket) -> list[str]:
    return list(
        Message.objects.filter(ticket=ticket, direction="note").order_by("id").values_list("text", flat=True)
    )
