"""What a room asks before a ticket is closed, without knowing any room."""

import pytest
from django.http import HttpRequest
from django.test import Client
from django.utils.safestring import mark_safe
from tests.makers import make_message, make_ticket

from ahlan.tickets import closing
from ahlan.tickets.models import Draft, Message, Ticket

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def asked(monkeypatch):
    """A room that asks always, and what it was told."""
    told: list[closing.Closing] = []

    def ask(request: HttpRequest, about: closing.Closing) -> str:
        told.append(about)
        return mark_safe("<p>Sure?</p>")

    monkeypatch.setattr(closing, "_askers", [lambda request, about: "", ask])
    return told


@pytest.fixture
def client(ada):
    client = Client()
    client.force_login(ada, backend=BACKEND)
    return client


@pytest.fixture
def ticket(desk, cy) -> Ticket:
    ticket = make_ticket(inbox=desk, customer=cy)
    make_message(ticket)
    return ticket


WAYS = [
    ("closure", {}, "closure-form", ""), ("state", {"state": "closed"}, "state-form", ""),
    ("messages", {"kind": "reply", "text": "Done.", "then": "closed"}, "composer", "Done."),
]  # fmt: skip


@pytest.mark.parametrize(("place", "given", "form", "text"), WAYS)
def test_the_form_that_closes_waits_for_the_answer(client, ticket, asked, place, given, form, text):
    address = f"/tickets/{ticket.pk}/{place}/"

    question = client.post(address, given, headers=HTMX)
    waits = not Ticket.objects.get(pk=ticket.pk).is_closed
    client.post(address, {**given, "asked": "1"}, headers=HTMX)

    assert (question["HX-Retarget"], question.content) == ("#ticket-asks", b"<p>Sure?</p>")
    assert [(one.ticket, one.form, one.text) for one in asked] == [(ticket, form, text)]
    assert waits
    assert Ticket.objects.get(pk=ticket.pk).is_closed


@pytest.mark.parametrize(("place", "given", "form", "text"), WAYS)
def test_without_scripts_the_question_comes_with_the_page_and_the_words(
    client, ticket, asked, place, given, form, text
):
    page = client.post(f"/tickets/{ticket.pk}/{place}/", given).content.decode()

    assert "<p>Sure?</p>" in page
    assert text in page
    assert f'id="{form}"' in page


def test_the_words_of_a_reply_that_waits_are_kept(client, ticket, asked):
    client.post(
        f"/tickets/{ticket.pk}/messages/", {"kind": "reply", "text": "Done.", "then": "closed"}, headers=HTMX
    )

    assert Draft.objects.get().text == "Done."
    assert not Message.objects.filter(direction="out").exists()


def test_nothing_is_asked_of_what_does_not_close(client, ticket, asked):
    client.post(f"/tickets/{ticket.pk}/state/", {"state": "waiting"}, headers=HTMX)
    client.post(
        f"/tickets/{ticket.pk}/messages/", {"kind": "note", "text": "Hm.", "then": "closed"}, headers=HTMX
    )
    client.post(
        f"/tickets/{ticket.pk}/messages/", {"kind": "reply", "text": "Soon.", "then": "waiting"}, headers=HTMX
    )
    client.post(f"/tickets/{ticket.pk}/closure/", {"undo": "1"}, headers=HTMX)
    client.delete(f"/tickets/{ticket.pk}/closure/", headers=HTMX)
    Ticket.objects.filter(pk=ticket.pk).update(state="closed")
    client.post(f"/tickets/{ticket.pk}/closure/", headers=HTMX)

    assert asked == []
