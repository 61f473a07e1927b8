"""Types and statuses of a desk's own: they can be renamed, moved and archived, and never disagree with the state."""

import pytest
from django.test import Client
from tests.makers import make_agent, make_ticket

from ahlan.events.models import Event
from ahlan.tickets.actions import words, work
from ahlan.tickets.actions.answer import reply
from ahlan.tickets.conditions import matching
from ahlan.tickets.history import sentences_of
from ahlan.tickets.models import Status, TicketType
from ahlan.tickets.vocabulary import vocabulary

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(desk, cy):
    return make_ticket(inbox=desk, customer=cy)


def status(name, state="waiting"):
    return words.save_status(name=name, state=state, actor="system")


def stands(ticket):
    ticket.refresh_from_db()
    return ticket.state, vocabulary().status_word(ticket)


def told(ticket):
    events = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")
    return [(one.kind, one.facts) for one in events]


def test_a_status_sets_the_state_it_is_within(ticket):
    courier = status("Waiting for the courier")
    work.set_status(ticket, str(courier.pk), actor="system")
    first = stands(ticket)
    work.set_status(ticket, "waiting", actor="system")

    assert (first, stands(ticket)) == (("waiting", "Waiting for the courier"), ("waiting", "Waiting"))
    assert told(ticket) == [
        ("ticket.state_changed", {"state": "waiting", "status": courier.pk}),
        ("ticket.status_changed", {"state": "waiting"}),
    ]


def test_a_state_begins_with_its_default_and_leaves_the_status_of_another(ticket, ada):
    solved, courier = status("Solved", "closed"), status("Waiting for the courier")
    words.begin_with("closed", solved, actor="system")
    work.set_status(ticket, str(courier.pk), actor="system")
    work.close_ticket(ticket, actor=ada.actor)
    closed = stands(ticket)
    work.reopen_ticket(ticket, actor=ada.actor)

    assert (closed, stands(ticket)) == (("closed", "Solved"), ("open", "Open"))
    assert told(ticket)[1] == ("ticket.closed", {"status": solved.pk})


def test_staying_in_a_state_keeps_the_finer_word(ticket, ada):
    courier = status("Waiting for the courier")
    work.set_status(ticket, str(courier.pk), actor="system")
    reply(ticket, author=ada, text="Still on its way.", then="waiting")

    assert stands(ticket) == ("waiting", "Waiting for the courier")


def test_a_reply_may_end_in_a_status_of_ones_own(ticket, ada):
    reply(ticket, author=ada, text="Done.", then=str(status("Solved", "closed").pk))

    assert stands(ticket) == ("closed", "Solved")


def test_what_is_archived_or_unknown_is_not_given(ticket):
    gone, old = status("Gone"), words.save_type(name="Old", actor="system")
    words.begin_with("waiting", gone, actor="system")
    for one in (gone, old):
        words.archive_word(one, actor="system")
    for key in (str(gone.pk), "999", "x"):
        with pytest.raises(ValueError, match=r"status|invalid"):
            work.set_status(ticket, key, actor="system")
    for pk in (old.pk, 999):
        with pytest.raises(ValueError, match="no such type"):
            work.set_type(ticket, pk, actor="system")
    work.set_state(ticket, "waiting", actor="system")

    assert stands(ticket) == ("waiting", "Waiting")


def test_a_plain_status_is_renamed_and_gets_its_own_name_back(ticket):
    words.name_plain("open", "To do", actor="system")
    renamed = stands(ticket)
    plain = Status.objects.get(is_plain=True)
    with pytest.raises(ValueError, match="plain"):
        words.archive_word(plain, actor="system")
    words.name_plain("open", "", actor="system")

    assert (renamed, stands(ticket)) == (("open", "To do"), ("open", "Open"))


def test_a_type_is_set_once_told_and_taken_away(ticket, ada):
    fault = words.save_type(name="Fault", actor="system")
    for _ in range(2):
        work.set_type(ticket, fault.pk, actor=ada.actor)
    work.set_type(ticket, None, actor=ada.actor)

    assert told(ticket) == [
        ("ticket.type_changed", {"type": fault.pk, "before": None}),
        ("ticket.type_changed", {"type": None, "before": fault.pk}),
    ]
    assert [text for _event, text in sentences_of(list(Event.objects.filter(subject_kind="ticket")))] == [
        "Ada set the type to “Fault”",
        "Ada removed the type",
    ]


