"""Verbs on the fields of a ticket: set them, and let them fill themselves when a condition begins to hold."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from ahlan.events.log import record
from ahlan.tickets.actions.work import locked
from ahlan.tickets.fields import (
    PERSONAL,
    BadValue,
    Given,
    given_of,
    holding,
    must_stay,
    parse,
    rows_of,
    values_of,
)
from ahlan.tickets.models import Ticket
from ahlan.tickets.models.own import Field, FieldMark, FieldValue
from ahlan.tickets.vocabulary import vocabulary


@transaction.atomic
def set_fields(ticket: Ticket, values: Mapping[int, Given], *, actor: str) -> Ticket:
    """Put values into fields, by their ids; an empty list empties one. See `fields` for what each kind takes.

    Raises BadValue for what a field cannot hold, for one that is archived or unknown, and where a person empties one
    that is required now; then nothing is set.
    """
    held = locked(ticket)
    standing = rows_of([held], values).get(held.pk, {})
    changed = [pk for pk, given in values.items() if _put(held, pk, given, standing.get(pk, []), actor)]
    _tell(held, changed, actor)
    return ticket


def _tell(ticket: Ticket, changed: Collection[int], actor: str) -> None:
    if not changed or ticket.merged_into_id:
        return
    kept = rows_of([ticket], changed).get(ticket.pk, {})
    values = {
        str(pk): [given_of(row) for row in kept.get(pk, [])]
        for pk in changed
        if vocabulary().fields[pk].kind not in PERSONAL
    }
    record(
        "ticket.fields_changed", ticket, actor=actor, audience=ticket.audience, fields=sorted(changed), values=values,
    )  # fmt: skip


def _put(ticket: Ticket, pk: int, given: Given, standing: list[FieldValue], actor: str) -> bool:
    """Whether anything was changed."""
    field = vocabulary().fields.get(pk)
    if field is None or field.is_archived:
        raise BadValue(field, _("There is no such field any more."))
    rows = [FieldValue(ticket=ticket, field=field, **columns) for columns in parse(field, given, standing)]
    if _what(rows) == _what(standing):
        return False
    if not rows and actor.startswith("agent:") and must_stay(field, ticket):
        raise BadValue(field, _("“%(name)s” is required.") % {"name": field})
    FieldValue.objects.filter(ticket=ticket, field=field).delete()
    FieldValue.objects.bulk_create(rows)
    return True


def carry_fields(source: Ticket, target: Ticket, *, actor: str) -> list[int]:
    """Fill the target's empty fields with what stands in the source's; returns which. Part of a merge.

    The source keeps its own, so that it has them when it is taken out again.
    """
    held, there = values_of(source), values_of(target)
    new = sorted(held.keys() - there.keys())
    copies = [row for pk in new for row in held[pk]]
    for row in copies:
        row.pk, row.ticket, row._state.adding = None, target, True
    FieldValue.objects.bulk_create(copies)
    _tell(target, new, actor)
    return new


def return_fields(source: Ticket, target: Ticket, came: Collection[int], *, actor: str) -> None:
    """Empty those fields of the target that still hold what came from the source. Part of the undoing of a merge."""
    held, there = values_of(source), values_of(target)
    back = sorted(pk for pk in came if pk in there and _what(there[pk]) == _what(held.get(pk, [])))
    FieldValue.objects.filter(ticket=target, field__in=back).delete()
    _tell(target, back, actor)


def _what(rows: list[FieldValue]) -> set[tuple[object, ...]]:
    return {
        (row.text, row.number, row.day, row.option_id, row.yes, row.customer_id, row.agent_id) for row in rows
    }


@transaction.atomic(savepoint=False)
def fill_fields(ticket_id: int) -> None:
    """Fill the empty fields whose condition has begun to hold. Part of the verb that moved the ticket.

    One whose condition goes on holding is not filled again when somebody empties it.
    """
    fields = {one.pk: one for one in vocabulary().standing_fields if one.fill}
    ticket = (
        Ticket.objects.select_for_update().filter(pk=ticket_id, merged_into=None).first() if fields else None
    )
    if ticket is None:
        return
    hold = holding(ticket, {pk: one.filled_when for pk, one in fields.items() if _belongs(one, ticket)})
    marked = set(FieldMark.objects.filter(ticket=ticket).values_list("field", flat=True))
    FieldMark.objects.filter(ticket=ticket, field__in=marked - hold).delete()
    begun = hold - marked
    FieldMark.objects.bulk_create([FieldMark(ticket=ticket, field_id=pk) for pk in sorted(begun)])
    filled = rows_of([ticket], begun).get(ticket.pk, {})
    values = {pk: fields[pk].fill for pk in sorted(begun) if pk not in filled and _can_hold(fields[pk])}
    if values:
        set_fields(ticket, values, actor="system")


def _belongs(field: Field, ticket: Ticket) -> bool:
    return not field.types or ticket.type_id in field.types


def _can_hold(field: Field) -> bool:
    """What it is filled with may be no more: an agent who has left, a choice that was archived."""
    try:
        return bool(parse(field, field.fill))
    except BadValue:
        return False
