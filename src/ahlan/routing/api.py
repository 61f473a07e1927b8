"""Routing through the API: the plans by which tickets are given out."""

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from ahlan.channels.registry import channels
from ahlan.core.api.problems import refusal, wrong
from ahlan.core.api.rooms import Room
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Line, Listed, Out, Place, Ref, all_of, listed
from ahlan.routing.actions import plans as verbs
from ahlan.routing.models import Capacity, Plan
from ahlan.routing.policies import plan_of
from ahlan.routing.queries import MOST_PLANS
from ahlan.staff.models import Agent, Skill, Team
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.api.saved import Tests, tree_of

MANAGE = "routing.manage"
RELATED = ("team", "agent", "overflow_team")
plans = Room("routing", gettext_lazy("Routing"), "Who gets a ticket.", order=85)
refusal(
    verbs.TooManyPlans,
    409,
    gettext_lazy("There are as many plans as can be kept. Delete one that nobody needs."),
)


class NeedOut(Out):
    skill: int
    level: Annotated[int, Field(examples=[3])]


class PlanOut(Out):
    id: int
    name: str
    conditions: dict[str, Any]
    way: Annotated[
        str,
        Field(
            description="load: whoever has the most room; turn: each in turn; skill: whoever can do it best; hand: one team or person.",
            examples=["load"],
        ),
    ]
    team: Ref | None
    agent: Ref | None
    needs: list[NeedOut]
    language_level: int
    overflow_minutes: int | None
    overflow_team: Ref | None
    returns: bool

    @classmethod
    def of(cls, one: Plan) -> "PlanOut":
        """One read with its teams and agent."""
        names = ("name", "conditions", "way", "language_level", "overflow_minutes", "returns")
        return cls(
            id=one.pk,
            **{name: getattr(one, name) for name in names},
            team=Ref.to(one.team),
            agent=Ref.to(one.agent),
            overflow_team=Ref.to(one.overflow_team),
            needs=[NeedOut(skill=int(skill), level=level) for skill, level in one.needs.items()],
        )


class Need(In):
    skill: Key
    level: Annotated[int, Field(ge=1, le=5, examples=[3])]


class PlanGiven(In):
    name: Annotated[Line, Field(min_length=1, max_length=80, examples=["Everybody in turn"])]
    conditions: Annotated[Tests, Field(examples=[{"all": []}])]
    way: Literal["load", "turn", "skill", "hand"] = "load"
    team: Annotated[Key | None, Field(examples=[None])] = None
    agent: Annotated[Key | None, Field(description="For “hand” only.", examples=[None])] = None
    needs: Annotated[list[Need], Field(max_length=60, examples=[[]])] = []
    language_level: Annotated[int, Field(ge=0, le=5, examples=[0])] = 0
    overflow_minutes: Annotated[int | None, Field(ge=1, le=verbs.MOST_MINUTES, examples=[None])] = None
    overflow_team: Annotated[Key | None, Field(examples=[None])] = None
    returns: Annotated[bool, Field(examples=[False])] = False


@plans.reads("/routing-plans", "settings:read")
def list_plans(request: ApiRequest) -> Listed[PlanOut]:
    """List routing plans. The first that fits a ticket holds."""
    must(request.user, MANAGE)
    return all_of(Plan.objects.select_related(*RELATED)[:MOST_PLANS], PlanOut.of)


@plans.reads("/routing-plans/{int:pk}", "settings:read")
def get_plan(request: ApiRequest, pk: Key) -> PlanOut:
    """Get a routing plan."""
    return PlanOut.of(plan_of(request, pk))


@plans.writes("POST", "/routing-plans", "settings:write", makes="/routing-plans/{id}")
def make_plan(request: ApiRequest, given: PlanGiven) -> PlanOut:
    """Make a routing plan. Last in order."""
    must(request.user, MANAGE)
    return _save(request, None, given)


