"""A kept question answers as its queryset does, and is built once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q, QuerySet

from ahlan.core.asking import kept
from ahlan.core.clock import now
from ahlan.customers.models import Address, Customer, Organisation
from ahlan.events.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[Customer]:
    company = Organisation.objects.create(name="Kettles", domain="kettles.example")
    return [
        Customer.objects.create(name=name, organisation=company, met_at=now() - timedelta(days=n))
        for n, name in enumerate(["Cy", "נועה", "O'Hara %s"])
    ]


def test_it_answers_as_the_queryset_does(people: list[Customer], django_assert_num_queries: Any) -> None:
    def ask(name: Any, since: Any) -> QuerySet[Customer]:
        found = Customer.objects.select_related("organisation").filter(name=name, met_at__gte=since)
        return found.order_by("-pk")[:2]

    question = kept(ask)
    since = now() - timedelta(days=5)

    for one in people:
        with django_assert_num_queries(1):
            found = question(one.name, since)
            companies = [each.organisation for each in found]

        assert found == list(ask(one.name, since)) == [one]
        assert companies == [one.organisation]
    assert question("Cy", now()) == []


def test_a_value_may_stand_twice_and_beside_what_never_changes(people: list[Customer]) -> None:
    @kept
    def others(one: Any, two: Any) -> QuerySet[Customer]:
        return Customer.objects.filter(Q(pk=one) | Q(pk=two), note="").exclude(name="Cy").only("name")

    found = others(people[0].pk, people[2].pk)

    assert found == [people[2]]
    assert found[0].get_deferred_fields() >= {"language", "note"}


def test_values_alone_come_as_they_are(people: list[Customer]) -> None:
    flat = kept(lambda name: Customer.objects.filter(name=name).values_list("pk", flat=True))
    pairs = kept(lambda name: Customer.objects.filter(name=name).values_list("pk", "name"))

    assert flat("נועה") == [people[1].pk]
    assert pairs("נועה") == [(people[1].pk, "נועה")]


def test_what_a_field_makes_of_its_column_is_made() -> None:
    event = Event.objects.create(kind="a.b", subject_kind="a", subject_id=1, actor="system", facts={"a": [1]})
    question = kept(lambda kind: Event.objects.filter(kind=kind))

    found = question.first("a.b")

    assert found is not None
    assert (found.facts, found.at) == ({"a": [1]}, event.at)
    assert question.first("nothing") is None


def test_the_question_is_asked_once(people: list[Customer]) -> None:
    asked: list[Any] = []

    def ask(name: Any) -> QuerySet[Customer]:
        asked.append(name)
        return Customer.objects.filter(name=name)

    question = kept(ask)

    assert [len(question(one)) for one in ("Cy", "nobody", "Cy")] == [1, 0, 1]
    assert len(asked) == 1


@pytest.mark.parametrize("value", [None, [1], (1,), object()])
def test_what_is_no_value_is_refused(value: Any) -> None:
    question = kept(lambda pk: Customer.objects.filter(pk=pk))

    with pytest.raises(TypeError, match="kept question"):
        question(value)


def test_hostile_words_stay_words(people: list[Customer]) -> None:
    question = kept(lambda name: Customer.objects.filter(name=name))

    assert question("' OR 1=1 --") == []
    assert question("O'Hara %s") == [people[2]]


@pytest.mark.django_db(transaction=True)
def test_threads_ask_by_their_own_connections() -> None:
    customer = Customer.objects.create(name="Cy")
    Address.objects.create(customer=customer, kind="email", value="cy@else.example")
    question = kept(lambda value: Address.objects.select_related("customer").filter(value=value))
    question("warm")

    def ask() -> list[Address]:
        try:
            return question("cy@else.example")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _n: ask(), range(20)))

    assert all([one.customer for one in each] == [customer] for each in found)
