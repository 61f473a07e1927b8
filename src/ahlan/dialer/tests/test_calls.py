"""A call is kept once, as it was; what cannot have been is refused; only who may sees it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.makers import make_caller, make_ticket

from ahlan.dialer.actions import BadCall, record_call
from ahlan.dialer.models import Call
from ahlan.dialer.tests.makers import BEGAN, client_of, course, make_call
from ahlan.events.models import Event

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def test_a_call_is_kept_with_its_facts(desk, ada, cy):
    ticket = make_ticket(inbox=desk, customer=cy)
    call = make_call(
        inbox=desk, agent=ada, customer=cy, ticket=ticket, priority=2, kind="IN", direction="inbound"
    )

    event = Event.objects.get(kind="call.recorded")
    assert (call.wait_seconds, call.talk_seconds, call.handle_seconds) == (30, 120, 120)
    assert (event.subject, event.actor, event.audience) == (f"call:{call.pk}", "system", f"inbox:{desk.pk}")
    assert event.facts == {
        "direction": "inbound", "offered_at": "2026-03-10T09:00:00+00:00", "queued_at": "2026-03-10T09:00:09+00:00", "answered_at": "2026-03-10T09:00:39+00:00",
        "ended_at": "2026-03-10T09:02:39+00:00", "outcome": "answered", "menu": 9, "talk": 120, "hold": 0, "wrap": 0, "transferred": False,
        "inbox": desk.pk, "agent": ada.pk, "ticket": ticket.pk, "customer": cy.pk, "priority": 2, "kind": "IN",
    }  # fmt: skip


def test_told_again_it_stays_as_it_was(desk):
    first, new = record_call("switchboard", "7", course(), actor="system")
    second, again = record_call("switchboard", "7", course(wait=500), actor="system")
    other, elsewhere = record_call("other", "7", course(), actor="system")

    assert (new, again, elsewhere) == (True, False, True)
    assert (first.pk, second.wait_seconds) == (second.pk, 30)
    assert Event.objects.filter(kind="call.recorded").count() == 2
    assert other.pk != first.pk


@pytest.mark.parametrize(
    "told",
    [
        {"outcome": "gone"},
        {"answered_at": None},
        {"outcome": "abandoned"},
        {"outcome": "abandoned", "answered_at": None, "queued_at": None},
        {"queued_at": BEGAN - SECOND},
        {"ended_at": BEGAN + SECOND},
        {"talk": -1},
        {"wrap": 700_000},
        {"ended_at": BEGAN + timedelta(days=8)},
    ],
)
def test_what_cannot_have_been_is_refused(told):
    with pytest.raises(BadCall):
        record_call("switchboard", "1", course(**told), actor="system")

    assert (Call.objects.count(), Event.objects.count()) == (0, 0)


def test_a_call_without_a_queue_did_not_wait():
    assert make_call(course(wait=None)).wait_seconds == 0


def test_the_page_shows_ones_own_and_no_others(desk, ada, bo, chief):
    make_call(inbox=desk, kind="x")
    make_call(agent=bo)
    make_call()

    def shown(agent, query=""):
        return len(client_of(agent).get(f"/calls/{query}").context["page"].items)

    assert [shown(one) for one in (ada, bo, chief)] == [1, 1, 3]
    assert shown(chief, f"?agent={bo.pk}") == 1
    assert shown(chief, "?outcome=abandoned") == 0
    assert shown(chief, "?since=2026-03-10&until=2026-03-10") == 3
    assert shown(chief, "?until=2026-03-09") == 0
    assert shown(chief, "?outcome=nonsense&since=never&agent=x&after=made-up") == 3


def test_a_page_costs_the_same_for_one_call_and_for_thirty(desk, ada, cy):
    client = client_of(ada)

    def cost():
        with CaptureQueriesContext(connection) as taken:
            assert client.get("/calls/").status_code == 200
        return len(taken)

    make_call(inbox=desk, agent=ada, customer=cy)
    client.get("/calls/")
    one = cost()
    for _ in range(29):
        make_call(inbox=desk, agent=ada, customer=cy)

    assert cost() == one


def test_pages_follow_each_other(desk, chief):
    for n in range(51):
        make_call(course(offered_at=BEGAN - timedelta(minutes=n)), inbox=desk)
    client = client_of(chief)

    first = client.get("/calls/?outcome=answered").context["page"]
    second = client.get(f"/calls/?outcome=answered&after={first.next_cursor}").context["page"]

    assert (len(first.items), len(second.items)) == (50, 1)
    assert first.items[0].offered_at > first.items[-1].offered_at > second.items[0].offered_at


def test_it_speaks_from_right_to_left(desk, ada):
    ada.language = "he"
    ada.save()
    make_call(inbox=desk, agent=ada)

    page = client_of(ada).get("/calls/").content.decode()

    assert '<html lang="he" dir="rtl"' in page
    assert "שיחות" in page
    assert "הזמנים באזור UTC" in page
    assert '<bdi dir="ltr">2:00</bdi>' in page


def test_calls_stand_beside_their_ticket_and_their_customer(desk, ada, cy):
    ticket = make_ticket(inbox=desk, customer=cy)
    make_call(course(talk=3725), inbox=desk, ticket=ticket, customer=cy)
    client = client_of(ada)

    assert "1:02:05" in client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "1:02:05" in client.get(f"/customers/{cy.pk}/").content.decode()


GIVEN = {
    "source": "switchboard", "external_id": "42", "outcome": "answered", "offered_at": "2026-03-10T09:00:00Z", "queued_at": "2026-03-10T09:00:09Z",
    "answered_at": "2026-03-10T11:00:39+02:00", "ended_at": "2026-03-10T09:03:00Z", "talk": 120, "hold": 21, "wrap": 40, "menu": 9, "kind": "sales",
}  # fmt: skip


def test_a_telephone_system_tells_of_a_call(desk, ada, cy):
    caller = make_caller(ada)

    made = caller.say("POST", "/calls", {**GIVEN, "inbox": desk.pk, "agent": ada.pk, "customer": cy.pk})
    again = caller.say("POST", "/calls", {**GIVEN, "inbox": desk.pk, "talk": 1})

    assert (made.status_code, again.status_code) == (201, 201)
    told = made.json()
    assert (told["wait"], told["talk"], told["hold"], told["agent"]["name"]) == (30, 120, 21, "Ada")
    assert again.json() == told
    assert caller.get_json(f"/calls/{told['id']}") == told
    assert caller.get_json("/calls?outcome=answered")["items"] == [told]
    assert Event.objects.get(kind="call.recorded").actor == ada.actor


def test_what_is_told_wrongly_is_refused_with_its_reason(desk, ada, bo):
    caller = make_caller(ada)

    backwards = caller.say("POST", "/calls", {**GIVEN, "inbox": desk.pk, "ended_at": "2026-03-10T08:00:00Z"})
    not_his = make_caller(bo).say("POST", "/calls", {**GIVEN, "inbox": desk.pk})

    assert (backwards.status_code, not_his.status_code) == (422, 422)
    assert "in this order" in backwards.content.decode()
    assert Call.objects.count() == 0


def test_others_learn_nothing_of_a_call(desk, ada, bo):
    call = make_call(inbox=desk)

    assert make_caller(bo).say("GET", f"/calls/{call.pk}").status_code == 404
    assert make_caller(bo).get_json("/calls")["items"] == []
