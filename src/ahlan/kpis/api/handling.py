"""The time worked on a ticket, for programs."""

from typing import Annotated

from pydantic import Field

from ahlan.core.api.shapes import In, Key, Out
from ahlan.kpis.actions.handling import add_minutes
from ahlan.kpis.api.room import READ, room
from ahlan.kpis.handling import worked_on
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.models import Ticket
from ahlan.tickets.policies import ticket_for


class HandlerOut(Out):
    agent: int
    seconds: int


class HandlingOut(Out):
    """How long people worked on a ticket, all in all and each."""

    seconds: int
    people: list[HandlerOut]

    @classmethod
    def told(cls, ticket: Ticket) -> "HandlingOut":
        people = [HandlerOut(agent=pk, seconds=seconds) for pk, seconds in worked_on(ticket)]
        return cls(seconds=sum(one.seconds for one in people), people=people)


class HandlingIn(In):
    minutes: Annotated[int, Field(ge=1, le=720, description="Worked on it just now.", examples=[10])]


@room.reads("/tickets/{int:number}/handling", READ)
def read_handling(request: ApiRequest, number: Key) -> HandlingOut:
    """Read how long people worked on a ticket."""
    return HandlingOut.told(ticket_for(request.user, number))


@room.writes("POST", "/tickets/{int:number}/handling", "tickets:write")
def add_handling(request: ApiRequest, number: Key, given: HandlingIn) -> HandlingOut:
    """Add minutes to what you worked on a ticket."""
    ticket = ticket_for(request.user, number, "tickets.change")
    add_minutes(request.user, ticket, given.minutes)
    return HandlingOut.told(ticket)
