"""What search finds of the desk: in the same transaction in which it is said, and never for a stranger."""

from datetime import timedelta

import pytest
from tests.makers import mail, make_agent, make_customer, make_inbox, make_message, make_team, make_ticket

from ahlan.channels.actions import keep
from ahlan.core.clock import now
from ahlan.customers.actions import change, merge, unmerge
from ahlan.search.actions import begin_anew, count_new, fill
from ahlan.search.finding import find
from ahlan.tickets.actions.answer import note, reply, unsend
from ahlan.tickets.actions.intake import receive_raw
from ahlan.tickets.actions.merge import merge_tickets, unmerge_tickets
from ahlan.tickets.actions.split import split_ticket
from ahlan.tickets.actions.work import close_ticket, delete_ticket, mark_spam, restore_ticket, tag_ticket
from ahlan.tickets.models import Message
from ahlan.tickets.search import Tickets, index_messages, index_ticket

pytestmark = pytest.mark.django_db


def found(question, person, kind="ticket"):
    results = find(question, person, kinds=[kind])
    return [hit.group_id for one in results.found for hit in one.hits]


def said(ticket, text, **more):
    message = make_message(ticket, text=text, **more)
    index_messages([message.pk])
    return message


def come_in(desk, **over):
    raw = keep(mail(**over), channel="email", door="command", inbox=desk)
    return receive_raw(raw)[0].ticket


def test_a_mail_is_found_as_soon_as_it_is_a_ticket(desk, ada, bo):
    ticket = come_in(desk, subject="Broken teapot", text="The handle came off.")

    assert found("handles", ada) == found("teapot", ada) == found("teapot handle", ada) == [ticket.pk]
    assert found("teapot", bo) == []


def test_answers_and_notes_are_found_and_what_was_unsent_is_not(desk, ada):
    ticket = make_ticket(inbox=desk)
    answer = reply(ticket, author=ada, text="We send a replacement.")
    note(ticket, author=ada, text="Gave a voucher.")

    assert found("replacement", ada) == found("voucher", ada) == [ticket.pk]
    unsend(answer, agent=ada)
    assert (found("replacement", ada), found("voucher", ada)) == ([], [ticket.pk])


def test_spam_and_the_bin_are_not_found_until_they_are_brought_back(desk, ada):
    ticket = make_ticket(inbox=desk)
    said(ticket, "teapot")

    for away in (mark_spam, delete_ticket):
        away(ticket, actor=ada.actor)
        assert found("teapot", ada) == []
        restore_ticket(ticket, actor=ada.actor)
        assert found("teapot", ada) == [ticket.pk]


def test_merged_and_split_words_are_found_where_they_lie(desk, ada):
    one, other = make_ticket(inbox=desk), make_ticket(inbox=desk)
    said(one, "kettle")
    first, second = said(other, "teapot"), said(other, "saucer")

    joined = merge_tickets(one, other, actor=ada.actor)
    assert found("kettle", ada) == [other.pk]
    unmerge_tickets(joined, actor=ada.actor)
    assert found("kettle", ada) == [one.pk]
    made = split_ticket(other, [second.pk], actor=ada.actor)
    assert (found("saucer", ada), found("teapot", ada)) == ([made.pk], [other.pk])
    assert first.pk


def test_filters_of_the_desk(desk, ada):
    cy = make_customer(address="cy.lee@else.example", name="Cy Lee")
    mine = make_ticket(inbox=desk, customer=cy, assignee=ada)
    other = make_ticket(inbox=desk)
    for ticket in (mine, other):
        said(ticket, "teapot")
    tag_ticket(mine, ["Fragile goods"], actor=ada.actor)
    close_ticket(other, actor="system")
    note(other, author=ada, text="Looked at it.")

    for question, expected in {
        "teapot is:open": [mine],
        "teapot is:closed": [other],
        "teapot is:mine": [mine],
        "teapot assignee:me": [mine],
        "teapot is:unassigned": [other],
        "teapot from:cy.lee": [mine],
        'teapot from:"Cy Lee"': [mine],
        "teapot from:nobody": [],
        'tag:"fragile goods"': [mine],
        "tag:unknown": [],
        "teapot inbox:Support is:open": [mine],
        "teapot inbox:nowhere": [],
        "teapot has:note": [other],
        "teapot has:file": [],
    }.items():
        assert found(question, ada) == [one.pk for one in expected], question
    assert find("is:nonsense", ada).wrong and find("has:nonsense", ada).wrong


