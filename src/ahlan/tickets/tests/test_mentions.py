"""Who is named in a note finds it; who follows a ticket has it at hand; nobody is told of what he may not see."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.makers import make_agent, make_inbox, make_message, make_team, make_ticket

from ahlan.events.models import Event
from ahlan.staff.models import Agent
from ahlan.tickets.actions import work
from ahlan.tickets.actions.answer import note, reply
from ahlan.tickets.actions.follow import follow_ticket, unfollow_ticket
from ahlan.tickets.actions.merge import merge_tickets, unmerge_tickets
from ahlan.tickets.actions.split import split_ticket
from ahlan.tickets.bodies import body_of, excerpt_of
from ahlan.tickets.lists import counts_of, page_of, view_named
from ahlan.tickets.mentions import named_in
from ahlan.tickets.models import Follow, Mention, Message, Ticket

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def shown(agent: Agent, key: str) -> list[int]:
    return [one.pk for one in page_of(agent, view_named(agent, key)).items]


def unseen(agent: Agent) -> int:
    return counts_of(agent, [view_named(agent, "mentions")])["mentions"]


def told(ticket: Ticket) -> list[tuple[str, dict[str, object]]]:
    events = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")
    return list(events.values_list("kind", "facts"))


def enter(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


@pytest.fixture
def eve(desk) -> Agent:
    """Another agent of the desk."""
    return make_agent(*desk.teams.all(), name="Eve Åberg")


@pytest.fixture
def ticket(desk) -> Ticket:
    return make_ticket(inbox=desk)


def test_who_is_named_finds_the_note_and_follows(ticket, ada, eve):
    said = note(ticket, author=ada, text="Please look, @eve åberg.")

    assert (shown(eve, "mentions"), unseen(eve), shown(eve, "followed")) == ([ticket.pk], 1, [ticket.pk])
    assert (shown(ada, "mentions"), unseen(ada)) == ([], 0)
    assert told(ticket) == [
        ("note.written", {"message": said.pk}),
        ("ticket.mentioned", {"agents": [eve.pk], "message": said.pk}),
        ("ticket.followed", {"agent": eve.pk}),
    ]


def test_looking_at_it_is_enough_and_the_next_mention_counts_again(ticket, ada, eve):
    note(ticket, author=ada, text="@Eve Åberg?")
    enter(eve).get(ticket.get_absolute_url())
    looked = unseen(eve)

    note(ticket, author=ada, text="@Eve Åberg, again?")

    assert (looked, unseen(eve), shown(eve, "mentions"), Mention.objects.count()) == (0, 1, [ticket.pk], 1)


def test_a_team_is_its_people_but_not_the_author(ticket, ada, eve):
    note(ticket, author=ada, text="@Care, who knows?")

    assert list(Mention.objects.values_list("agent", flat=True)) == [eve.pk]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Ada", {"Ada"}),
        ("(@ada)", {"Ada"}),
        ("@Ada Lovelace has it", {"Ada Lovelace"}),
        ("@Adam", set()),
        ("ada@desk.example wrote", set()),
        ("@@Ada", {"Ada"}),
        ("@Bo", set()),
        ("@Chief and @نور", {"Chief", "نور"}),
        ("@" * 5_000, set()),
        ("@Viewer", {"Viewer"}),
        ("@Gone", set()),
    ],
)
def test_a_name_is_read_whole_and_only_of_who_may_read_it(desk, ada, bo, chief, text, names):
    make_agent(*desk.teams.all(), name="Ada Lovelace")
    make_agent(*desk.teams.all(), name="نور")
    make_agent(*desk.teams.all(), name="Viewer", role="viewer")
    Agent.objects.filter(pk=make_agent(*desk.teams.all(), name="Gone").pk).update(is_active=False)

    found = set().union(*named_in(text, desk.pk).values())

    assert set(Agent.objects.filter(pk__in=found).values_list("name", flat=True)) == names


def test_a_reply_mentions_nobody(ticket, ada, eve):
    make_message(ticket)

    reply(ticket, author=ada, text="Write to @Eve Åberg", to=[("", "cy@else.example")])

    assert Mention.objects.count() == 0


def test_who_may_no_longer_see_the_inbox_sees_no_mention(ticket, ada, eve):
    note(ticket, author=ada, text="@Eve Åberg")
    eve.teams.set([make_team(make_inbox())])

    assert (shown(eve, "mentions"), unseen(eve), shown(eve, "followed")) == ([], 0, [])


def test_following_by_hand_and_leaving(ticket, ada):
    client, url = enter(ada), f"{ticket.get_absolute_url()}following/"

    for _twice in range(2):
        client.post(url)
    followers = client.get(ticket.get_absolute_url()).context["followers"]
    for _twice in range(2):
        client.delete(url)

    assert (followers, Follow.objects.count()) == ([ada], 0)
    facts = {"agent": ada.pk}
    assert told(ticket) == [("ticket.followed", facts), ("ticket.unfollowed", facts)]


def test_a_closed_ticket_stays_followed_a_deleted_one_is_gone(ticket, ada):
    follow_ticket(ticket, ada, actor=ada.actor)

    work.close_ticket(ticket, actor="system")
    closed = shown(ada, "followed")
    work.delete_ticket(ticket, actor="system")

    assert (closed, shown(ada, "followed")) == ([ticket.pk], [])
    unfollow_ticket(ticket, ada, actor=ada.actor)


def test_a_merge_takes_mentions_and_followers_along_and_gives_them_back(desk, ticket, ada, eve):
    target = make_ticket(inbox=desk)
    note(ticket, author=ada, text="@Eve Åberg")
    follow_ticket(target, ada, actor="system")

    merge = merge_tickets(ticket, target, actor="system")
    together = (shown(eve, "mentions"), shown(eve, "followed"), shown(ada, "followed"))
    unmerge_tickets(merge, actor="system")

    assert together == ([target.pk], [target.pk], [target.pk])
    assert (shown(eve, "mentions"), shown(eve, "followed")) == ([ticket.pk], [ticket.pk])
    assert shown(ada, "followed") == [target.pk]


def test_of_two_mentions_that_meet_the_unseen_one_stays(desk, ticket, ada, eve):
    target = make_ticket(inbox=desk)
    for one in (ticket, target):
        note(one, author=ada, text="@Eve Åberg")
    enter(eve).get(target.get_absolute_url())

    merge_tickets(ticket, target, actor="system")

    assert (shown(eve, "mentions"), unseen(eve)) == ([target.pk], 1)


def test_a_mention_goes_with_its_note_when_that_is_split_off(ticket, ada, eve):
    make_message(ticket)
    said = note(ticket, author=ada, text="@Eve Åberg")

    made = split_ticket(ticket, [said.pk], actor="system")

    assert shown(eve, "mentions") == [made.pk]


@pytest.mark.parametrize("key", ["mentions", "followed"])
def test_the_lists_page_and_cost_the_same_however_long(desk, ada, eve, key):
    tickets = [make_ticket(inbox=desk) for _n in range(3)]
    costs = []
    for one in tickets:
        note(one, author=ada, text="@Eve Åberg")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page_of(eve, view_named(eve, key))
        costs.append(len(queries))

    first = page_of(eve, view_named(eve, key), size=2)
    rest = page_of(eve, view_named(eve, key), after=first.next_cursor, size=2)

    assert len(set(costs)) == 1
    assert [one.pk for one in [*first.items, *rest.items]] == [one.pk for one in tickets[::-1]]


def test_the_picker_offers_those_who_may_read_it(ticket, ada, eve, bo):
    offered = enter(ada).get(f"{ticket.get_absolute_url()}people/").json()["people"]
    viewer = make_agent(*ada.teams.all(), role="viewer")
    refused = [enter(one).get(f"{ticket.get_absolute_url()}people/").status_code for one in (bo, viewer)]

    assert offered == [
        {"name": "Ada", "team": False}, {"name": "Eve Åberg", "team": False}, {"name": "Care", "team": True},
    ]  # fmt: skip
    assert refused == [404, 403]


def test_a_stranger_does_not_follow(ticket, bo):
    answer = enter(bo).post(f"{ticket.get_absolute_url()}following/")

    assert (answer.status_code, Follow.objects.count()) == (404, 0)


def test_a_note_shows_whom_it_names_and_the_reader_himself_most(ticket, ada, eve):
    note(
        ticket,
        author=ada,
        text="@Ada and @eve åberg of @Care, not `@Ada`, ada@Ada.example or @Adam <b>@Ada</b>",
    )

    page = enter(eve).get(ticket.get_absolute_url()).content.decode()

    plain, own = '<mark class="named" dir="auto">', '<mark class="named named--me" dir="auto">'
    assert (
        f'<p dir="auto">{plain}@Ada</mark> and {own}@eve åberg</mark> of {own}@Care</mark>, not <code>@Ada</code>'
        in page
    )
    assert f"@Adam &lt;b&gt;{plain}@Ada</mark>&lt;/b&gt;" in page


def test_a_name_is_no_way_to_put_html_into_a_note(ticket, ada, eve):
    Agent.objects.filter(pk=eve.pk).update(name="<img src=x>")

    said = note(ticket, author=ada, text="@<img src=x>, look")

    assert '<mark class="named named--me" dir="auto">@&lt;img src=x&gt;</mark>, look' in body_of(said, eve)
    assert "<img" not in body_of(said, eve) + excerpt_of(said, 80, eve)


def test_a_name_stays_marked_when_its_bearer_is_called_otherwise(ticket, ada, eve):
    said = note(ticket, author=ada, text="@Eve Åberg?")
    Agent.objects.filter(pk=eve.pk).update(name="Eve Virtanen")

    assert "named--me" in body_of(Message.objects.get(pk=said.pk), eve)
