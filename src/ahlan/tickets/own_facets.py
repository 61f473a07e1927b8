"""What lists and rules may ask of the desk's own words: type, status, and each field by its kind."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
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

Asked = Callable[[Values, Agent | None], dict[str, Any] | Q]


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

    def rows(asked: dict[str, Any] | Q) -> Exists:
        found = FieldValue.objects.filter(ticket=OuterRef("pk"), field=pk)
        return Exists(found.filter(asked) if isinstance(asked, Q) else found.filter(**asked))

    def test(like: Test, asked: Asked, unless: bool) -> Test:
        def ask(path: str, values: Values, agent: Agent | None) -> Q:
            found = Q(rows(asked(values, agent)))
            return ~found if unless else found

        return Test(like.key, like.name, like.takes, ask, like.by_clock)

    return [
        *(test(like, asked, unless) for like, asked, unless in WAYS[kind]),
        test(EMPTY, lambda values, agent: {}, True),
        test(FILLED, lambda values, agent: {}, False),
    ]


# How each reads; what it asks is said by WAYS.
EQUALS = Test("equals", pgettext_lazy("condition", "is exactly"), "number", CONTAINS.ask)
AT_LEAST = Test("at_least", pgettext_lazy("condition", "is at least"), "number", CONTAINS.ask)
AT_MOST = Test("at_most", pgettext_lazy("condition", "is at most"), "number", CONTAINS.ask)
BEFORE = Test("before", pgettext_lazy("condition on a day", "is before"), "day", CONTAINS.ask)
SINCE = Test("since", pgettext_lazy("condition on a day", "is on or after"), "day", CONTAINS.ask)
PAST = Test("past", pgettext_lazy("condition on a day", "is past"), "", CONTAINS.ask, by_clock=True)
IS = Test("is", pgettext_lazy("condition", "is exactly"), "text", CONTAINS.ask)


def _options_in(values: Values, agent: Agent | None) -> dict[str, Any]:
    return {"option__in": [int(one) for one in values]}


def _agents_in(values: Values, agent: Agent | None) -> dict[str, Any]:
    ids = [int(one) for one in values if one != ME]
    return {"agent__in": [*ids, agent.pk if agent else 0] if ME in values else ids}


def _address(values: Values, agent: Agent | None) -> Q:
    words = escaped(values[0])
    return Q(customer__addresses__value__iregex=words) | Q(
        customer__merged_into__addresses__value__iregex=words
    )


Way = tuple[Test, Asked, bool]
_TEXT: tuple[Way, ...] = (
    (CONTAINS, lambda v, a: {"text__iregex": escaped(v[0])}, False),
    (LACKS, lambda v, a: {"text__iregex": escaped(v[0])}, True),
)
WAYS: dict[Kind, tuple[Way, ...]] = {
    Kind.TEXT: (*_TEXT, (IS, lambda v, a: {"text": v[0]}, False)),
    Kind.LONG: _TEXT,
    Kind.NUMBER: (
        (AT_LEAST, lambda v, a: {"number__gte": decimal_in(v[0])}, False),
        (AT_MOST, lambda v, a: {"number__lte": decimal_in(v[0])}, False),
        (EQUALS, lambda v, a: {"number": decimal_in(v[0])}, False),
    ),
    Kind.DATE: (
        (BEFORE, lambda v, a: {"day__lt": date.fromisoformat(v[0])}, False),
        (SINCE, lambda v, a: {"day__gte": date.fromisoformat(v[0])}, False),
        (PAST, lambda v, a: {"day__lt": localtime(now()).date()}, False),
    ),
    Kind.CHOICE: ((ANY_OF, _options_in, False), (NONE_OF, _options_in, True)),
    Kind.CHOICES: ((TAGS[0], _options_in, False), (TAGS[1], _options_in, True)),
    Kind.SWITCH: ((YES, lambda v, a: {"yes": True}, False), (NO, lambda v, a: {"yes": True}, True)),
    Kind.CUSTOMER: ((CONTAINS, _address, False), (LACKS, _address, True)),
    Kind.AGENT: ((ANY_OF, _agents_in, False), (NONE_OF, _agents_in, True)),
}  # fmt: skip


_made: tuple[Vocabulary, list[Facet]] | None = None


def _of_fields() -> list[Facet]:
    """Made once for as long as the words stay. What asks for an archived field goes on holding."""
    global _made
    words, kept = vocabulary(), _made
    if kept is None or kept[0] is not words:
        _made = kept = (words, [facet_of(one) for one in words.fields.values()])
    return kept[1]


facets_from("field-", _of_fields)
