"""A ticket that we open: what is written, what is recorded, who may."""

import pytest
from django.test import Client
from tests.makers import make_agent, make_inbox, make_team

from ahlan.core.clock import now
from ahlan.customers.models import Address, Customer
from ahlan.events.models import Event, Job
from ahlan.tickets.actions.answer import Unanswerable
from ahlan.tickets.actions.automatic import Unwelcome
from ahlan.tickets.actions.opening import open_ticket
from ahlan.tickets.lists import counts_of, views_of
from ahlan.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def kinds(ticket: Ticket) -> list[str]:
    events = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk).order_by("id")
    return [event.kind for event in events]


def client_of(agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


def given(where, **over: object) -> dict[str, object]:
    return {
        "to": "Noa Levi <noa@else.example>", "inbox": where.pk, "subject": "Your order", "says": "out",
        "text": "It is **late**.", "then": "waiting", "priority": "3", "tags": "late, order", "mine": "on", **over,
    }  # fmt: skip


def test_we_write_first(desk, cy, ada):
    team = desk.teams.get()

    ticket = open_ticket(
        desk, cy, subject="Your order", text="It is late.", author=ada, team=team, assignee=ada, priority=3,
        tags=["late"], then="waiting", actor=ada.actor,
    )  # fmt: skip

    message = Message.objects.get(ticket=ticket)
    assert (ticket.state, ticket.team, ticket.assignee, ticket.priority) == ("waiting", team, ada, 3)
    assert (ticket.last_from_customer, ticket.preview) == (False, "It is late.")
    assert (message.direction, message.delivery, message.author) == ("out", "queued", ada)
    assert message.addresses == {"to": [["Cy Customer", "cy@else.example"]]}
    assert kinds(ticket) == [
        "ticket.opened", "ticket.transferred", "ticket.assigned", "ticket.tagged", "ticket.state_changed",
        "message.queued",
    ]  # fmt: skip
    assert Job.objects.filter(queue="mail").count() == 1
    assert counts_of(ada, views_of(ada))["waiting"] == 1


def test_a_note_goes_nowhere(desk, cy, ada):
    ticket = open_ticket(
        desk, cy, subject="Called", text="He will come by", says="note", author=ada, actor=ada.actor
    )

    assert (ticket.state, Message.objects.get(ticket=ticket).direction) == ("open", "note")
    assert kinds(ticket) == ["ticket.opened", "note.written"]
    assert not Job.objects.filter(queue="mail").exists()


def test_the_desk_itself_says_that_it_is_a_machine(desk, cy):
    ticket = open_ticket(desk, cy, subject="Yearly check", text="It is time.", actor="system")

    message = Message.objects.get(ticket=ticket)
    assert (message.author, message.automatic, ticket.state) == (None, "notice", "open")


def test_nothing_is_left_of_one_that_could_not_be_opened(desk, cy, ada):
    with pytest.raises(Unanswerable):
        open_ticket(desk, cy, subject="Empty", text="  ", author=ada, actor=ada.actor)
    Address.objects.filter(customer=cy).update(failing_since=now())
    with pytest.raises(Unwelcome, match="bounced"):
        open_ticket(desk, cy, subject="Bounces", text="Hello", actor="system")

    assert not Ticket.objects.exists()
    assert not Event.objects.filter(kind="ticket.opened").exists()


def test_the_page_opens_one(desk, ada):
    client = client_of(ada)
    page = client.get("/tickets/new/").content.decode()

    response = client.post("/tickets/new/", given(desk))

    ticket = Ticket.objects.get()
    assert "Open ticket" in page
    assert response["Location"] == f"/tickets/{ticket.pk}/"
    assert (ticket.customer.name, ticket.subject, ticket.state, ticket.assignee) == (
        "Noa Levi",
        "Your order",
        "waiting",
        ada,
    )
    assert sorted(ticket.tags.values_list("name", flat=True)) == ["late", "order"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"to": ""}, "Give one address"),
        ({"to": "a@b.example, c@d.example"}, "Give one address"),
        ({"to": "nobody"}, "is not an e-mail address"),
        ({"text": ""}, "required"),
        ({"inbox": "999"}, "valid choice"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_opened(desk, ada, wrong, says):
    response = client_of(ada).post("/tickets/new/", given(desk, **wrong))

    assert response.status_code == 422
    assert says in response.content.decode()
    assert "Your order" in response.content.decode()
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()


def test_only_ones_own_inboxes_and_only_who_may_write(desk, ada, bo):
    webform = make_inbox(channel="webform", address="form")
    desk.teams.get().inboxes.add(webform)
    other = make_team(make_inbox())

    assert client_of(bo).post("/tickets/new/", given(desk)).status_code == 422
    assert client_of(ada).post("/tickets/new/", given(webform)).status_code == 422
    assert client_of(ada).post("/tickets/new/", given(desk, team=other.pk)).status_code == 422
    assert client_of(make_agent(*desk.teams.all(), role="viewer")).get("/tickets/new/").status_code == 403
    assert not Ticket.objects.exists()
