"""What the workspace draws, and that it costs the same for one row as for three."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.makers import make_agent, make_customer, make_message, make_ticket

from ahlan.core.clock import now
from ahlan.tickets.models import Attachment, Direction, Ticket

pytestmark = pytest.mark.django_db


def filled(ticket: Ticket, agent: Any) -> Ticket:
    """With a message in, a reply and a note, each with a file."""
    made = [
        make_message(ticket),
        make_message(ticket, direction=Direction.OUT, author=agent, customer=None, delivery="sent"),
        make_message(ticket, direction=Direction.NOTE, author=agent, customer=None),
    ]
    for message in made:
        Attachment.objects.create(
            ticket=ticket,
            message=message,
            name="a.pdf",
            content_type="application/pdf",
            size=9,
            digest="0" * 64,
        )
    return ticket


def queries(client: Client, address: str, **headers: str) -> int:
    client.get(address, headers=headers)  # what is looked up once for the process
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, headers=headers).status_code == 200
    return len(captured)


def test_a_list_costs_the_same_for_one_row_and_three(client: Client, desk: Any, ada: Any) -> None:
    client.force_login(ada)
    make_ticket(inbox=desk, assignee=ada)
    one = queries(client, "/inbox/open/")

    make_ticket(inbox=desk, assignee=ada)
    make_ticket(inbox=desk)

    assert queries(client, "/inbox/open/") == one


def test_a_ticket_costs_the_same_for_few_messages_and_many(client: Client, desk: Any, ada: Any) -> None:
    client.force_login(ada)
    ticket = filled(make_ticket(inbox=desk), ada)
    few = queries(client, f"/tickets/{ticket.pk}/", **{"hx-request": "true"})

    filled(filled(ticket, ada), ada)

    assert queries(client, f"/tickets/{ticket.pk}/", **{"hx-request": "true"}) == few


def test_what_strangers_write_is_drawn_as_text(client: Client, desk: Any, ada: Any) -> None:
    client.force_login(ada)
    attack = "<script>alert(1)</script>"
    ticket = make_ticket(inbox=desk, subject=attack, preview=attack, customer=make_customer(name=attack))
    make_message(ticket, text=attack)

    drawn = client.get(f"/tickets/{ticket.pk}/").content.decode()

    assert attack not in drawn
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in drawn


@pytest.mark.parametrize("language", ["he", "ar", "fa"])
def test_texts_of_people_carry_their_own_direction(
    client: Client, desk: Any, ada: Any, language: str
) -> None:
    ada.language = language
    ada.save()
    client.force_login(ada)
    ticket = make_ticket(inbox=desk, subject="Left to right", preview="Words")
    make_message(ticket, text="Hello")

    drawn = client.get(f"/tickets/{ticket.pk}/").content.decode()

    assert '<html lang="' + language + '" dir="rtl"' in drawn
    assert 'dir="auto" data-told="subject">Left to right<' in drawn
    assert '<p dir="auto">Hello</p>' in drawn


def test_a_viewer_sees_no_way_to_change_anything(client: Client, desk: Any) -> None:
    viewer = make_agent(*desk.teams.all(), role="viewer")
    client.force_login(viewer)
    ticket = filled(make_ticket(inbox=desk), viewer)

    drawn = client.get(f"/tickets/{ticket.pk}/").content.decode()

    assert "data-composer" not in drawn
    assert "/closure/" not in drawn
    assert 'popovertarget="ticket-state"' not in drawn


def test_a_reply_in_doubt_says_so_and_what_to_do(client: Client, desk: Any, ada: Any) -> None:
    client.force_login(ada)
    ticket = make_ticket(inbox=desk)
    message = make_message(ticket, direction=Direction.OUT, author=ada, customer=None, delivery="unsure")

    drawn = client.get(f"/tickets/{ticket.pk}/").content.decode()

    assert "May not have been sent" in drawn
    assert f"/messages/{message.pk}/sending/" in drawn
    assert f"/messages/{message.pk}/confirmation/" in drawn


def test_a_customers_page_lists_the_tickets_one_may_see(desk: Any, ada: Any) -> None:
    customer = make_customer()
    make_ticket(subject="The lid", inbox=desk, customer=customer)
    make_ticket(subject="A secret of another inbox", customer=customer)
    client = Client()
    client.force_login(ada)

    page = client.get(f"/customers/{customer.pk}/").content.decode()

    assert "The lid" in page
    assert "A secret" not in page


def test_who_is_in_no_team_is_told_so(db: None) -> None:
    client = Client()
    client.force_login(make_agent())

    assert "You are in no team yet" in client.get("/inbox/open/").content.decode()


def test_looking_marks_as_seen_and_writes_only_when_it_was_not(client: Client, desk: Any, ada: Any) -> None:
    client.force_login(ada)
    ticket = make_ticket(inbox=desk)

    def unread() -> bool:
        return (
            "is-unread"
            in client.get("/inbox/open/?part=rows", headers={"hx-request": "true"}).content.decode()
        )

    def written() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/tickets/{ticket.pk}/", headers={"hx-request": "true"})
        return sum(one["sql"].startswith("INSERT") for one in captured.captured_queries)

    before, first, after, again = unread(), written(), unread(), written()
    Ticket.objects.update(last_message_at=now())
    newer, third, at_last = unread(), written(), unread()

    assert (before, first, after, again) == (True, 1, False, 0)
    assert (newer, third, at_last) == (True, 1, False)
