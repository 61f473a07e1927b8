"""Messages that appear by themselves: to those they are for, once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from tests.makers import make_agent

from ahlan.channels.chat.actions import MOST_NUDGES, TooMany, move_nudge, save_nudge, show_nudge
from ahlan.channels.chat.models import Nudge, Nudged, Visitor
from ahlan.events.models import Event

pytestmark = pytest.mark.django_db


def make_nudge(widget, text="May we help?", **over):
    return save_nudge(Nudge(widget=widget, text=text, **over), actor="system")


@pytest.fixture
def visitor(widget):
    return Visitor.objects.create(inbox=widget.inbox, key="a" * 32)


def test_it_appears_once_and_what_came_of_it_is_counted(browser, widget):
    nudge = make_nudge(widget)

    first, again = (browser.post("nudges", nudge=nudge.pk).json()["shows"] for _n in range(2))
    browser.post("nudges", nudge=nudge.pk, taken=True)

    assert (first, again) == (True, False)
    assert Nudged.objects.get().taken


@pytest.mark.parametrize(("whom", "to_strangers", "to_known"), [
    ("everybody", True, True), ("known", False, True), ("strangers", True, False),
])  # fmt: skip
def test_it_is_for_those_it_is_for(widget, visitor, whom, to_strangers, to_known):
    nudge = make_nudge(widget, whom=whom)
    known = Visitor.objects.create(inbox=widget.inbox, key="b" * 32, known_as="42")

    assert (show_nudge(visitor, nudge.pk), show_nudge(known, nudge.pk)) == (to_strangers, to_known)


def test_it_appears_to_nobody_in_a_chat_nor_by_another_chat_nor_while_it_is_off(browser, widget, visitor):
    nudge, off = make_nudge(widget), make_nudge(widget, is_active=False)
    browser.say("Where is my parcel?")

    assert not browser.post("nudges", nudge=nudge.pk).json()["shows"]
    assert not show_nudge(visitor, off.pk)
    assert not show_nudge(visitor, nudge.pk + 1000)
    for wrong in (None, "1", True, -1, 2**40):
        assert browser.post("nudges", nudge=wrong).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_in_two_tabs_at_once_it_appears_in_one(widget, visitor):
    nudge = make_nudge(widget)

    def ask(_n):
        try:
            return show_nudge(visitor, nudge.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(ask, range(4))) == [False, False, False, True]


def test_they_stand_in_an_order_and_are_only_so_many(widget):
    three = [make_nudge(widget, text) for text in ("one", "two", "three")][-1]

    move_nudge(three, -2, actor="system")

    assert [str(found) for found in widget.nudges.all()] == ["three", "one", "two"]
    for n in range(MOST_NUDGES - 3):
        make_nudge(widget, str(n))
    with pytest.raises(TooMany):
        make_nudge(widget, "one more")


def test_they_are_set_up_on_a_page_and_by_those_who_may(client, widget, chief, di_agent):
    place = f"/settings/chats/{widget.slug}/"
    client.force_login(chief)
    given = {"text": "May we help?", "path": "/prices/", "whom": "strangers", "after": 20, "is_active": "on"}

    made = client.post(f"{place}messages/new/", given)
    nudge = Nudge.objects.get()
    page = client.get(place).content.decode()

    assert made.status_code == 302 and "May we help?" in page and "/prices/" in page
    assert client.post(f"{place}messages/{nudge.pk}/", {"text": ""}).status_code == 422
    other = Client()
    other.force_login(di_agent)
    for path in (
        "messages/new/",
        f"messages/{nudge.pk}/",
        f"messages/{nudge.pk}/place/",
        f"messages/{nudge.pk}/deletion/",
    ):
        assert other.post(f"{place}{path}", given).status_code == 403
    client.post(f"{place}messages/{nudge.pk}/deletion/")
    assert not Nudge.objects.exists()
    assert Event.objects.filter(kind="chat.changed", actor=chief.actor).count() == 2


@pytest.fixture
def di_agent():
    return make_agent()
