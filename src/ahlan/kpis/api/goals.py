"""Goals for programs."""

from datetime import date
from typing import Annotated, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import LARGEST_KEY, In, Key, Line, Listed, Out, all_of
from ahlan.kpis.actions import goals as verbs
from ahlan.kpis.api.room import MOST, READ, WRITE, Day, KpiKey, room
from ahlan.kpis.models import Goal
from ahlan.kpis.policies import MANAGE, VIEW, scope_rows
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest


class GoalOut(Out):
    id: int
    figure: Annotated[str, Field(examples=["first_response_time"])]
    scope: Annotated[
        str, Field(description="team, agent, inbox, tag, organisation; empty: the house.", examples=["team"])
    ]
    of: Annotated[int, Field(description="Its id; 0 for the house.", examples=[3])]
    value: Annotated[float, Field(description="In the unit of the figure.", examples=[3600])]
    method: str
    business: bool
    since: date

    @classmethod
    def told(cls, one: Goal) -> "GoalOut":
        return cls(
            id=one.pk, figure=one.key, scope=one.scope, of=one.scope_id, value=one.value, method=one.method,
            business=one.business, since=one.since,
        )  # fmt: skip


class GoalIn(In):
    figure: KpiKey
    scope: Literal["", "team", "agent", "inbox", "tag", "organisation"] = ""
    of: Annotated[int, Field(ge=0, le=LARGEST_KEY)] = 0
    value: Annotated[float, Field(ge=-1e9, le=1e9, examples=[3600])]
    method: Annotated[Line, Field(max_length=10, examples=[""])] = ""
    business: bool = False
    since: Day


@room.reads("/goals", READ)
def list_goals(request: ApiRequest) -> Listed[GoalOut]:
    """List the goals."""
    must(request.user, VIEW)
    return all_of(Goal.objects.all()[:MOST], GoalOut.told)


@room.writes("POST", "/goals", WRITE, makes="/goals/{id}")
def set_goal(request: ApiRequest, given: GoalIn) -> GoalOut:
    """Set a goal. One of the same figure, scope and day gives way."""
    must(request.user, MANAGE)
    if given.scope and not scope_rows(given.scope).filter(pk=given.of).exists():
        raise wrong("of", _("There is no such thing."))
    return GoalOut.told(
        verbs.set_goal(
            given.figure, given.value, since=given.since, scope=given.scope, scope_id=given.of, method=given.method,
            business=given.business, actor=request.user.actor,
        )
    )  # fmt: skip


@room.reads("/goals/{int:pk}", READ)
def get_goal(request: ApiRequest, pk: Key) -> GoalOut:
    """Get a goal."""
    must(request.user, VIEW)
    return GoalOut.told(_goal(pk))


@room.writes("DELETE", "/goals/{int:pk}", WRITE)
def drop_goal(request: ApiRequest, pk: Key) -> None:
    """Take a goal away. The one before it is in force again."""
    must(request.user, MANAGE)
    verbs.drop_goal(_goal(pk), actor=request.user.actor)


def _goal(pk: int) -> Goal:
    found = Goal.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("no such goal")
    return found
