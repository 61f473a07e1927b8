"""Verbs on skills: name one, forget one, say who can do it and how well."""

from collections.abc import Mapping

from django.db import transaction

from ahlan.core.text import clean
from ahlan.events.log import record
from ahlan.staff.models import Agent, AgentSkill, Skill

LEVELS = range(1, 6)
MOST_SKILLS = 60  # columns of the matrix


class TooManySkills(Exception):
    """The house has as many skills as its matrix can show."""


@transaction.atomic
def save_skill(skill: Skill | None = None, *, name: str = "", language: str = "", actor: str) -> Skill:
    """Name a skill, or make a language one. Raises TooManySkills, and ValueError for one that is neither or both."""
    name = clean(name).strip()[:60]
    if bool(name) == bool(language):
        raise ValueError("a name, or a language")
    if skill is None and Skill.objects.count() >= MOST_SKILLS:
        raise TooManySkills
    made = skill or Skill()
    made.name, made.language = name, language
    made.save()
    record("skill.saved", made, actor=actor)
    return made


@transaction.atomic
def delete_skill(skill: Skill, *, actor: str) -> None:
    """Forget a skill, and who has it."""
    record("skill.deleted", skill, actor=actor)
    skill.delete()


@transaction.atomic
def set_skills(agent: Agent, levels: Mapping[int, int], *, actor: str) -> None:
    """What somebody can do: level 1 to 5 by skill; what is missing or 0 he cannot. Raises ValueError for another level."""
    wanted = {skill: level for skill, level in levels.items() if level}
    if any(level not in LEVELS for level in wanted.values()):
        raise ValueError("a level is 1 to 5")
    Agent.objects.select_for_update(of=("self",)).get(pk=agent.pk)
    held = dict(AgentSkill.objects.filter(agent=agent).values_list("skill", "level"))
    if held == wanted:
        return
    AgentSkill.objects.filter(agent=agent).exclude(skill__in=wanted).delete()
    AgentSkill.objects.bulk_create(
        [AgentSkill(agent=agent, skill_id=skill, level=level) for skill, level in wanted.items()],
        update_conflicts=True,
        unique_fields=["agent", "skill"],
        update_fields=["level"],
    )
    record("agent.skills_set", agent, actor=actor, audience=agent.actor, skills=sorted(wanted))
