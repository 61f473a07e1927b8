"""What lists and rules may ask of the desk's own words: type, status, and each field by its kind."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import BooleanField, Exists, Expression, F, OuterRef, Q
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy, pgettext_lazy

from ahlan.core.clock import now
from ahlan.staff.models import Agent
from ahlan.tickets.facets import (
    ANY_OF,
    CONTAINS,
    EMPTY,
    FILLED,
    LACKS,
    ME,
    MOST_OPTIONS,
    NO,
    NONE_OF,
    OPTIONAL,
    TAGS,
    YES,
    Facet,
    Test,
    Values,
    Words,
    agents,
    escaped,
    facet,
    facets_from,
)
from ahlan.tickets.fields import decimal_in
from ahlan.tickets.models import State
from ahlan.tickets.models.own import Field, FieldValue, Kind
from ahlan.tickets.vocabulary import Vocabulary, vocabulary


def _types() -> Sequence[tuple[str, Words]]:
    return [(str(one.pk), one.name) for one in vocabulary().types.values()]


def _statuses() -> Sequence[tuple[str, Words]]:
    return [(key, word) for key, word, _state in vocabulary().statuses_in_order()]


def _in_status(values: Values) -> Q:
    asked = Q(status__in=[int(one) for one in values if one not in State.values])
    for state in (one for one in values if one in State.values):
        asked |= Q(state=state, status=None)
    return asked


facet("type", gettext_lazy("Type"), "type", OPTIONAL, _types)
facet(
    "status", gettext_lazy("Status"), "status",
    (
        Test(ANY_OF.key, ANY_OF.name, "options", lambda p, v, a: _in_status(v)),
        Test(NONE_OF.key, NONE_OF.name, "options", lambda p, v, a: ~_in_status(v)),
    ),
    _statuses,
)  # fmt: skip

Asked = Callable[[int, Values, Agent | None], Q]


class Holds(Expression):
    """Whether a field of a ticket holds something (of a column, compared so).

    One step along an index, and written by hand: Django takes a hundred times longer to make such a question than
    a database to answer it, and each verb asks one for every view, rule and field that wants to know.
    """

    conditional = True

    def __init__(self, field: int, column: str = "", how: str = "", values: Sequence[Any] = ()) -> None:
        super().__init__(output_field=BooleanField())
        self.ticket: Any = F("pk")
        self.held_in, self.column, self.how, self.values = field, column, how, tuple(values)

    def get_source_expressions(self) -> list[Any]:
        return [self.ticket]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.ticket,) = exprs

    def as_sql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        outer, params = compiler.compile(self.ticket)
        sql = f"SELECT 1 FROM {FieldValue._meta.db_table} v WHERE v.ticket_id = {outer} AND v.field_id = %s"  # noqa: S608 -- no value of anybody's
        params = [*params, self.held_in]
        if self.column:
            column: Any = FieldValue._meta.get_field(self.column)
            sql += f" AND v.{column.column} {self.how} ({', '.join(['%s'] * len(self.values))})"
            params += [column.get_db_prep_value(one, connection) for one in self.values]
        return f"EXISTS({sql})", params


def facet_of(field: Field) -> Facet:
    """The facet of one field."""
    name = (
        format_lazy(gettext_lazy("{name} (archived)"), name=field.name) if field.is_archived else field.name
    )
    return Facet(field.key, name, "", tuple(_tests(field.pk, Kind(field.kind))), _options_of(field))


def _options_of(field: Field) -> Callable[[], Sequence[tuple[str, Words]]] | None:
    if field.kind == Kind.AGENT:
        return agents
    known = [(str(one.pk), one.name) for one in field.options.all()[:MOST_OPTIONS]]
    return (lambda: known) if field.has_options else None


def _tests(pk: int, kind: Kind) -> list[Test]:
    """Each way to ask for a field of this kind, then whether anything stands in it."""

    def test(like: Test, asked: Asked) -> Test:
        return Test(like.key, like.name, like.takes, lambda path, v, a: asked(pk, v, a), like.by_clock)

    return [
        test(like, asked) for like, asked in (*WAYS[kind], (EMPTY, unless(_anything)), (FILLED, _anything))
    ]


def _anything(pk: int, values: Values, agent: Agent | None) -> Q:
    return Q(Holds(pk))


def unless(asked: Asked) -> Asked:
    """True of what is empty too."""
    return lambda pk, values, agent: ~asked(pk, values, agent)


def compared(column: str, how: str, read: Callable[[str], Any]) -> Asked:
    return lambda pk, values, agent: Q(Holds(pk, column, how, [read(values[0])]))


# How each reads; what it asks is said by WAYS.
EQUALS = Test("equals", pgettext_lazy("condition", "is exactly"), "number", CONTAINS.ask)
AT_LEAST = Test("at_least", pgettext_lazy("condition", "is at least"), "number", CONTAINS.ask)
AT_MOST = Test("at_most", pgettext_lazy("condition", "is at most"), "number", CONTAINS.ask)
BEFORE = Test("before", pgettext_lazy("condition on a day", "is before"), "day", CONTAINS.ask)
SINCE = Test("since", pgettext_lazy("condition on a day", "is on or after"), "day", CONTAINS.ask)
PAST = Test("past", pgettext_lazy("condition on a day", "is past"), "", CONTAINS.ask, by_clock=True)
IS = Test("is", pgettext_lazy("condition", "is exactly"), "text", CONTAINS.ask)


def _options_in(pk: int, values: Values, agent: Agent | None) -> Q:
    return Q(Holds(pk, "option", "IN", [int(one) for one in values]))


def _agents_in(pk: int, values: Values, agent: Agent | None) -> Q:
    ids = [int(one) for one in values if one != ME] + ([agent.pk if agent else 0] if ME in values else [])
    return Q(Holds(pk, "agent", "IN", ids))


def _among(pk: int, asked: Q) -> Q:
    return Q(Exists(FieldValue.objects.filter(asked, ticket=OuterRef("pk"), field=pk)))


def _words(pk: int, values: Values, agent: Agent | None) -> Q:
    return _among(pk, Q(text__iregex=escaped(values[0])))


def _address(pk: int, values: Values, agent: Agent | None) -> Q:
    words = escaped(values[0])
    of_him = Q(customer__addresses__value__iregex=words)
    return _among(pk, of_him | Q(customer__merged_into__addresses__value__iregex=words))


def _past(pk: int, values: Values, agent: Agent | None) -> Q:
    return Q(Holds(pk, "day", "<", [localtime(now()).date()]))


def _is_yes(pk: int, values: Values, agent: Agent | None) -> Q:
    return Q(Holds(pk, "yes", "IN", [True]))


Way = tuple[Test, Asked]
_TEXT: tuple[Way, ...] = ((CONTAINS, _words), (LACKS, unless(_words)))
WAYS: dict[Kind, tuple[Way, ...]] = {
    Kind.TEXT: (*_TEXT, (IS, compared("text", "=", str))),
    Kind.LONG: _TEXT,
    Kind.NUMBER: (
        (AT_LEAST, compared("number", ">=", decimal_in)),
        (AT_MOST, compared("number", "<=", decimal_in)),
        (EQUALS, compared("number", "=", decimal_in)),
    ),
    Kind.DATE: (
        (BEFORE, compared("day", "<", date.fromisoformat)),
        (SINCE, compared("day", ">=", date.fromisoformat)),
        (PAST, _past),
    ),
    Kind.CHOICE: ((ANY_OF, _options_in), (NONE_OF, unless(_options_in))),
    Kind.CHOICES: ((TAGS[0], _options_in), (TAGS[1], unless(_options_in))),
    Kind.SWITCH: ((YES, _is_yes), (NO, unless(_is_yes))),
    Kind.CUSTOMER: ((CONTAINS, _address), (LACKS, unless(_address))),
    Kind.AGENT: ((ANY_OF, _agents_in), (NONE_OF, unless(_agents_in))),
}


_made: tuple[Vocabulary, list[Facet]] | None = None


def _of_fields() -> list[Facet]:
    """Made once for as long as the words stay. What asks for an archived field goes on holding."""
    global _made
    words, kept = vocabulary(), _made
    if kept is None or kept[0] is not words:
        _made = kept = (words, [facet_of(one) for one in words.fields.values()])
    return kept[1]


facets_from("field-", _of_fields)
