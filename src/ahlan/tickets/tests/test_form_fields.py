"""The desk's own fields in a web form: asked, refused, kept with the words, and in the ticket once it is opened."""

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from ahlan.channels.models import RawInbound
from ahlan.channels.webform.forms import STAMP
from ahlan.channels.webform.models import Webform
from ahlan.tickets.actions import words
from ahlan.tickets.actions.intake import receive_raw
from ahlan.tickets.fields import given_of, values_of
from ahlan.tickets.form_fields import ask_in, askable, asked_in
from ahlan.tickets.models.own import Field

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOW = 1_795_000_000


@pytest.fixture
def webform(desk) -> Webform:
    cache.clear()
    return Webform.objects.create(slug="contact", inbox=desk, brand="Mitra", title="Ask us", work=0)


def field(name: str, kind: str, options: tuple[str, ...] = ()) -> Field:
    return words.save_field(name=name, kind=kind, options=[(None, one) for one in options], actor="system")


@pytest.fixture
def order() -> Field:
    return field("Order", "number")


@pytest.fixture
def colour() -> Field:
    return field("Colour", "choices", ("red", "green"))


def fill(webform: Webform, **over: object):
    with time_machine.travel(NOW, tick=False):
        stamp = STAMP.sign("visit")
    given = {"email": "cy@else.example", "subject": "Cups", "text": "Where?", "stamp": stamp}
    with time_machine.travel(NOW + 30, tick=False):
        return Client().post(webform.get_absolute_url(), {**given, **over})


def in_ticket(receipt) -> dict[str, list[str]]:
    return {
        rows[0].field.name: [given_of(one) for one in rows] for rows in values_of(receipt.ticket).values()
    }


def test_what_is_answered_stands_in_the_ticket(webform, order, colour):
    ask_in(webform, {order.pk: True, colour.pk: False}, actor="system")
    options = [str(one.pk) for one in colour.options.all()]

    page = Client().get(webform.get_absolute_url()).content.decode()
    sent = fill(webform, **{order.key: "1207", colour.key: options})
    (receipt,) = receive_raw(RawInbound.objects.get())

    assert f'name="{order.key}"' in page and page.count(f'name="{colour.key}"') == 2
    assert sent.status_code == 302
    assert in_ticket(receipt) == {"Order": ["1207"], "Colour": options}


@pytest.mark.parametrize("given", ["", "1,207", "about ten"])
def test_what_it_cannot_hold_is_said_beside_it_and_nothing_is_lost(webform, order, given):
    ask_in(webform, {order.pk: True}, actor="system")

    refused = fill(webform, **{order.key: given})

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Where?" in page and "Order" in page and 'class="field field--wrong"' in page
    assert (f'value="{given}"' in page) or not given
    assert not RawInbound.objects.exists()


def test_a_stranger_cannot_fill_what_is_not_asked(webform, order, colour):
    ask_in(webform, {order.pk: False}, actor="system")

    fill(webform, **{colour.key: [str(colour.options.first().pk)]})
    (receipt,) = receive_raw(RawInbound.objects.get())

    assert in_ticket(receipt) == {}


def test_a_field_archived_meanwhile_loses_its_answer_and_no_word(webform, order):
    ask_in(webform, {order.pk: False}, actor="system")
    fill(webform, **{order.key: "12"})
    words.archive_word(order, actor="system")

    (receipt,) = receive_raw(RawInbound.objects.get())

    assert receipt.message.text == "Where?"
    assert in_ticket(receipt) == {}
    assert asked_in(webform) == []


def test_read_twice_it_is_one_ticket_with_one_answer(webform, order):
    ask_in(webform, {order.pk: False}, actor="system")
    for _n in range(2):
        fill(webform, **{order.key: "12"})

    decisions = [one.decision for raw in RawInbound.objects.order_by("id") for one in receive_raw(raw)]

    assert decisions == ["opened", "duplicate"]


def test_who_may_set_up_forms_chooses_what_they_ask(webform, order, colour, chief, ada):
    agent = field("Who", "agent")
    address = f"/settings/forms/{webform.pk}/fields/"
    client, other = Client(), Client()
    client.force_login(chief, backend=BACKEND)
    other.force_login(ada, backend=BACKEND)

    refused = other.post(address, {"asked": [order.pk]})
    client.post(address, {"asked": [colour.pk, order.pk, agent.pk], "required": [order.pk]})
    page = client.get("/settings/forms/contact/").content.decode()

    assert refused.status_code == 403
    assert asked_in(webform) == [
        (order, True),
        (colour, False),
    ]  # in the desk's order; never for agents' names
    assert agent not in askable()
    assert "What it asks besides" in page
    with pytest.raises(ValueError, match="strangers"):
        ask_in(webform, {agent.pk: False}, actor="system")
