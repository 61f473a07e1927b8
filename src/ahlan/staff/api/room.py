"""The chapter of people in the API, and how things in it are found by id."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ahlan.core.api.problems import refusal, wrong
from ahlan.core.api.rooms import Room
from ahlan.staff.actions import presence, skills
from ahlan.staff.models import Agent

MANAGE, SEE, PRESENCE = "staff.manage", "tickets.view", "presence.manage"

staff = Room(
    "staff", gettext_lazy("People"), "Who answers: agents, teams, roles, skills, and who is here.", order=50
)
refusal(
    presence.TooManyStates,
    409,
    gettext_lazy("There are as many as can be kept. Delete one that nobody needs."),
)
refusal(
    skills.TooManySkills, 409, gettext_lazy("There are as many as can be kept. Delete one that nobody needs.")
)


def agents() -> QuerySet[Agent]:
    return Agent.objects.get_queryset().select_related("role", "presence__state").prefetch_related("teams")


def agent_of(pk: int) -> Agent:
    found = agents().filter(pk=pk).first()
    if found is None:
        raise Http404("no such agent")
    return found


def named(model: Any, pk: int | None, field: str) -> Any:
    """What is named by its id; None for None. Raises Problem."""
    found = model.objects.filter(pk=pk).first() if pk is not None else None
    if pk is not None and found is None:
        raise wrong(field, _("There is nothing of this id."))
    return found


def all_named(model: Any, keys: list[int], field: str) -> list[Any]:
    found = list(model.objects.filter(pk__in=keys))
    if len(found) != len(set(keys)):
        raise wrong(field, _("There is nothing of this id."))
    return found
