"""Pages of routing: plans, the trial, what each carries, and who is here."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.makers import make_agent, make_inbox, make_team, make_ticket

from ahlan.routing.models import Capacity, Plan
from ahlan.routing.tests.makers import arrive, assigned, go, make_plan, move_queue, there
from ahlan.routing.trial import outcome_of
from ahlan.staff.actions.skills import save_skill, set_skills
from ahlan.staff.models import Agent

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PLACE = "/settings/routing/"


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


@pytest.fixture
def lead(desk) -> Client:
    return client_of(make_agent(*desk.teams.all(), role="lead", name="Lead"))


def text(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.decode()).split())


def filled(**over: str) -> dict[str, str]:
    return {"name": "Hebrew", "way": "skill", "language_level": "3", **over}


def test_who_may_not_gets_nothing(ada):
    plan = make_plan()
    client = client_of(ada)

    for place in (
        PLACE,
        f"{PLACE}new/",
        f"{PLACE}{plan.pk}/",
        f"{PLACE}{plan.pk}/removal/",
        f"{PLACE}capacity/",
        "/here/",
    ):
        assert client.get(place).status_code == 403
    for place in ("new/", f"{plan.pk}/", f"{plan.pk}/place/", f"{plan.pk}/removal/", "capacity/"):
        assert client.post(f"{PLACE}{place}").status_code == 403


def test_a_lead_makes_changes_moves_and_deletes_plans(lead, desk):
    tea = save_skill(name="Tea", actor="system")
    team = desk.teams.get()
    lead.post(
        f"{PLACE}new/",
        filled(**{f"skill_{tea.pk}": "2", "overflow_minutes": "5", "overflow_team": str(team.pk)}),
    )
    made = Plan.objects.get()
    lead.post(f"{PLACE}new/", filled(name="Rest", way="turn", language_level="0"))
    lead.post(
        f"{PLACE}{made.pk}/",
        filled(team=str(team.pk), all="0", **{"facet-0": "priority", "is-0": "at_least", "value-0": "3"}),
    )
    lead.post(f"{PLACE}{made.pk}/place/", {"steps": "1"})
    page = text(lead.get(PLACE).content)
    made.refresh_from_db()
    lead.post(f"{PLACE}{made.pk}/removal/")

    assert (made.needs, made.overflow_minutes, made.team) == ({}, None, team)
    assert page.index("Rest") < page.index("Priority is at least High")
    assert list(Plan.objects.values_list("name", "way")) == [("Rest", "turn")]


def test_what_was_chosen_is_shown_again(lead, desk):
    tea = save_skill(name="Tea", actor="system")
    team = desk.teams.get()
    plan = make_plan(
        way="skill", team=team, needs={tea.pk: 4}, language_level=2, overflow_minutes=7, overflow_team=team
    )

    page = lead.get(f"{PLACE}{plan.pk}/").content.decode()

    assert page.count("selected") == 6
    assert 'value="7"' in page


@pytest.mark.parametrize(
    "over",
    [
        {"name": ""}, {"name": "Everybody"}, {"way": "hand"}, {"way": "magic"}, {"language_level": "9"}, {"overflow_minutes": "5"},
        {"overflow_minutes": "x"}, {"team": "99999"}, {"all": "0", "facet-0": "subject", "is-0": "contains"},
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_shown_again_with_the_reason(lead, over):
    make_plan()

    answer = lead.post(f"{PLACE}new/", filled(**over))

    assert (answer.status_code, Plan.objects.count()) == (422, 1)
    assert "field__errors" in answer.content.decode() or "condition__error" in answer.content.decode()


def test_the_trial_says_who_and_why_not_each_of_the_others(lead, desk, bo):
    team = desk.teams.get()
    names = ("Able", "Away", "Full", "Mute", "Silent")
    people = {
        name: make_agent(team, name=name, role="viewer" if name == "Mute" else "agent") for name in names
    }
    hebrew = save_skill(language="he", actor="system")
    for one in people.values():
        set_skills(one, {hebrew.pk: 1 if one == people["Silent"] else 4}, actor="system")
    there(*people.values(), bo)
    go(people["Away"], "away")
    Capacity.objects.create(agent=people["Full"], channel="email", tickets=0)
    make_plan(way="skill", language_level=3)
    ticket = make_ticket(inbox=desk, language="he")

    found = outcome_of(ticket)
    page = text(lead.get(f"{PLACE}?ticket={ticket.pk}").content)

    assert {one.agent.name: one.words for one in found.lines} == {
        "Able": "Hebrew 4, 0 of 8", "Away": "Away", "Full": "no room: 0 of 0", "Mute": "may not answer customers",
        "Silent": "Hebrew 3 is needed, he has 1", "Bo": "does not see the inbox", "Lead": "Offline",
    }  # fmt: skip
    assert (found.taker, found.lines[0].fits) == (people["Able"], True)
    assert "By “Everybody” it would go to Able ." in page


def test_the_trial_tells_what_then_happens(desk):
    team = desk.teams.get()
    people = [make_agent(team) for _n in range(3)]
    there(*people)
    make_plan()
    ticket = arrive(desk)
    told = outcome_of(ticket).taker
    move_queue()

    assert assigned(ticket) == [str(told)]


def test_the_trial_knows_nothing_of_tickets_the_reader_does_not_see(lead):
    make_plan()
    ticket = make_ticket(inbox=make_inbox(), subject="Secret words")

    page = lead.get(f"{PLACE}?ticket={ticket.pk}").content.decode()
    wild = lead.get(f"{PLACE}?ticket=99999999999999999999999")

    assert ("Secret words" in page, "There is no such ticket." in page) == (False, True)
    assert wild.status_code == 200


def test_the_trial_costs_the_same_for_few_people_and_many(lead, desk):
    make_plan()
    ticket = make_ticket(inbox=desk)
    costs = []
    for _round in range(2):
        for _n in range(3):
            there(make_agent(*desk.teams.all()))
        lead.get(f"{PLACE}?ticket={ticket.pk}")
        with CaptureQueriesContext(connection) as taken:
            lead.get(f"{PLACE}?ticket={ticket.pk}")
        costs.append(len(taken))

    assert costs[0] == costs[1]


def test_what_each_carries_is_set_for_all_and_for_one(lead, ada):
    field = f"of_{ada.pk}_email"
    lead.post(f"{PLACE}capacity/", {"of_0_email": "5", field: "2"})
    both = set(Capacity.objects.values_list("agent", "tickets"))
    lead.post(f"{PLACE}capacity/", {"of_0_email": "5", field: ""})
    wrong = lead.post(f"{PLACE}capacity/", {"of_0_email": "-1"})

    assert both == {(None, 5), (ada.pk, 2)}
    assert set(Capacity.objects.values_list("agent", "tickets")) == {(None, 5)}
    assert wrong.status_code == 422


def test_who_is_here_shows_people_what_they_carry_and_what_waits(lead, desk, ada):
    there(ada)
    Capacity.objects.create(channel="email", tickets=1)
    make_plan()
    for _n in range(3):
        arrive(desk)
    elsewhere = make_inbox(name="Elsewhere")
    make_team(elsewhere)
    arrive(elsewhere)
    move_queue()

    page = text(lead.get("/here/").content)
    part = lead.get("/here/", headers={"HX-Request": "true"}).content.decode()

    assert "1 of 1" in page
    assert "2 Support" in page
    assert "Elsewhere" not in page
    assert "<html" not in part


def test_who_is_here_costs_the_same_for_few_people_and_many(lead, desk):
    costs = []
    for _round in range(2):
        for _n in range(3):
            there(make_agent(*desk.teams.all()))
        lead.get("/here/")
        with CaptureQueriesContext(connection) as taken:
            lead.get("/here/")
        costs.append(len(taken))

    assert costs[0] == costs[1]


def test_the_desk_asks_whom_a_ticket_would_go_to_only_for_who_may(lead, ada, desk):
    ticket = make_ticket(inbox=desk)

    mine = lead.get(f"/tickets/{ticket.pk}/choices/more/").content.decode()
    his = client_of(ada).get(f"/tickets/{ticket.pk}/choices/more/").content.decode()

    assert [f"{PLACE}?ticket={ticket.pk}" in one for one in (mine, his)] == [True, False]


def test_a_history_with_many_plans_costs_no_more_queries(lead, desk):
    from ahlan.tickets.actions import work

    ticket = make_ticket(inbox=desk)
    person = make_agent(*desk.teams.all())
    costs = []
    for n in range(2):
        for k in range(2):
            plan = make_plan(name=f"Plan {n}{k}")
            work.assign_ticket(
                ticket, person, actor="system", because={"plan": plan.pk, "load": 1, "most": 8}
            )
            work.assign_ticket(ticket, None, actor="system", because={"plan": plan.pk, "returned": True})
        lead.get(f"/tickets/{ticket.pk}/")
        with CaptureQueriesContext(connection) as taken:
            lead.get(f"/tickets/{ticket.pk}/")
        costs.append(len(taken))

    assert costs[0] == costs[1]
