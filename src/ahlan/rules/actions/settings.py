"""Verbs on rules: save, move, switch on and off, delete."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ahlan.core.text import clean
from ahlan.events.jobs import enqueue
from ahlan.events.log import record
from ahlan.rules import acts as register
from ahlan.rules.models import Rule, Wait
from ahlan.rules.triggers import trigger_named
from ahlan.rules.waits import MOST, Since, Unit
from ahlan.tickets.conditions import BadCondition, check, is_lasting

MOST_RULES = 200
GATHER = "ahlan.rules.subscribers.gather_waits"


class TooManyRules(Exception):
    """The house has as many rules as a ticket can be asked about."""


@transaction.atomic
def save_rule(
    rule: Rule | None = None,
    *,
    name: str,
    conditions: dict[str, Any],
    acts: Iterable[Mapping[str, Any]],
    triggers: Iterable[str] = (),
    since: str = "",
    amount: int = 0,
    unit: str = "",
    stops: bool = False,
    actor: str,
) -> Rule:
    """Make a rule, last in order and switched off, or change one. It waits for `triggers`, or for a silence.

    Raises BadCondition, BadAct, TooManyRules, and ValueError for a rule that waits for nothing or for both.
    """
    if rule is None and Rule.objects.count() >= MOST_RULES:
        raise TooManyRules
    made = rule or Rule(order=_last() + 1)
    made.name, made.stops = clean(name)[:80], stops
    made.conditions, made.acts = check(conditions), register.check(acts, "rule")
    made.triggers = [key for key in dict.fromkeys(triggers) if trigger_named(key)]
    if bool(made.triggers) == bool(since) or not made.acts:
        raise ValueError("a rule waits for something, and does something")
    made.since, made.amount, made.unit = _silence(since, amount, unit) if since else ("", 0, "")
    if since and not is_lasting(made.conditions):
        raise BadCondition(
            _("A rule by time has its own clock: leave out conditions that ask for the hour or for “me”.")
        )
    made.save()
    _wait_anew(made)
    record("rule.saved", made, actor=actor, audience="everyone")
    return made


def _silence(since: str, amount: int, unit: str) -> tuple[str, int, str]:
    if not 0 < amount <= MOST[Unit(unit)]:
        raise ValueError("a time beyond a year, or none")
    return Since(since).value, amount, Unit(unit).value


@transaction.atomic
def switch_rule(rule: Rule, on: bool, *, actor: str) -> Rule:
    """Let it act from now on, or no more. What it has done stays done."""
    if rule.is_active == on:
        return rule
    rule.is_active = on
    rule.save(update_fields=["is_active"])
    _wait_anew(rule)
    record("rule.switched", rule, actor=actor, audience="everyone", on=on)
    return rule


@transaction.atomic
def move_rule(rule: Rule, steps: int, *, actor: str) -> None:
    """Ask it earlier (-1) or later (1); at an end nothing happens."""
    ordered = list(Rule.objects.select_for_update())
    place = [one.pk for one in ordered].index(rule.pk)
    there = min(max(place + steps, 0), len(ordered) - 1)
    if there == place:
        return
    ordered.insert(there, ordered.pop(place))
    for n, one in enumerate(ordered):
        one.order = n
    Rule.objects.bulk_update(ordered, ["order"])
    record("rule.moved", rule, actor=actor, audience="everyone", steps=steps)


@transaction.atomic
def delete_rule(rule: Rule, *, actor: str) -> None:
    """Take a rule away. What it has done stays done."""
    record("rule.deleted", rule, actor=actor, audience="everyone")
    rule.delete()


def _wait_anew(rule: Rule) -> None:
    """The silences of a rule that has changed are found again by a job; those it has acted on are remembered."""
    Wait.objects.filter(rule=rule, done_for=None).delete()
    Wait.objects.filter(rule=rule).update(due_at=None)
    if rule.is_active and rule.since:
        enqueue(GATHER, args=[rule.pk], unique_key=f"waits:{rule.pk}")


def _last() -> int:
    return Rule.objects.order_by("-order").values_list("order", flat=True).first() or 0
