"""Who could take a ticket now, and why not each of the others: read once, then asked without the database."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Q

from ahlan.calendars.calendar import Calendar, NoOpenHours
from ahlan.calendars.queries import calendar_for
from ahlan.core.clock import now
from ahlan.routing.models import Capacity, Lane, Plan, Way
from ahlan.staff.models import Agent, AgentSkill, Availability, Team
from ahlan.tickets.models import Removal, State, Ticket

USUAL = 8  # open tickets of a channel somebody carries at once, where nothing is set


class Why(StrEnum):
    """Why somebody does not get it, in the order in which it is asked."""

    FITS = ""
    NOT_ASKED = "not_asked"
    MUTE = "mute"
    BLIND = "blind"
    SPARED = "spared"
    ABSENT = "absent"
    CLOSED = "closed"
    UNABLE = "unable"
    FULL = "full"


@dataclass(frozen=True)
class Need:
    """What a ticket asks of people. `pool`: teams; None is everybody. `skills`: the least level by id."""

    plan: Plan
    inbox: int
    channel: str
    pool: frozenset[int] | None = None
    skills: dict[int, int] = field(default_factory=dict)
    language: str = ""
    spared: int = 0

    @property
    def language_level(self) -> int:
        return self.plan.language_level if self.language else 0


@dataclass
class Member:
    """One agent as routing knows him. `load` and `most` by channel; `languages` by code."""

    agent: Agent
    teams: dict[int, int | None]
    load: Counter[str]
    most: dict[str, int]
    skills: dict[int, int]
    languages: dict[str, int]

    def room(self, channel: str) -> int:
        return self.most_of(channel) - self.load[channel]

    def most_of(self, channel: str) -> int:
        return self.most.get(channel, USUAL)

    @property
    def share(self) -> float:
        """How full he is: the sum of what each channel takes of him; 1 is full with one."""
        taken = (n / most if (most := self.most_of(one)) else 0.0 for one, n in self.load.items())
        return sum(taken, 0.0)

    def level(self, need: Need) -> int:
        """How good he is at what is needed."""
        spoken = self.languages.get(need.language, 0) if need.language_level else 0
        return spoken + sum(self.skills.get(one, 0) for one in need.skills)


class Crew:
    """All agents (or only those who are available), as they stand at one moment."""

    def __init__(self, agents: Iterable[Agent], at: datetime) -> None:
        self.at = at
        self._calendars: dict[int | None, Calendar] = {}
        self.teams_of_inbox: dict[int, set[int]] = {}
        for team, inbox in Team.inboxes.through.objects.values_list("team", "inbox"):
            self.teams_of_inbox.setdefault(inbox, set()).add(team)
        self.members = self._members(list(agents))

    @classmethod
    def available(cls) -> "Crew":
        there = Agent.objects.active().filter(presence__kind=Availability.AVAILABLE)
        return cls(there.select_related("role", "presence__state"), now())

    @classmethod
    def everybody(cls, most: int) -> "Crew":
        return cls(Agent.objects.active().select_related("role", "presence__state")[:most], now())

    def _members(self, agents: list[Agent]) -> list[Member]:
        ids = [one.pk for one in agents]
        teams: dict[int, dict[int, int | None]] = {pk: {} for pk in ids}
        of_teams = Agent.teams.through.objects.filter(agent__in=ids)
        for agent, team, hours in of_teams.values_list("agent", "team", "team__hours"):
            teams[agent][team] = hours
        load, most = loads_of(ids), capacities_of(ids)
        skills: dict[int, dict[int, int]] = {pk: {} for pk in ids}
        languages: dict[int, dict[str, int]] = {pk: {} for pk in ids}
        held = AgentSkill.objects.filter(agent__in=ids)
        for agent, skill, code, level in held.values_list("agent", "skill", "skill__language", "level"):
            skills[agent][skill] = level
            if code:
                languages[agent][code] = level
        return [
            Member(one, teams[one.pk], load[one.pk], most[one.pk], skills[one.pk], languages[one.pk])
            for one in agents
        ]

    def sees(self, member: Member, inbox: int) -> bool:
        if member.agent.sees_all_inboxes():
            return True
        return not self.teams_of_inbox.get(inbox, set()).isdisjoint(member.teams)

    def judge(self, member: Member, need: Need) -> Why:
        """Why he does not get it; FITS when he could."""
        agent, plan = member.agent, need.plan
        if plan.way == Way.HAND and agent.pk != plan.agent_id:
            return Why.NOT_ASKED
        if plan.way != Way.HAND and need.pool is not None and need.pool.isdisjoint(member.teams):
            return Why.NOT_ASKED
        if not (agent.may("tickets.view") and agent.may("tickets.reply")):
            return Why.MUTE
        if not self.sees(member, need.inbox):
            return Why.BLIND
        if agent.pk == need.spared:
            return Why.SPARED
        if agent.presence_kind != Availability.AVAILABLE:
            return Why.ABSENT
        if not any(one.is_open(self.at) for one in self.calendars(member, need)):
            return Why.CLOSED
        if not able(member, need):
            return Why.UNABLE
        return Why.FULL if member.room(need.channel) <= 0 else Why.FITS

    def calendars(self, member: Member, need: Need) -> list[Calendar]:
        """The hours he is asked in: his own, else those of the teams he is asked for, else the house's."""
        if member.agent.hours_id:
            hours: set[int | None] = {member.agent.hours_id}
        else:
            asked = need.pool if need.pool is not None else self.teams_of_inbox.get(need.inbox, set())
            hours = {of for team, of in member.teams.items() if team in asked} or {None}
        return [self._calendar(one) for one in hours]

    def _calendar(self, hours: int | None) -> Calendar:
        if hours not in self._calendars:
            self._calendars[hours] = calendar_for(hours)
        return self._calendars[hours]

    def ranked(self, need: Need) -> list[Member]:
        """Those who could take it, the one who gets it in front."""
        fit = [one for one in self.members if self.judge(one, need) == Why.FITS]
        return sorted(fit, key=lambda one: rank(one, need))

    def next_opening(self, need: Need) -> datetime | None:
        """When the first of those who are there, but not yet at work, begins."""
        waiting = (one for one in self.members if self.judge(one, need) == Why.CLOSED)
        found = []
        for calendar in (calendar for one in waiting for calendar in self.calendars(one, need)):
            try:
                found.append(calendar.next_opening(self.at))
            except NoOpenHours:
                continue
        return min(found, default=None)


