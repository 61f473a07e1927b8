"""Verbs on plans and capacities. Open tickets without an assignee follow at once; what is assigned stays."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.routing.models import Capacity, Nudge, Plan, Turnstile, Waiting, Way
from ahlan.routing.queries import MOST_PLANS
from ahlan.staff.models import Agent, Team
from ahlan.tickets.conditions import check

MOST_MINUTES = 7 * 24 * 60
MOST_TICKETS = 1_000


class TooManyPlans(Exception):
    """The house has as many plans as a ticket can be asked about."""


@transaction.atomic
def save_plan(
    plan: Plan | None = None,
    *,
    name: str,
    conditions: dict[str, Any],
    way: str,
    team: Team | None = None,
    agent: Agent | None = None,
    needs: Mapping[int, int] | None = None,
    language_level: int = 0,
    overflow_minutes: int | None = None,
    overflow_team: Team | None = None,
    returns: bool = False,
    actor: str,
) -> Plan:
    """Make a plan, last in order, or change one.

    Raises BadCondition, TooManyPlans, and ValueError for a way nobody knows, a hand-over to nobody, a level that is
    none, or a week and more until others are asked.
    """
    if plan is None and Plan.objects.count() >= MOST_PLANS:
        raise TooManyPlans
    made = plan or Plan(
        order=(Plan.objects.order_by("-order").values_list("order", flat=True).first() or 0) + 1
    )
    made.name, made.conditions, made.way = clean(name)[:80], check(conditions), Way(way)
    made.team, made.agent = team, agent if made.way == Way.HAND else None
    if made.way == Way.HAND and not (team or agent):
        raise ValueError("to whom?")
    made.needs = {str(skill): level for skill, level in (needs or {}).items() if level}
    if any(level not in range(1, 6) for level in made.needs.values()) or language_level not in range(6):
        raise ValueError("a level is 1 to 5")
    if overflow_minutes is not None and not 0 < overflow_minutes <= MOST_MINUTES:
        raise ValueError("a week at most")
    both = overflow_minutes and overflow_team
    made.overflow_minutes, made.overflow_team = (overflow_minutes, overflow_team) if both else (None, None)
    made.language_level, made.returns = language_level, returns
    if made.pk:
        made.save(
            update_fields=[
                one.name for one in Plan._meta.fields if one.name not in ("id", "last_agent", "order")
            ]
        )
    else:
        made.save()
    record("plan.saved", made, actor=actor, audience="everyone")
    return made


@transaction.atomic
def move_plan(plan: Plan, steps: int, *, actor: str) -> None:
    """Ask it earlier (-1) or later (1); at an end nothing happens."""
    ordered = list(Plan.objects.select_for_update())
    place = [one.pk for one in ordered].index(plan.pk)
    there = min(max(place + steps, 0), len(ordered) - 1)
    if there == place:
        return
    ordered.insert(there, ordered.pop(place))
    for n, one in enumerate(ordered):
        one.order = n
    Plan.objects.bulk_update(ordered, ["order"])
    record("plan.moved", plan, actor=actor, audience="everyone", steps=steps)


@transaction.atomic
def delete_plan(plan: Plan, *, actor: str) -> None:
    """Give out by it no more; what waits by it is looked at anew."""
    record("plan.deleted", plan, actor=actor, audience="everyone")
    Waiting.objects.filter(lane__plan=plan).update(lane=None, widen_at=None)
    plan.delete()


@transaction.atomic
def set_capacity(agent: Agent | None, tickets: Mapping[str, int | None], *, actor: str) -> None:
    """How many open tickets by channel somebody carries at once (None: like everybody); without an agent, everybody.

    Raises ValueError beyond a thousand.
    """
    if any(n is not None and not 0 <= n <= MOST_TICKETS for n in tickets.values()):
        raise ValueError("out of reach")
    held = Capacity.objects.filter(agent=agent)
    for channel, n in tickets.items():
        if n is None:
            held.filter(channel=channel).delete()
        elif not held.filter(channel=channel).update(tickets=n):
            Capacity.objects.create(agent=agent, channel=channel, tickets=n)
    Nudge.objects.create()
    house, _made = Turnstile.objects.get_or_create(pk=1)
    record("capacity.set", agent or house, actor=actor, channels=sorted(tickets))