def test_conditions_ask_for_type_and_status(ticket):
    fault, courier = words.save_type(name="Fault", actor="system"), status("Waiting for the courier")

    def holding():
        trees = {
            1: {"facet": "type", "is": "any_of", "value": [str(fault.pk)]},
            2: {"facet": "type", "is": "empty", "value": []},
            3: {"facet": "status", "is": "any_of", "value": [str(courier.pk), "closed"]},
            4: {"facet": "status", "is": "none_of", "value": ["open"]},
        }
        return matching(ticket, trees)

    before = holding()
    work.set_type(ticket, fault.pk, actor="system")
    work.set_status(ticket, str(courier.pk), actor="system")

    assert (before, holding()) == ({2}, {1, 3, 4})


def test_names_are_once_and_what_is_archived_comes_back(ada):
    one, two = (words.save_type(name=name, actor="system") for name in ("Fault", "Order"))
    with pytest.raises(words.NameTaken):
        words.save_type(name=" fault ", actor="system")
    words.move_word(two, -1, actor="system")
    words.archive_word(two, actor="system")
    gone = [str(one) for one in vocabulary().standing_types]
    words.bring_back(two, actor="system")
    words.save_type(one, name="Defect", actor="system")

    assert (gone, [str(one) for one in vocabulary().standing_types]) == (["Fault"], ["Order", "Defect"])
    assert list(Event.objects.order_by("id").values_list("kind", flat=True))[-4:] == [
        "ticket_type.moved", "ticket_type.archived", "ticket_type.brought_back", "ticket_type.saved",
    ]  # fmt: skip


def test_the_pages_make_rename_move_and_archive(chief):
    client = Client()
    client.force_login(chief, backend=BACKEND)
    for name in ("Fault", "Order", "Order", " "):
        client.post("/settings/types/", {"name": name})
    one, two = TicketType.objects.all()
    client.post(f"/settings/types/{two.pk}/place/", {"steps": "-1"})
    client.post(f"/settings/types/{one.pk}/name/", {"name": "<b>Defect</b>"})
    client.post(f"/settings/types/{two.pk}/archive/")
    page = client.get("/settings/types/").content.decode()
    client.post(f"/settings/types/{two.pk}/archive/?undo=1", headers=HTMX)
    client.post("/settings/statuses/", {"state": "closed", "name": "Solved"})
    client.post("/settings/statuses/", {"state": "open", "name": "To do", "plain": "1"})
    solved = Status.objects.get(name="Solved")
    client.post("/settings/statuses/default/", {"state": "closed", "pk": solved.pk})
    told = client.get("/settings/statuses/").content.decode()

    assert "&lt;b&gt;Defect&lt;/b&gt;" in page
    assert f'action="/settings/types/{two.pk}/archive/"><input' in page.replace("\n", "")
    assert [str(one) for one in vocabulary().standing_types] == ["Order", "<b>Defect</b>"]
    assert vocabulary().id_in("closed", "") == solved.pk
    assert 'value="To do"' in told


def test_the_ticket_shows_statuses_and_types_to_choose(ticket, ada):
    courier, fault = status("Waiting for the courier"), words.save_type(name="Fault", actor="system")
    client = Client()
    client.force_login(ada, backend=BACKEND)
    client.post(f"/tickets/{ticket.pk}/type/", {"type": fault.pk}, headers=HTMX)
    shown = client.post(
        f"/tickets/{ticket.pk}/status/", {"status": courier.pk}, headers=HTMX
    ).content.decode()
    refused = [
        client.post(f"/tickets/{ticket.pk}/status/", {"status": "999"}).status_code,
        client.post(f"/tickets/{ticket.pk}/type/", {"type": "x"}).status_code,
    ]

    assert '<span class="badge badge--waiting">Waiting for the courier</span>' in shown
    assert 'aria-label="Type: Fault"' in shown
    assert refused == [422, 422]


def test_agents_and_strangers_change_no_settings(ada, di):
    made = words.save_type(name="Fault", actor="system")
    client = Client()
    for login, code in ((lambda: client.force_login(ada, backend=BACKEND), 403), (client.logout, 302)):
        login()
        for address in (
            "types/",
            f"types/{made.pk}/archive/",
            f"types/{made.pk}/name/",
            "statuses/",
            "fields/new/",
        ):
            assert client.post(f"/settings/{address}", {"name": "X"}).status_code == code

    assert [str(one) for one in vocabulary().standing_types] == ["Fault"]


def test_somebody_without_the_permission_sets_no_type(ticket):
    viewer = make_agent(*ticket.inbox.teams.all(), role="viewer")
    made = words.save_type(name="Fault", actor="system")
    client = Client()
    client.force_login(viewer, backend=BACKEND)

    assert client.post(f"/tickets/{ticket.pk}/type/", {"type": made.pk}).status_code == 403