def able(member: Member, need: Need) -> bool:
    """He has every skill at the least level, and speaks the ticket's language."""
    if member.languages.get(need.language, 0) < need.language_level:
        return False
    return all(member.skills.get(skill, 0) >= level for skill, level in need.skills.items())


def rank(member: Member, need: Need) -> tuple[float, ...]:
    """The smaller, the sooner. Where all else is equal, whoever comes after the last one."""
    turn = (float(member.agent.pk <= need.plan.last_agent), float(member.agent.pk))
    if need.plan.way == Way.TURN:
        return turn
    best = (-float(member.level(need)),) if need.plan.way == Way.SKILL else ()
    return (*best, member.share, *turn)


def need_of(lane: Lane) -> Need:
    """What the tickets of a lane ask of people. Read it with `plan` and `inbox`."""
    plan = lane.plan
    pool = None
    if lane.team_id:
        pool = frozenset({lane.team_id, plan.overflow_team_id} - {None} if lane.wide else {lane.team_id})
    skills = {int(skill): level for skill, level in plan.needs.items()}
    return Need(plan, lane.inbox_id, lane.inbox.channel, pool, skills, lane.language, lane.spared)  # type: ignore[arg-type]


def loads_of(agents: Iterable[int]) -> dict[int, Counter[str]]:
    """How many open tickets each of them has, by channel: one walk along the index of assignees."""
    ids = list(agents)
    found: dict[int, Counter[str]] = {pk: Counter() for pk in ids}
    held = Ticket.objects.filter(assignee__in=ids, state=State.OPEN, removal=Removal.NONE)
    counted = held.values("assignee", "inbox__channel").annotate(n=Count("pk")).order_by()
    for row in counted:
        found[row["assignee"]][row["inbox__channel"]] = row["n"]
    return found


def capacities_of(agents: Iterable[int]) -> dict[int, dict[str, int]]:
    """What each of them carries by channel: his own figure, else everybody's."""
    ids = list(agents)
    rows = Capacity.objects.filter(Q(agent__in=ids) | Q(agent=None)).values_list(
        "agent", "channel", "tickets"
    )
    of_all = {channel: n for agent, channel, n in rows if agent is None}
    found = {pk: dict(of_all) for pk in ids}
    for agent, channel, n in rows:
        if agent is not None:
            found[agent][channel] = n
    return found
