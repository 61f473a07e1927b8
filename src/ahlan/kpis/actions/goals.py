"""Setting goals, and telling of those that are missed or about to be."""

from datetime import date

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from ahlan.core.clock import now
from ahlan.core.reached import house_address
from ahlan.events.log import record
from ahlan.kpis.declared import kpi_for
from ahlan.kpis.goals import MISSED, Standing, in_force, may_have_goal, names_of, standing_of_month
from ahlan.kpis.models import Goal
from ahlan.kpis.policies import MANAGE
from ahlan.kpis.telling import told
from ahlan.staff.models import Agent

MOST = 500
MOST_TOLD = 200  # people


class BadGoal(ValueError):
    """No such figure, one that has no good side, a way it is not read in, or more goals than can be kept."""


@transaction.atomic
def set_goal(
    key: str, value: float, *, since: date, scope: str = "", scope_id: int = 0, method: str = "",
    business: bool = False, actor: str,
) -> Goal:  # fmt: skip
    """Set what a figure shall come to from a day on; one of the same day gives way. Raises BadGoal."""
    try:
        kpi = kpi_for(key)
    except KeyError:
        raise BadGoal("no such figure") from None
    if not may_have_goal(kpi) or (method and method not in kpi.methods) or scope not in dict(Goal.SCOPES):
        raise BadGoal("not a goal this figure can have")
    if bool(scope) != bool(scope_id) or not -1e9 <= value <= 1e9 or Goal.objects.count() >= MOST:
        raise BadGoal("for nobody, out of bounds, or too many")
    goal, _made = Goal.objects.update_or_create(
        key=key, scope=scope, scope_id=scope_id, since=since,
        defaults={"value": value, "method": method, "business": business and kpi.in_business_time, "told": ""},
    )  # fmt: skip
    record("goal.set", goal, actor=actor, figure=key, scope=scope, of=scope_id)
    return goal


@transaction.atomic
def drop_goal(goal: Goal, *, actor: str) -> None:
    """Take a goal away; the one before it is in force again."""
    record("goal.dropped", goal, actor=actor, figure=goal.key, scope=goal.scope, of=goal.scope_id)
    goal.delete()


def look_at_goals() -> int:
    """Tell by mail, once a month each, of goals that are missed and of those that are about to be; returns of how many."""
    today, zone = now().date(), settings.TIME_ZONE
    fresh = []
    for goal in in_force(today):
        found = standing_of_month(goal, today, zone)
        state = "missed" if found.verdict == MISSED else "endangered" if found.is_endangered else ""
        if state and goal.told != f"{today:%Y-%m} {state}":
            fresh.append((found, state, f"{today:%Y-%m} {state}"))
    if fresh:
        _tell(fresh)
    return len(fresh)


@transaction.atomic
def _tell(fresh: list[tuple[Standing, str, str]]) -> None:
    """One mail to each who sets goals, in his language. The mark and the mails are one transaction, or a job that dies tells again."""
    for found, state, mark in fresh:
        Goal.objects.filter(pk=found.goal.pk).update(told=mark)
        record(f"goal.{state}", found.goal, actor="system", audience="everyone", figure=found.goal.key)
    people = Agent.objects.filter(is_active=True).select_related("role").order_by("id")
    for agent in [one for one in people[: MOST_TOLD * 5] if one.may(MANAGE)][:MOST_TOLD]:
        with translation.override(agent.language):
            names = names_of([found.goal for found, _state, _mark in fresh])
            lines = "\n".join(_line(found, state, names[found.goal.pk]) for found, state, _mark in fresh)
            address = f"{house_address()}{reverse('kpis:goals')}"
            send_mail(_("Goals that need a look"), f"{lines}\n\n{address}\n", None, [agent.email])


def _line(found: Standing, state: str, of: str) -> str:
    kpi, goal = kpi_for(found.goal.key), found.goal
    given = {
        "name": kpi.name, "of": of, "value": told(found.reading.value, kpi.unit),
        "goal": told(goal.value, kpi.unit), "forecast": told(found.forecast, kpi.unit),
    }  # fmt: skip
    if state == "missed":
        return _("%(name)s, %(of)s: %(value)s, the goal of %(goal)s is missed.") % given
    return (
        _("%(name)s, %(of)s: %(value)s, at the end of the month about %(forecast)s; the goal is %(goal)s.")
        % given
    )
