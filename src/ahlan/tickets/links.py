"""The tickets linked with one, as they are read from its side."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from ahlan.staff.models import Agent
from ahlan.tickets.models import Link, Relation, Removal, Ticket
from ahlan.tickets.policies import tickets_of

SHOWN = 50
BY_HAND = (Relation.RELATED.value, Relation.PART.value)  # made and taken away by people
HERE = {  # what the other one is, seen from the ticket that was linked
    Relation.SPLIT: pgettext_lazy("link of tickets", "Split off from"),
    Relation.PART: pgettext_lazy("link of tickets", "Part of"),
    Relation.RELATED: pgettext_lazy("link of tickets", "Related"),
}
THERE = {  # and from the other side
    Relation.SPLIT: pgettext_lazy("link of tickets", "Was split off"),
    Relation.PART: pgettext_lazy("link of tickets", "Its part"),
    Relation.RELATED: pgettext_lazy("link of tickets", "Related"),
}


@dataclass(frozen=True, slots=True)
class Linked:
    """Another ticket and what it is to this one."""

    link: Link
    ticket: Ticket
    name: str | Promise

    @property
    def by_hand(self) -> bool:
        return self.link.relation in BY_HAND


def links_of(agent: Agent, ticket: Ticket) -> list[Linked]:
    """The linked tickets this agent may see; a merged one by the ticket its words lie in."""
    if not ticket.holds(Link):
        return []
    own = ticket.family
    rows = list(Link.objects.filter(Q(ticket__in=own) | Q(other__in=own)).order_by("id")[:SHOWN])
    ids = {row.pk: row.other_id if row.ticket_id in own else row.ticket_id for row in rows}
    seen = tickets_of(agent).exclude(removal__in=[Removal.DELETED, Removal.SPAM])
    found = (
        seen.filter(Q(pk__in=ids.values()) | Q(merged__in=ids.values())) if rows else Ticket.objects.none()
    )
    known = {one.pk: one for one in found}
    told = [Linked(row, other, _name(row, own)) for row in rows if (other := _standing(known, ids[row.pk]))]
    return [one for one in told if one.ticket.pk != ticket.pk]


def _standing(known: dict[int, Ticket], number: int) -> Ticket | None:
    """The ticket of that number, or the one it was merged into."""
    found = known.get(number)
    return known.get(found.merged_into_id) if found and found.merged_into_id else found


def _name(row: Link, own: list[int]) -> str | Promise:
    return (HERE if row.ticket_id in own else THERE)[Relation(row.relation)]
