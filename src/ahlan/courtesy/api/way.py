"""The five steps of a ticket."""

from typing import Annotated, Literal

from pydantic import Field

from ahlan.core.api.shapes import In, Key, Listed, Out, all_of
from ahlan.courtesy.actions.way import mark_step
from ahlan.courtesy.api.room import courtesy
from ahlan.courtesy.way import Mark, way_of
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.policies import ticket_for

Steps = Literal["welcome", "need", "solution", "check", "door"]


class StepOut(Out):
    step: Annotated[str, Field(description="welcome, need, solution, check or door.", examples=["need"])]
    name: Annotated[str, Field(examples=["Need"])]
    done: bool
    by: Annotated[str, Field(description="Who has set it by hand; empty: by what was said.", examples=[""])]

    @classmethod
    def of(cls, mark: Mark) -> "StepOut":
        return cls(step=mark.step.value, name=str(mark.label), done=mark.done, by=mark.by)


class StepGiven(In):
    done: Annotated[bool | None, Field(description="Null leaves it to what is said again.")]


@courtesy.reads("/tickets/{int:number}/way", "tickets:read")
def list_steps(request: ApiRequest, number: Key) -> Listed[StepOut]:
    """List the five steps of a ticket. And how far they are taken."""
    return all_of(way_of(ticket_for(request.user, number)), StepOut.of)


@courtesy.writes("PUT", "/tickets/{int:number}/way/{str:step}", "tickets:write")
def set_step(request: ApiRequest, number: Key, step: Steps, given: StepGiven) -> StepOut:
    """Set a step by hand. What is said moves it no more."""
    ticket = ticket_for(request.user, number, "tickets.change")
    mark_step(ticket, step, given.done, agent=request.user)
    return next(StepOut.of(one) for one in way_of(ticket) if one.step == step)
