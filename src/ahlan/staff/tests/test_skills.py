"""What people can do, and how well."""

import pytest
from django.test import Client
from tests.makers import make_agent

from ahlan.events.models import Event
from ahlan.staff.actions.skills import delete_skill, save_skill, set_skills
from ahlan.staff.models import Agent, AgentSkill, Skill

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


def held(agent: Agent) -> dict[str, int]:
    return {
        str(one.skill): one.level for one in AgentSkill.objects.filter(agent=agent).select_related("skill")
    }


def test_skills_are_set_as_a_whole_and_recorded_once(ada):
    hebrew = save_skill(language="he", actor="system")
    tea = save_skill(name="Tea", actor="system")
    set_skills(ada, {hebrew.pk: 4, tea.pk: 2}, actor="agent:1")
    set_skills(ada, {hebrew.pk: 5, tea.pk: 0}, actor="agent:1")
    set_skills(ada, {hebrew.pk: 5}, actor="agent:1")

    events = Event.objects.filter(kind="agent.skills_set").order_by("id")
    assert held(ada) == {"Hebrew": 5}
    assert [one.facts["skills"] for one in events] == [sorted([hebrew.pk, tea.pk]), [hebrew.pk]]


@pytest.mark.parametrize("level", [6, -1])
def test_a_level_beyond_the_scale_is_refused(ada, level):
    tea = save_skill(name="Tea", actor="system")

    with pytest.raises(ValueError, match="1 to 5"):
        set_skills(ada, {tea.pk: level}, actor="system")


@pytest.mark.parametrize("given", [{}, {"name": " "}, {"name": "Tea", "language": "he"}])
def test_a_skill_is_a_name_or_a_language(given):
    with pytest.raises(ValueError, match="or a language"):
        save_skill(actor="system", **given)


def test_deleting_a_skill_forgets_who_has_it(ada):
    tea = save_skill(name="Tea", actor="system")
    set_skills(ada, {tea.pk: 3}, actor="system")
    pk = tea.pk
    delete_skill(tea, actor="system")

    assert (held(ada), Skill.objects.count()) == ({}, 0)
    assert Event.objects.filter(kind="skill.deleted", subject_id=pk).count() == 1


def test_pages_are_for_those_who_may(ada, bo):
    tea = save_skill(name="Tea", actor="system")
    stranger = client_of(ada)

    for place in (
        "skills/",
        "skills/new/",
        f"skills/{tea.pk}/",
        f"skills/{tea.pk}/removal/",
        f"people/{bo.pk}/skills/",
    ):
        assert stranger.get(f"/settings/{place}").status_code == 403
        assert stranger.post(f"/settings/{place}").status_code in (403, 405)


def test_a_lead_names_skills_and_sets_levels(ada):
    lead = client_of(make_agent(role="lead"))

    lead.post("/settings/skills/new/", {"language": "he", "name": ""})
    lead.post("/settings/skills/new/", {"language": "", "name": "Tea"})
    both = lead.post("/settings/skills/new/", {"language": "fi", "name": "Coffee"})
    twice = lead.post("/settings/skills/new/", {"language": "", "name": "Tea"})
    hebrew, tea = (Skill.objects.get(language="he"), Skill.objects.get(name="Tea"))
    lead.post(f"/settings/people/{ada.pk}/skills/", {f"skill_{hebrew.pk}": "5", f"skill_{tea.pk}": "0"})
    wrong = lead.post(f"/settings/people/{ada.pk}/skills/", {f"skill_{hebrew.pk}": "9"})

    assert [one.status_code for one in (both, twice, wrong)] == [422, 422, 422]
    assert held(ada) == {"Hebrew": 5}


def test_the_table_shows_levels_and_warns_where_one_person_stands_alone(ada, bo):
    tea = save_skill(name="Tea", actor="system")
    lead = client_of(make_agent(role="lead"))
    set_skills(ada, {tea.pk: 4}, actor="system")
    alone = lead.get("/settings/skills/").content.decode()
    set_skills(bo, {tea.pk: 3}, actor="system")
    shared = lead.get("/settings/skills/").content.decode()

    assert "skill-table__level--4" in alone
    assert ("skill-table__few" in alone, "skill-table__few" in shared) == (True, False)
