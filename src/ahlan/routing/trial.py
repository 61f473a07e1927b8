"""To whom a ticket would go now and why, and why not to each of the others."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ahlan.core.numerals import language_name, listed, number
from ahlan.routing.crew import Crew, Member, Need, Why, able, need_of, rank
from ahlan.routing.models import Lane, Plan, Waiting
from ahlan.routing.queries import plan_for, plans, team_for
from ahlan.staff.models import Agent, Skill
from ahlan.tickets.models import Ticket

MOST_AGENTS = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One person: whether he could take it, and why or why not, in words."""

    agent: Agent
    fits: bool
    words: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """`plan` None: no plan fits. `lines`: everybody, who could take it first, in the order in which they would be asked."""

    ticket: Ticket
    plan: Plan | None
    lines: list[Line]

    @property
    def taker(self) -> Agent | None:
        return self.lines[0].agent if self.lines and self.lines[0].fits else None


def outcome_of(ticket: Ticket) -> Outcome:
    """As if the ticket had come in just now and nobody had it."""
    plan = plan_for(ticket, plans())
    if plan is None or plan.hands_over:
        return Outcome(ticket, plan, [])
    need = need_of(_lane(ticket, plan))
    crew = Crew.everybody(MOST_AGENTS)
    judged = [(crew.judge(one, need), one) for one in crew.members]
    judged.sort(key=lambda pair: (pair[0] != Why.FITS, pair[0] == Why.NOT_ASKED, rank(pair[1], need)))
    names = {one.pk: str(one) for one in Skill.objects.filter(pk__in=need.skills)}
    return Outcome(ticket, plan, [_line(why, one, need, names) for why, one in judged])


def _lane(ticket: Ticket, plan: Plan) -> Lane:
    row = Waiting.objects.filter(ticket=ticket, lane__plan=plan).select_related("lane").first()
    waiting = row.lane if row else None
    return Lane(
        plan=plan,
        team_id=team_for(ticket, plan),
        inbox=ticket.inbox,
        language=ticket.language if plan.language_level else "",
        wide=waiting.wide if waiting else False,
        spared=waiting.spared if waiting else 0,
    )


def _line(why: Why, member: Member, need: Need, names: dict[int, str]) -> Line:
    return Line(member.agent, why == Why.FITS, _words(why, member, need, names))


def _words(why: Why, member: Member, need: Need, names: dict[int, str]) -> str:
    full = _("%(n)s of %(most)s") % {
        "n": number(member.load[need.channel]),
        "most": number(member.most_of(need.channel)),
    }
    told: dict[Why, Any] = {
        Why.FITS: lambda: ", ".join([*_can(member, need, names), full]),
        Why.NOT_ASKED: lambda: _("the plan asks others"),
        Why.MUTE: lambda: _("may not answer customers"),
        Why.BLIND: lambda: _("does not see the inbox"),
        Why.SPARED: lambda: _("it was just taken from him"),
        Why.ABSENT: lambda: member.agent.presence_word,
        Why.CLOSED: lambda: _("outside working hours"),
        Why.UNABLE: lambda: listed(_cannot(member, need, names)),
        Why.FULL: lambda: _("no room: %(full)s") % {"full": full},
    }
    return str(told[why]())


def _asked(member: Member, need: Need, names: dict[int, str]) -> list[tuple[str, int, int]]:
    """What is needed: its name, the least level, and his."""
    asked = [(names.get(one, "–"), least, member.skills.get(one, 0)) for one, least in need.skills.items()]
    if need.language_level:
        spoken = member.languages.get(need.language, 0)
        asked.insert(0, (language_name(need.language), need.language_level, spoken))
    return asked


def _can(member: Member, need: Need, names: dict[int, str]) -> list[str]:
    return [f"{name} {number(level)}" for name, _least, level in _asked(member, need, names)]


def _cannot(member: Member, need: Need, names: dict[int, str]) -> list[str]:
    if able(member, need):
        return []
    return [
        _("%(skill)s %(level)s is needed, he has %(has)s")
        % {"skill": name, "level": number(least), "has": number(level)}
        for name, least, level in _asked(member, need, names)
        if level < least
    ]
