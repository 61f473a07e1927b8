"""Verbs on links between tickets: tie two together, or one into another as its part, and take the tie away."""

from django.db import transaction
from django.utils.translation import gettext as _

from ahlan.events.log import record
from ahlan.tickets.models import Link, Relation, Ticket

DEEPEST = 20  # parts of parts
MOST = 200  # links of one ticket


class CannotLink(ValueError):
    """Why these two cannot be tied so; its text says so to a person."""


@transaction.atomic
def link_tickets(ticket: Ticket, other: Ticket, relation: str, *, actor: str) -> Link:
    """Tie two tickets: `related`, or `ticket` a `part` of `other`. Nothing happens where they are tied so. Raises CannotLink."""
    held = {one.pk: one for one in _held(ticket, other)}
    if len(held) < 2 or ticket.pk == other.pk:
        raise CannotLink(_("A ticket cannot be linked with itself."))
    if any(one.removal for one in held.values()):
        raise CannotLink(_("One of the tickets is merged, in the bin or among spam."))
    known = Link.objects.filter(ticket=ticket, other=other, relation=relation)
    if relation == Relation.RELATED:
        known |= Link.objects.filter(ticket=other, other=ticket, relation=relation)
    if found := known.first():
        return found
    if relation == Relation.PART:
        _refuse(ticket, other)
    if ticket.links.count() >= MOST or other.linked.count() >= MOST:
        raise CannotLink(_("There are too many links already."))
    made = Link.objects.create(ticket=ticket, other=other, relation=Relation(relation))
    _tell("ticket.linked", made, held, actor)
    return made


@transaction.atomic
def unlink_tickets(link: Link, *, actor: str) -> bool:
    """Take a tie away. False when it is gone already."""
    held = {one.pk: one for one in _held(link.ticket, link.other)}
    gone, _kinds = Link.objects.filter(pk=link.pk).delete()
    if gone:
        _tell("ticket.unlinked", link, held, actor)
    return bool(gone)


def _held(ticket: Ticket, other: Ticket) -> list[Ticket]:
    """Both as they stand, locked in the order of their numbers."""
    return list(Ticket.objects.select_for_update().filter(pk__in=[ticket.pk, other.pk]).order_by("pk"))


def _refuse(ticket: Ticket, other: Ticket) -> None:
    """A part has one whole, and nothing is a part of its own parts."""
    if Link.objects.filter(ticket=ticket, relation=Relation.PART).exists():
        raise CannotLink(_("This ticket is a part of another one already."))
    whole: int | None = other.pk
    for _step in range(DEEPEST):
        whole = (
            Link.objects.filter(ticket=whole, relation=Relation.PART).values_list("other", flat=True).first()
        )
        if whole is None:
            return
        if whole == ticket.pk:
            break
    raise CannotLink(_("A ticket cannot be a part of its own part."))


def _tell(kind: str, link: Link, held: dict[int, Ticket], actor: str) -> None:
    """On both, so that each one's history says so."""
    for one, number in ((link.ticket_id, link.other_id), (link.other_id, link.ticket_id)):
        record(
            kind, held[one], actor=actor, audience=held[one].audience, other=number, relation=link.relation
        )
