"""Views: the lists an agent has, and those people save; and conditions, which other rooms take too."""

from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Line, Listed, listed
from ahlan.staff.models import Agent, Team
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest
from ahlan.tickets.actions.views import delete_view, save_view
from ahlan.tickets.api.room import views
from ahlan.tickets.api.shapes import SavedViewOut, ViewOut
from ahlan.tickets.lists import counts_of, saved_views_of, views_of
from ahlan.tickets.models import SavedView

SHARE = "tickets.share_views"


class Test(In):
    """One property of a ticket, asked in one way."""

    facet: Annotated[Line, Field(examples=["state"])]
    how: Annotated[Line, Field(alias="is", examples=["any_of"])]
    value: Annotated[list[Line], Field(max_length=200, examples=[["open"]])] = []


class Tests(In):
    """All of these, or any of them; deeper still by one step."""

    all: Annotated[list["Test | Deeper"] | None, Field(max_length=40)] = None
    any: Annotated[list["Test | Deeper"] | None, Field(max_length=40, examples=[None])] = None


class Deeper(In):
    all: Annotated[list[Test] | None, Field(max_length=40)] = None
    any: Annotated[list[Test] | None, Field(max_length=40, examples=[None])] = None


Tests.model_rebuild()


def tree_of(tests: Tests | Deeper | Test) -> dict[str, Any]:
    """As `tickets.conditions` has it. Raises Problem for both or neither of all and any."""
    if isinstance(tests, Test):
        return {"facet": tests.facet, "is": tests.how, "value": tests.value}
    if (tests.all is None) == (tests.any is None):
        raise wrong("conditions", _("Give “all” or “any”."))
    how, parts = ("all", tests.all) if tests.all is not None else ("any", tests.any)
    return {how: [tree_of(one) for one in parts or []]}


class ViewGiven(In):
    name: Annotated[Line, Field(min_length=1, max_length=80, examples=["Late and important"])]
    conditions: Annotated[
        Tests, Field(examples=[{"all": [{"facet": "state", "is": "any_of", "value": ["open"]}]}])
    ]
    order: Literal["newest_word", "oldest_word", "newest", "oldest", "priority"] = "newest_word"
    shows: Annotated[
        list[Literal["number", "state", "team", "inbox", "tags"]], Field(max_length=5, examples=[[]])
    ] = []
    team: Annotated[Key | None, Field(description="Whose it is, if a team's.", examples=[None])] = None
    everyone: Annotated[
        bool, Field(description="Everybody's. Else, without a team, your own.", examples=[False])
    ] = False


@views.reads("/lists", "tickets:read")
def list_lists(request: ApiRequest) -> Listed[ViewOut]:
    """List the lists you have, and how many tickets lie in each."""
    found = views_of(request.user)
    counts = counts_of(request.user, found)
    return Listed(
        items=[ViewOut(key=one.key, name=str(one.name), count=counts.get(one.key)) for one in found],
        next=None,
    )


@views.reads("/views", "tickets:read")
def list_views(request: ApiRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[SavedViewOut]:
    """List saved views. Your own, your teams' and everybody's, by name."""
    found = saved_views_of(request.user)
    return listed(found, SavedViewOut.of, order=("name", "id"), cursor=cursor, limit=limit)


@views.reads("/views/{int:pk}", "tickets:read")
def get_view(request: ApiRequest, pk: Key) -> SavedViewOut:
    """Get a saved view. Its tickets are the list `?view=` with its key."""
    return SavedViewOut.of(_view(request.user, pk, changing=False))


@views.writes("POST", "/views", "tickets:write", makes="/views/{id}")
def make_view(request: ApiRequest, given: ViewGiven) -> SavedViewOut:
    """Save a view. Its tickets are gathered within moments."""
    must(request.user, "tickets.view")
    return SavedViewOut.of(save_view(actor=request.user.actor, **_chosen(request.user, given)))


@views.writes("PUT", "/views/{int:pk}", "tickets:write")
def change_view(request: ApiRequest, pk: Key, given: ViewGiven) -> SavedViewOut:
    """Change a saved view."""
    found = _view(request.user, pk, changing=True)
    return SavedViewOut.of(save_view(found, actor=request.user.actor, **_chosen(request.user, given)))


@views.writes("DELETE", "/views/{int:pk}", "tickets:write")
def remove_view(request: ApiRequest, pk: Key) -> None:
    """Delete a saved view. Its tickets are untouched."""
    delete_view(_view(request.user, pk, changing=True), actor=request.user.actor)


def _view(agent: Agent, pk: int, *, changing: bool) -> SavedView:
    found = saved_views_of(agent).filter(pk=pk).distinct().first()
    if found is None:
        raise Http404("no such view")
    if changing and found.owner_id != agent.pk and not agent.may(SHARE):
        raise PermissionDenied
    return found


def _chosen(agent: Agent, given: ViewGiven) -> dict[str, Any]:
    owner, team = audience(agent, given.team, given.everyone, SHARE)
    return {
        "name": given.name, "conditions": tree_of(given.conditions), "order": given.order, "shows": given.shows,
        "owner": owner, "team": team,
    }  # fmt: skip


def audience(
    agent: Agent, team: int | None, everyone: bool, permission: str
) -> tuple[Agent | None, Team | None]:
    """Whose it is to be: his own, one of his teams', or everybody's (neither). Raises Problem, PermissionDenied."""
    if team is None and not everyone:
        return agent, None
    if not agent.may(permission):
        raise PermissionDenied
    if team is None:
        return None, None
    found = agent.teams.filter(pk=team).first()
    if found is None or everyone:
        raise wrong("team", _("Choose one of your teams, or everybody."))
    return None, found
