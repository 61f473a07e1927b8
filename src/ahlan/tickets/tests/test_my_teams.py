"""The open tickets of all one's teams in one list."""

import pytest
from tests.makers import make_agent, make_inbox, make_team, make_ticket

from ahlan.staff.models import Agent
from ahlan.tickets.lists import counts_of, page_of, view_named
from ahlan.tickets.models import Ticket

pytestmark = pytest.mark.django_db


def shown(agent: Agent) -> list[Ticket]:
    """Page by page; as many as are counted."""
    view, cursor, found = view_named(agent, "my-teams"), "", []
    while cursor is not None:
        page = page_of(agent, view, after=cursor, size=2)
        found, cursor = [*found, *page.items], page.next_cursor
    assert len(found) == counts_of(agent, [view])["my-teams"]
    return found


@pytest.mark.parametrize("role", ["agent", "admin"])
def test_it_lists_the_open_ones_of_each_team_newest_word_first(desk, role):
    care, mine, other = desk.teams.get(), make_team(desk), make_team(desk)
    agent = make_agent(care, mine, role=role)
    tickets = [make_ticket(inbox=desk, team=team) for team in (care, mine, care, mine, care)]
    make_ticket(inbox=desk, team=other)
    make_ticket(inbox=desk)
    make_ticket(inbox=desk, team=care, state="closed")

    assert shown(agent) == tickets[::-1]


def test_what_lies_in_an_inbox_one_may_not_see_is_not_in_it(desk, ada):
    make_ticket(inbox=make_inbox(), team=desk.teams.get())

    assert shown(ada) == []


def test_who_is_in_no_team_has_an_empty_one(desk):
    make_ticket(inbox=desk, team=desk.teams.get())

    assert (shown(make_agent()), shown(make_agent(role="admin"))) == ([], [])
