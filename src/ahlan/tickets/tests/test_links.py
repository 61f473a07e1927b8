import threading

import pytest
from django.db import connection
from django.test import Client
from tests.makers import make_agent, make_inbox, make_ticket

from ahlan.events.models import Event
from ahlan.tickets.actions.link import CannotLink, link_tickets, unlink_tickets
from ahlan.tickets.actions.work import delete_ticket
from ahlan.tickets.links import links_of
from ahlan.tickets.models import Link, Relation

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(desk):
    return [make_ticket(inbox=desk) for _n in range(3)]


def names(agent, ticket) -> list[tuple[str, int]]:
    return [(str(one.name), one.ticket.pk) for one in links_of(agent, ticket)]


def enter(agent) -> Client:
    client = Client()
    client.force_login(agent, backend=BACKEND)
    return client


def test_a_link_is_read_from_both_sides_and_told_on_both(ada, three):
    whole, part, friend = three
    link_tickets(part, whole, Relation.PART, actor=ada.actor)
    link_tickets(friend, whole, Relation.RELATED, actor=ada.actor)
    again = [link_tickets(whole, friend, Relation.RELATED, actor=ada.actor).pk for _n in range(2)]

    assert names(ada, part) == [("Part of", whole.pk)]
    assert names(ada, whole) == [("Its part", part.pk), ("Related", friend.pk)]
    assert (len(set(again)), Link.objects.count()) == (1, 2)
    assert [
        (one.subject_id, one.facts["other"])
        for one in Event.objects.filter(kind="ticket.linked").order_by("id")
    ] == [(part.pk, whole.pk), (whole.pk, part.pk), (friend.pk, whole.pk), (whole.pk, friend.pk)]


def test_a_link_is_taken_away_once(ada, three):
    link = link_tickets(three[0], three[1], Relation.RELATED, actor=ada.actor)

    assert [unlink_tickets(link, actor=ada.actor), unlink_tickets(link, actor=ada.actor)] == [True, False]
    assert Event.objects.filter(kind="ticket.unlinked").count() == 2


def test_nothing_is_a_part_of_itself_of_its_part_or_of_two(ada, three):
    whole, part, third = three
    link_tickets(part, whole, Relation.PART, actor=ada.actor)
    link_tickets(third, part, Relation.PART, actor=ada.actor)

    for ticket, other in ((whole, whole), (whole, third), (whole, part), (part, third)):
        with pytest.raises(CannotLink):
            link_tickets(ticket, other, Relation.PART, actor=ada.actor)
    assert Link.objects.count() == 2


def test_what_lies_in_the_bin_is_not_linked(ada, three):
    delete_ticket(three[1], actor="system")

    with pytest.raises(CannotLink):
        link_tickets(three[0], three[1], Relation.RELATED, actor=ada.actor)


@pytest.mark.django_db(transaction=True)
def test_two_who_link_crosswise_at_once_make_no_circle(ada, three):
    ready, refused = threading.Barrier(2), []

    def tie(ticket, other) -> None:
        ready.wait()
        try:
            link_tickets(ticket, other, Relation.PART, actor=ada.actor)
        except CannotLink:
            refused.append(ticket.pk)
        finally:
            connection.close()

    pair = three[:2]
    crew = [threading.Thread(target=tie, args=order) for order in (pair, pair[::-1])]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()

    assert (len(refused), Link.objects.count()) == (1, 1)


def test_links_are_made_and_taken_away_on_the_page(ada, three):
    client, (one, two, _three) = enter(ada), three
    made = client.post(f"/tickets/{one.pk}/links/", {"other": f"#{two.pk}", "how": "whole"})
    link = Link.objects.get()
    page = client.get(f"/tickets/{one.pk}/").content.decode()
    wrong = [
        client.post(f"/tickets/{one.pk}/links/", given).status_code
        for given in (
            {"other": "999999", "how": "part"},
            {"other": str(two.pk), "how": "split"},
            {"other": "x"},
        )
    ]
    gone = client.post(f"/tickets/{two.pk}/links/{link.pk}/unlinking/")

    assert (made.status_code, link.ticket, link.other, link.relation) == (302, two, one, "part")
    assert "Its part" in page
    assert (wrong, gone.status_code, Link.objects.count()) == ([422, 422, 422], 302, 0)


def test_strangers_link_nothing_and_tickets_out_of_sight_are_not_linked(ada, three):
    hidden = make_ticket(inbox=make_inbox(address="other@desk.example"))
    given = {"other": str(hidden.pk), "how": "related"}
    link = link_tickets(three[0], three[1], Relation.RELATED, actor="system")
    di = enter(make_agent())

    assert enter(ada).post(f"/tickets/{three[0].pk}/links/", given).status_code == 422
    assert di.post(f"/tickets/{three[0].pk}/links/", {**given, "other": str(three[1].pk)}).status_code == 404
    assert di.post(f"/tickets/{three[0].pk}/links/{link.pk}/unlinking/").status_code == 404
    assert Link.objects.count() == 1
