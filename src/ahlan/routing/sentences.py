"""Lines in a ticket's history for what a plan has done, and why."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from ahlan.core.numerals import language_name, listed, number
from ahlan.events.models import Event
from ahlan.routing.models import Plan
from ahlan.staff.models import Skill, Team
from ahlan.tickets.history import NAMED, SENTENCES, Names

Tell = Callable[[Event, Names], str]


def _by_plan(kind: str, tell: Tell) -> None:
    """The sentence of a kind where a plan did it; where a person did, the desk's own."""
    before = SENTENCES[kind]
    SENTENCES[kind] = lambda event, names: (tell if event.facts.get("plan") else before)(event, names)


def _plan(event: Event, names: Names) -> str:
    return names.named(event, "plan")


def _assigned(event: Event, names: Names) -> str:
    facts = event.facts
    if facts.get("returned"):
        agent = names.agents.get(facts.get("before") or 0, "–")
        return _("%(agent)s has gone without touching the ticket: it waits again") % {"agent": agent}
    told = {
        "agent": names.agents.get(facts["agent"], "–"),
        "plan": _plan(event, names),
        "why": _why(event, names),
    }
    return _("Assigned to %(agent)s by the plan “%(plan)s”: %(why)s") % told


def _why(event: Event, names: Names) -> str:
    facts = event.facts
    parts = []
    if facts.get("language"):
        parts.append(_("speaks %(language)s") % {"language": language_name(facts["language"])})
    skills = [names.others["skills"].get(one, "–") for one in facts.get("skills", [])]
    if skills:
        parts.append(_("can do %(skills)s") % {"skills": listed(skills)})
    parts.append(_("%(n)s of %(most)s") % {"n": number(facts["load"]), "most": number(facts["most"])})
    return ", ".join(parts)


def _handed(event: Event, names: Names) -> str:
    team = names.teams.get(event.facts["team"], "–")
    return _("Handed to %(team)s by the plan “%(plan)s”") % {"team": team, "plan": _plan(event, names)}


def _overflowed(event: Event, names: Names) -> str:
    team = names.named(event, "overflow")
    return _("Nobody could take the ticket so far: %(team)s is asked as well") % {"team": team}


NAMED |= {"plan": Plan, "skills": Skill, "overflow": Team}
_by_plan("ticket.assigned", _assigned)
_by_plan("ticket.transferred", _handed)
SENTENCES["ticket.overflowed"] = _overflowed
