"""Acts on the desk's own words: set the type, the status, and each of its fields."""

from collections.abc import Sequence

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ahlan.rules.acts import Act, By, CannotDo, Options, Values, Words, act, acts_from
from ahlan.tickets.actions import work
from ahlan.tickets.actions.fields import set_fields
from ahlan.tickets.facets import agents
from ahlan.tickets.fields import BadValue, parse, rows_of
from ahlan.tickets.models import State, Ticket
from ahlan.tickets.models.own import Field, Kind
from ahlan.tickets.vocabulary import vocabulary

NOTHING = "nothing"  # empties what is chosen from a list
TAKES = {
    Kind.TEXT: "words", Kind.LONG: "text", Kind.NUMBER: "number", Kind.DATE: "day", Kind.CHOICE: "option",
    Kind.CHOICES: "options", Kind.SWITCH: "option", Kind.CUSTOMER: "words", Kind.AGENT: "option",
}  # fmt: skip


def _types() -> Sequence[tuple[str, Words]]:
    return [(NOTHING, _("no type")), *((str(one.pk), one.name) for one in vocabulary().standing_types)]


def _set_type(ticket: Ticket, values: Values, by: By) -> None:
    try:
        work.set_type(ticket, None if values[0] == NOTHING else int(values[0]), actor=by.actor)
    except ValueError as error:
        raise CannotDo("gone") from error


def set_status(ticket: Ticket, values: Values, by: By) -> None:
    """Into a status, or a state with the status it begins with. Raises CannotDo."""
    try:
        work.go_to(ticket, values[0], actor=by.actor)
    except work.FieldsMissing as refusal:
        raise CannotDo("fields") from refusal
    except ValueError as error:
        raise CannotDo("gone") from error


def _own_statuses() -> Sequence[tuple[str, Words]]:
    found = vocabulary().statuses_in_order()
    return [(key, f"{State(state).label}: {word}") for key, word, state in found if key != state]


act(
    "type", _("Set the type"), "option", _set_type, permission="tickets.change", options=_types,
    is_so=lambda ticket, values: str(ticket.type_id or NOTHING) == values[0],
)  # fmt: skip
act(
    "status", _("Set the status"), "option", set_status, permission="tickets.change", options=_own_statuses,
    is_so=lambda ticket, values: str(ticket.status_id) == values[0],
)  # fmt: skip


def _field_act(field: Field) -> Act:
    kind, pk = Kind(field.kind), field.pk

    def do(ticket: Ticket, values: Values, by: By) -> None:
        try:
            set_fields(ticket, {pk: [one for one in values if one != NOTHING]}, actor=by.actor)
        except BadValue as error:
            raise CannotDo("value") from error

    def is_so(ticket: Ticket, values: Values) -> bool:
        return is_set(ticket, pk, values)

    def refuses(values: Values) -> str:
        try:
            parse(field, [one for one in values if one != NOTHING])
        except BadValue as error:
            return str(error)
        return ""

    name = format_lazy(_("Set “{name}”"), name=field.name)
    return Act(field.key, name, TAKES[kind], do, "tickets.change", _options_of(field, kind), is_so, refuses)


def is_set(ticket: Ticket, pk: int, values: Values) -> bool:
    """Whether these values stand in a field already."""
    field = vocabulary().fields[pk]
    standing = rows_of([ticket], [pk]).get(ticket.pk, {}).get(pk, [])
    try:
        wanted = parse(field, [one for one in values if one != NOTHING], standing)
    except BadValue:
        return False
    kept = [
        {key: getattr(row, key) for key in columns} for row, columns in zip(standing, wanted, strict=False)
    ]
    return len(standing) == len(wanted) and sorted(map(str, kept)) == sorted(map(str, wanted))


def _options_of(field: Field, kind: Kind) -> Options | None:
    nothing = (NOTHING, _("nothing (empty it)"))
    if kind == Kind.AGENT:
        return lambda: [nothing, *(one for one in agents() if one[0].isdecimal())]
    if kind == Kind.SWITCH:
        return lambda: [nothing, ("yes", _("yes")), ("no", _("no"))]
    if field.has_options:
        found = [(str(one.pk), one.name) for one in field.options.all() if not one.is_archived]
        return lambda: [nothing, *found]
    return None


def _field_acts() -> list[Act]:
    return [_field_act(one) for one in vocabulary().standing_fields]


acts_from("field-", _field_acts)
