"""Verbs on policies: save, move, delete. What is over is never judged anew; open tickets follow with their next event."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.service_levels.clocks import Kind, Target, Unit
from ahlan.service_levels.models import Policy
from ahlan.service_levels.queries import MOST_POLICIES, policies_of_house
from ahlan.tickets.actions.views import TooManyViews, save_view
from ahlan.tickets.conditions import check
from ahlan.tickets.models import Order, Priority

Targets = Mapping[int, Mapping[Kind, Target]]
MOST_MINUTES, MOST_DAYS = 527_040, 366  # a year
OVERDUE = {"all": [{"facet": "overdue", "is": "yes", "value": []}]}


class TooManyPolicies(Exception):
    """The house has as many policies as a ticket can be asked about."""


@transaction.atomic
def save_policy(
    policy: Policy | None = None,
    *,
    name: str,
    conditions: dict[str, Any],
    targets: Targets,
    hold_counts: bool = True,
    actor: str,
) -> Policy:
    """Make a policy, last in order, or change one. `targets`: by priority, then by kind.

    With the first one the house gets a view of what is overdue. Raises BadCondition, TooManyPolicies, and ValueError
    for a target beyond a year or a priority nobody knows.
    """
    count = Policy.objects.count()
    if policy is None and count >= MOST_POLICIES:
        raise TooManyPolicies
    made = policy or Policy(order=_last() + 1)
    made.name, made.conditions, made.hold_counts = clean(name)[:80], check(conditions), hold_counts
    made.targets = stored(targets)
    made.save()
    record("service_level.saved", made, actor=actor, audience="everyone")
    if not count:
        _make_view(actor)
    return made


def stored(targets: Targets) -> dict[str, dict[str, dict[str, Any]]]:
    """Targets as they are kept. Raises ValueError."""
    for given in targets.values():
        for one in given.values():
            if one.amount > (MOST_DAYS if one.unit == Unit.WORKING_DAYS else MOST_MINUTES):
                raise ValueError("a target beyond a year")
    return {
        str(Priority(priority).value): {
            kind.value: {"amount": one.amount, "unit": one.unit.value} for kind, one in given.items()
        }
        for priority, given in targets.items()
    }


@transaction.atomic
def move_policy(policy: Policy, steps: int, *, actor: str) -> None:
    """Ask it earlier (-1) or later (1); at an end nothing happens."""
    ordered = list(Policy.objects.select_for_update())
    place = [one.pk for one in ordered].index(policy.pk)
    there = min(max(place + steps, 0), len(ordered) - 1)
    if there == place:
        return
    ordered.insert(there, ordered.pop(place))
    for n, one in enumerate(ordered):
        one.order = n
    Policy.objects.bulk_update(ordered, ["order"])
    policies_of_house.changed()
    record("service_level.moved", policy, actor=actor, audience="everyone", steps=steps)


@transaction.atomic
def delete_policy(policy: Policy, *, actor: str) -> None:
    """Promise this no more. Deadlines that run keep running until something happens to their tickets."""
    record("service_level.deleted", policy, actor=actor, audience="everyone")
    policy.delete()


def _last() -> int:
    return Policy.objects.order_by("-order").values_list("order", flat=True).first() or 0


def _make_view(actor: str) -> None:
    """Everybody's list of what is overdue: kept as tickets move, so that neither it nor its count costs anything."""
    try:
        save_view(name=_("Overdue"), conditions=OVERDUE, order=Order.PRIORITY, actor=actor)
    except TooManyViews:
        return
