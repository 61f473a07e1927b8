"""Service levels through the API: what is promised, and how the promises to a ticket stand."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from ahlan.core.api.problems import refusal, wrong
from ahlan.core.api.rooms import Room
from ahlan.core.api.shapes import In, Key, Line, Listed, Out, Place, all_of
from ahlan.service_levels.actions import terms as verbs
from ahlan.service_levels.clocks import Kind, Target, Unit
from ahlan.service_levels.models import Deadline, Policy
from ahlan.service_levels.policies import policy_for
from ahlan.service_levels.queries import MOST_POLICIES
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.api.saved import Tests, tree_of
from ahlan.tickets.policies import ticket_for

MANAGE = "service_levels.manage"
MOST_DEADLINES = 200  # of one ticket, the latest
levels = Room(
    "service-levels",
    gettext_lazy("Service levels"),
    "What is promised to a customer, and by when it is due.",
    order=75,
)
refusal(
    verbs.TooManyPolicies,
    409,
    gettext_lazy("There are as many service levels as can be kept. Delete one that nobody needs."),
)


class TargetOut(Out):
    priority: Annotated[int, Field(examples=[3])]
    kind: Annotated[str, Field(examples=["first_response"])]
    amount: Annotated[int, Field(examples=[240])]
    unit: Annotated[str, Field(examples=["business_minutes"])]


class ServiceLevelOut(Out):
    id: int
    name: str
    conditions: dict[str, Any]
    hold_counts: Annotated[bool, Field(description="Whether time on hold counts towards the resolution.")]
    targets: list[TargetOut]

    @classmethod
    def of(cls, one: Policy) -> "ServiceLevelOut":
        targets = [
            TargetOut(priority=int(priority), kind=kind, **target)
            for priority, kinds in one.targets.items()
            for kind, target in kinds.items()
        ]
        return cls(
            id=one.pk, name=one.name, conditions=one.conditions, hold_counts=one.hold_counts, targets=targets
        )


class DeadlineOut(Out):
    kind: Annotated[str, Field(examples=["first_response"])]
    state: Annotated[str, Field(description="running, paused, met, breached or na.", examples=["running"])]
    service_level: int | None
    started_at: datetime
    due_at: datetime | None
    met_at: datetime | None
    breached_at: datetime | None

    @classmethod
    def of(cls, one: Deadline) -> "DeadlineOut":
        names = ("kind", "state", "started_at", "due_at", "met_at", "breached_at")
        return cls(service_level=one.policy_id, **{name: getattr(one, name) for name in names})


class TargetGiven(In):
    priority: Annotated[int, Field(ge=1, le=4, examples=[3])]
    kind: Literal["first_response", "next_response", "resolution"]
    amount: Annotated[int, Field(ge=1, le=verbs.MOST_MINUTES, examples=[240])]
    unit: Literal["business_minutes", "minutes", "working_days"] = "business_minutes"


class ServiceLevelGiven(In):
    name: Annotated[Line, Field(min_length=1, max_length=80, examples=["Standard"])]
    conditions: Annotated[Tests, Field(examples=[{"all": []}])]
    targets: Annotated[list[TargetGiven], Field(max_length=12)]
    hold_counts: bool = True


@levels.reads("/service-levels", "settings:read")
def list_service_levels(request: ApiRequest) -> Listed[ServiceLevelOut]:
    """List service levels. The first that fits a ticket holds."""
    must(request.user, MANAGE)
    return all_of(Policy.objects.all()[:MOST_POLICIES], ServiceLevelOut.of)


@levels.reads("/service-levels/{int:pk}", "settings:read")
def get_service_level(request: ApiRequest, pk: Key) -> ServiceLevelOut:
    """Get a service level."""
    return ServiceLevelOut.of(policy_for(request, pk))


@levels.writes("POST", "/service-levels", "settings:write", makes="/service-levels/{id}")
def make_service_level(request: ApiRequest, given: ServiceLevelGiven) -> ServiceLevelOut:
    """Promise a service level. Last in order."""
    must(request.user, MANAGE)
    return _save(request, None, given)


@levels.writes("PUT", "/service-levels/{int:pk}", "settings:write")
def change_service_level(request: ApiRequest, pk: Key, given: ServiceLevelGiven) -> ServiceLevelOut:
    """Change a service level. What is over is never judged anew."""
    return _save(request, policy_for(request, pk), given)


def _save(request: ApiRequest, found: Policy | None, given: ServiceLevelGiven) -> ServiceLevelOut:
    name = given.name.strip()
    if not name:
        raise wrong("name", _("A name is needed."))
    if Policy.objects.filter(name=name).exclude(pk=found.pk if found else 0).exists():
        raise wrong("name", _("There is a service level of this name already."))
    targets: dict[int, dict[Kind, Target]] = {}
    for one in given.targets:
        targets.setdefault(one.priority, {})[Kind(one.kind)] = Target(one.amount, Unit(one.unit))
    try:
        verbs.stored(targets)
    except ValueError:
        raise wrong("targets", _("A year at most.")) from None
    saved = verbs.save_policy(
        found, name=name, conditions=tree_of(given.conditions), targets=targets, hold_counts=given.hold_counts,
        actor=request.user.actor,
    )  # fmt: skip
    return ServiceLevelOut.of(saved)


@levels.writes("POST", "/service-levels/{int:pk}/place", "settings:write")
def move_service_level(request: ApiRequest, pk: Key, given: Place) -> ServiceLevelOut:
    """Ask a service level earlier or later."""
    found = policy_for(request, pk)
    verbs.move_policy(found, given.steps, actor=request.user.actor)
    return ServiceLevelOut.of(found)


@levels.writes("DELETE", "/service-levels/{int:pk}", "settings:write")
def delete_service_level(request: ApiRequest, pk: Key) -> None:
    """Promise this no more."""
    verbs.delete_policy(policy_for(request, pk), actor=request.user.actor)


@levels.reads("/tickets/{int:number}/deadlines", "tickets:read")
def list_deadlines(request: ApiRequest, number: Key) -> Listed[DeadlineOut]:
    """List the promises made for a ticket, and how they stand. The latest first."""
    ticket = ticket_for(request.user, number)
    return all_of(Deadline.objects.filter(ticket=ticket).order_by("-id")[:MOST_DEADLINES], DeadlineOut.of)
