"""Moving a ticket. Each change is a resource of its own: PUT sets it, POST does it, DELETE takes it back."""

from collections.abc import Callable
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import Problem, wrong
from ahlan.core.api.shapes import In, Key, Moment, Text
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.actions import passing, snooze, work
from ahlan.tickets.actions.fields import set_fields
from ahlan.tickets.api.answers import Tags, agent_seeing, team_seeing, then_given, type_given
from ahlan.tickets.api.listing import STATES
from ahlan.tickets.api.own import Values, bad_value, given_values
from ahlan.tickets.api.room import room
from ahlan.tickets.api.shapes import Priority, TicketOut, ticket_told
from ahlan.tickets.fields import BadValue
from ahlan.tickets.models import Ticket
from ahlan.tickets.moments import is_ahead
from ahlan.tickets.policies import ticket_for

CHANGE, ASSIGN, REMOVE = "tickets.change", "tickets.assign", "tickets.delete"


class Assignment(In):
    agent: Annotated[Key | None, Field(description="Null: nobody.")]


class Transfer(In):
    team: Annotated[Key | None, Field(description="Null: no team.")]
    reason: Annotated[
        Text, Field(max_length=2_000, description="Becomes a note.", examples=["They know the carrier."])
    ] = ""


class Escalated(In):
    kind: Annotated[
        Literal["functional", "hierarchic"], Field(description="To the next tier, or to the team's lead.")
    ]
    reason: Annotated[Text, Field(min_length=1, max_length=2_000, examples=["A chargeback is threatened."])]


class StateGiven(In):
    state: STATES


class StatusGiven(In):
    status: Annotated[
        STATES | Key,
        Field(description="The id of a status, or a state for its plain one.", examples=["waiting"]),
    ]


class TypeGiven(In):
    type: Annotated[Key | None, Field(description="Null: none.")]


class FieldsGiven(In):
    fields: Annotated[Values, Field(examples=[{"3": 7, "5": "12.5", "6": True}])]


class PriorityGiven(In):
    priority: Priority


class TagsGiven(In):
    tags: Tags


class Snooze(In):
    until: Annotated[Moment, Field(description="Within a year.")]


@room.writes("PUT", "/tickets/{int:number}/assignment", "tickets:write")
def assign_ticket(request: ApiRequest, number: Key, given: Assignment) -> TicketOut:
    """Assign a ticket. To an agent who sees it, or to nobody."""
    ticket = ticket_for(request.user, number, ASSIGN)
    agent = agent_seeing(ticket.inbox_id, given.agent, "agent") if given.agent else None
    return ticket_told(work.assign_ticket(ticket, agent, actor=request.user.actor))


@room.writes("PUT", "/tickets/{int:number}/team", "tickets:write")
def transfer_ticket(request: ApiRequest, number: Key, given: Transfer) -> TicketOut:
    """Transfer a ticket to a team. It is nobody's there until somebody takes it."""
    ticket = ticket_for(request.user, number, ASSIGN)
    team = team_seeing(ticket.inbox_id, given.team, "team") if given.team else None
    return ticket_told(passing.pass_on(ticket, team, agent=request.user, reason=given.reason))


@room.writes("POST", "/tickets/{int:number}/escalation", "tickets:write")
def escalate_ticket(request: ApiRequest, number: Key, given: Escalated) -> TicketOut:
    """Escalate a ticket. The reason becomes a note."""
    ticket = ticket_for(request.user, number, ASSIGN)
    if not given.reason.strip():
        raise wrong("reason", _("Say to whom, and why."))
    return ticket_told(passing.escalate_ticket(ticket, given.kind, agent=request.user, reason=given.reason))


@room.writes("PUT", "/tickets/{int:number}/state", "tickets:write")
def set_state(request: ApiRequest, number: Key, given: StateGiven) -> TicketOut:
    """Set the state of a ticket."""
    ticket = ticket_for(request.user, number, CHANGE)
    return ticket_told(work.set_state(ticket, given.state, actor=request.user.actor))


@room.writes("PUT", "/tickets/{int:number}/status", "tickets:write")
def set_status(request: ApiRequest, number: Key, given: StatusGiven) -> TicketOut:
    """Set the status of a ticket. The state goes with it."""
    ticket = ticket_for(request.user, number, CHANGE)
    key = then_given(given.status, "status")
    return ticket_told(work.set_status(ticket, key, actor=request.user.actor))


