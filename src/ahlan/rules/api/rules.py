"""Rules."""

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import In, Key, Line, Listed, Out, Place, all_of
from ahlan.rules.actions import settings as verbs
from ahlan.rules.acts import acts
from ahlan.rules.api.room import Acts, acts_of, rules
from ahlan.rules.models import Rule
from ahlan.rules.policies import rule_for
from ahlan.rules.triggers import trigger_named, triggers
from ahlan.rules.waits import MOST, Unit
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.api.saved import Tests, tree_of

MANAGE = "rules.manage"


class RuleOut(Out):
    id: int
    name: str
    is_active: bool
    triggers: Annotated[
        list[str], Field(description="What it waits for; none of a rule by time.", examples=[["opened"]])
    ]
    since: Annotated[str, Field(description="Of a rule by time: what it counts from.", examples=[""])]
    amount: int
    unit: Annotated[str, Field(examples=[""])]
    conditions: dict[str, Any]
    acts: Annotated[list[dict[str, Any]], Field(examples=[[{"act": "priority", "value": ["3"]}]])]
    stops: Annotated[bool, Field(description="Whether no later rule follows the same event.")]

    @classmethod
    def of(cls, one: Rule) -> "RuleOut":
        names = ("name", "is_active", "triggers", "since", "amount", "unit", "conditions", "acts", "stops")
        return cls(id=one.pk, **{name: getattr(one, name) for name in names})


class ActKindOut(Out):
    key: str
    name: str
    takes: Annotated[str, Field(description="option, options, line, text, or nothing.", examples=["option"])]
    places: Annotated[
        list[str], Field(description="Where it may stand: rule, macro.", examples=[["macro", "rule"]])
    ]


class TriggerOut(Out):
    key: Annotated[str, Field(examples=["opened"])]
    name: str


class RuleGiven(In):
    """It waits for triggers, or for a silence (`since`, `amount`, `unit`)."""

    name: Annotated[Line, Field(min_length=1, max_length=80, examples=["Late parcels first"])]
    triggers: Annotated[list[Line], Field(max_length=50, examples=[["opened"]])] = []
    since: Annotated[Literal["", "last_message_at", "opened_at", "closed_at"], Field(examples=[""])] = ""
    amount: Annotated[int, Field(ge=0, le=max(MOST.values()), examples=[0])] = 0
    unit: Annotated[Literal["", "minutes", "hours", "days", "business_hours"], Field(examples=[""])] = ""
    conditions: Annotated[Tests, Field(examples=[{"all": []}])]
    acts: Acts
    stops: Annotated[bool, Field(examples=[False])] = False


@rules.reads("/rules", "settings:read")
def list_rules(request: ApiRequest) -> Listed[RuleOut]:
    """List rules. In the order in which they are asked."""
    must(request.user, MANAGE)
    return all_of(Rule.objects.all()[: verbs.MOST_RULES], RuleOut.of)


@rules.reads("/rules/triggers", "settings:read")
def list_triggers(request: ApiRequest) -> Listed[TriggerOut]:
    """List what a rule may wait for."""
    must(request.user, MANAGE)
    return all_of(triggers(), lambda one: TriggerOut(key=one.key, name=str(one.name)))


@rules.reads("/rules/acts", "settings:read")
def list_acts(request: ApiRequest) -> Listed[ActKindOut]:
    """List what rules and macros may do."""
    must(request.user, "tickets.reply")
    found = {one.key: one for place in ("rule", "macro") for one in acts(place)}
    return all_of(
        found.values(),
        lambda one: ActKindOut(key=one.key, name=str(one.name), takes=one.takes, places=sorted(one.offered)),
    )


@rules.reads("/rules/{int:pk}", "settings:read")
def get_rule(request: ApiRequest, pk: Key) -> RuleOut:
    """Get a rule."""
    return RuleOut.of(rule_for(request, pk))


@rules.writes("POST", "/rules", "settings:write", makes="/rules/{id}")
def make_rule(request: ApiRequest, given: RuleGiven) -> RuleOut:
    """Make a rule. Last in order, and switched off."""
    must(request.user, MANAGE)
    return _save(request, None, given)


@rules.writes("PUT", "/rules/{int:pk}", "settings:write")
def change_rule(request: ApiRequest, pk: Key, given: RuleGiven) -> RuleOut:
    """Change a rule."""
    return _save(request, rule_for(request, pk), given)


def _save(request: ApiRequest, found: Rule | None, given: RuleGiven) -> RuleOut:
    same = Rule.objects.filter(name=given.name.strip()).exclude(pk=found.pk if found else 0)
    if not given.name.strip() or same.exists():
        raise wrong(
            "name",
            _("There is a rule of this name already.") if given.name.strip() else _("A name is needed."),
        )
    if not all(trigger_named(key) for key in given.triggers):
        raise wrong("triggers", _("There is nothing of this id."))
    if bool(given.triggers) == bool(given.since):
        raise wrong("triggers", _("Choose at least one."))
    if given.since and not (given.unit and 0 < given.amount <= MOST[Unit(given.unit)]):
        raise wrong("amount", _("A year at most.") if given.amount else _("Say how long."))
    by_time = bool(given.since)
    saved = verbs.save_rule(
        found, name=given.name.strip(), conditions=tree_of(given.conditions), acts=acts_of(given.acts),
        triggers=given.triggers, stops=given.stops, actor=request.user.actor, since=given.since,
        amount=given.amount if by_time else 0, unit=given.unit if by_time else "",
    )  # fmt: skip
    return RuleOut.of(saved)


@rules.writes("POST", "/rules/{int:pk}/activation", "settings:write")
def switch_rule_on(request: ApiRequest, pk: Key) -> RuleOut:
    """Switch a rule on."""
    return RuleOut.of(verbs.switch_rule(rule_for(request, pk), True, actor=request.user.actor))


@rules.writes("DELETE", "/rules/{int:pk}/activation", "settings:write")
def switch_rule_off(request: ApiRequest, pk: Key) -> RuleOut:
    """Switch a rule off."""
    return RuleOut.of(verbs.switch_rule(rule_for(request, pk), False, actor=request.user.actor))


@rules.writes("POST", "/rules/{int:pk}/place", "settings:write")
def move_rule(request: ApiRequest, pk: Key, given: Place) -> RuleOut:
    """Ask a rule earlier or later."""
    found = rule_for(request, pk)
    verbs.move_rule(found, given.steps, actor=request.user.actor)
    return RuleOut.of(found)


@rules.writes("DELETE", "/rules/{int:pk}", "settings:write")
def delete_rule(request: ApiRequest, pk: Key) -> None:
    """Delete a rule. What it has done stays done."""
    verbs.delete_rule(rule_for(request, pk), actor=request.user.actor)
