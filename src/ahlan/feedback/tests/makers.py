"""Makers of this room's tests."""

import re
from typing import Any

from django.test import Client
from tests.makers import make_message

from ahlan.channels.contract import Outbound
from ahlan.events.models import Event
from ahlan.feedback.actions.surveys import save_survey
from ahlan.feedback.models import Answer, Invitation, Survey
from ahlan.feedback.queries import latest
from ahlan.staff.models import Agent
from ahlan.tickets.actions.answer import reply, settle_unsent
from ahlan.tickets.actions.work import close_ticket
from ahlan.tickets.models import Ticket

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


def make_survey(**over: Any) -> Survey:
    values = {
        "name": "How it went",
        "key": "csat",
        "delay_minutes": 0,
        "quiet_days": 30,
        "in_hours": False,
        "low": 2,
    }
    return save_survey(None, actor="system", **{**values, **over})


def answered(ticket: Ticket, agent: Agent) -> Ticket:
    """The customer wrote and a person answered."""
    make_message(ticket, text="It is broken.")
    settle_unsent(reply(ticket, author=agent, text="We send a new one."))
    return ticket


def close(ticket: Ticket, agent: Agent) -> Ticket:
    close_ticket(answered(ticket, agent), actor=agent.actor)
    return ticket


def token_in(mail: Outbound | str) -> str:
    text = mail if isinstance(mail, str) else mail.text
    return re.search(r"/s/([\w-]+)/", text)[1]  # type: ignore[index]


def put(score: int | None, *, key: str = "csat", **facts: Any) -> Answer:
    """An answer as an import brings it."""
    from ahlan.feedback.actions.answering import put_down

    given = {} if score is None else {"score": score}
    return put_down(latest(key), {**given, "comment": facts.pop("comment", "")}, source="import", **facts)  # type: ignore[return-value]


def events(kind: str) -> list[dict[str, Any]]:
    return list(Event.objects.filter(kind=kind).order_by("id").values_list("facts", flat=True))


def states() -> list[tuple[str, str]]:
    return list(Invitation.objects.order_by("id").values_list("state", "reason"))
