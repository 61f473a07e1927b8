"""Two agents do the same to one ticket at the same moment: it happens once, and the counts stay right."""

import threading

import pytest
from django.db import connection
from tests.makers import make_agent, make_ticket

from ahlan.events.models import Event
from ahlan.tickets.actions import work
from ahlan.tickets.lists import counts_of, page_of, view_named
from ahlan.tickets.models import Ticket


def at_once(*acts) -> None:
    start, troubles = threading.Barrier(len(acts)), []

    def do(act):
        try:
            start.wait(20)
            act()
        except Exception as error:  # noqa: BLE001 -- told below
            troubles.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[act]) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert troubles == []


@pytest.mark.django_db(transaction=True)
def test_two_agents_who_close_at_once_close_it_once(desk, ada):
    eve = make_agent(*desk.teams.all(), name="Eve")
    views = [view_named(ada, key) for key in ("open", "closed")]
    for time in range(1, 6):
        ticket = make_ticket(inbox=desk)
        mine, hers = (Ticket.objects.get(pk=ticket.pk) for _agent in range(2))
        at_once(
            lambda mine=mine: work.close_ticket(mine, actor=ada.actor),
            lambda hers=hers: work.close_ticket(hers, actor=eve.actor),
        )

        assert Event.objects.filter(kind="ticket.closed", subject_id=ticket.pk).count() == 1
        assert counts_of(ada, views) == {"open": 0, "closed": time}

    assert len(page_of(ada, views[1]).items) == 5


@pytest.mark.django_db(transaction=True)
def test_one_who_closes_and_one_who_assigns_at_once_both_have_their_way(desk, ada):
    for _time in range(5):
        ticket = make_ticket(inbox=desk)
        at_once(
            lambda ticket=ticket: work.close_ticket(Ticket.objects.get(pk=ticket.pk), actor="system"),
            lambda ticket=ticket: work.assign_ticket(Ticket.objects.get(pk=ticket.pk), ada, actor="system"),
        )

        found = Ticket.objects.get(pk=ticket.pk)
        assert (found.state, found.assignee) == ("closed", ada)
