"""The menus of a ticket's head ask for what they offer when they open."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.makers import make_agent, make_team, make_ticket

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MENUS = ["assignee", "team", "passing", "escalation", "more"]


def client_of(agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


@pytest.mark.parametrize("menu", MENUS)
def test_each_menu_offers_what_it_is_for(menu, desk, ada, chief):
    team = desk.teams.get()
    team.lead = make_agent(team, name="Lea")
    team.save()
    ticket = make_ticket(inbox=desk, team=team, assignee=ada)
    make_team(desk, name="Experts")

    page = client_of(chief).get(f"/tickets/{ticket.pk}/choices/{menu}/").content.decode()

    wanted = {"assignee": "Lea", "team": "Experts", "passing": "Experts", "escalation": "Lea", "more": "Whom"}
    assert wanted[menu] in page


@pytest.mark.parametrize("menu", MENUS)
def test_opening_a_ticket_costs_the_same_however_many_answer(menu, desk, ada):
    ticket = make_ticket(inbox=desk)
    client = client_of(ada)
    counted = []
    for more in (0, 5):
        for n in range(more):
            make_agent(make_team(desk, name=f"Team {n}"), name=f"Agent {n}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/tickets/{ticket.pk}/choices/{menu}/")
        counted.append(len(asked))

    assert counted[0] == counted[1]


def test_who_may_not_assign_is_offered_nobody(desk):
    viewer = make_agent(desk.teams.get(), role="viewer")
    ticket = make_ticket(inbox=desk)
    client = client_of(viewer)

    codes = {menu: client.get(f"/tickets/{ticket.pk}/choices/{menu}/").status_code for menu in [*MENUS, "x"]}

    assert codes == {**dict.fromkeys(MENUS, 404), "more": 200, "x": 404}


def test_another_teams_ticket_offers_nothing(desk, bo):
    ticket = make_ticket(inbox=desk)

    assert {client_of(bo).get(f"/tickets/{ticket.pk}/choices/{menu}/").status_code for menu in MENUS} == {404}
