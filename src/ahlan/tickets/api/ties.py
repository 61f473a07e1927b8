"""Tickets among each other and what hangs beside one: merging, splitting, links, the checklist, followers."""

from typing import Annotated, Literal

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import In, Key, Line, Listed, Ref, all_of
from ahlan.staff.models import Agent
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.actions import checklist
from ahlan.tickets.actions.follow import follow_ticket, unfollow_ticket
from ahlan.tickets.actions.link import link_tickets, unlink_tickets
from ahlan.tickets.actions.merge import merge_tickets, unmerge_tickets
from ahlan.tickets.actions.split import split_ticket
from ahlan.tickets.api.room import room
from ahlan.tickets.api.shapes import ItemOut, LinkOut, MergeOut, TicketOut, ticket_told
from ahlan.tickets.links import BY_HAND, Linked, links_of
from ahlan.tickets.models import Item, Link, Merge, Relation, Ticket
from ahlan.tickets.policies import ticket_for, tickets_of
from ahlan.tickets.views.workspace import merges_of

CHANGE = "tickets.change"
MOST = 100  # followers told


class MergeGiven(In):
    into: Annotated[Key, Field(description="The ticket it goes into.", examples=[4100])]


class SplitGiven(In):
    messages: Annotated[list[Key], Field(min_length=1, max_length=1_000, description="The messages that go.")]
    subject: Annotated[Line, Field(max_length=255)] = ""


class LinkGiven(In):
    other: Annotated[Key, Field(examples=[4100])]
    how: Annotated[
        Literal["related", "part", "whole"],
        Field(description="The other one is related; this one is its part; it is a part of this one."),
    ]


class ItemGiven(In):
    text: Annotated[Line, Field(min_length=1, examples=["Ask the carrier"])]


class ItemChange(In):
    done: bool | None = None
    move: Annotated[
        int | None,
        Field(ge=-50, le=50, description="So many places down, or up when negative.", examples=[None]),
    ] = None


def _other(request: ApiRequest, number: int, field: str) -> Ticket:
    found = tickets_of(request.user).filter(pk=number).first()
    if found is None:
        raise wrong(field, _("There is no such ticket."))
    return found


@room.reads("/tickets/{int:number}/merges", "tickets:read")
def list_merges(request: ApiRequest, number: Key) -> Listed[MergeOut]:
    """List what was merged into a ticket within the day. It can be taken out again."""
    return all_of(merges_of(ticket_for(request.user, number)), MergeOut.of)


@room.writes("POST", "/tickets/{int:number}/merge", "tickets:write", makes="/tickets/{into}/merges")
def merge_ticket(request: ApiRequest, number: Key, given: MergeGiven) -> MergeOut:
    """Merge a ticket into another. Its number leads there from then on; undone within a day."""
    ticket = ticket_for(request.user, number, CHANGE)
    return MergeOut.of(merge_tickets(ticket, _other(request, given.into, "into"), actor=request.user.actor))


@room.writes("DELETE", "/tickets/{int:number}/merges/{int:pk}", "tickets:write")
def unmerge_ticket(request: ApiRequest, number: Key, pk: Key) -> TicketOut:
    """Take a merged ticket out again. The answer is that ticket."""
    ticket = ticket_for(request.user, number, CHANGE)
    found = Merge.objects.filter(
        pk=pk, source__merged_into=ticket, source__in=tickets_of(request.user)
    ).first()
    if found is None:
        raise Http404("no such merge")
    return ticket_told(unmerge_tickets(found, actor=request.user.actor))


@room.writes("POST", "/tickets/{int:number}/split", "tickets:write", makes="/tickets/{number}")
def split_a_ticket(request: ApiRequest, number: Key, given: SplitGiven) -> TicketOut:
    """Split a ticket. The chosen messages become a ticket of their own, which is the answer."""
    ticket = ticket_for(request.user, number, CHANGE)
    return ticket_told(split_ticket(ticket, given.messages, subject=given.subject, actor=request.user.actor))


@room.reads("/tickets/{int:number}/links", "tickets:read")
def list_links(request: ApiRequest, number: Key) -> Listed[LinkOut]:
    """List the tickets linked with one. Of those you may see."""
    return all_of(
        links_of(request.user, ticket_for(request.user, number)), lambda one: _linked(one, one.link.ticket_id)
    )


