"""Whom a token acts as; agents: finding, inviting and changing them, and what they can do."""

from typing import Annotated, Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field

from ahlan.core.api.door import ANY
from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import Cursor, In, Key, Limit, Line, Listed, Ref, all_of, listed
from ahlan.core.forms import ZONES
from ahlan.core.reached import address_for
from ahlan.core.text import clean
from ahlan.staff import actions
from ahlan.staff.actions import skills
from ahlan.staff.api.room import MANAGE, PRESENCE, SEE, agent_of, agents, all_named, named, staff
from ahlan.staff.api.shapes import AgentOut, LevelOut, MeOut
from ahlan.staff.models import Role, Skill, Team
from ahlan.staff.policies import must
from ahlan.staff.requests import ApiRequest

Languages = Literal["en", "he", "ar", "fi", "fa", "ru"]
ZONE_NAMES = {name for name, _told in ZONES}
Signature = Annotated[str, Field(max_length=2_000, examples=["Ada · customer care"]), AfterValidator(clean)]


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


class MeChange(In):
    """What everybody sets for himself. What is left out stays as it is."""

    name: Annotated[Line | None, Field(min_length=1, max_length=120, examples=["Ada"])] = None
    language: Languages | None = None
    time_zone: Annotated[Line | None, Field(max_length=64, examples=["Europe/Helsinki"])] = None
    signature: Annotated[
        Signature | None, Field(description="Stands under what you send, in place of the inbox's own.")
    ] = None
    signatures: Annotated[
        dict[Languages, Signature] | None,
        Field(
            max_length=6,
            description="In other languages, by their codes: all of them.",
            examples=[{"fi": "Ada · asiakaspalvelu"}],
        ),
    ] = None


class LevelGiven(In):
    skill: Key
    level: Annotated[int, Field(ge=0, le=5)]


class LevelsGiven(In):
    levels: Annotated[list[LevelGiven], Field(max_length=skills.MOST_SKILLS)]


@staff.reads("/me", ANY)
def get_me(request: ApiRequest) -> MeOut:
    """Get whom the token acts as. Any token may."""
    told = AgentOut.of(agent_of(request.user.pk), request.user)
    return MeOut(**dict(told), permissions=request.user.role.permissions, scopes=request.auth.scopes)


@staff.writes("PATCH", "/me", "staff:write")
def change_me(request: ApiRequest, given: MeChange) -> MeOut:
    """Change what you set for yourself. Name, language, time zone, signatures."""
    if given.name is not None and not given.name.strip():
        raise wrong("name", _("A name is needed."))
    if given.time_zone is not None and given.time_zone not in ZONE_NAMES:
        raise wrong("time_zone", _("This time zone is not known."))
    values = {name: value for name, value in given.model_dump().items() if value is not None}
    if "signatures" in values:
        values["signatures"] = {code: text for code, text in values["signatures"].items() if text.strip()}
    actions.change_agent(agent_of(request.user.pk), actor=request.user.actor, **values)
    return get_me(request)


@staff.reads("/agents", "staff:read")
def list_agents(request: ApiRequest, cursor: Cursor = "", limit: Limit = 30) -> Listed[AgentOut]:
    """List agents. By name."""
    must(request.user, SEE)
    return listed(
        agents(), lambda one: AgentOut.of(one, request.user), order=("name", "id"), cursor=cursor, limit=limit
    )


@staff.reads("/agents/{int:pk}", "staff:read")
def get_agent(request: ApiRequest, pk: Key) -> AgentOut:
    """Get an agent."""
    must(request.user, SEE)
    return AgentOut.of(agent_of(pk), request.user)


@staff.writes("POST", "/agents", "staff:write", makes="/agents/{id}")
def invite_agent(request: ApiRequest, given: Invitation) -> AgentOut:
    """Invite somebody. A link that lets him in once is mailed to him."""
    must(request.user, MANAGE)
    try:
        validate_email(given.email.strip())
    except ValidationError:
        raise wrong("email", _("This is not an e-mail address.")) from None
    made = actions.invite(
        email=given.email, name=given.name, role=named(Role, given.role, "role"), teams=all_named(Team, given.teams, "teams"),
        language=given.language, actor=request.user.actor, address=address_for(request),
    )  # fmt: skip
    return AgentOut.of(agent_of(made.agent.pk), request.user)


@staff.writes("PATCH", "/agents/{int:pk}", "staff:write")
def change_agent(request: ApiRequest, pk: Key, given: AgentChange) -> AgentOut:
    """Change an agent. Who is not active can do nothing, and his tokens open nothing."""
    must(request.user, MANAGE)
    found, actor = agent_of(pk), request.user.actor
    values = {name: value for name in ("name", "is_active") if (value := getattr(given, name)) is not None}
    if given.role is not None:
        values["role"] = named(Role, given.role, "role")
    actions.change_agent(found, actor=actor, **values)
    if given.teams is not None:
        actions.set_teams(found, all_named(Team, given.teams, "teams"), actor=actor)
    return AgentOut.of(agent_of(pk), request.user)


@staff.reads("/agents/{int:pk}/skills", "staff:read")
def list_skills_of_agent(request: ApiRequest, pk: Key) -> Listed[LevelOut]:
    """List what somebody can do, and how well. Yourself; others with the permission."""
    if pk != request.user.pk:
        must(request.user, PRESENCE)
    held = agent_of(pk).skills.select_related("skill").order_by("skill_id")
    return all_of(
        held, lambda one: LevelOut(skill=Ref(id=one.skill_id, name=str(one.skill)), level=one.level)
    )


@staff.writes("PUT", "/agents/{int:pk}/skills", "staff:write")
def set_skills_of_agent(request: ApiRequest, pk: Key, given: LevelsGiven) -> Listed[LevelOut]:
    """Set what somebody can do. What is left out, or has level 0, he cannot."""
    must(request.user, PRESENCE)
    found = agent_of(pk)
    all_named(Skill, [one.skill for one in given.levels], "levels")
    skills.set_skills(found, {one.skill: one.level for one in given.levels}, actor=request.user.actor)
    return list_skills_of_agent(request, pk)
