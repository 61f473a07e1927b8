"""What lists and rules may ask of a ticket's deadlines."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ahlan.core.clock import now
from ahlan.service_levels.models import Deadline, Kind, Policy, State
from ahlan.tickets.facets import ANY_OF, EMPTY, FILLED, MOST_OPTIONS, NO, NONE_OF, YES, Test, Words, facet


def _rows(**asked: object) -> Q:
    return Q(Exists(Deadline.objects.filter(ticket=OuterRef("pk"), **asked)))


def _running(**asked: object) -> Q:
    return _rows(waiting=True, state=State.RUNNING, **asked)


def _overdue() -> Q:
    return _rows(waiting=True, state=State.BREACHED)


def _hours(value: str) -> timedelta:
    if not 0 < int(value) <= 10_000:
        raise ValueError("out of reach")
    return timedelta(hours=int(value))


def _policy(values: Sequence[str]) -> Q:
    return _rows(kind=Kind.RESOLUTION, policy__in=[int(one) for one in values])


def _promised() -> Q:
    return _rows(kind=Kind.RESOLUTION, policy__isnull=False)


def _policies() -> Sequence[tuple[str, Words]]:
    return [(str(one.pk), one.name) for one in Policy.objects.all()[:MOST_OPTIONS]]


facet(
    "due", _("The next deadline"), "deadlines__due_at",
    (
        Test(
            "within", pgettext_lazy("condition on a deadline", "falls within the next"), "hours",
            lambda path, v, agent: _running(due_at__lte=now() + _hours(v[0])), by_clock=True,
        ),
        Test("filled", pgettext_lazy("condition on a deadline", "is set"), "", lambda path, v, agent: _running(due_at__isnull=False)),
        Test("empty", pgettext_lazy("condition on a deadline", "is not set"), "", lambda path, v, agent: ~_running(due_at__isnull=False)),
    ),
)  # fmt: skip
facet(
    "overdue", _("Overdue"), "deadlines__breached_at",
    (
        Test(YES.key, YES.name, "", lambda path, v, agent: _overdue()),
        Test(NO.key, NO.name, "", lambda path, v, agent: ~_overdue()),
    ),
)  # fmt: skip
facet(
    "service_level", _("Service level"), "deadlines__policy",
    (
        Test(ANY_OF.key, ANY_OF.name, "options", lambda path, v, agent: _policy(v)),
        Test(NONE_OF.key, NONE_OF.name, "options", lambda path, v, agent: ~_policy(v)),
        Test(EMPTY.key, EMPTY.name, "", lambda path, v, agent: ~_promised()),
        Test(FILLED.key, FILLED.name, "", lambda path, v, agent: _promised()),
    ),
    _policies,
)  # fmt: skip
