"""A page asks no table that has nothing of its ticket, and every one that has."""

import pytest
from tests.makers import make_agent, make_ticket

from ahlan.tickets.actions.merge import merge_tickets
from ahlan.tickets.actions.work import tag_ticket
from ahlan.tickets.held import look_at
from ahlan.tickets.models import Draft, Follow, Item, Ticket

pytestmark = pytest.mark.django_db


def test_a_ticket_holds_anything_until_somebody_looks(django_assert_num_queries):
    ticket = make_ticket()
    assert ticket.holds(Item) is True

    with django_assert_num_queries(1):
        look_at(ticket)

    assert (ticket.holds(Item), ticket.holds(Follow), ticket.holds(Ticket.tags.through)) == (False,) * 3


def test_what_hangs_on_it_is_held():
    ticket, agent = make_ticket(), make_agent()
    tag_ticket(ticket, ["kettle"], actor="system")
    Draft.objects.create(ticket=ticket, agent=agent, text="I")
    Follow.objects.create(ticket=make_ticket(), agent=agent)

    look_at(ticket)

    assert (ticket.holds(Draft), ticket.holds(Follow), ticket.holds(Ticket.tags.through)) == (
        True,
        False,
        True,
    )


def test_what_another_was_merged_into_may_hold_anything():
    kept, gone = make_ticket(), make_ticket()
    merge_tickets(gone, kept, actor="system")

    look_at(kept)

    assert kept.holds(Item) is True
    assert set(kept.family) == {kept.pk, gone.pk}
