"""What may be asked of a customer, and of a ticket's customer whether he is in a segment.

What was said or scored counts for one person, under whichever of his merged names. Orders are not known to the house: how lately and how
often somebody wrote is what recency and frequency are of, and money is not asked for.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, GreaterThanOrEqual, LessThanOrEqual
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ahlan.core.clock import now
from ahlan.core.languages import INSTALLED
from ahlan.core.numerals import language_name
from ahlan.customers.models import Address, Customer, Organisation
from ahlan.events.definitions import Definitions
from ahlan.feedback.models import Answer, Recovery
from ahlan.feedback.queries import versions
from ahlan.feedback.register.models import Complaint, Compliment
from ahlan.feedback.segments.models import Member, Scale, Segment
from ahlan.staff.models import Agent
from ahlan.tickets.facets import (
    ANY_OF,
    CHOSEN,
    EMPTY,
    FILLED,
    LONGER_AGO,
    MOMENT,
    MOST_OPTIONS,
    NO,
    NONE_OF,
    OPTIONAL,
    SWITCH,
    TAGS,
    WITHIN,
    YES,
    Facet,
    Subject,
    Test,
    Values,
    Words,
    escaped,
    facet,
    facets_from,
)
from ahlan.tickets.models import State, Tag, Ticket

CUSTOMERS = Subject("customer", Customer)
A_YEAR = timedelta(days=365)
MOST = 1_000_000
PROMOTER, PASSIVE, DETRACTOR = "promoter", "passive", "detractor"
LEAST_OF = {DETRACTOR: (0, 6), PASSIVE: (7, 8), PROMOTER: (9, 10)}
Rows = Callable[[], "QuerySet[Any]"]


def _number(values: Values) -> float:
    found = float(values[0].replace(",", "."))
    if not -MOST <= found <= MOST:
        raise ValueError("out of reach")
    return found


def _compared(key: str, name: Words, like: Any, expression: Callable[[], Any]) -> Test:
    def ask(path: str, values: Values, agent: Agent | None) -> Q:
        return Q(like(expression(), Value(_number(values))))

    return Test(key, name, "number", ask)


def _numbers(expression: Callable[[], Any]) -> tuple[Test, Test]:
    return (
        _compared("at_least", pgettext_lazy("condition", "is at least"), GreaterThanOrEqual, expression),
        _compared("at_most", pgettext_lazy("condition", "is at most"), LessThanOrEqual, expression),
    )


def _family() -> QuerySet[Any]:
    """He and who was merged into him, two questions deep."""
    mine = OuterRef(OuterRef("pk"))
    return Customer.objects.filter(Q(pk=mine) | Q(merged_into=mine)).values("pk")


def _of_him(model: Any, **asked: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.filter(customer__in=_family(), **asked)
    return found


def _tickets(**asked: Any) -> QuerySet[Any]:
    return _of_him(Ticket, removal="", merged_into=None, **asked)


def _counted(rows: Rows) -> Callable[[], Any]:
    """How many rows, 0 without any. No aggregate of Django's, which would group."""

    def made() -> Any:
        n = Func(F("pk"), function="COUNT", output_field=IntegerField())
        return Subquery(rows().order_by().annotate(n=n).values("n"))

    return made


def _yes_or_no(rows: Rows) -> tuple[Test, Test]:
    return (
        Test(YES.key, YES.name, "", lambda p, v, a: Q(Exists(rows()))),
        Test(NO.key, NO.name, "", lambda p, v, a: ~Q(Exists(rows()))),
    )


def _hours_ago(values: Values) -> datetime:
    if not 0 < int(values[0]) <= 100_000:
        raise ValueError("out of reach")
    return now() - timedelta(hours=int(values[0]))


LAST_CONTACT = (
    Test(
        WITHIN.key, WITHIN.name, "hours", lambda p, v, a: Q(Exists(_tickets(last_message_at__gte=_hours_ago(v)))),
        by_clock=True,
    ),
    Test(
        LONGER_AGO.key, LONGER_AGO.name, "hours",
        lambda p, v, a: Q(Exists(_tickets())) & ~Q(Exists(_tickets(last_message_at__gte=_hours_ago(v)))), by_clock=True,
    ),
    Test(EMPTY.key, pgettext_lazy("condition on a contact", "never was"), "", lambda p, v, a: ~Q(Exists(_tickets()))),
)  # fmt: skip


