"""Passing a ticket on is a recorded act with a reason: to another team, to the next tier, to the lead."""

import pytest
from django.test import Client
from tests.makers import make_agent, make_inbox, make_team, make_ticket

from ahlan.events.models import Event
from ahlan.staff.models import Agent, Team
from ahlan.tickets.actions.passing import Nowhere, escalate_ticket, pass_on, targets_of
from ahlan.tickets.actions.views import relist, save_view
from ahlan.tickets.conditions import matching, words
from ahlan.tickets.history import sentences_of
from ahlan.tickets.models import Listed, Message, Ticket

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def care(desk) -> Team:
    """A team with a lead and a team behind it."""
    team = desk.teams.get()
    team.lead = make_agent(team, name="Lea")
    team.next_team = make_team(desk, name="Experts")
    team.save()
    return team


@pytest.fixture
def ticket(desk, care, ada) -> Ticket:
    return make_ticket(inbox=desk, team=care, assignee=ada)


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


def events(ticket: Ticket) -> list[str]:
    found = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")
    return list(found.values_list("kind", flat=True))


def history(ticket: Ticket) -> list[str]:
    found = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")
    return [sentence for _event, sentence in sentences_of(list(found))]


def held(tree: str, *values: str) -> dict[str, object]:
    return {"all": [{"facet": "escalated", "is": tree, "value": list(values)}]}


def test_to_the_next_tier_it_is_nobodys_there_and_the_reason_is_a_note(ticket, care, ada):
    escalate_ticket(ticket, "functional", agent=ada, reason="I do not know this machine.")
    ticket.refresh_from_db()

    event = Event.objects.get(kind="ticket.escalated")
    said = Message.objects.get()
    assert (ticket.team, ticket.assignee) == (care.next_team, None)
    assert events(ticket) == ["note.written", "ticket.escalated", "ticket.transferred"]
    assert (said.direction, said.text, said.author) == ("note", "I do not know this machine.", ada)
    assert event.facts == {
        "escalation": "functional",
        "before": care.pk,
        "note": said.pk,
        "team": care.next_team.pk,
    }
    assert history(ticket) == ["Ada escalated the ticket to the next tier, Experts"]


def test_to_the_lead_it_is_his_even_when_he_is_not_there(ticket, care, ada):
    escalate_ticket(ticket, "hierarchic", agent=ada, reason="The customer asks for the boss.")
    ticket.refresh_from_db()

    assert (ticket.team, ticket.assignee) == (care, care.lead)
    assert events(ticket) == ["note.written", "ticket.escalated", "ticket.assigned"]
    assert history(ticket) == ["Ada escalated the ticket to the lead, Lea"]


@pytest.mark.parametrize(("kind", "reason"), [("functional", " "), ("sideways", "Why not")])
def test_without_a_reason_or_a_kind_nothing_happens(ticket, ada, kind, reason):
    with pytest.raises(ValueError, match=r"."):
        escalate_ticket(ticket, kind, agent=ada, reason=reason)

    assert (events(ticket), Message.objects.count()) == ([], 0)


def test_where_there_is_nobody_who_sees_the_ticket_nothing_happens(ticket, care, ada):
    care.next_team.inboxes.clear()
    care.lead.teams.clear()
    for kind in ("functional", "hierarchic"):
        with pytest.raises(Nowhere):
            escalate_ticket(ticket, kind, agent=ada, reason="Help")

    assert targets_of(ticket) == (None, None)
    assert (events(ticket), Message.objects.count()) == ([], 0)


def test_a_ticket_without_a_team_has_nowhere_to_go(desk, ada):
    with pytest.raises(Nowhere):
        escalate_ticket(make_ticket(inbox=desk), "functional", agent=ada, reason="Help")


def test_a_transfer_may_say_why(ticket, care, ada):
    pass_on(ticket, care.next_team, agent=ada, reason="Theirs.")
    pass_on(ticket, care, agent=ada)

    assert list(Message.objects.values_list("text", flat=True)) == ["Theirs."]
    assert events(ticket) == ["note.written", "ticket.transferred", "ticket.transferred"]
    assert history(ticket)[0] == "Ada transferred the ticket to Experts"


def test_lists_and_rules_can_ask_for_it(ticket, care, ada, desk):
    other = make_ticket(inbox=desk)
    view = save_view(name="Up", conditions=held("any_of", "functional"), actor="system")
    relist(ticket.pk)
    escalate_ticket(ticket, "functional", agent=ada, reason="Help")

    trees = {1: held("any_of", "functional"), 2: held("any_of", "hierarchic"), 3: held("filled"), 4: held("empty"), 5: held("none_of", "hierarchic")}  # fmt: skip
    assert (matching(ticket, trees), matching(other, trees)) == ({1, 3, 5}, {4, 5})
    assert list(Listed.objects.filter(view=view).values_list("ticket", flat=True)) == [ticket.pk]
    assert words(trees[1]) == "Escalated is to the next tier"


def test_the_page_escalates_with_a_reason_only(ticket, care, ada):
    client = client_of(ada)
    place = f"/tickets/{ticket.pk}/escalation/"
    without = client.post(place, {"kind": "functional", "reason": ""})
    strange = client.post(place, {"kind": "sideways", "reason": "Help"})
    done = client.post(place, {"kind": "functional", "reason": "Help"}, headers={"HX-Request": "true"})
    nowhere = client.post(place, {"kind": "functional", "reason": "Help"})

    assert [one.status_code for one in (without, strange, done, nowhere)] == [422, 422, 200, 422]
    assert "Experts" in done.content.decode()


def test_who_may_not_assign_or_does_not_see_the_ticket_escalates_nothing(ticket, care, bo):
    viewer = make_agent(care, role="viewer")

    given = {"kind": "functional", "reason": "Help"}
    answers = [
        client_of(one).post(f"/tickets/{ticket.pk}/escalation/", given).status_code for one in (viewer, bo)
    ]

    assert (answers, events(ticket)) == ([403, 404], [])


def test_the_menu_offers_what_there_is(ticket, care, ada):
    client = client_of(ada)
    both = client.get(f"/tickets/{ticket.pk}/choices/escalation/").content.decode()
    care.lead.teams.set([make_team(make_inbox())])
    one = client.get(f"/tickets/{ticket.pk}/choices/escalation/").content.decode()

    assert [page.count('name="kind" value="hierarchic"') for page in (both, one)] == [1, 0]
    assert [page.count('name="kind" value="functional"') for page in (both, one)] == [1, 1]


def test_a_lead_sets_up_who_comes_next(chief, care):
    client = client_of(chief)
    place = f"/settings/teams/{care.pk}/"
    page = client.get(place).content.decode()
    client.post(
        place,
        {"name": "Care", "inboxes": [one.pk for one in care.inboxes.all()], "lead": "", "next_team": ""},
    )
    care.refresh_from_db()

    assert f'<option value="{care.pk}"' not in page.partition('name="next_team"')[2]
    assert (care.lead, care.next_team) == (None, None)
