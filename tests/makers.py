"""Plain makers: one thing each, with defaults that a test overrides where it cares."""

import json
from email.message import EmailMessage
from itertools import count

from django.test import Client

from ahlan.channels.models import Inbox
from ahlan.core.api.door import SCOPES
from ahlan.core.clock import now
from ahlan.customers.actions import meet
from ahlan.customers.models import Customer
from ahlan.staff.actions import create_agent, make_roles
from ahlan.staff.actions.tokens import make_token
from ahlan.staff.models import Agent, Team
from ahlan.tickets.models import Direction, Message, Ticket
from ahlan.tickets.tallies import place_of, tally

_next = count(1)


class Caller(Client):
    """A program that shows a token: `caller.say("POST", "/tickets/1/closure")`."""

    def __init__(self, secret: str) -> None:
        super().__init__(headers={"authorization": f"Bearer {secret}"})

    def say(self, method: str, path: str, given: object = None, **headers: str):
        body = {} if given is None else {"data": json.dumps(given), "content_type": "application/json"}
        return self.generic(method, f"/api/v1{path}", headers=headers, **body)

    def get_json(self, path: str):
        return self.say("GET", path).json()


def make_inbox(**over: object) -> Inbox:
    n = next(_next)
    return Inbox.objects.create(
        **{"name": f"Inbox {n}", "channel": "email", "address": f"in{n}@desk.example", **over}
    )


def make_team(*inboxes: Inbox, **over: object) -> Team:
    team = Team.objects.create(**{"name": f"Team {next(_next)}", **over})
    team.inboxes.set(inboxes)
    return team


def make_agent(*teams: Team, role: str = "agent", **over: object) -> Agent:
    make_roles()
    n = next(_next)
    agent = create_agent(
        **{"email": f"agent{n}@desk.example", "name": f"Agent {n}", "actor": "system", **over}, role=role
    )  # type: ignore[arg-type]
    agent.teams.set(teams)
    return agent


def make_caller(agent: Agent, *scopes: str) -> Caller:
    """A program that acts as this agent; without scopes it has them all."""
    _token, secret = make_token(agent, name="Program", scopes=scopes or SCOPES, actor=agent.actor)
    return Caller(secret)


def make_customer(**over: object) -> Customer:
    n = next(_next)
    value = str(over.pop("address", f"customer{n}@else.example"))
    customer = meet("email", value, name=str(over.pop("name", f"Customer {n}")))
    for key, given in over.items():
        setattr(customer, key, given)
    if over:
        customer.save()
    return customer


def make_ticket(**over: object) -> Ticket:
    defaults: dict[str, object] = {"subject": f"Subject {next(_next)}"}
    if "inbox" not in over:
        defaults["inbox"] = make_inbox()
    if "customer" not in over:
        defaults["customer"] = make_customer()
    customer = over.get("customer") or defaults["customer"]
    defaults["internal"] = customer.primary.internal  # type: ignore[attr-defined]
    ticket = Ticket.objects.create(**{**defaults, **over})
    tally([(None, place_of(ticket))])
    return ticket


def make_message(ticket: Ticket, **over: object) -> Message:
    n = next(_next)
    address = ticket.customer.primary.addresses.first()
    defaults: dict[str, object] = {
        "inbox_id": ticket.inbox_id,
        "direction": Direction.IN,
        "customer": ticket.customer,
        "text": f"Words {n}",
        "external_id": f"<m{n}@else.example>",
        "fingerprint": f"maker:{n}",
        "addresses": {"from": [[ticket.customer.name, address.value if address else ""]]},
        "at": now(),
    }
    return Message.objects.create(ticket=ticket, **{**defaults, **over})


def mail(**over: str) -> bytes:
    """An ordinary mail. Headers by keyword (`from_`, `subject`, `in_reply_to` …), `text` for its words."""
    n = next(_next)
    text = over.pop("text", f"Hello, this is mail {n}.")
    headers = {
        "from_": "Cy Customer <cy@else.example>",
        "to": "support@desk.example",
        "subject": f"Question {n}",
        "message_id": f"<{n}.mail@else.example>",
        "date": "Sun, 22 Nov 2026 10:00:00 +0000",
        **over,
    }
    made = EmailMessage()
    for name, value in headers.items():
        made[name.strip("_").replace("_", "-").title()] = value
    made.set_content(text)
    return made.as_bytes()
