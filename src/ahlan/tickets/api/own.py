"""What stands in the desk's own fields of tickets: as programs are told it, and as they give it."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field

from ahlan.core.api.problems import Problem, wrong
from ahlan.core.api.shapes import LARGEST_KEY, Out, Ref
from ahlan.core.text import clean
from ahlan.customers.models import Customer
from ahlan.tickets.fields import LONGEST, NO, YES, BadValue, Given, given_of, rows_of
from ahlan.tickets.models import Ticket
from ahlan.tickets.models.own import Field as OwnField
from ahlan.tickets.models.own import FieldValue, Kind
from ahlan.tickets.vocabulary import vocabulary

MOST_CHOICES = 200
CHOOSING = (Kind.CHOICE, Kind.CHOICES, Kind.CUSTOMER, Kind.AGENT)  # told by id and name
Stands = str | bool | Ref | list[Ref] | None

Words = Annotated[str, Field(max_length=LONGEST[Kind.LONG]), AfterValidator(clean)]
Whole = Annotated[int, Field(strict=True, ge=-LARGEST_KEY, le=LARGEST_KEY)]
Switch = Annotated[bool, Field(strict=True)]
Chosen = Annotated[list[Whole], Field(max_length=MOST_CHOICES)]
FieldKey = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")]
Values = Annotated[
    dict[FieldKey, Switch | Whole | Words | Chosen | None],
    Field(
        max_length=200,
        description="By the fields' ids: text; a number, best as decimal text; a day; the id of an option, a customer or an agent; a list of options; true or false. Null empties one.",
        examples=[{}],
    ),
]


class StandsOut(Out):
    """What stands in one field of a ticket."""

    name: str
    kind: Annotated[
        str,
        Field(
            description="text, long, number, date, choice, choices, switch, customer or agent.",
            examples=["choice"],
        ),
    ]
    value: Annotated[
        Stands,
        Field(
            description="By its kind: text, a decimal as text, a day, true or false, id and name, or a list of them. Null: nothing.",
            examples=[{"id": 7, "name": "Blue"}],
        ),
    ]


def fields_told(tickets: Iterable[Ticket]) -> dict[int, dict[str, StandsOut]]:
    """By ticket and field: those of its type, and those something stands in. Three queries at most; none without fields."""
    tickets, standing = list(tickets), vocabulary().standing_fields
    rows = rows_of(tickets, [one.pk for one in standing])
    return {
        ticket.pk: {
            str(one.pk): StandsOut(name=one.name, kind=one.kind, value=_value(one, held))
            for one in standing
            if (held := rows.get(ticket.pk, {}).get(one.pk, []))
            or not one.types
            or ticket.type_id in one.types
        }
        for ticket in tickets
    }


def _value(field: OwnField, rows: list[FieldValue]) -> Stands:
    if field.kind == Kind.CHOICES:
        return [_ref(row) for row in rows]
    if not rows:
        return None
    if field.kind in CHOOSING:
        return _ref(rows[0])
    return rows[0].yes if field.kind == Kind.SWITCH else given_of(rows[0])


def _ref(row: FieldValue) -> Ref:
    customer = row.customer.primary if row.customer else None
    found = row.option or customer or row.agent
    assert found is not None  # the kind says which of them it is
    return Ref(id=found.pk, name=str(found))


def given_values(values: Mapping[str, bool | int | str | list[int] | None]) -> dict[int, Given]:
    """As the verbs take them. Raises Problem."""
    known = vocabulary().fields
    return {int(key): _given(key, known.get(int(key)), value) for key, value in values.items()}


def _given(key: str, field: OwnField | None, value: bool | int | str | list[int] | None) -> Given:
    if value is None:
        return []
    if isinstance(value, bool):
        return [YES if value else NO]
    if isinstance(value, list):
        return [str(one) for one in value]
    if isinstance(value, int) and field is not None and field.kind == Kind.CUSTOMER:
        return [_address(key, value)]
    longest = LONGEST.get(Kind(field.kind)) if field is not None else None
    if longest and len(str(value)) > longest:
        raise wrong(f"fields.{key}", _("At most %(n)s.") % {"n": longest})
    return [str(value)]


def _address(key: str, pk: int) -> str:
    """By which the field knows the customer of this id."""
    found = Customer.objects.select_related("merged_into").filter(pk=pk).first()
    if found is None:
        raise wrong(f"fields.{key}", _("There is no such customer."))
    value = found.primary.addresses.filter(kind="email").order_by("value").values_list("value", flat=True)
    if not value:
        raise wrong(f"fields.{key}", _("This customer has no e-mail address."))
    return str(value[0])


def bad_value(error: BadValue) -> Problem:
    """What cannot stand in a field, told by the field."""
    return wrong(f"fields.{error.field.pk}" if error.field else "fields", str(error))
