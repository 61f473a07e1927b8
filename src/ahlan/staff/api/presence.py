"""Skills, and who is here."""

from typing import Annotated, Literal

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _
from pydantic import Field

from ahlan.core.api.problems import wrong
from ahlan.core.api.shapes import In, Key, Line, Listed, all_of
from ahlan.staff.actions import presence, skills
from ahlan.staff.api.room import PRESENCE, SEE, agent_of, staff
from ahlan.staff.api.shapes import AgentOut, PresenceOut, PresenceStateOut, SkillOut
from ahlan.staff.models import PresenceState, Skill
from ahlan.staff.policies import must
from ahlan.staff.queries import own_states
from ahlan.staff.requests import ApiRequest


class SkillGiven(In):
    """A name, or a language."""

    name: Annotated[Line, Field(max_length=60, examples=["Refunds"])] = ""
    language: Annotated[Line, Field(max_length=10, examples=[""])] = ""


class PresenceStateGiven(In):
    name: Annotated[Line, Field(min_length=1, max_length=40, examples=["Lunch"])]
    kind: Annotated[Literal["available", "busy", "away", "offline"], Field(description="What it counts as.")]


class PresenceGiven(In):
    kind: Literal["available", "busy", "away", "offline"] = "available"
    state: Annotated[
        Key | None, Field(description="A state of the house; it brings its own kind.", examples=[None])
    ] = None


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
def list_presence_states(request: ApiRequest) -> Listed[PresenceStateOut]:
    """List the states of presence the house has named."""
    must(request.user, SEE)
    return all_of(own_states(), lambda one: PresenceStateOut(id=one.pk, name=one.name, kind=one.kind))


@staff.reads("/me/presence", "staff:read")
def get_presence(request: ApiRequest) -> PresenceOut:
    """Get whether you are here."""
    return AgentOut.of(agent_of(request.user.pk), request.user).presence


@staff.writes("PUT", "/me/presence", "staff:write")
def choose_presence(request: ApiRequest, given: PresenceGiven) -> PresenceOut:
    """Say whether you are here. It holds for two minutes and a half unless a browser, or this call, is heard of again."""
    state = PresenceState.objects.filter(pk=given.state, is_active=True).first() if given.state else None
    if given.state and state is None:
        raise wrong("state", _("There is nothing of this id."))
    presence.choose_presence(request.user, given.kind, state)
    return AgentOut.of(agent_of(request.user.pk), request.user).presence


@staff.writes("POST", "/presence-states", "staff:write", makes="/presence-states")
def make_presence_state(request: ApiRequest, given: PresenceStateGiven) -> PresenceStateOut:
    """Name a state of presence."""
    must(request.user, PRESENCE)
    return _save_state(request, None, given)


@staff.writes("PUT", "/presence-states/{int:pk}", "staff:write")
def change_presence_state(request: ApiRequest, pk: Key, given: PresenceStateGiven) -> PresenceStateOut:
    """Change a state of presence. Whoever is in it keeps the kind he has until he chooses again."""
    must(request.user, PRESENCE)
    return _save_state(request, _state(pk), given)


@staff.writes("DELETE", "/presence-states/{int:pk}", "staff:write")
def retire_presence_state(request: ApiRequest, pk: Key) -> None:
    """Let nobody choose a state of presence any more. The time spent in it stays known."""
    must(request.user, PRESENCE)
    presence.retire_state(_state(pk), actor=request.user.actor)


def _state(pk: int) -> PresenceState:
    found = PresenceState.objects.filter(pk=pk, is_active=True).first()
    if found is None:
        raise Http404("no such state")
    return found


def _save_state(
    request: ApiRequest, found: PresenceState | None, given: PresenceStateGiven
) -> PresenceStateOut:
    name = given.name.strip()
    if not name:
        raise wrong("name", _("A name is needed."))
    if PresenceState.objects.filter(name=name, is_active=True).exclude(pk=found.pk if found else 0).exists():
        raise wrong("name", _("There is one of this name already."))
    saved = presence.save_state(found, name=name, kind=given.kind, actor=request.user.actor)
    return PresenceStateOut(id=saved.pk, name=saved.name, kind=saved.kind)
