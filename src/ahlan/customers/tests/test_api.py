"""Customers through the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.makers import make_agent, make_caller, make_customer

from ahlan.customers.models import Address, Customer
from ahlan.events.models import Event

pytestmark = pytest.mark.django_db


def test_customers_are_found_by_address_whoever_they_were_merged_into(ada, cy, di):
    caller = make_caller(ada)
    merged = caller.say("POST", f"/customers/{cy.pk}/merges", {"other": di.pk})
    again = caller.say("POST", f"/customers/{cy.pk}/merges", {"other": di.pk})

    found = caller.get_json("/customers?address=di@")["items"]
    told = caller.get_json(f"/customers/{di.pk}")
    apart = caller.say("DELETE", f"/customers/{cy.pk}/merges/{di.pk}")

    assert merged.json()["merged"] == [di.pk]
    assert again.status_code == 409
    assert [one["id"] for one in found] == [cy.pk]
    assert {one["value"] for one in told["addresses"]} == {"cy@else.example", "di@nowhere.example"}
    assert (apart.json()["id"], apart.json()["merged"]) == (di.pk, [])


def test_a_list_costs_the_same_for_more_customers(ada):
    caller, costs = make_caller(ada), []
    caller.say("GET", "/customers")
    for count in (1, 2):
        for _ in range(count):
            make_customer()
        with CaptureQueriesContext(connection) as taken:
            caller.say("GET", "/customers")
        costs.append(len(taken))

    assert costs[0] == costs[1]


def test_a_customer_is_met_and_changed(ada):
    caller = make_caller(ada)
    made = caller.say("POST", "/customers", {"address": "Noa@Else.example", "name": "Noa"})
    met = caller.say("POST", "/customers", {"address": "noa@else.example", "name": "Somebody"})
    organisation = caller.say("POST", "/organisations", {"name": "Lapsi", "domain": "@lapsi.example"}).json()

    changed = caller.say(
        "PATCH", f"/customers/{made.json()['id']}", {"language": "he", "organisation": organisation["id"]}
    )
    wrong = caller.say("PATCH", f"/customers/{made.json()['id']}", {"language": "tlh"})

    assert (made.json()["name"], met.json()["id"], met.json()["name"]) == ("Noa", made.json()["id"], "Noa")
    assert organisation["domain"] == "lapsi.example"
    assert (changed.json()["language"], changed.json()["organisation"]["name"], wrong.status_code) == (
        "he",
        "Lapsi",
        422,
    )
    assert Event.objects.get(kind="customer.changed").facts["fields"] == ["language", "organisation"]


def test_addresses_come_and_go_but_the_last_one_stays(ada, cy, di):
    caller, path = make_caller(ada), f"/customers/{cy.pk}/addresses"
    made = caller.say("POST", path, {"value": "cy@home.example"})
    taken = caller.say("POST", path, {"value": "di@nowhere.example"})
    broken = caller.say("POST", path, {"value": "nobody"})
    gone = caller.say("DELETE", f"{path}/{made.json()['id']}")
    last = caller.say("DELETE", f"{path}/{Address.objects.get(customer=cy).pk}")
    others = caller.say("DELETE", f"{path}/{Address.objects.get(customer=di).pk}")

    answers = (made, taken, broken, gone, last, others)
    assert [one.status_code for one in answers] == [201, 409, 422, 204, 409, 404]


def test_a_domain_belongs_to_one_organisation(ada):
    caller = make_caller(ada)
    first = caller.say("POST", "/organisations", {"name": "One", "domain": "one.example"}).json()

    assert caller.say("POST", "/organisations", {"name": "Two", "domain": "one.example"}).status_code == 422
    assert caller.say("PUT", f"/organisations/{first['id']}", {"name": "One more"}).json()["domain"] == ""


def test_who_may_only_look_changes_nothing(desk, cy):
    caller = make_caller(make_agent(*desk.teams.all(), role="viewer"))

    assert caller.say("GET", f"/customers/{cy.pk}").status_code == 200
    assert caller.say("PATCH", f"/customers/{cy.pk}", {"name": "X"}).status_code == 403
    assert caller.say("POST", "/customers", {"address": "new@else.example"}).status_code == 403
    assert caller.say("POST", "/organisations", {"name": "X"}).status_code == 403
    assert Customer.objects.count() == 1
