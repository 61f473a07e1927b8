"""A division of one's own company asks the same desk: marked, counted apart, and with promises of its own."""

import importlib

import pytest
from django.apps import apps
from django.test import Client
from tests.makers import mail, make_customer, make_ticket

from ahlan.channels.actions import keep
from ahlan.customers import actions as customers
from ahlan.customers.models import Customer, Organisation
from ahlan.events.models import Event
from ahlan.tickets.actions.intake import receive_raw
from ahlan.tickets.actions.views import gather, save_view
from ahlan.tickets.actions.work import close_ticket, mark_internal
from ahlan.tickets.conditions import matching
from ahlan.tickets.history import sentences_of
from ahlan.tickets.lists import DIVISIONS, counts_of, page_of, saved_view, view_named, views_of
from ahlan.tickets.models import Tally, Ticket
from ahlan.tickets.subscribers import mark_a_customers_tickets, mark_an_organisations_tickets
from ahlan.tickets.tallies import recount

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OPEN = {"all": [{"facet": "state", "is": "any_of", "value": ["open"]}]}


@pytest.fixture
def warehouse(db) -> Organisation:
    made = Organisation(name="Warehouse", domain="warehouse.example", internal=True)
    return customers.save_organisation(made, actor="system")


def write(desk, sender: str) -> Ticket:
    raw = keep(
        mail(from_=sender, message_id=f"<{sender}>"),
        channel="email",
        inbox=desk,
        door="test",
        announce=False,
    )
    (receipt,) = receive_raw(raw)
    return receipt.ticket


def follow(kind: str, subscriber) -> None:
    subscriber(Event.objects.filter(kind=kind).latest("id"))


def counted(agent) -> tuple[int, int]:
    view = view_named(agent, "open")
    return counts_of(agent, [view])["open"], counts_of(agent, [view], internal=True)["open"]


def test_mail_from_an_own_division_is_marked_by_its_domain(desk, warehouse):
    assert write(desk, "ville@warehouse.example").internal
    assert not write(desk, "noa@else.example").internal


def test_both_are_counted_apart_and_the_list_of_divisions_is_there(desk, warehouse, ada):
    inside, _outside = write(desk, "ville@warehouse.example"), write(desk, "noa@else.example")

    shown = page_of(ada, view_named(ada, DIVISIONS)).items
    assert counted(ada) == (2, 1)
    assert [one.pk for one in shown] == [inside.pk]
    assert DIVISIONS in [one.key for one in views_of(ada)]


def test_a_house_without_divisions_sees_nothing_of_them(desk, ada):
    make_ticket(inbox=desk)
    client = Client()
    client.force_login(ada, backend=BACKEND)

    page = client.get("/inbox/open/").content.decode()

    assert "Own divisions" not in page
    assert "count__internal" not in page


def test_the_page_tells_the_counts_apart(desk, warehouse, ada):
    ticket, _outside = write(desk, "ville@warehouse.example"), write(desk, "noa@else.example")
    client = Client()
    client.force_login(ada, backend=BACKEND)

    page = client.get("/inbox/open/").content.decode()

    assert "Own divisions" in page
    assert "row-link__internal" in page
    assert page.count("count__internal") >= 2  # unassigned, all open
    assert "internal</span>" in client.get(f"/tickets/{ticket.pk}/").content.decode()


def test_an_organisation_that_becomes_a_division_takes_what_is_open_along(desk, warehouse, ada):
    warehouse.internal = False
    warehouse.save()
    open_one, closed = write(desk, "ville@warehouse.example"), write(desk, "aino@warehouse.example")
    close_ticket(closed, actor="system")
    view = save_view(name="Open", conditions=OPEN, actor="system")
    gather(view)

    warehouse.internal = True
    customers.save_organisation(warehouse, actor=ada.actor)
    follow("organisation.changed", mark_an_organisations_tickets)

    for one in (open_one, closed):
        one.refresh_from_db()
    event = Event.objects.get(kind="ticket.internal_changed")
    saved = saved_view(view)
    assert (open_one.internal, closed.internal) == (True, False)
    assert [sentence for _event, sentence in sentences_of([event])] == [
        "Ada made its customer one of our own divisions"
    ]
    assert (counts_of(ada, [saved]), counts_of(ada, [saved], internal=True)) == (
        {saved.key: 1},
        {saved.key: 1},
    )


def test_a_customer_who_moves_takes_what_is_open_along_and_back(desk, warehouse, cy, ada):
    ticket = make_ticket(inbox=desk, customer=cy)
    told = []

    for organisation in (warehouse, None):
        customers.change(cy, actor=ada.actor, organisation=organisation)
        follow("customer.changed", mark_a_customers_tickets)
        ticket.refresh_from_db()
        told.append(ticket.internal)

    assert told == [True, False]
    assert counted(ada) == (1, 0)


def test_who_is_merged_into_a_colleague_is_one(desk, warehouse, cy):
    ticket = make_ticket(inbox=desk, customer=cy)
    colleague = make_customer(name="Ville", organisation=warehouse)

    customers.merge(colleague, cy, actor="system")
    follow("customer.merged", mark_a_customers_tickets)

    ticket.refresh_from_db()
    assert ticket.internal


def test_marking_twice_changes_nothing_more(desk, warehouse, cy):
    make_ticket(inbox=desk, customer=cy)
    family = Customer.objects.filter(pk=cy.pk)

    changed = [mark_internal(family, internal=True, actor="system") for _time in range(2)]

    assert changed == [1, 0]
    assert Event.objects.filter(kind="ticket.internal_changed").count() == 1


def test_conditions_ask_for_it(desk, warehouse):
    trees = {1: {"all": [{"facet": "internal", "is": "yes", "value": []}]}}

    assert matching(write(desk, "ville@warehouse.example"), trees) == {1}
    assert matching(write(desk, "noa@else.example"), trees) == set()


@pytest.mark.django_db(transaction=True)
def test_an_older_house_is_marked_when_it_is_brought_up_to_date(desk, warehouse, ada):
    write(desk, "ville@warehouse.example")
    view = save_view(name="Open", conditions=OPEN, actor="system")
    gather(view)
    Ticket.objects.update(internal=False)
    recount()
    migration = importlib.import_module("ahlan.tickets.migrations.0010_mark_internal")

    migration.mark(apps, None)

    saved = saved_view(view)
    assert counted(ada) == (1, 1)
    assert counts_of(ada, [saved], internal=True) == {saved.key: 1}
    kept = set(Tally.objects.values_list("view_id", "internal", "n"))
    recount()
    assert set(Tally.objects.values_list("view_id", "internal", "n")) == kept
