import pytest
from django.test import Client
from tests.makers import make_agent, make_inbox, make_team, make_ticket

from ahlan.events.models import Event, Job
from ahlan.rules.actions import bulk as verbs
from ahlan.rules.actions.bulk import busy, go_on, start_bulk, stop_bulk
from ahlan.rules.acts import BadAct
from ahlan.rules.models import Bulk
from ahlan.tickets.models import State, Ticket

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CLOSE = [{"act": "state", "value": ["closed"]}]

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets(desk):
    return [make_ticket(inbox=desk) for _n in range(12)]


def enter(agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


def states() -> list[str]:
    return sorted(Ticket.objects.values_list("state", flat=True))


def test_acts_are_done_to_chosen_tickets_and_to_no_others(ada, tickets):
    bulk = start_bulk(agent=ada, acts=CLOSE, numbers=[one.pk for one in tickets[:7]])
    before = (bulk.state, bulk.total, states().count("closed"), ada.pk in busy())
    go_on(bulk.pk)
    bulk.refresh_from_db()

    assert before == ("running", 7, 0, True)
    assert (bulk.state, bulk.done, bulk.failed, ada.pk in busy()) == ("done", 7, 0, False)
    assert states() == ["closed"] * 7 + ["open"] * 5
    assert {one.actor for one in Event.objects.filter(kind="ticket.closed")} == {ada.actor}
    assert list(
        Event.objects.filter(kind__startswith="bulk.").order_by("id").values_list("kind", flat=True)
    ) == ["bulk.started", "bulk.finished"]


def test_all_of_a_list_is_set_down_before_the_first_ticket_leaves_it(ada, tickets, monkeypatch):
    monkeypatch.setattr(verbs, "GATHERED", 5)
    other = make_ticket(inbox=make_inbox(address="other@desk.example"))
    bulk = start_bulk(agent=ada, acts=CLOSE, view="open")
    go_on(bulk.pk)
    bulk.refresh_from_db()

    assert (bulk.state, bulk.total, bulk.done) == ("done", 12, 12)
    assert Ticket.objects.get(pk=other.pk).state == "open"


def test_a_list_is_taken_up_to_a_bound(ada, tickets, monkeypatch):
    monkeypatch.setattr(verbs, "GATHERED", 5)
    monkeypatch.setattr(verbs, "MOST", 10)
    bulk = start_bulk(agent=ada, acts=CLOSE, view="open")
    go_on(bulk.pk)

    assert states() == ["closed"] * 10 + ["open"] * 2


@pytest.mark.django_db(transaction=True)
def test_work_that_is_killed_half_way_goes_on_and_does_nothing_twice(ada, tickets, monkeypatch):
    note = [{"act": "note", "value": ["Seen"]}]
    bulk = start_bulk(agent=ada, acts=note, numbers=[one.pk for one in tickets])
    done, die_at = [], 8
    real = verbs._do

    def dying(given, ticket_id):
        if len(done) == die_at:
            raise SystemExit
        done.append(ticket_id)
        return real(given, ticket_id)

    monkeypatch.setattr(verbs, "_do", dying)
    with pytest.raises(SystemExit):
        go_on(bulk.pk)
    bulk.refresh_from_db()
    half = (bulk.done, bulk.state)
    monkeypatch.setattr(verbs, "_do", real)
    go_on(bulk.pk)
    go_on(bulk.pk)
    bulk.refresh_from_db()

    assert half == (5, "running")
    assert (bulk.done, bulk.state) == (12, "done")
    assert [one.messages.count() for one in tickets] == [1] * 12


def test_a_job_works_for_a_moment_and_leaves_the_rest_to_the_next(ada, tickets, monkeypatch):
    bulk = start_bulk(agent=ada, acts=CLOSE, numbers=[one.pk for one in tickets])
    Job.objects.all().delete()
    monkeypatch.setattr(verbs, "TURN", 0)
    go_on(bulk.pk)
    go_on(bulk.pk)

    assert Job.objects.filter(name=verbs.GO_ON).count() == 1


def test_work_is_stopped_and_what_is_done_stays(ada, tickets):
    bulk = start_bulk(agent=ada, acts=CLOSE, numbers=[one.pk for one in tickets])
    verbs._do_some(bulk.pk)
    stop_bulk(bulk)
    stop_bulk(bulk)
    go_on(bulk.pk)
    bulk.refresh_from_db()

    assert (bulk.state, bulk.done, states().count("closed")) == ("stopped", 5, 5)
    assert Event.objects.filter(kind="bulk.stopped").count() == 1


def test_what_could_not_be_done_is_told_with_its_reason(tickets, desk):
    weak = make_agent(make_team(desk))
    weak.role.permissions = ["tickets.view", "tickets.change", "tickets.note"]
    weak.role.save()
    acts = [{"act": "take", "value": []}, {"act": "priority", "value": ["4"]}]
    bulk = start_bulk(agent=weak, acts=acts, numbers=[tickets[0].pk])
    go_on(bulk.pk)
    page = enter(weak).get(f"/bulk/{bulk.pk}/").content.decode()

    assert Ticket.objects.get(pk=tickets[0].pk).priority == 4
    assert bulk.tickets.get().failed == [["take", "forbidden"]]
    assert "you may not do this" in page


def test_tickets_one_may_not_see_are_left_out_also_when_that_changes_meanwhile(ada, tickets, desk):
    other = make_ticket(inbox=make_inbox(address="other@desk.example"))
    bulk = start_bulk(agent=ada, acts=CLOSE, numbers=[tickets[0].pk, other.pk])
    ada.teams.clear()
    go_on(bulk.pk)
    bulk.refresh_from_db()

    assert (bulk.total, bulk.done, bulk.failed) == (1, 1, 1)
    assert states().count(State.CLOSED) == 0


def test_one_chooses_says_what_and_watches(ada, tickets):
    client = enter(ada)
    given = {"numbers": ",".join(str(one.pk) for one in tickets[:2])}
    asked = client.post("/bulk/", given)
    empty = client.post("/bulk/", {**given, "start": "1"})
    wrong = client.post("/bulk/", {**given, "start": "1", "row": "0", "act-0": "state"})
    started = client.post(
        "/bulk/", {**given, "start": "1", "row": "0", "act-0": "state", "given-0": "closed"}
    )
    found = Bulk.objects.get()
    shown = client.get(started["Location"]).content.decode()

    assert (asked.status_code, empty.status_code, wrong.status_code) == (200, 422, 200)
    assert (started.status_code, found.total, found.acts) == (302, 2, CLOSE)
    assert "every 1s" in shown
    assert "/bulk/" in client.get("/customers/").content.decode()


def test_nobody_watches_or_stops_the_work_of_another(ada, tickets, chief):
    bulk = start_bulk(agent=ada, acts=CLOSE, numbers=[tickets[0].pk])
    client = enter(chief)

    assert [
        client.get(f"/bulk/{bulk.pk}/").status_code,
        client.post(f"/bulk/{bulk.pk}/stop/").status_code,
        Client().get(f"/bulk/{bulk.pk}/").status_code,
        client.post("/bulk/", {"numbers": ""}).status_code,
    ] == [404, 404, 302, 400]


@pytest.mark.parametrize("given", [{}, {"numbers": range(1, 1002)}, {"numbers": [1], "acts": []}])
def test_bad_work_is_refused(ada, given):
    with pytest.raises(ValueError, match="something"):
        start_bulk(**{"agent": ada, "acts": CLOSE, **given})


def test_many_are_merged_into_one_and_what_cannot_be_is_told(ada, tickets):
    kept = tickets[0]
    bulk = start_bulk(
        agent=ada, acts=[{"act": "merge", "value": [f"#{kept.pk}"]}], numbers=[one.pk for one in tickets]
    )
    while bulk.tickets.filter(waits=True).exists():  # a turn ends by the clock, wherever it is
        go_on(bulk.pk)

    assert set(kept.family) == {one.pk for one in tickets}
    kept.refresh_from_db()
    assert (kept.removal, Bulk.objects.get(pk=bulk.pk).failed) == ("", 0)

    gone = start_bulk(agent=ada, acts=[{"act": "merge", "value": ["99999999"]}], numbers=[kept.pk])
    go_on(gone.pk)
    assert gone.tickets.get().failed == [["merge", "gone"]]


def test_what_is_no_number_is_refused(ada, tickets):
    with pytest.raises(BadAct, match="no ticket’s number"):
        start_bulk(agent=ada, acts=[{"act": "merge", "value": ["soon"]}], numbers=[tickets[0].pk])
