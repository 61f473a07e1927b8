"""One's own notifications through the API, and nobody else's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.makers import make_agent, make_caller, make_ticket

from ahlan.events.models import Event
from ahlan.notifications.actions import notify
from ahlan.notifications.models import Kind, Notification, Wishes

pytestmark = pytest.mark.django_db


@pytest.fixture
def eve(desk):
    return make_agent(*desk.teams.all(), email="eve@desk.example", name="Eve")


@pytest.fixture
def ticket(desk, cy):
    return make_ticket(inbox=desk, customer=cy, subject="Where is it?")


@pytest.fixture
def caller(ada):
    return make_caller(ada)


def test_one_reads_what_one_was_told_page_by_page(caller, ada, bo, eve, ticket):
    for kind in (Kind.ASSIGNED, Kind.MENTIONED, Kind.CUSTOMER):
        notify([ada.pk, eve.pk], kind, ticket, actor=bo.actor)

    first = caller.get_json("/notifications?limit=2")
    second = caller.get_json(f"/notifications?limit=2&cursor={first['next']}")

    told = [*first["items"], *second["items"]]
    assert [one["kind"] for one in told] == ["customer", "mentioned", "assigned"]
    assert told[1]["words"] == "Bo mentioned you"
    assert (told[0]["ticket"], told[0]["subject"], told[0]["actor"]) == (
        ticket.pk,
        "Where is it?",
        bo.actor,
    )
    assert (second["next"], told[0]["seen_at"]) == (None, None)
    assert caller.say("GET", "/notifications?cursor=made-up").status_code == 422


def test_nothing_is_told_of_tickets_that_are_no_longer_ones_own(caller, ada, bo, ticket):
    notify([ada.pk], Kind.ASSIGNED, ticket, actor=bo.actor)
    ada.teams.clear()

    assert caller.get_json("/notifications")["items"] == []


def test_all_is_marked_as_seen_and_only_ones_own(caller, ada, bo, eve, ticket):
    notify([ada.pk, eve.pk], Kind.ASSIGNED, ticket, actor=bo.actor)

    first, again = (caller.say("POST", "/notifications/seeing").json() for _ in range(2))

    assert (first, again) == ({"seen": 1}, {"seen": 0})
    assert list(Notification.objects.filter(seen_at=None).values_list("agent", flat=True)) == [eve.pk]
    assert Event.objects.filter(kind="notification.seen").count() == 1


def test_wishes_are_read_and_set(caller, ada):
    usual = {one["kind"]: one["loudness"] for one in caller.get_json("/notifications/wishes")["items"]}
    answer = caller.say("PUT", "/notifications/wishes", {"wishes": {"assigned": "quiet", "followed": "off"}})
    told = {one["kind"]: one["loudness"] for one in answer.json()["items"]}

    assert set(usual) == set(Kind.values)
    assert (usual["assigned"], told["assigned"], told["followed"], told["due"]) == (
        "aloud",
        "quiet",
        "off",
        usual["due"],
    )
    assert Wishes.objects.get(agent=ada).loudness == {"assigned": "quiet", "followed": "off"}
    assert Event.objects.filter(kind="agent.wishes_set").count() == 1


@pytest.mark.parametrize("wishes", [{"moon": "off"}, {"due": "loud"}, ["due"]])
def test_a_wish_there_is_not_is_refused(caller, wishes):
    assert caller.say("PUT", "/notifications/wishes", {"wishes": wishes}).status_code == 422
    assert not Wishes.objects.exists()


def test_a_token_needs_the_scope(ada):
    other, reader = make_caller(ada, "customers:read"), make_caller(ada, "tickets:read")

    answers = [
        other.say("GET", "/notifications"),
        other.say("GET", "/notifications/wishes"),
        reader.say("POST", "/notifications/seeing"),
        reader.say("PUT", "/notifications/wishes", {"wishes": {}}),
    ]

    assert {one.status_code for one in answers} == {403}


def test_a_list_costs_the_same_for_more(caller, desk, cy, ada, bo):
    costs = []
    for count in (1, 2):
        for _ in range(count):
            notify([ada.pk], Kind.ASSIGNED, make_ticket(inbox=desk, customer=cy), actor=bo.actor)
        caller.say("GET", "/notifications")
        with CaptureQueriesContext(connection) as taken:
            assert caller.say("GET", "/notifications").status_code == 200
        costs.append(len(taken))
    assert costs[0] == costs[1]
