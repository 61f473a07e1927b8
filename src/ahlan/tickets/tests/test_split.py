"""Messages split off are a ticket of their own: nothing lost, both linked, both told."""

import pytest
from django.test import Client
from tests.makers import make_agent, make_customer, make_message, make_ticket

from ahlan.events.models import Event
from ahlan.staff.models import Agent
from ahlan.tickets.actions.answer import note, reply
from ahlan.tickets.actions.merge import merge_tickets
from ahlan.tickets.actions.split import NothingToSplit, split_ticket
from ahlan.tickets.links import links_of
from ahlan.tickets.lists import counts_of, page_of, views_of
from ahlan.tickets.models import Attachment, Delivery, Link, Message, Ticket

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def said(ticket: Ticket) -> list[int]:
    return list(Message.objects.filter(ticket=ticket).order_by("id").values_list("pk", flat=True))


def enter(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


@pytest.fixture
def jo():
    return make_customer(address="jo@else.example", name="Jo")


@pytest.fixture
def ticket(desk, cy, jo, ada) -> Ticket:
    """Cy asks one thing, Jo (in copy) another, and Cy again."""
    made = make_ticket(
        inbox=desk, customer=cy, subject="Cup", priority=3, team=desk.teams.get(), assignee=ada
    )
    make_message(made, text="My cup")
    make_message(made, text="My invoice", customer=jo, subject="Invoice")
    make_message(made, text="The cup again")
    return made


def test_chosen_messages_become_a_ticket_of_their_author(ticket, ada, jo):
    cup, invoice, again = said(ticket)
    file = Attachment.objects.create(
        ticket=ticket, message_id=invoice, name="a.txt", content_type="text/plain", size=1, digest="0"
    )

    made = split_ticket(ticket, [invoice], actor=ada.actor)

    file.refresh_from_db()
    assert (said(ticket), said(made), file.ticket_id) == ([cup, again], [invoice], made.pk)
    assert (made.customer, made.subject, made.state, made.priority) == (jo, "Invoice", "open", 3)
    assert (made.team, made.assignee, made.inbox) == (ticket.team, ada, ticket.inbox)
    made.refresh_from_db()
    assert (made.preview, made.last_from_customer) == ("My invoice", True)
    told = Event.objects.filter(subject_kind="ticket", kind__startswith="ticket.").order_by("id")
    assert [(one.kind, one.subject_id, one.actor) for one in told] == [
        ("ticket.opened", made.pk, ada.actor),
        ("ticket.split_off", made.pk, ada.actor),
        ("ticket.split", ticket.pk, ada.actor),
    ]


def test_the_lists_count_the_new_one(ticket, ada):
    split_ticket(ticket, said(ticket)[1:2], actor="system")

    views = views_of(ada)
    counts = counts_of(ada, views)
    assert counts == {view.key: len(page_of(ada, view).items) for view in views}
    assert counts["mine"] == 2


def test_the_two_are_linked_and_each_tells_of_the_other(ticket, ada, bo):
    made = split_ticket(ticket, said(ticket)[1:2], actor="system")

    there, here = links_of(ada, ticket), links_of(ada, made)

    assert [(one.ticket.pk, str(one.name)) for one in there] == [(made.pk, "Was split off")]
    assert [(one.ticket.pk, str(one.name)) for one in here] == [(ticket.pk, "Split off from")]
    assert links_of(bo, ticket) == []


def test_a_link_to_a_merged_ticket_leads_on(ticket, ada, desk):
    made = split_ticket(ticket, said(ticket)[1:2], actor="system")
    other, hidden = make_ticket(inbox=desk), make_ticket()
    merge_tickets(made, other, actor="system")
    seen = [one.ticket.pk for one in links_of(ada, ticket)]
    from_there = [one.ticket.pk for one in links_of(ada, other)]

    merge_tickets(other, hidden, actor="system")

    assert (seen, from_there) == ([other.pk], [ticket.pk])
    assert links_of(ada, ticket) == []


def test_merged_back_a_split_leaves_no_link_to_itself(ticket, ada):
    words = said(ticket)
    made = split_ticket(ticket, words[1:2], actor="system")

    merge_tickets(made, ticket, actor="system")

    assert (said(ticket), links_of(ada, ticket)) == (words, [])


def test_none_or_all_cannot_be_split_off(ticket, desk):
    foreign = make_message(make_ticket(inbox=desk)).pk
    for chosen in ([], said(ticket), [foreign], [0]):
        with pytest.raises(NothingToSplit):
            split_ticket(ticket, chosen, actor="system")

    assert Link.objects.count() == 0


def test_a_reply_on_its_way_stays_where_it_was_written(ticket, ada):
    sent = reply(ticket, author=ada, text="Soon")

    with pytest.raises(NothingToSplit):
        split_ticket(ticket, [sent.pk], actor="system")
    Message.objects.filter(pk=sent.pk).update(delivery=Delivery.SENT)
    made = split_ticket(ticket, [sent.pk], actor="system")

    assert (said(made), made.customer, made.first_answered_at) == ([sent.pk], ticket.customer, sent.at)


def test_a_note_split_off_asks_nothing_of_anybody(ticket, ada):
    written = note(ticket, author=ada, text="Another matter")

    made = split_ticket(ticket, [written.pk], subject="Matter", actor="system")

    made.refresh_from_db()
    split_off = Event.objects.get(kind="ticket.split_off")
    assert (made.subject, made.customer, made.last_from_customer) == ("Matter", ticket.customer, False)
    assert split_off.facts["asks"] is False


def test_the_page_splits(ticket, ada):
    note(ticket, author=ada, text="Two matters")
    client, words = enter(ada), said(ticket)
    page = f"{ticket.get_absolute_url()}split/"

    shown = client.get(page)
    refused = client.post(page, {"messages": words})
    done = client.post(page, {"messages": [words[1], "x", "9" * 30], "subject": "Paper"})

    made = Ticket.objects.latest("id")
    assert [one.pk for one in shown.context["said"]] == words
    assert (refused.status_code, done.status_code, done["Location"]) == (422, 302, made.get_absolute_url())
    assert (made.subject, said(made)) == ("Paper", [words[1]])


def test_only_who_may_see_and_change_it_may_split(ticket, bo, ada):
    viewer = make_agent(*ada.teams.all(), role="viewer")
    page = f"{ticket.get_absolute_url()}split/"

    answers = [enter(one).post(page, {"messages": said(ticket)[:1]}).status_code for one in (bo, viewer)]

    assert (answers, Link.objects.count()) == ([404, 403], 0)