def _tagged(values: Values) -> Exists:
    return Exists(_tickets(tags__in=[int(one) for one in values]))


TAGGED = (
    Test(TAGS[0].key, TAGS[0].name, "options", lambda p, v, a: Q(_tagged(v))),
    Test(TAGS[1].key, TAGS[1].name, "options", lambda p, v, a: ~Q(_tagged(v))),
)


def _addressed(values: Values) -> Exists:
    return Exists(_of_him(Address, value__iregex=escaped(values[0])))


ADDRESSED = (
    Test("contains", pgettext_lazy("condition", "contains"), "text", lambda p, v, a: Q(_addressed(v))),
    Test("lacks", pgettext_lazy("condition", "does not contain"), "text", lambda p, v, a: ~Q(_addressed(v))),
)

# -- How lately and how often

scales = Definitions(
    "segment scales",
    read=lambda: {one.of: {int(k): v for k, v in one.least.items()} for one in Scale.objects.all()},
    of=[Scale],
)


def _score(values: Values) -> int:
    found = int(values[0])
    if found not in range(1, 6):
        raise ValueError("1 to 5")
    return found


def _recent(score: int) -> Q:
    """Of those who wrote within a year, who stands in this fifth or a better one. Of a score nobody reaches, nobody."""
    least = scales().get("recency", {}).get(score)
    if score > 1 and least is None:
        return Q(pk=None)
    begin = now() - A_YEAR if score == 1 else _day(least or 0)
    return Q(Exists(_tickets(opened_at__gte=begin)))


def _frequent(score: int) -> Q:
    least = 1 if score == 1 else scales().get("frequency", {}).get(score)
    if least is None:
        return Q(pk=None)
    rows = _counted(lambda: _tickets(opened_at__gte=now() - A_YEAR))
    return Q(GreaterThanOrEqual(rows(), Value(least)))


def _day(number: int) -> datetime:
    return datetime.combine(date.fromordinal(number), time(), tzinfo=UTC)


def _fifths(reaches: Callable[[int], Q]) -> tuple[Test, Test, Test]:
    return (
        Test(
            "at_least", pgettext_lazy("condition", "is at least"), "option", lambda p, v, a: reaches(_score(v)), by_clock=True
        ),
        Test(
            "at_most", pgettext_lazy("condition", "is at most"), "option",
            lambda p, v, a: reaches(1) & ~(reaches(_score(v) + 1) if _score(v) < 5 else Q(pk=None)), by_clock=True,
        ),
        Test(EMPTY.key, pgettext_lazy("condition on a score", "is not known"), "", lambda p, v, a: ~reaches(1), by_clock=True),
    )  # fmt: skip


def _of_five() -> Sequence[tuple[str, Words]]:
    return [(str(n), str(n)) for n in range(1, 6)]


# -- What he said in surveys


def _last_score(key: str) -> Callable[[], Any]:
    """His latest score by an instrument, in whichever wording."""

    def made() -> Any:
        found = _of_him(Answer, version__key=key, score__isnull=False, anonymous=False)
        return Subquery(found.order_by("-answered_at", "-id").values("score")[:1])

    return made


def _scored(key: str) -> QuerySet[Any]:
    return _of_him(Answer, version__key=key, score__isnull=False, anonymous=False)


def _score_facets() -> list[Facet]:
    return [_score_facet(one.key, str(one)) for one in versions()]


def _score_facet(key: str, title: str) -> Facet:
    there = (
        Test(FILLED.key, FILLED.name, "", lambda p, v, a: Q(Exists(_scored(key)))),
        Test(EMPTY.key, EMPTY.name, "", lambda p, v, a: ~Q(Exists(_scored(key)))),
    )
    name = format_lazy(_("Last score: {instrument}"), instrument=title)
    return Facet(f"score:{key}", name, "", (*_numbers(_last_score(key)), *there))


