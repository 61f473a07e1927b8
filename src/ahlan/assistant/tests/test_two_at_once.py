"""Two workers at the same word of a customer, and an agent who takes over while the bot thinks."""

import threading

import pytest
from django.db import connection
from tests.makers import mail, make_inbox

from ahlan.assistant.actions.conversation import hand_over
from ahlan.assistant.actions.thinking import see_to
from ahlan.assistant.models import Reason
from ahlan.assistant.tests.makers import make_bot, said, stands, tell_articles
from ahlan.channels.actions import keep
from ahlan.search.actions import count_new
from ahlan.tickets.actions.intake import receive_raw
from ahlan.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket() -> Ticket:
    tell_articles()
    while count_new():
        pass
    inbox = make_inbox(channel="email")
    make_bot(inbox)
    raw = keep(
        mail(subject="Broken cup", text="my cup came broken, what now"),
        channel="email",
        inbox=inbox,
        door="test",
        announce=False,
    )
    found = receive_raw(raw)[0].ticket
    assert found is not None
    return found


def at_once(*works) -> None:
    gate = threading.Barrier(len(works))
    failures: list[BaseException] = []

    def run(work) -> None:
        gate.wait()
        try:
            work()
        except BaseException as failure:  # noqa: BLE001 -- told below
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []


def test_a_word_is_answered_once_by_however_many_workers(ticket):
    last = Message.objects.get(ticket=ticket, direction="in").pk

    at_once(*[lambda: see_to(ticket.pk, last)] * 3)

    assert len(said(ticket)) == 1
    assert stands(ticket).answers == 1


def test_who_takes_over_while_the_bot_thinks_has_it(ticket):
    last = Message.objects.get(ticket=ticket, direction="in").pk

    at_once(lambda: see_to(ticket.pk, last), lambda: hand_over(ticket, Reason.AGENT))

    assert stands(ticket).reason == Reason.AGENT
    assert len(said(ticket)) == stands(ticket).answers <= 1
