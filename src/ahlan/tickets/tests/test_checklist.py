import pytest
from django.test import Client
from tests.makers import make_agent, make_ticket

from ahlan.events.models import Event
from ahlan.tickets.actions.checklist import TooManyItems, add_item, delete_item, move_item, tick_item
from ahlan.tickets.models import Item

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(desk):
    return make_ticket(inbox=desk)


def texts(ticket) -> list[str]:
    return [one.text for one in ticket.items.all()]


def told() -> list[str]:
    return list(Event.objects.filter(kind__contains="item").order_by("id").values_list("kind", flat=True))


def test_items_are_added_in_order_moved_and_taken_off(ticket, ada):
    one, two, three = (add_item(ticket, text, actor=ada.actor) for text in ("One", " Two\n lines ", "Three"))
    move_item(three, -1, actor=ada.actor)
    move_item(one, -1, actor=ada.actor)
    moved = texts(ticket)
    delete_item(two, actor=ada.actor)
    delete_item(two, actor=ada.actor)

    assert (moved, texts(ticket)) == (["One", "Three", "Two lines"], ["One", "Three"])
    assert told() == [*["ticket.item_added"] * 3, "ticket.items_moved", "ticket.item_deleted"]


def test_an_item_is_ticked_and_unticked_once(ticket, ada):
    item = add_item(ticket, "Call the courier", actor=ada.actor)
    for done in (True, True):
        tick_item(item, done, agent=ada)
    item.refresh_from_db()
    ticked = (item.done_at is not None, item.done_by)
    tick_item(item, False, agent=ada)
    item.refresh_from_db()

    assert (ticked, item.done_at, item.done_by) == ((True, ada), None, None)
    assert told()[1:] == ["ticket.item_done", "ticket.item_undone"]


def test_an_empty_item_and_one_too_many_are_refused(ticket, ada, monkeypatch):
    monkeypatch.setattr("ahlan.tickets.actions.checklist.MOST", 1)
    with pytest.raises(ValueError, match="nothing"):
        add_item(ticket, " \n", actor=ada.actor)
    add_item(ticket, "One", actor=ada.actor)

    with pytest.raises(TooManyItems):
        add_item(ticket, "Two", actor=ada.actor)


def test_the_list_is_kept_on_the_page(ticket, ada):
    client = Client()
    client.force_login(ada, backend=BACKEND)
    address = f"/tickets/{ticket.pk}/checklist/"
    added = client.post(address, {"text": "<b>Call</b>"}, headers=HTMX).content.decode()
    item = Item.objects.get()
    ticked = client.post(f"{address}{item.pk}/", {"done": "1"}, headers=HTMX).content.decode()
    empty = client.post(address, {"text": ""}, headers=HTMX)
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    client.post(f"{address}{item.pk}/", {"delete": "1"})

    assert "&lt;b&gt;Call&lt;/b&gt;" in added
    assert ['aria-checked="true"' in text for text in (added, ticked, page)] == [False, True, True]
    assert (empty.status_code, texts(ticket)) == (422, [])


def test_strangers_see_and_change_nothing(ticket, ada):
    item = add_item(ticket, "Secret", actor=ada.actor)
    client = Client()
    client.force_login(make_agent(), backend=BACKEND)
    address = f"/tickets/{ticket.pk}/checklist/"

    assert [
        client.get(address).status_code,
        client.post(address, {"text": "x"}).status_code,
        client.post(f"{address}{item.pk}/", {"done": "1"}).status_code,
    ] == [404, 404, 404]
    client.force_login(ada, backend=BACKEND)
    other = make_ticket(inbox=ticket.inbox)
    assert client.post(f"/tickets/{other.pk}/checklist/{item.pk}/", {"delete": "1"}).status_code == 404
    assert texts(ticket) == ["Secret"]