def _recommends(values: Values) -> Q:
    asked = Q(pk=None)
    if not set(values) <= set(LEAST_OF):
        raise ValueError("none of the three")
    for one in values:
        low, high = LEAST_OF[one]
        score = _last_score("nps")
        asked |= Q(GreaterThanOrEqual(score(), Value(low))) & Q(LessThanOrEqual(score(), Value(high)))
    return asked


RECOMMENDS = (
    Test(ANY_OF.key, ANY_OF.name, "options", lambda p, v, a: _recommends(v)),
    Test(EMPTY.key, pgettext_lazy("condition on a score", "is not known"), "", lambda p, v, a: ~Q(Exists(_scored("nps")))),
)  # fmt: skip


def _recommending() -> Sequence[tuple[str, Words]]:
    return [
        (PROMOTER, _("Promoter (9 and 10)")), (PASSIVE, _("Passive (7 and 8)")), (DETRACTOR, _("Detractor (0 to 6)")),
    ]  # fmt: skip


def _all(model: Any) -> Callable[[], Sequence[tuple[str, Words]]]:
    return lambda: [(str(one.pk), str(one)) for one in model.objects.all()[:MOST_OPTIONS]]


def _languages() -> Sequence[tuple[str, Words]]:
    return [(code, language_name(code)) for code in INSTALLED]


for key, name, path, tests, options in (
    ("recommends", _("Recommends us (NPS)"), "", RECOMMENDS, _recommending),
    ("recency", _("How lately he wrote (1 to 5)"), "", _fifths(_recent), _of_five),
    ("frequency", _("How often he wrote in a year (1 to 5)"), "", _fifths(_frequent), _of_five),
    ("last_contact", _("The last contact"), "", LAST_CONTACT, None),
    ("tickets", _("Number of tickets"), "", _numbers(_counted(_tickets)), None),
    ("open_tickets", _("Number of open tickets"), "", _numbers(_counted(lambda: _tickets().exclude(state=State.CLOSED))), None),
    ("tags", _("Tags of the tickets"), "", TAGGED, _all(Tag)),
    ("complaints", _("Number of complaints"), "", _numbers(_counted(lambda: _of_him(Complaint))), None),
    ("complaining", _("A complaint is open"), "", _yes_or_no(lambda: _of_him(Complaint, closed_at=None)), None),
    ("compliments", _("Number of times he praised us"), "", _numbers(_counted(lambda: _of_him(Compliment))), None),
    ("to_win_back", _("A low score is being looked into"), "", _yes_or_no(lambda: _of_him(Recovery, outcome="")), None),
    ("organisation", _("Organisation"), "organisation", OPTIONAL, _all(Organisation)),
    ("internal", _("From an own division"), "organisation__internal", SWITCH, None),
    ("language", _("Language"), "language", CHOSEN, _languages),
    ("address", _("Address"), "", ADDRESSED, None),
    ("met", _("First met"), "met_at", MOMENT, None),
):  # fmt: skip
    facet(key, name, path, tests, options, of=CUSTOMERS)
facets_from("score:", _score_facets, of=CUSTOMERS)

# -- Of a ticket


def _in(**asked: Any) -> Exists:
    him = Coalesce(OuterRef("customer__merged_into"), OuterRef("customer"))
    return Exists(Member.objects.filter(Exact(F("customer"), him), **asked))


def _segments() -> Sequence[tuple[str, Words]]:
    return [(str(one.pk), one.name) for one in Segment.objects.all()[:MOST_OPTIONS]]


facet(
    "segment", _("Segment of the customer"), "customer__segment",
    (
        Test(ANY_OF.key, ANY_OF.name, "options", lambda p, v, a: Q(_in(segment__in=[int(one) for one in v]))),
        Test(NONE_OF.key, NONE_OF.name, "options", lambda p, v, a: ~Q(_in(segment__in=[int(one) for one in v]))),
        Test(EMPTY.key, EMPTY.name, "", lambda p, v, a: ~Q(_in())),
        Test(FILLED.key, FILLED.name, "", lambda p, v, a: Q(_in())),
    ),
    _segments,
)  # fmt: skip