def _linked(one: Linked, first: int) -> LinkOut:
    whole = one.link.relation != Relation.RELATED and first != one.ticket.pk
    return LinkOut(
        id=one.link.pk,
        relation=one.link.relation,
        is_whole=whole,
        ticket=one.ticket.pk,
        subject=one.ticket.subject,
    )


@room.writes("POST", "/tickets/{int:number}/links", "tickets:write", makes="/tickets/{number}/links")
def link_ticket(request: ApiRequest, number: Key, given: LinkGiven) -> LinkOut:
    """Link a ticket with another."""
    ticket, other = ticket_for(request.user, number, CHANGE), _other(request, given.other, "other")
    first, second = (other, ticket) if given.how == "whole" else (ticket, other)
    relation = Relation.RELATED if given.how == "related" else Relation.PART
    made = link_tickets(first, second, relation, actor=request.user.actor)
    return LinkOut(
        id=made.pk,
        relation=made.relation,
        is_whole=given.how == "part",
        ticket=other.pk,
        subject=other.subject,
    )


@room.writes("DELETE", "/tickets/{int:number}/links/{int:pk}", "tickets:write")
def unlink_ticket(request: ApiRequest, number: Key, pk: Key) -> None:
    """Take a link away. One made by hand."""
    ticket = ticket_for(request.user, number, CHANGE)
    found = Link.objects.filter(Q(ticket=ticket) | Q(other=ticket), pk=pk, relation__in=BY_HAND).first()
    if found is None:
        raise Http404("no such link")
    unlink_tickets(found, actor=request.user.actor)


@room.reads("/tickets/{int:number}/checklist", "tickets:read")
def list_checklist(request: ApiRequest, number: Key) -> Listed[ItemOut]:
    """List what is to be done for a ticket. In its order."""
    return all_of(
        ticket_for(request.user, number).items.select_related("done_by")[: checklist.MOST], ItemOut.of
    )


@room.writes("POST", "/tickets/{int:number}/checklist", "tickets:write", makes="/tickets/{number}/checklist")
def add_item(request: ApiRequest, number: Key, given: ItemGiven) -> ItemOut:
    """Add to the checklist."""
    ticket = ticket_for(request.user, number, CHANGE)
    if not given.text.strip():
        raise wrong("text", _("Say what is to be done."))
    return ItemOut.of(checklist.add_item(ticket, given.text, actor=request.user.actor))


def _item(request: ApiRequest, number: int, pk: int) -> Item:
    ticket = ticket_for(request.user, number, CHANGE)
    found = Item.objects.select_related("done_by", "ticket").filter(pk=pk, ticket=ticket).first()
    if found is None:
        raise Http404("no such item")
    return found


@room.writes("PATCH", "/tickets/{int:number}/checklist/{int:pk}", "tickets:write")
def change_item(request: ApiRequest, number: Key, pk: Key, given: ItemChange) -> ItemOut:
    """Tick or move something on the checklist."""
    found = _item(request, number, pk)
    if given.done is not None:
        checklist.tick_item(found, given.done, agent=request.user)
    if given.move:
        checklist.move_item(found, given.move, actor=request.user.actor)
    return ItemOut.of(_item(request, number, pk))


@room.writes("DELETE", "/tickets/{int:number}/checklist/{int:pk}", "tickets:write")
def delete_item(request: ApiRequest, number: Key, pk: Key) -> None:
    """Take something off the checklist."""
    checklist.delete_item(_item(request, number, pk), actor=request.user.actor)


@room.reads("/tickets/{int:number}/followers", "tickets:read")
def list_followers(request: ApiRequest, number: Key) -> Listed[Ref]:
    """List who follows a ticket."""
    ticket = ticket_for(request.user, number)
    return all_of(
        Agent.objects.filter(pk__in=ticket.follows.values("agent"))[:MOST],
        lambda one: Ref(id=one.pk, name=str(one)),
    )


@room.writes("POST", "/tickets/{int:number}/following", "tickets:write")
def follow(request: ApiRequest, number: Key) -> None:
    """Follow a ticket."""
    follow_ticket(ticket_for(request.user, number), request.user, actor=request.user.actor)


@room.writes("DELETE", "/tickets/{int:number}/following", "tickets:write")
def unfollow(request: ApiRequest, number: Key) -> None:
    """Follow a ticket no more."""
    unfollow_ticket(ticket_for(request.user, number), request.user, actor=request.user.actor)