def test_from_follows_merged_customers(desk, ada):
    one, other = make_customer(address="one@else.example"), make_customer(address="other@else.example")
    tickets = [make_ticket(inbox=desk, customer=each) for each in (one, other)]
    for ticket in tickets:
        said(ticket, "teapot")
    merge(other, one, actor="system")

    assert (
        set(found("teapot from:one@", ada))
        == set(found("teapot from:other@", ada))
        == {one.pk for one in tickets}
    )


def test_customers_are_found_by_name_address_and_note(desk, ada):
    cy = make_customer(address="cy.lee@else.example", name="Cyrus Lee")
    change(cy, actor=ada.actor, note="Collects porcelain")

    for words in ("cyrus", "lee else", "porcelain"):
        assert found(words, ada, "customer") == [cy.pk], words
    change(cy, actor=ada.actor, name="Somebody Other")
    assert found("cyrus", ada, "customer") == []


def test_merged_customers_are_shown_as_one(ada):
    one, other = make_customer(name="Cyrus Lee"), make_customer(name="Cyrus Leigh")
    merge(one, other, actor="system")
    assert found("cyrus", ada, "customer") == [one.pk]

    other.refresh_from_db()
    unmerge(other, actor="system")
    assert set(found("cyrus", ada, "customer")) == {one.pk, other.pk}


def test_what_was_there_before_is_brought_in(desk, ada):
    ticket = make_ticket(inbox=desk)
    make_message(ticket, text="teapot")
    assert found("teapot", ada) == []

    begin_anew()
    while fill():
        pass

    assert found("teapot", ada) == [ticket.pk]


def test_newer_words_come_before_older_ones_like_them(desk, ada):
    old, new = make_ticket(inbox=desk), make_ticket(inbox=desk)
    said(new, "teapot")
    said(old, "teapot", at=now() - timedelta(days=900))

    assert found("teapot", ada) == [new.pk, old.pk]


def test_a_stranger_finds_nothing_and_a_role_without_tickets_neither(desk, ada, bo):
    said(make_ticket(inbox=desk), "teapot")
    count_new()
    ada.role.permissions = []
    ada.role.save()

    for person in (bo, ada):
        for question in ("teapot", "teapto", "is:open", "inbox:Support"):
            assert find(question, person).is_empty
            assert find(question, person).instead == ""


def test_finding_costs_the_same_however_much_is_found(desk, ada):
    def cost(question):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as taken:
            assert found(question, ada)
        return len(taken)

    said(make_ticket(inbox=desk), "kettle")
    for _n in range(8):
        said(make_ticket(inbox=desk), "teapot")
    count_new()

    assert cost("teapot") <= cost("kettle") <= 16


def test_a_ticket_of_many_messages_is_moved_whole(desk, ada, monkeypatch):
    monkeypatch.setattr("ahlan.search.actions.AT_ONCE", 2)
    ticket = make_ticket(inbox=desk)
    for n in range(5):
        make_message(ticket, text=f"teapot{n}")

    index_ticket(ticket.pk)

    assert [found(f"teapot{n}", ada) for n in range(5)] == [[ticket.pk]] * 5
    assert Message.objects.count() == 5


def test_only_inboxes_one_sees_are_offered(desk):
    hidden = make_inbox(name="Board", address="board@desk.example")
    agent = make_agent(make_team(desk))

    offered = {name for _value, name in Tickets().filters(agent)["inbox"].choices()}

    assert desk.name in offered
    assert hidden.name not in offered
