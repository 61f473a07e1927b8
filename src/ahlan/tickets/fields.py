"""What stands in a ticket's own fields: how it is read from what people give, how it reads, what is shown and what is missing.

A value is given as texts, whatever the kind: `["12.5"]`, `["2026-11-27"]`, the ids of options or of an agent, `["yes"]`, the
address of a customer. Nothing is an empty list.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from ahlan.core.numerals import full_day, listed, number
from ahlan.core.text import clean
from ahlan.customers.actions import normal
from ahlan.customers.models import Address
from ahlan.staff.models import Agent
from ahlan.tickets.conditions import Tree, matching, tests_of
from ahlan.tickets.models import Ticket
from ahlan.tickets.models.own import Field, FieldOption, FieldValue, Kind, Required
from ahlan.tickets.vocabulary import vocabulary

YES, NO = "yes", "no"
LONGEST = {Kind.TEXT: 500, Kind.LONG: 10_000}
GREATEST = 10**12  # numbers stay below it
PLACES = 3  # of a number, behind the point
MOST_AGENTS = 500  # to choose from
AMBIGUOUS = re.compile(r"[-+]?\d{1,3}(,\d{3})+")
PERSONAL = (Kind.TEXT, Kind.LONG, Kind.CUSTOMER, Kind.AGENT)  # never in the log

Given = Sequence[str]
Columns = dict[str, Any]


class BadValue(ValueError):
    """What cannot stand in a field; its text says why, to a person."""

    def __init__(self, field: Field | None, text: str) -> None:
        super().__init__(text)
        self.field = field


def parse(field: Field, given: Given, held: Iterable[FieldValue] = ()) -> list[Columns]:
    """The columns of each row that keeps it; none for nothing. `held` is what stands there: it may stay, even if archived.

    Raises BadValue.
    """
    texts = [text for one in given if (text := clean(one).strip())]
    if not texts:
        return []
    try:
        return READERS[Kind(field.kind)](field, texts, {row.option_id for row in held})
    except (ValueError, OverflowError) as error:
        raise BadValue(field, _("“%(name)s” cannot hold this.") % {"name": field}) from error


def _text(field: Field, texts: Given, held: set[int | None]) -> list[Columns]:
    text = texts[0] if field.kind == Kind.LONG else " ".join(texts[0].split())
    return [{"text": text[: LONGEST[Kind(field.kind)]]}]


def _number(field: Field, texts: Given, held: set[int | None]) -> list[Columns]:
    return [{"number": decimal_in(texts[0])}]


def decimal_in(text: str) -> Decimal:
    """In any digits, with a point or a comma; “1,234” could mean two numbers and is refused.

    Raises ValueError for what is none, too great or too fine.
    """
    if AMBIGUOUS.fullmatch(text.strip()):
        raise ValueError("a thousand, or a thousandth")
    plain = "".join(one for one in unicodedata.normalize("NFKC", text) if not (one.isspace() or one in "٬’'"))
    try:
        found = Decimal(plain.replace("٫", ".").replace("−", "-").replace(",", "."))
    except InvalidOperation as error:
        raise ValueError("not a number") from error
    if not found.is_finite() or abs(found) >= GREATEST or found != round(found, PLACES):
        raise ValueError("out of reach")
    return found


def _day(field: Field, texts: Given, held: set[int | None]) -> list[Columns]:
    return [{"day": date.fromisoformat(texts[0])}]


def _option(field: Field, texts: Given, held: set[int | None]) -> list[Columns]:
    return [{"option": _known(field, texts[0], held)}]


def _options(field: Field, texts: Given, held: set[int | None]) -> list[Columns]:
    found = {one.pk: one for text in texts for one in [_known(field, text, held)]}
    return [{"option": one, "slot": one.pk} for one in found.values()]


def _known(field: Field, text: str, held: set[int | None]) -> FieldOption:
    for one in field.options.all():
        if str(one.pk) == text and (not one.is_archived or one.pk in held):
            return one
    raise ValueError("no such option")


def _switch(field: Field, texts: Given, held: set[int | None]) -> list[Columns]:
    if texts[0] not in (YES, NO):
        raise ValueError("yes or no")
    return [{"yes": texts[0] == YES}]


def _customer(field: Field, texts: Given, held: set[int | None]) -> list[Columns]:
    known = Address.objects.filter(kind="email", value=normal("email", texts[0]))
    found = known.select_related("customer__merged_into").first()
    if found is None:
        raise BadValue(field, _("No customer has the address %(text)s.") % {"text": texts[0][:80]})
    return [{"customer": found.customer.primary}]


def _agent(field: Field, texts: Given, held: set[int | None]) -> list[Columns]:
    found = Agent.objects.active().filter(pk=int(texts[0])).first()
    if found is None:
        raise ValueError("nobody")
    return [{"agent": found}]


READERS: dict[Kind, Callable[[Field, Given, set[int | None]], list[Columns]]] = {
    Kind.TEXT: _text, Kind.LONG: _text, Kind.NUMBER: _number, Kind.DATE: _day, Kind.CHOICE: _option,
    Kind.CHOICES: _options, Kind.SWITCH: _switch, Kind.CUSTOMER: _customer, Kind.AGENT: _agent,
}  # fmt: skip


def given_of(row: FieldValue) -> str:
    """As it would be given, so that it can be put in again."""
    if row.text is not None:
        return row.text
    if row.number is not None:
        return f"{row.number.normalize():f}"
    if row.day is not None:
        return row.day.isoformat()
    if row.yes is not None:
        return YES if row.yes else NO
    if row.customer is not None:
        return min(
            (one.value for one in row.customer.primary.addresses.all() if one.kind == "email"), default=""
        )
    return str(row.option_id or row.agent_id)


def told_of(row: FieldValue) -> str:
    """As a person reads it."""
    if row.number is not None:
        return number(row.number.normalize())
    if row.day is not None:
        return full_day(row.day)
    if row.yes is not None:
        return _("yes") if row.yes else _("no")
    return row.text or str(row.option or row.customer or row.agent or "")


@dataclass(frozen=True)
class Box:
    """One field as it is filled in: what `tickets/_field_box.html` draws."""

    field: Field
    given: list[str]

    @property
    def value(self) -> str:
        return self.given[0] if self.given else ""

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        """(value, name, chosen) of each choice that stands or is chosen."""
        if self.field.kind == Kind.SWITCH:
            return [(YES, _("yes"), self.value == YES), (NO, _("no"), self.value == NO)]
        return [
            (str(one.pk), one.name, str(one.pk) in self.given)
            for one in self.field.options.all()
            if str(one.pk) in self.given or not one.is_archived
        ]


@dataclass(frozen=True)
class Shown(Box):
    """One field beside a ticket: what stands in it, and whether it must not stay empty."""

    rows: list[FieldValue]
    required: bool

    @property
    def told(self) -> str:
        return listed([told_of(row) for row in self.rows])

    @property
    def is_missing(self) -> bool:
        return self.required and not self.rows


def rows_of(tickets: Iterable[Ticket], fields: Iterable[int]) -> dict[int, dict[int, list[FieldValue]]]:
    """What stands in fields: by ticket, then by field. One query."""
    wanted = list(fields)
    found: dict[int, dict[int, list[FieldValue]]] = {}
    if wanted:
        rows = FieldValue.objects.filter(ticket__in=[one.pk for one in tickets], field__in=wanted)
        rows = rows.select_related("option", "customer__merged_into", "agent").order_by("slot")
        for row in rows.prefetch_related("customer__addresses", "customer__merged_into__addresses"):
            found.setdefault(row.ticket_id, {}).setdefault(row.field_id, []).append(row)
    return found


def values_of(ticket: Ticket) -> dict[int, list[FieldValue]]:
    """All that stands in a ticket's fields, by field."""
    return rows_of([ticket], vocabulary().fields).get(ticket.pk, {})


