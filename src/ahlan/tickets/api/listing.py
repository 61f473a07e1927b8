"""Finding tickets and reading one: the list, a ticket, its messages, its history."""

from typing import Annotated, Literal

from django.db.models import Prefetch, Q, QuerySet
from pydantic import Field

from ahlan.core.api.problems import Problem
from ahlan.core.api.shapes import Cursor, Key, Limit, Line, Listed, Moment, check_cursor, listed
from ahlan.core.asking import kept
from ahlan.core.keyset import page
from ahlan.customers.models import Customer
from ahlan.events.models import Event
from ahlan.staff.models import Agent
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.api.room import room
from ahlan.tickets.api.shapes import HappenedOut, MessageOut, TicketOut, ticket_told, tickets_told
from ahlan.tickets.history import sentences_of
from ahlan.tickets.lists import merged, page_of, view_named
from ahlan.tickets.models import Attachment, Message, State, Ticket
from ahlan.tickets.policies import inbox_ids_of, message_for, ticket_for
from ahlan.tickets.sorting import ORDER

STATES = Literal["open", "waiting", "on_hold", "closed"]


@room.reads("/tickets", "tickets:read")
def list_tickets(
    request: ApiRequest,
    view: Annotated[
        Line,
        Field(
            description="A list by its key, in its own order: open, mine, unassigned, snoozed, team-2, view-3 … The filters below do not go with it.",
            examples=[""],
        ),
    ] = "",
    state: Annotated[STATES | None, Field(description="Only tickets in this state.")] = None,
    inbox: Annotated[Key | None, Field(description="Only tickets of this inbox.")] = None,
    customer: Annotated[
        Key | None, Field(description="Only tickets of this customer, whatever their state.")
    ] = None,
    internal: Annotated[
        bool | None, Field(description="Only tickets a division of one's own company asked, or only others.")
    ] = None,
    updated_since: Annotated[
        Moment | None, Field(description="Only tickets in which something was said since.")
    ] = None,
    cursor: Cursor = "",
    limit: Limit = 30,
) -> Listed[TicketOut]:
    """List tickets. Those in use that do not sleep, the latest word first; spam, the bin and sleeping tickets are views."""
    if view:
        found = view_named(request.user, view)
        if found is None:
            raise Problem(404)
        check_cursor(cursor, found.row_order)
        shown = page_of(request.user, found, after=cursor, size=limit)
    else:
        check_cursor(cursor, ORDER)
        parts = _parts(request.user, state, inbox, customer, internal)
        since = Q(last_message_at__gte=updated_since) if updated_since else Q()
        rows = Ticket.objects.filter(since, removal="").only("last_message_at")
        shown = merged([page(rows.filter(one), ORDER, cursor, limit) for one in parts], ORDER, limit)
    return Listed(items=tickets_told([one.pk for one in shown.items]), next=shown.next_cursor)


def _parts(
    agent: Agent, state: str | None, inbox: int | None, customer: int | None, internal: bool | None
) -> list[Q]:
    """What the list is read by: one part for each step along an index."""
    inboxes: list[int] | None = (
        None if agent.may("tickets.view") and agent.sees_all_inboxes() else inbox_ids_of(agent)
    )
    if inbox is not None:
        inboxes = [inbox] if inboxes is None or inbox in inboxes else []
    seen = Q() if inboxes is None else Q(inbox__in=inboxes)
    asked = Q() if internal is None else Q(internal=internal)
    if customer is not None:
        family = Customer.objects.filter(Q(pk=customer) | Q(merged_into=customer)).values("pk")
        return [
            seen
            & asked
            & Q(customer__in=list(family.values_list("pk", flat=True)))
            & (Q(state=state) if state else Q())
        ]
    states = [state] if state else State.values
    if internal:  # along the index of its own
        return [seen & asked & Q(state=state, snoozed=False) for state in states]
    each = [Q()] if inboxes is None else [Q(inbox=one) for one in inboxes]
    return [one & asked & Q(state=state, snoozed=False) for one in each for state in states]


@room.reads("/tickets/{int:number}", "tickets:read")
def get_ticket(request: ApiRequest, number: Key) -> TicketOut:
    """Get a ticket. The number of a merged one leads to the ticket its words lie in."""
    return ticket_told(ticket_for(request.user, number))


@room.reads("/tickets/{int:number}/messages", "tickets:read")
def list_messages(
    request: ApiRequest, number: Key, cursor: Cursor = "", limit: Limit = 30
) -> Listed[MessageOut]:
    """List what was said in a ticket. Messages and notes, the latest first."""
    ticket = ticket_for(request.user, number)
    return listed(said_in(ticket), MessageOut.of, cursor=cursor, limit=limit)


def said_in(ticket: Ticket) -> QuerySet[Message]:
    found = Message.objects.filter(ticket=ticket).select_related("author", "customer__merged_into")
    return found.prefetch_related(Prefetch("attachments", Attachment.objects.order_by("id")))


@room.reads("/tickets/{int:number}/messages/{int:message}", "tickets:read")
def get_message(request: ApiRequest, number: Key, message: Key) -> MessageOut:
    """Get a message."""
    return message_told(message_for(request.user, number, message))


def message_told(message: Message) -> MessageOut:
    [found] = _said(message.pk)
    return MessageOut.of(found)


@kept
def _said(message: int) -> QuerySet[Message]:
    return Message.objects.select_related("author", "customer__merged_into").filter(pk=message)


@room.reads("/tickets/{int:number}/history", "tickets:read")
def list_history(
    request: ApiRequest, number: Key, cursor: Cursor = "", limit: Limit = 30
) -> Listed[HappenedOut]:
    """List what happened to a ticket. Events of it and of those merged into it, the latest first."""
    ticket = ticket_for(request.user, number)
    merged_in = Ticket.objects.filter(merged_into=ticket).values_list("pk", flat=True)
    events = Event.objects.filter(subject_kind="ticket", subject_id__in=[ticket.pk, *merged_in])
    check_cursor(cursor, ("-id",))
    shown = page(events, ("-id",), cursor, limit)
    words = {event.pk: sentence for event, sentence in sentences_of(shown.items)}
    items = [
        HappenedOut(
            id=one.pk, kind=one.kind, at=one.at, actor=one.actor, facts=one.facts, words=words.get(one.pk, "")
        )
        for one in shown.items
    ]
    return Listed(items=items, next=shown.next_cursor)
