"""Two at one ticket: nobody answers past the other without knowing."""

import pytest
from django.test import Client
from tests.makers import make_agent, make_message, make_ticket

from ahlan.events.models import Event, Signal
from ahlan.staff.models import Agent
from ahlan.tickets.actions.answer import SomethingCame, note, reply
from ahlan.tickets.models import Draft, Message, Ticket

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def enter(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


@pytest.fixture
def eve(desk) -> Agent:
    """Another agent of the desk."""
    return make_agent(*desk.teams.all(), name="Eve")


@pytest.fixture
def ticket(desk, cy) -> Ticket:
    made = make_ticket(inbox=desk, customer=cy)
    make_message(made)
    return made


def latest(ticket: Ticket) -> int:
    return ticket.messages.latest("id").pk


def test_an_answer_of_another_holds_mine_back(ticket, ada, eve):
    seen = latest(ticket)
    hers = reply(ticket, author=eve, text="Done already")

    with pytest.raises(SomethingCame) as news:
        reply(ticket, author=ada, text="Soon", seen=seen)

    assert news.value.messages == [hers]
    assert Event.objects.filter(kind="message.queued").count() == 1
    assert reply(ticket, author=ada, text="Soon", seen=hers.pk).text == "Soon"


def test_so_does_a_further_word_of_the_customer(ticket, ada):
    seen = latest(ticket)
    more = make_message(ticket)

    with pytest.raises(SomethingCame) as news:
        reply(ticket, author=ada, text="Soon", seen=seen)

    assert news.value.messages == [more]


def test_notes_machines_and_my_own_words_do_not(ticket, ada, eve):
    seen = latest(ticket)
    note(ticket, author=eve, text="Hm")
    make_message(ticket, automatic="reply")
    reply(ticket, author=ada, text="First", seen=seen)

    second = reply(ticket, author=ada, text="Second", seen=seen)

    assert second.text == "Second"


@pytest.mark.parametrize(("headers", "status"), [({}, 409), ({"HX-Request": "true"}, 200)])
def test_the_page_shows_what_came_and_keeps_the_words(ticket, ada, eve, headers, status):
    client, url = enter(ada), f"{ticket.get_absolute_url()}messages/"
    seen = client.get(ticket.get_absolute_url()).context["latest"]
    hers = reply(ticket, author=eve, text="Done already")

    data = {"kind": "reply", "text": "My words", "then": "waiting"}
    held = client.post(url, {**data, "seen": seen}, headers=headers)
    mine = Message.objects.filter(author=ada).count()
    kept = Draft.objects.get().text
    client.post(url, {**data, "seen": held.context["latest"]}, headers=headers)

    page = held.content.decode()
    assert (held.status_code, held.context["came"], mine, kept) == (status, [hers], 0, "My words")
    assert "Send anyway" in page
    assert "My words</textarea>" in page
    assert (Message.objects.filter(author=ada).count(), Draft.objects.count()) == (1, 0)


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40])
def test_what_is_no_number_is_no_error_of_ours(ticket, ada, seen):
    data = {"kind": "reply", "text": "My words", "seen": seen}

    answer = enter(ada).post(f"{ticket.get_absolute_url()}messages/", data)

    assert answer.status_code == (302 if seen == "" else 422)


def test_who_looks_is_told_to_those_who_may_see_the_ticket(ticket, ada, bo):
    url = f"{ticket.get_absolute_url()}presence/"

    answers = [enter(one).post(url).status_code for one in (ada, bo)]

    told = Signal.objects.get()
    assert answers == [204, 404]
    assert (told.audience, told.data) == (
        ticket.audience,
        {"kind": "looking", "ticket": ticket.pk, "agent": ada.pk, "name": "Ada"},
    )
