"""What else happens when an agent looks at a ticket, told by whatever room cares."""

from collections.abc import Callable

from ahlan.staff.models import Agent
from ahlan.tickets.models import Ticket

Look = Callable[[Agent, Ticket], None]
lookers: list[Look] = []


def on_look(look: Look) -> Look:
    """Call `f(agent, ticket)` whenever an agent opens a ticket. It should write only when there is something to write."""
    lookers.append(look)
    return look
