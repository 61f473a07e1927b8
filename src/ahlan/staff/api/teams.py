"""Teams and roles."""

from typing import Annotated

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.calendars.models import BusinessHours
from ahlan.channels.models import Inbox
from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Line, Listed, listed
from ahlan.staff import actions
from ahlan.staff.api.room import MANAGE, SEE, all_named, named, staff
from ahlan.staff.api.shapes import RoleOut, TeamOut
from ahlan.staff.models import Agent, Role, Team
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest


class TeamGiven(In):
    name: Annotated[Line, Field(min_length=1, max_length=80, examples=["Care"])]
    inboxes: Annotated[list[Key], Field(max_length=500, examples=[[]])] = []
    hours: Annotated[Key | None, Field(examples=[None])] = None
    lead: Annotated[Key | None, Field(examples=[None])] = None
    next_team: Annotated[Key | None, Field(examples=[None])] = None


def teams() -> QuerySet[Team]:
    return Team.objects.select_related("hours", "lead", "next_team").prefetch_related("inboxes", "agents")


def _team(pk: int) -> Team:
    found = teams().filter(pk=pk).first()
    if found is None:
        raise Http404("no such team")
    return found


@staff.reads("/teams", "staff:read")
def list_teams(request: ApiRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[TeamOut]:
    """List teams. By name."""
    must(request.user, SEE)
    return listed(teams(), TeamOut.of, order=("name", "id"), cursor=cursor, limit=limit)


@staff.reads("/teams/{int:pk}", "staff:read")
def get_team(request: ApiRequest, pk: Key) -> TeamOut:
    """Get a team."""
    must(request.user, SEE)
    return TeamOut.of(_team(pk))


@staff.writes("POST", "/teams", "staff:write", makes="/teams/{id}")
def make_team(request: ApiRequest, given: TeamGiven) -> TeamOut:
    """Make a team."""
    must(request.user, MANAGE)
    return _save_team(request, Team(), given)


@staff.writes("PUT", "/teams/{int:pk}", "staff:write")
def change_team(request: ApiRequest, pk: Key, given: TeamGiven) -> TeamOut:
    """Change a team."""
    must(request.user, MANAGE)
    return _save_team(request, _team(pk), given)


def _save_team(request: ApiRequest, team: Team, given: TeamGiven) -> TeamOut:
    if not given.name.strip():
        raise wrong("name", _("A name is needed."))
    if Team.objects.filter(name=given.name.strip()).exclude(pk=team.pk).exists():
        raise wrong("name", _("There is one of this name already."))
    if given.next_team is not None and given.next_team == team.pk:
        raise wrong("next_team", _("Choose another team."))
    team.name, team.hours = given.name.strip(), named(BusinessHours, given.hours, "hours")
    team.lead, team.next_team = named(Agent, given.lead, "lead"), named(Team, given.next_team, "next_team")
    saved = actions.save_team(team, all_named(Inbox, given.inboxes, "inboxes"), actor=request.user.actor)
    return TeamOut.of(_team(saved.pk))


@staff.reads("/roles", "staff:read")
def list_roles(request: ApiRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[RoleOut]:
    """List roles. Each is a set of permissions."""
    must(request.user, MANAGE)

    def told(one: Role) -> RoleOut:
        return RoleOut(id=one.pk, key=one.key, name=str(one), permissions=one.permissions)

    return listed(Role.objects.all(), told, order=("id",), cursor=cursor, limit=limit)
