"""A customer whose answers arrive twice at the same moment, and one who is quicker than the agent."""

import threading
from typing import Any

import pytest
from django.db import connection
from tests.makers import make_agent, make_customer, make_inbox, make_ticket

from ahlan.courtesy.actions import inquiries as verbs
from ahlan.courtesy.actions.questionnaires import make_ready
from ahlan.courtesy.models import Inquiry, Questionnaire
from ahlan.courtesy.tests.makers import events
from ahlan.tickets.models import Message

pytestmark = pytest.mark.django_db(transaction=True)
TOLD = {"product": "Kettle", "happens": "It leaks.", "stops": "no"}


@pytest.fixture
def inquiry() -> Inquiry:
    make_ready()
    ticket = make_ticket(inbox=make_inbox(), customer=make_customer(), language="en")
    agent = make_agent(role="admin")
    return verbs.share(verbs.begin(ticket, Questionnaire.objects.get(key="fault"), agent=agent), agent=agent)


def at_once(*works: Any) -> list[str]:
    """What became of each, begun at the same moment."""
    gate, ends = threading.Barrier(len(works)), [""] * len(works)

    def run(n: int) -> None:
        gate.wait()
        try:
            works[n]()
        except verbs.AnsweredMeanwhile:
            ends[n] = "late"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(works))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return ends


def test_the_same_answers_twice_at_once_are_one_word(inquiry):
    ends = at_once(*[lambda: verbs.answer(inquiry, TOLD, revision=0)] * 3)

    assert ends == ["", "", ""]
    assert Message.objects.count() == 1
    assert len(events("questionnaire.answered")) == 1


def test_of_different_answers_at_once_one_is_told_that_it_is_late(inquiry):
    others = [{**TOLD, "product": str(n)} for n in range(3)]

    ends = at_once(*[lambda given=given: verbs.answer(inquiry, given, revision=0) for given in others])

    assert sorted(ends) == ["", "late", "late"]
    assert Message.objects.count() == 1
    assert Inquiry.objects.get().answers in others