def fields_of(ticket: Ticket) -> list[Shown]:
    """The fields a ticket shows, in order. Three queries at most, however many fields there are."""
    fields = [one for one in vocabulary().standing_fields if not one.types or ticket.type_id in one.types]
    trees = {2 * one.pk: one.shown_when for one in fields} | {2 * one.pk + 1: one.required_when for one in fields if one.required}  # fmt: skip
    held = holding(ticket, trees)
    shown = [one for one in fields if 2 * one.pk in held]
    rows = rows_of([ticket], [one.pk for one in shown]).get(ticket.pk, {})
    return [_shown(one, rows.get(one.pk, []), 2 * one.pk + 1 in held) for one in shown]


def _shown(field: Field, rows: list[FieldValue], required: bool) -> Shown:
    return Shown(field, [given_of(row) for row in rows], rows, bool(field.required) and required)


def boxes_of_new(
    kind: int | None, data: Any = None, values: Mapping[str, list[str]] | None = None
) -> list[Box]:
    """The fields of a ticket that is being opened: those of its type that no condition hides.

    Filled with what a form gives (`data`), or begun with `values`, by ids as texts.
    """
    fields = [one for one in vocabulary().standing_fields if not one.types or kind in one.types]
    shown = [one for one in fields if not any(tests_of(one.shown_when))]
    return [
        Box(one, given_in(data, one) if data else list((values or {}).get(str(one.pk), []))) for one in shown
    ]


def check_needed(boxes: Iterable[Box]) -> None:
    """Raises BadValue where a field of a ticket that is being opened is always required and empty."""
    for one in boxes:
        asked = one.field.required == Required.ALWAYS and not any(tests_of(one.field.required_when))
        if asked and not one.given:
            raise BadValue(one.field, _("“%(name)s” is required.") % {"name": one.field})


def given_in(data: Any, field: Field) -> list[str]:
    """What a form (its QueryDict) gives for a field."""
    return [text for one in data.getlist(field.key) if (text := clean(one).strip())]


def agents_for(boxes: Iterable[Box]) -> list[tuple[str, str]]:
    """Whom one may choose, by id and name, and who stands there already; asked only where a field wants to know."""
    boxes = [one for one in boxes if one.field.kind == Kind.AGENT]
    if not boxes:
        return []
    held = [row.agent for one in boxes if isinstance(one, Shown) for row in one.rows if row.agent]
    return list({str(one.pk): str(one) for one in [*Agent.objects.active()[:MOST_AGENTS], *held]}.items())


def holding(ticket: Ticket, trees: dict[int, Tree]) -> set[int]:
    """The keys of those trees that hold; only those that ask for something are asked."""
    asked = {key: tree for key, tree in trees.items() if any(tests_of(tree))}
    return (trees.keys() - asked.keys()) | (matching(ticket, asked) if asked else set())


def missing(ticket: Ticket) -> list[Field]:
    """The fields without which the ticket must not be closed."""
    if not any(one.required for one in vocabulary().standing_fields):
        return []
    return [one.field for one in fields_of(ticket) if one.is_missing]


def must_stay(field: Field, ticket: Ticket) -> bool:
    """Whether a person may not empty it now."""
    needed = field.required == Required.ALWAYS or (field.required == Required.CLOSING and ticket.is_closed)
    return needed and any(one.field == field and one.required for one in fields_of(ticket))
