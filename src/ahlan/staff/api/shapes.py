"""People as the API tells them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from ahlan.core.api.shapes import Out, Ref
from ahlan.staff.models import Agent, Skill, Team


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
    email: Annotated[
        str | None,
        Field(description="Yours; others' for those who manage people.", examples=["ada@example.org"]),
    ]
    role: Ref
    teams: list[Ref]
    language: Annotated[str, Field(examples=["en"])]
    time_zone: Annotated[str, Field(examples=["Europe/Helsinki"])]
    is_active: bool
    signature: Annotated[
        str | None, Field(description="Known as the address is.", examples=["Ada · customer care"])
    ]
    signatures: Annotated[
        dict[str, str] | None,
        Field(
            description="In other languages, by their codes; likewise.",
            examples=[{"fi": "Ada · asiakaspalvelu"}],
        ),
    ]
    presence: PresenceOut

    @classmethod
    def of(cls, agent: Agent, reader: Agent) -> "AgentOut":
        """One read with role, presence and teams, as somebody may know him."""
        same = ("name", "language", "time_zone", "is_active")
        known = reader.pk == agent.pk or reader.may("staff.manage")
        here = getattr(agent, "presence", None)
        return cls(
            id=agent.pk,
            **{name: getattr(agent, name) for name in same},
            email=agent.email if known else None,
            signature=agent.signature if known else None,
            signatures=agent.signatures if known else None,
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


class PresenceStateOut(Out):
    id: int
    name: str
    kind: str