@room.writes("PUT", "/tickets/{int:number}/type", "tickets:write")
def set_type(request: ApiRequest, number: Key, given: TypeGiven) -> TicketOut:
    """Set the type of a ticket."""
    ticket = ticket_for(request.user, number, CHANGE)
    return ticket_told(work.set_type(ticket, type_given(given.type), actor=request.user.actor))


@room.writes("PATCH", "/tickets/{int:number}/fields", "tickets:write")
def change_fields(request: ApiRequest, number: Key, given: FieldsGiven) -> TicketOut:
    """Set fields of a ticket. Those that are not named stay as they are."""
    ticket = ticket_for(request.user, number, CHANGE)
    try:
        set_fields(ticket, given_values(given.fields), actor=request.user.actor)
    except BadValue as error:
        raise bad_value(error) from None
    return ticket_told(ticket)


@room.writes("PUT", "/tickets/{int:number}/priority", "tickets:write")
def set_priority(request: ApiRequest, number: Key, given: PriorityGiven) -> TicketOut:
    """Set the priority of a ticket."""
    ticket = ticket_for(request.user, number, CHANGE)
    return ticket_told(work.set_priority(ticket, given.priority, actor=request.user.actor))


@room.writes("PUT", "/tickets/{int:number}/tags", "tickets:write")
def set_tags(request: ApiRequest, number: Key, given: TagsGiven) -> TicketOut:
    """Set the tags of a ticket. New names are made."""
    ticket = ticket_for(request.user, number, CHANGE)
    return ticket_told(work.tag_ticket(ticket, given.tags, actor=request.user.actor))


Verb = Callable[..., Ticket]


def _moved(request: ApiRequest, number: int, permission: str, verb: Verb) -> TicketOut:
    return ticket_told(verb(ticket_for(request.user, number, permission), actor=request.user.actor))


@room.writes("POST", "/tickets/{int:number}/closure", "tickets:write")
def close_ticket(request: ApiRequest, number: Key) -> TicketOut:
    """Close a ticket. The need is met."""
    return _moved(request, number, CHANGE, work.close_ticket)


@room.writes("DELETE", "/tickets/{int:number}/closure", "tickets:write")
def reopen_ticket(request: ApiRequest, number: Key) -> TicketOut:
    """Reopen a ticket."""
    return _moved(request, number, CHANGE, work.reopen_ticket)


@room.writes("POST", "/tickets/{int:number}/spam", "tickets:write")
def mark_spam(request: ApiRequest, number: Key) -> TicketOut:
    """Mark a ticket as spam. Out of every list and count."""
    return _moved(request, number, REMOVE, work.mark_spam)


@room.writes("DELETE", "/tickets/{int:number}/spam", "tickets:write")
def unmark_spam(request: ApiRequest, number: Key) -> TicketOut:
    """Bring back a ticket that was marked as spam."""
    return _moved(request, number, REMOVE, work.restore_ticket)


@room.writes("POST", "/tickets/{int:number}/deletion", "tickets:write")
def delete_ticket(request: ApiRequest, number: Key) -> TicketOut:
    """Put a ticket in the bin."""
    return _moved(request, number, REMOVE, work.delete_ticket)


@room.writes("DELETE", "/tickets/{int:number}/deletion", "tickets:write")
def restore_ticket(request: ApiRequest, number: Key) -> TicketOut:
    """Bring a ticket back from the bin."""
    return _moved(request, number, REMOVE, work.restore_ticket)


@room.writes("PUT", "/tickets/{int:number}/snooze", "tickets:write")
def snooze_ticket(request: ApiRequest, number: Key, given: Snooze) -> TicketOut:
    """Snooze a ticket. Out of the working lists until then, or until the customer's next word."""
    ticket = ticket_for(request.user, number, CHANGE)
    if not is_ahead(given.until):
        raise wrong("until", _("Choose a moment to come, within a year."))
    try:
        return ticket_told(snooze.snooze_ticket(ticket, given.until, actor=request.user.actor))
    except ValueError:
        raise Problem(409, _("A closed ticket cannot be snoozed.")) from None


@room.writes("DELETE", "/tickets/{int:number}/snooze", "tickets:write")
def wake_ticket(request: ApiRequest, number: Key) -> TicketOut:
    """Wake a ticket."""
    return _moved(request, number, CHANGE, snooze.wake_ticket)