@plans.writes("PUT", "/routing-plans/{int:pk}", "settings:write")
def change_plan(request: ApiRequest, pk: Key, given: PlanGiven) -> PlanOut:
    """Change a routing plan. Tickets that wait follow at once."""
    return _save(request, plan_of(request, pk), given)


def _save(request: ApiRequest, found: Plan | None, given: PlanGiven) -> PlanOut:
    name = given.name.strip()
    if not name:
        raise wrong("name", _("A name is needed."))
    if Plan.objects.filter(name=name).exclude(pk=found.pk if found else 0).exists():
        raise wrong("name", _("There is a plan of this name already."))
    if given.way == "hand" and not (given.team or given.agent):
        raise wrong("team", _("Choose a team or a person."))
    if bool(given.overflow_minutes) != bool(given.overflow_team):
        raise wrong("overflow_team", _("Say after how many minutes, and which team."))
    needs = {one.skill: one.level for one in given.needs}
    if Skill.objects.filter(pk__in=needs).count() != len(needs):
        raise wrong("needs", _("There is nothing of this id."))
    saved = verbs.save_plan(
        found, name=name, conditions=tree_of(given.conditions), way=given.way, needs=needs,
        team=_named(Team, given.team, "team"), agent=_named(Agent, given.agent, "agent"),
        overflow_team=_named(Team, given.overflow_team, "overflow_team"), overflow_minutes=given.overflow_minutes,
        language_level=given.language_level, returns=given.returns, actor=request.user.actor,
    )  # fmt: skip
    return PlanOut.of(saved)


def _named(model: Any, pk: int | None, field: str) -> Any:
    found = model.objects.filter(pk=pk).first() if pk is not None else None
    if pk is not None and (found is None or not getattr(found, "is_active", True)):
        raise wrong(field, _("There is nothing of this id."))
    return found


@plans.writes("POST", "/routing-plans/{int:pk}/place", "settings:write")
def move_plan(request: ApiRequest, pk: Key, given: Place) -> PlanOut:
    """Ask a routing plan earlier or later."""
    found = plan_of(request, pk)
    verbs.move_plan(found, given.steps, actor=request.user.actor)
    return PlanOut.of(found)


@plans.writes("DELETE", "/routing-plans/{int:pk}", "settings:write")
def delete_plan(request: ApiRequest, pk: Key) -> None:
    """Give out by a plan no more."""
    verbs.delete_plan(plan_of(request, pk), actor=request.user.actor)


class CapacityOut(Out):
    agent: Annotated[Ref | None, Field(description="Null: everybody who has none of his own.")]
    channel: Annotated[str, Field(examples=["email"])]
    tickets: Annotated[int, Field(examples=[8])]

    @classmethod
    def of(cls, one: Capacity) -> "CapacityOut":
        return cls(agent=Ref.to(one.agent), channel=one.channel, tickets=one.tickets)


class CapacityGiven(In):
    agent: Annotated[Key | None, Field(description="Null: everybody.", examples=[None])] = None
    channel: Annotated[Line, Field(max_length=20, examples=["email"])]
    tickets: Annotated[
        int | None, Field(ge=0, le=verbs.MOST_TICKETS, description="Null: like everybody.", examples=[8])
    ]


@plans.reads("/capacities", "settings:read")
def list_capacities(request: ApiRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[CapacityOut]:
    """List how many open tickets people carry at once. What is not listed is the house's usual number."""
    must(request.user, MANAGE)
    return listed(
        Capacity.objects.select_related("agent"), CapacityOut.of, order=("id",), cursor=cursor, limit=limit
    )


@plans.writes("PUT", "/capacities", "settings:write")
def set_capacity(request: ApiRequest, given: CapacityGiven) -> None:
    """Set how many open tickets of a channel somebody carries at once."""
    must(request.user, MANAGE)
    if given.channel not in channels():
        raise wrong("channel", _("There is nothing of this id."))
    if given.agent is None and given.tickets is None:
        raise wrong("tickets", _("Say how many."))
    agent = _named(Agent, given.agent, "agent")
    verbs.set_capacity(agent, {given.channel: given.tickets}, actor=request.user.actor)
