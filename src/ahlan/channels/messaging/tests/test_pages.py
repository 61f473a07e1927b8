"""Setting messengers up, and what stands beside a ticket."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from tests.makers import make_customer, make_inbox

from ahlan.channels.messaging.tests.provider import on_loopback
from ahlan.channels.messaging.tests.test_telegram import TOKEN, BotApi
from ahlan.channels.messaging.views import wires
from ahlan.channels.models import Inbox
from ahlan.customers.actions import meet
from ahlan.customers.models import Customer
from ahlan.events.models import Event
from ahlan.tickets.models import Ticket

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def page(chief: Any) -> Client:
    cache.clear()
    client = Client()
    client.force_login(chief, backend=BACKEND)
    return client


@pytest.mark.parametrize("key", sorted(wires()))
def test_each_wire_is_set_up_and_its_secrets_never_come_out(page, key):
    wire = wires()[key]
    given = {"name": "Messages", "address": "ours", "language": "fi", "is_active": "on"}
    given |= {one.key: f"https://top.secret.example/{one.key}" for one in wire.settings if not one.made}

    response = page.post(f"/settings/wires/new/{key}/", given)

    assert response.status_code == 302, response.context["form"].errors
    inbox = Inbox.objects.get(channel=key)
    shown = page.get(f"/settings/wires/{inbox.pk}/").content.decode()
    for one in wire.settings:
        if one.made:
            assert inbox.secret(one.key)
            assert (inbox.secret(one.key) in shown) == wire.shows_made
        elif one.secret:
            assert inbox.secret(one.key) == given[one.key]
            assert given[one.key] not in shown + str(Event.objects.get(kind="inbox.created").facts)
    assert f"/hooks/{inbox.public_id}/" in shown
    made = {one.key: inbox.secret(one.key) for one in wire.settings if one.made}
    page.post(
        f"/settings/wires/{inbox.pk}/",
        {**given, **{one.key: "" for one in wire.settings if one.secret}, "name": "Other"},
    )
    inbox.refresh_from_db()
    assert inbox.name == "Other"
    assert {key: inbox.secret(key) for key in made} == made
    assert all(inbox.secret(one.key) for one in wire.settings if one.secret)


def test_a_secret_is_for_the_server_it_was_entered_for(page):
    given = {
        "name": "SMS",
        "address": "+3584",
        "language": "fi",
        "is_active": "on",
        "account": "AC1",
        "token": "hush",
        "api_url": "",
    }
    page.post("/settings/wires/new/sms/", given)
    inbox = Inbox.objects.get(channel="sms")

    refused = page.post(
        f"/settings/wires/{inbox.pk}/", {**given, "token": "", "api_url": "https://elsewhere.example"}
    )

    assert refused.status_code == 422
    inbox.refresh_from_db()
    assert not inbox.settings["api_url"]


def test_the_check_tells_how_it_went(page):
    with on_loopback(BotApi()) as there:
        inbox = make_inbox(channel="telegram", settings={"api_url": there.url})
        inbox.set_secret("token", TOKEN)
        inbox.set_secret("hook_secret", "hush")
        inbox.save()
        well = page.post(f"/settings/wires/{inbox.pk}/check/", follow=True).content.decode()
        there.troubles = [(503, {})]
        ill = page.post(f"/settings/wires/{inbox.pk}/check/", follow=True).content.decode()

    assert "The provider knows us as @mitra_bot." in well
    assert "could not be reached" in ill


@pytest.mark.parametrize("address", ["", "new/telegram/", "new/nothing/", "1/", "1/check/"])
def test_nobody_but_who_may_sets_one_up(ada, address):
    client = Client()
    client.force_login(ada, backend=BACKEND)

    assert client.get(f"/settings/wires/{address}").status_code in (403, 404, 405)
    assert client.post(f"/settings/wires/{address}").status_code in (403, 404, 405)


def test_two_wires_of_one_person_are_joined_by_hand_and_taken_apart(page):
    kept, other = make_customer(name="Noa"), meet("telegram", "1111", name="Noa L.")

    page.post(f"/customers/{kept.pk}/merging/", {"merge-value": "1111"})
    assert Customer.objects.get(pk=other.pk).merged_into == kept

    page.post(f"/customers/{kept.pk}/merging/{other.pk}/undo/")
    assert Customer.objects.get(pk=other.pk).merged_into is None


def test_the_composer_of_a_messenger_asks_for_no_copies_and_counts_the_parts_of_an_sms(page, chief):
    for key, counts in (("sms", True), ("telegram", False)):
        inbox, customer = make_inbox(channel=key), meet(key, "+358401111111")
        ticket = Ticket.objects.create(inbox=inbox, customer=customer)

        shown = page.get(f"/tickets/{ticket.pk}/").content.decode()

        assert ("data-sms-parts" in shown) == counts
        assert 'value="forward"' not in shown
        assert 'class="composer__people" hidden' in shown
