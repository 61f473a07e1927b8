"""Finding a ticket by its number or its customer's address."""

import pytest
from django.test import Client
from tests.makers import make_customer, make_ticket

from ahlan.customers.actions import merge
from ahlan.staff.models import Agent
from ahlan.tickets.lists import found_view, page_of

pytestmark = pytest.mark.django_db


def found(agent: Agent, words: str) -> list[int]:
    return [ticket.pk for ticket in page_of(agent, found_view(words)).items]


@pytest.mark.parametrize("written", ["{}", "#{}", " # {} "])
def test_a_number_leads_to_its_ticket(client: Client, desk, ada, written):
    ticket = make_ticket(inbox=desk)
    client.force_login(ada)

    answer = client.get("/find/", {"q": written.format(ticket.pk)})

    assert answer["location"] == f"/tickets/{ticket.pk}/"


def test_a_number_in_arabic_digits_is_a_number(client: Client, desk, ada):
    ticket = make_ticket(inbox=desk, pk=407)
    client.force_login(ada)

    assert client.get("/find/", {"q": "٤٠٧"})["location"] == f"/tickets/{ticket.pk}/"


def test_the_beginning_of_an_address_finds_all_of_the_customer(desk, ada):
    ann = make_customer(address="ann.lee@else.example")
    first, second = (
        make_ticket(inbox=desk, customer=ann),
        make_ticket(inbox=desk, customer=ann, state="closed"),
    )
    make_ticket(inbox=desk)
    make_ticket(inbox=desk, customer=ann, removal="deleted")

    assert found(ada, "Ann.L") == [second.pk, first.pk]
    assert found(ada, "nobody") == []
    assert found(ada, "%") == []


def test_merged_customers_are_found_by_either_address(desk, ada):
    one, other = make_customer(address="one@else.example"), make_customer(address="other@else.example")
    tickets = {make_ticket(inbox=desk, customer=one).pk, make_ticket(inbox=desk, customer=other).pk}
    merge(other, one, actor="system")

    assert set(found(ada, "one@")) == set(found(ada, "other@")) == tickets


def test_what_one_may_not_see_is_not_found(client: Client, desk, bo):
    ticket = make_ticket(inbox=desk, customer=make_customer(address="ann@else.example"))
    client.force_login(bo)

    assert found(bo, "ann@") == []
    assert f"/tickets/{ticket.pk}/" not in client.get("/find/", {"q": str(ticket.pk)}).content.decode()


def test_nothing_asked_leads_home(client: Client, desk, ada):
    client.force_login(ada)

    assert client.get("/find/", {"q": "  "})["location"] == "/"
