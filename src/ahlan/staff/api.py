"""People through the API: agents, teams, roles, skills, and who is here."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from ahlan.calendars.models import BusinessHours
from ahlan.channels.models import Inbox
from ahlan.core.api.door import ANY
from ahlan.core.api.problems import refusal, wrong
from ahlan.core.api.rooms import Room
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Line, Listed, Out, Ref, all_of, listed
from ahlan.staff import actions
from ahlan.staff.actions import presence, skills
from ahlan.staff.models import Agent, PresenceState, Role, Skill, Team
from ahlan.staff.policies import must
from ahlan.staff.queries import own_states
from ahlan.staff.requests import ApiRequest

MANAGE, SEE, PRESENCE = "staff.manage", "tickets.view", "presence.manage"
Languages = Literal["en", "he", "ar", "fi", "fa", "ru"]
Level = Annotated[int, Field(ge=0, le=5)]

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


class PresenceOut(Out):
    kind: Annotated[
        str, Field(description="What holds: available, busy, away or offline.", examples=["available"])
    ]
    word: Annotated[
        str, Field(description="The house's own word for it, where one was chosen.", examples=["Available"])
    ]
    since: datetime | None


class AgentOut(Out):
    id: int
    name: Annotated[str, Field(examples=["Ada"])]
    email: Annotated[str, Field(examples=["ada@example.org"])]
    role: Ref
    teams: list[Ref]
    language: Annotated[str, Field(examples=["en"])]
    time_zone: Annotated[str, Field(examples=["Europe/Helsinki"])]
    is_active: bool
    presence: PresenceOut

    @classmethod
    def of(cls, agent: Agent) -> "AgentOut":
        """One read with role, presence and teams."""
        same = ("name", "email", "language", "time_zone", "is_active")
        here = getattr(agent, "presence", None)
        return cls(
            id=agent.pk,
            **{name: getattr(agent, name) for name in same},
            role=Ref(id=agent.role_id, name=str(agent.role)),
            teams=[Ref(id=one.pk, name=one.name) for one in agent.teams.all()],
            presence=PresenceOut(
                kind=agent.presence_kind, word=agent.presence_word, since=here.since if here else None
            ),
        )


class MeOut(AgentOut):
    permissions: Annotated[list[str], Field(description="Of the role.", examples=[["tickets.view"]])]
    scopes: Annotated[list[str], Field(description="Of this token.", examples=[["tickets:read"]])]


class TeamOut(Out):
    id: int
    name: Annotated[str, Field(examples=["Care"])]
    inboxes: list[Ref]
    agents: list[Ref]
    hours: Ref | None
    lead: Ref | None
    next_team: Ref | None

    @classmethod
    def of(cls, team: Team) -> "TeamOut":
        return cls(
            id=team.pk, name=team.name, hours=Ref.to(team.hours), lead=Ref.to(team.lead), next_team=Ref.to(team.next_team),
            inboxes=[Ref(id=one.pk, name=one.name) for one in team.inboxes.all()],
            agents=[Ref(id=one.pk, name=str(one)) for one in team.agents.all()],
        )  # fmt: skip


class RoleOut(Out):
    id: int
    key: Annotated[str, Field(description="Of a built-in one.", examples=["agent"])]
    name: str
    permissions: list[str]


class SkillOut(Out):
    id: int
    name: str
    language: Annotated[
        str,
        Field(
            description="The code of the language it stands for; empty for any other skill.", examples=["fi"]
        ),
    ]

    @classmethod
    def of(cls, skill: Skill) -> "SkillOut":
        return cls(id=skill.pk, name=str(skill), language=skill.language)


class LevelOut(Out):
    skill: Ref
    level: Annotated[int, Field(description="1 begins, 5 teaches others.", examples=[4])]


class StateOut(Out):
    id: int
    name: str
    kind: str


class Invitation(In):
    email: Annotated[Line, Field(max_length=254, examples=["bo@example.org"])]
    name: Annotated[Line, Field(max_length=120, examples=["Bo"])] = ""
    role: Key
    teams: Annotated[list[Key], Field(max_length=100, examples=[[]])] = []
    language: Languages = "en"


class AgentChange(In):
    """What is left out stays as it is."""

    name: Annotated[Line | None, Field(min_length=1, max_length=120, examples=["Bo"])] = None
    role: Key | None = None
    teams: Annotated[list[Key] | None, Field(max_length=100, examples=[[]])] = None
    is_active: bool | None = None


class TeamGiven(In):
    name: Annotated[Line, Field(min_length=1, max_length=80, examples=["Care"])]
    inboxes: Annotated[list[Key], Field(max_length=500, examples=[[]])] = []
    hours: Annotated[Key | None, Field(examples=[None])] = None
    lead: Annotated[Key | None, Field(examples=[None])] = None
    next_team: Annotated[Key | None, Field(examples=[None])] = None


class SkillGiven(In):
    """A name, or a language."""

    name: Annotated[Line, Field(max_length=60, examples=["Refunds"])] = ""
    language: Annotated[Line, Field(max_length=10, examples=[""])] = ""


class LevelGiven(In):
    skill: Key
    level: Level


class LevelsGiven(In):
    levels: Annotated[list[LevelGiven], Field(max_length=skills.MOST_SKILLS)]


class PresenceGiven(In):
    kind: Literal["available", "busy", "away", "offline"] = "available"
    state: Annotated[
        Key | None, Field(description="A state of the house; it brings its own kind.", examples=[None])
    ] = None


def agents() -> QuerySet[Agent]:
    return Agent.objects.get_queryset().select_related("role", "presence__state").prefetch_related("teams")


def _agent(pk: int) -> Agent:
    found = agents().filter(pk=pk).first()
    if found is None:
        raise Http404("no such agent")
    return found


def _named(model: Any, pk: int | None, field: str) -> Any:
    """What is named by its id; None for None. Raises Problem."""
    found = model.objects.filter(pk=pk).first() if pk is not None else None
    if pk is not None and found is None:
        raise wrong(field, _("There is nothing of this id."))
    return found


def _all_named(model: Any, keys: list[int], field: str) -> list[Any]:
    found = list(model.objects.filter(pk__in=keys))
    if len(found) != len(set(keys)):
        raise wrong(field, _("There is nothing of this id."))
    return found


@staff.reads("/me", ANY)
def get_me(request: ApiRequest) -> MeOut:
    """Get whom the token acts as. Any token may."""
    told = AgentOut.of(_agent(request.user.pk))
    return MeOut(**dict(told), permissions=request.user.role.permissions, scopes=request.auth.scopes)


@staff.reads("/agents", "staff:read")
def list_agents(request: ApiRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[AgentOut]:
    """List agents. By name."""
    must(request.user, SEE)
    return listed(agents(), AgentOut.of, order=("name", "id"), cursor=cursor, limit=limit)


@staff.reads("/agents/{int:pk}", "staff:read")
def get_agent(request: ApiRequest, pk: Key) -> AgentOut:
    """Get an agent."""
    must(request.user, SEE)
    return AgentOut.of(_agent(pk))


@staff.writes("POST", "/agents", "staff:write", makes="/agents/{id}")
def invite_agent(request: ApiRequest, given: Invitation) -> AgentOut:
    """Invite somebody. A link that lets him in once is mailed to him."""
    must(request.user, MANAGE)
    try:
        validate_email(given.email.strip())
    except ValidationError:
        raise wrong("email", _("This is not an e-mail address.")) from None
    made = actions.invite(
        email=given.email, name=given.name, role=_named(Role, given.role, "role"), teams=_all_named(Team, given.teams, "teams"),
        language=given.language, actor=request.user.actor, address=settings.SITE_URL or request.build_absolute_uri("/").rstrip("/"),
    )  # fmt: skip
    return AgentOut.of(_agent(made.agent.pk))


@staff.writes("PATCH", "/agents/{int:pk}", "staff:write")
def change_agent(request: ApiRequest, pk: Key, given: AgentChange) -> AgentOut:
    """Change an agent. Who is not active can do nothing, and his tokens open nothing."""
    must(request.user, MANAGE)
    found, actor = _agent(pk), request.user.actor
    values = {name: value for name in ("name", "is_active") if (value := getattr(given, name)) is not None}
    if given.role is not None:
        values["role"] = _named(Role, given.role, "role")
    actions.change_agent(found, actor=actor, **values)
    if given.teams is not None:
        actions.set_teams(found, _all_named(Team, given.teams, "teams"), actor=actor)
    return AgentOut.of(_agent(pk))


@staff.reads("/agents/{int:pk}/skills", "staff:read")
def list_skills_of_agent(request: ApiRequest, pk: Key) -> Listed[LevelOut]:
    """List what somebody can do, and how well."""
    must(request.user, SEE)
    held = _agent(pk).skills.select_related("skill").order_by("skill_id")
    return all_of(
        held, lambda one: LevelOut(skill=Ref(id=one.skill_id, name=str(one.skill)), level=one.level)
    )


@staff.writes("PUT", "/agents/{int:pk}/skills", "staff:write")
def set_skills_of_agent(request: ApiRequest, pk: Key, given: LevelsGiven) -> Listed[LevelOut]:
    """Set what somebody can do. What is left out, or has level 0, he cannot."""
    must(request.user, PRESENCE)
    found = _agent(pk)
    _all_named(Skill, [one.skill for one in given.levels], "levels")
    skills.set_skills(found, {one.skill: one.level for one in given.levels}, actor=request.user.actor)
    return list_skills_of_agent(request, pk)


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
    team.name, team.hours = given.name.strip(), _named(BusinessHours, given.hours, "hours")
    team.lead, team.next_team = _named(Agent, given.lead, "lead"), _named(Team, given.next_team, "next_team")
    saved = actions.save_team(team, _all_named(Inbox, given.inboxes, "inboxes"), actor=request.user.actor)
    return TeamOut.of(_team(saved.pk))


@staff.reads("/roles", "staff:read")
def list_roles(request: ApiRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[RoleOut]:
    """List roles. Each is a set of permissions."""
    must(request.user, SEE)

    def told(one: Role) -> RoleOut:
        return RoleOut(id=one.pk, key=one.key, name=str(one), permissions=one.permissions)

    return listed(Role.objects.all(), told, order=("id",), cursor=cursor, limit=limit)


@staff.reads("/skills", "staff:read")
def list_skills(request: ApiRequest) -> Listed[SkillOut]:
    """List skills."""
    must(request.user, SEE)
    return all_of(Skill.objects.all()[: skills.MOST_SKILLS], SkillOut.of)


@staff.writes("POST", "/skills", "staff:write", makes="/skills")
def make_skill(request: ApiRequest, given: SkillGiven) -> SkillOut:
    """Name a skill, or make a language one."""
    must(request.user, PRESENCE)
    if bool(given.name.strip()) == bool(given.language) or given.language not in (
        "",
        *dict(settings.LANGUAGES),
    ):
        raise wrong("name", _("Give a name, or a language."))
    same = (
        Skill.objects.filter(language=given.language)
        if given.language
        else Skill.objects.filter(name=given.name.strip())
    )
    if same.exists():
        raise wrong("name", _("There is one of this name already."))
    return SkillOut.of(skills.save_skill(name=given.name, language=given.language, actor=request.user.actor))


@staff.writes("DELETE", "/skills/{int:pk}", "staff:write")
def delete_skill(request: ApiRequest, pk: Key) -> None:
    """Forget a skill, and who has it."""
    must(request.user, PRESENCE)
    found = Skill.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("no such skill")
    skills.delete_skill(found, actor=request.user.actor)


@staff.reads("/presence-states", "staff:read")
def list_presence_states(request: ApiRequest) -> Listed[StateOut]:
    """List the states of presence the house has named."""
    must(request.user, SEE)
    return all_of(own_states(), lambda one: StateOut(id=one.pk, name=one.name, kind=one.kind))


@staff.reads("/me/presence", "staff:read")
def get_presence(request: ApiRequest) -> PresenceOut:
    """Get whether you are here."""
    return AgentOut.of(_agent(request.user.pk)).presence


@staff.writes("PUT", "/me/presence", "staff:write")
def choose_presence(request: ApiRequest, given: PresenceGiven) -> PresenceOut:
    """Say whether you are here. It holds for two minutes and a half unless a browser, or this call, is heard of again."""
    state = PresenceState.objects.filter(pk=given.state, is_active=True).first() if given.state else None
    if given.state and state is None:
        raise wrong("state", _("There is nothing of this id."))
    presence.choose_presence(request.user, given.kind, state)
    return AgentOut.of(_agent(request.user.pk)).presence
